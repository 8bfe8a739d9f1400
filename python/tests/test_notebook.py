"""The notebook runs from the first to the last cell."""

import nbformat
from conftest import ROOT
from nbclient import NotebookClient

NOTEBOOK = ROOT / "docs" / "notebooks" / "first_steps.ipynb"


def test_the_notebook_runs():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(ROOT)}}).execute()
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    outputs = [output for cell in cells for output in cell.outputs]
    pictures = [output for output in outputs if "image/png" in output.get("data", {})]
    assert len(pictures) == 3
    text = "".join(output.get("text", "") for output in outputs)
    # the walkers drop by 6° more, the means of eight people say so within two degrees
    difference = float(text.split("single support: ")[1].split("°")[0])
    assert 4 < difference < 8
    labels = next(cell for cell in cells if "analysis.labels" in cell.source)
    assert "'left': 'uncompensated'" in labels.outputs[0]["data"]["text/plain"]


def test_it_is_kept_without_outputs():
    """So that a change of it shows what was written, and no picture is older than the program."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    assert all(not cell.get("outputs") and cell.get("execution_count") is None for cell in notebook.cells)
