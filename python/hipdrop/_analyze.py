"""From a recording to its analysis."""

from . import _hipdrop
from ._plan import plan
from ._read import Recording, read_with

Analysis = _hipdrop.Analysis


def analyze(
    source,
    *,
    settings=None,
    name="bytes",
    rate_hz=None,
    landmarks=None,
    subject=None,
    static=None,
    subjects=None,
    norms=None,
    events=None,
):
    """Analyse one recording: strides, angles and a finding for each limb.

    It runs on the calling thread; other Python threads run meanwhile (the GIL is released), so several recordings are
    analysed at a time with a ``ThreadPoolExecutor``. The tables are those of ``hipdrop analyze``, to the last bit.

    Parameters
    ----------
    source : path, bytes or Recording
        What is to be analysed.
    settings : dict, str or path, optional
        Settings that differ from the defaults: ``{"signal": {"cutoff_hz": 8.0}}``, TOML, or the path of a TOML file;
        :func:`default_settings` lists all with unit and source.
    name : str
        What messages and tables call bytes.
    rate_hz : float, optional
        Frames per second, for files that do not say.
    landmarks : path, optional
        A map that says what labels, columns and sensors are (TOML).
    subject : str, optional
        Subject to take from a file that holds several.
    static : path, optional
        The standing trial of the same subject.
    subjects : path, optional
        Table of leg lengths, aids and sessions by subject (CSV).
    norms : path, optional
        Norm table of one's own (``hipdrop norms build``).
    events : path, optional
        Corrected events, as ``hipdrop events`` writes them (CSV).

    Returns
    -------
    Analysis

    Raises
    ------
    ReadError, AnalysisError, SettingsError
        With the text of the command line. That nobody walks is no error: ``Analysis.status`` says so.
    """
    options = plan(
        settings=settings,
        rate_hz=rate_hz,
        landmarks=landmarks,
        subjects=subjects,
        norms=norms,
        subject=subject,
        events=events,
        static=static,
    )
    recording = source if isinstance(source, Recording) else read_with(source, name, options)
    return _hipdrop.analyze(recording, options)

