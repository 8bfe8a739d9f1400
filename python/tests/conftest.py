"""What the tests share: the command line to compare with, and recordings as files."""

import csv
import os
import subprocess
from pathlib import Path

import hipdrop
import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "sample-data"


def program():
    """The command line that Rust builds."""
    given = os.environ.get("HIPDROP_PROGRAM")
    candidates = [Path(given)] if given else [ROOT / "target" / kind / "hipdrop" for kind in ("release", "debug")]
    found = next((path for path in candidates if path.is_file()), None)
    assert found, "build it with `cargo build`, or name it in HIPDROP_PROGRAM"
    return str(found)


@pytest.fixture(scope="session")
def cli():
    """Runs the command line; gives what it prints on standard output."""
    path = program()

    def run(*arguments, code=0):
        done = subprocess.run([path, *map(str, arguments)], capture_output=True, text=True, timeout=300)
        assert done.returncode == code, done.stderr
        return done.stdout if code == 0 else done.stderr

    return run


def rows_of(text_or_path):
    """The rows of a CSV table as dictionaries."""
    text = text_or_path.read_text(encoding="utf-8") if isinstance(text_or_path, Path) else text_or_path
    return list(csv.DictReader(text.splitlines()))


def assert_same_table(table, rows):
    """A table of the package holds what the CSV of the command line says, every number to the last bit."""
    assert len(table) == len(rows)
    for name in rows[0] if rows else []:
        values = table[name]
        for value, row in zip(values, rows, strict=True):
            cell = row[name]
            if isinstance(value, bool):
                assert str(value).lower() == cell, name
            elif isinstance(value, str) or value is None:
                assert (value or "") == cell.removeprefix("'"), name
            elif cell == "":
                assert value != value, name
            else:
                assert float(value) == float(cell), name
    if rows:
        assert table.column_names == list(rows[0])


@pytest.fixture(scope="session")
def walk(tmp_path_factory):
    """A synthetic walk with a right-sided drop, as a file."""
    path = tmp_path_factory.mktemp("walks") / "walk.c3d"
    recording, _ = hipdrop.synth("uncompensated", "right", realistic=True, strides=6)
    recording.write(path)
    return path


@pytest.fixture(scope="session")
def analysis(walk):
    return hipdrop.analyze(walk)
