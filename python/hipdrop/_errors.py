"""Exceptions. Their text is the one that the command line prints."""


class HipdropError(Exception):
    """The base of all exceptions of hipdrop."""


class ReadError(HipdropError, ValueError):
    """A file or bytes that cannot be read as a recording.

    The text says everything; its parts are attributes: ``file``, ``place`` in it, what was ``found``, what was
    ``expected``, and ``advice``. ``map_lines`` are lines of a map (``landmarks=``) that would make the file readable.
    """

    file = ""
    place = ""
    found = ""
    expected = ""
    advice = ""
    map_lines = ""


class AnalysisError(HipdropError):
    """A recording that was read but cannot be analysed."""


class SettingsError(HipdropError, ValueError):
    """Settings, tables or options that cannot be used."""
