"""Keyword arguments that steer an analysis, checked once."""

import json
import os
from functools import lru_cache
from pathlib import Path

from . import _hipdrop
from ._errors import SettingsError


def plan(
    *,
    settings=None,
    rate_hz=None,
    landmarks=None,
    subjects=None,
    norms=None,
    subject=None,
    events=None,
    static=None,
):
    """A :class:`Plan` from what the functions of the package take."""
    return made(
        texts(
            settings=settings,
            rate_hz=rate_hz,
            landmarks=landmarks,
            subjects=subjects,
            norms=norms,
            subject=subject,
            events=events,
            static=static,
        )
    )


def texts(*, settings, rate_hz, landmarks, subjects, norms, subject, events, static):
    """The same as plain values, which can be compared and sent to another process."""
    if rate_hz is not None:
        if isinstance(rate_hz, bool) or not isinstance(rate_hz, (int, float)):
            raise TypeError(f"rate_hz = {rate_hz!r}: expected a number of frames per second")
        rate_hz = float(rate_hz)
        if not 0 < rate_hz < float("inf"):
            raise SettingsError(f"rate_hz = {rate_hz}: expected frames per second, for example 100")
    if subject is not None and not isinstance(subject, str):
        raise TypeError(f"subject = {subject!r}: expected the name of a subject")
    return (
        _settings(settings),
        rate_hz,
        _table("landmarks", landmarks),
        _table("subjects", subjects),
        _table("norms", norms),
        subject,
        _events(events),
        None if static is None else os.path.abspath(os.fspath(static)),
    )


@lru_cache(maxsize=32)
def made(texts):
    """The plan of :func:`texts`."""
    settings, rate_hz, landmarks, subjects, norms, subject, events, static = texts
    return _hipdrop.Plan(
        settings=settings,
        rate_hz=rate_hz,
        landmarks=landmarks,
        subjects=subjects,
        norms=norms,
        subject=subject,
        events=events,
        static_trial=static,
    )


def _settings(settings):
    if settings is None:
        return None
    if isinstance(settings, dict):
        try:
            return "settings", json.dumps(settings, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise SettingsError(f"settings: {error}") from None
    if isinstance(settings, str) and ("\n" in settings or "=" in settings):
        return "settings", settings
    return _file("settings", settings, "a dictionary, TOML or the path of a TOML file")


def _table(name, path):
    return None if path is None else _file(name, path, "the path of a file")


def _file(name, path, expected):
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"{name} = {path!r}: expected {expected}")
    try:
        return os.fspath(path), Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SettingsError(f"{path}: {name} cannot be read ({reason})") from None


def _events(events):
    """The path of a table of events, as text."""
    return None if events is None else _file("events", events, "the path of a table of events")[1]
