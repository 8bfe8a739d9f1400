"""hipdrop sees a dropping pelvis.

It reads motion-capture recordings of people walking and says for each stance limb whether the pelvis drops
(uncompensated Trendelenburg), the trunk lurches over the limb (compensated, Duchenne), both, neither, or that the data
cannot tell. It reports a gait pattern, never a diagnosis.

    >>> import hipdrop
    >>> recording, truth = hipdrop.synth("uncompensated", "right")
    >>> analysis = hipdrop.analyze(recording)
    >>> analysis.labels
    {'left': 'none', 'right': 'uncompensated'}

Tables (``analysis.strides``, ``limbs``, ``curves``, ``angles``, ``events``) speak the Arrow PyCapsule interface:
``polars.DataFrame(analysis.strides)``, ``pyarrow.table(analysis.strides)``. Angles are degrees; drop is positive when the
pelvis is lower on the side opposite to the stance limb, lean when the trunk leans toward the stance limb.
"""

from . import plot
from ._analyze import Analysis, analyze
from ._errors import AnalysisError, HipdropError, ReadError, SettingsError
from ._hipdrop import Table, __version__, default_settings
from ._read import Recording, read, synth

__all__ = [
    "Analysis",
    "AnalysisError",
    "HipdropError",
    "ReadError",
    "Recording",
    "SettingsError",
    "Table",
    "__version__",
    "analyze",
    "default_settings",
    "plot",
    "read",
    "synth",
]


def __getattr__(name):
    # the engines are imported when they are asked for: Dask and Ray need not be there
    if name in ("dask", "ray"):
        import importlib

        return importlib.import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
