from os import PathLike
from typing import Any, Literal

from . import plot as plot
from ._errors import AnalysisError as AnalysisError
from ._errors import HipdropError as HipdropError
from ._errors import ReadError as ReadError
from ._errors import SettingsError as SettingsError
from ._hipdrop import Analysis as Analysis
from ._hipdrop import Recording as Recording
from ._hipdrop import Table as Table
from ._hipdrop import __version__ as __version__
from ._hipdrop import default_settings as default_settings

Path = str | PathLike[str]

def read(
    source: Path | bytes | bytearray | memoryview,
    *,
    name: str = "bytes",
    rate_hz: float | None = None,
    landmarks: Path | None = None,
) -> Recording: ...
def analyze(
    source: Path | bytes | bytearray | memoryview | Recording,
    *,
    settings: dict[str, dict[str, Any]] | Path | None = None,
    name: str = "bytes",
    rate_hz: float | None = None,
    landmarks: Path | None = None,
    subject: str | None = None,
    static: Path | None = None,
    subjects: Path | None = None,
    norms: Path | None = None,
    events: Path | None = None,
) -> Analysis: ...
def synth(
    pattern: str = "healthy",
    side: Literal["left", "right", "both"] = "right",
    *,
    standing_s: float | None = None,
    stored_events: bool = False,
    sensors: str | dict[str, Any] | None = None,
    **walker: Any,
) -> tuple[Recording, dict[str, Any]]: ...
