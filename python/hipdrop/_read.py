"""Recordings: read, made from arrays, or synthetic."""

import json
import os

from . import _hipdrop
from ._errors import SettingsError
from ._plan import plan

Recording = _hipdrop.Recording
NO_PLAN = plan()

BYTES = (bytes, bytearray, memoryview)


def read(source, *, name="bytes", rate_hz=None, landmarks=None):
    """Read one recording; the format is recognised from the content.

    Parameters
    ----------
    source : path or bytes
        A file, a folder with one file for each inertial sensor, or the bytes of a file.
    name : str
        What messages and tables call bytes.
    rate_hz : float, optional
        Frames per second, for files that do not say.
    landmarks : path, optional
        A map that says what labels, columns and sensors are (``hipdrop inspect FILE --write-map``).

    Returns
    -------
    Recording

    Raises
    ------
    ReadError
        When it cannot be read; the text says where it is wrong and what to do.
    """
    options = NO_PLAN if rate_hz is None and landmarks is None else plan(rate_hz=rate_hz, landmarks=landmarks)
    return read_with(source, name, options)


def read_with(source, name, options):
    """:func:`read` with a plan."""
    if isinstance(source, BYTES):
        if not isinstance(name, str) or not name.strip():
            raise TypeError(f"name = {name!r}: expected a name for the recording")
        return _hipdrop.read_bytes(bytes(source), name, options)
    if not isinstance(source, (str, os.PathLike)):
        raise TypeError(f"{type(source).__name__}: expected a path or the bytes of a file")
    return _hipdrop.read_path(os.fspath(source), options)


def from_arrays(
    markers=None,
    *,
    rate_hz,
    unit="m",
    sensors=None,
    events=(),
    body=None,
    subject=None,
    first_frame=1,
    name="arrays",
):
    """A recording from data that is already in memory.

    Parameters
    ----------
    markers : mapping of str to array, shape (frames, 3)
        Positions by label (``LASI``, ``RASI``, ``LPSI``, …), in any right-handed axes of the laboratory; NaN = missing.
    rate_hz : float
        Frames per second.
    unit : {"m", "cm", "mm"} or None
        Unit of the positions; with None it is told from the size of the pelvis.
    sensors : mapping of str to (acceleration, angular_velocity), each of shape (frames, 3), optional
        Samples of inertial sensors, m/s² (gravity included) and rad/s, in the sensor's own axes. The name is the
        placement: ``pelvis``, ``lower_back``, ``sternum``, ``left_shank``, ….
    events : iterable of (side, event, time_s), optional
        ``("left", "foot_strike", 0.53)``; event is ``foot_strike`` or ``foot_off``; seconds, 0 is frame 1. Without
        events they are detected.
    body : mapping of str to float, optional
        Body measures: ``leg_length_left_m``, ``leg_length_right_m``, ``knee_width_left_m``, ``knee_width_right_m``,
        ``ankle_width_left_m``, ``ankle_width_right_m``, ``height_m``, ``mass_kg``, ``marker_diameter_m``,
        ``inter_asis_m``.
    subject : str, optional
        Who walks.
    first_frame : int
        Number of the first frame.
    name : str
        What messages and tables call it.

    Returns
    -------
    Recording
    """
    markers = {} if markers is None else _mapping("markers", markers)
    sensors = {} if sensors is None else _mapping("sensors", sensors)
    if not markers and not sensors:
        raise ValueError("a recording needs markers or sensors")
    frames = None
    positions, samples = [], []
    for label, values in markers.items():
        frames, memory = _series(f"marker {label!r}", values, frames)
        positions.append((_label(label), memory))
    for label, pair in sensors.items():
        try:
            acceleration, angular_velocity = pair
        except (TypeError, ValueError):
            raise ValueError(f"sensor {label!r}: expected (acceleration, angular_velocity)") from None
        frames, acc = _series(f"acceleration of {label!r}", acceleration, frames)
        frames, gyr = _series(f"angular velocity of {label!r}", angular_velocity, frames)
        samples.append((_label(label), acc, gyr))
    if isinstance(rate_hz, bool) or not isinstance(rate_hz, (int, float, _number())):
        raise TypeError(f"rate_hz = {rate_hz!r}: expected a number of frames per second")
    if unit is not None and not isinstance(unit, str):
        raise TypeError(f'unit = {unit!r}: expected "m", "cm", "mm" or None')
    if subject is not None and not isinstance(subject, str):
        raise TypeError(f"subject = {subject!r}: expected a name")
    if isinstance(first_frame, bool) or not isinstance(first_frame, int) or not 1 <= first_frame <= 10**9:
        raise ValueError(f"first_frame = {first_frame!r}: expected a whole number from 1 to 1,000,000,000")
    return _hipdrop.from_arrays(
        str(name),
        float(rate_hz),
        first_frame,
        frames,
        unit,
        positions,
        samples,
        [_event(event) for event in events],
        subject,
        json.dumps(_body(_mapping("body", body or {}))),
    )


Recording.from_arrays = staticmethod(from_arrays)


def _number():
    """The numbers of NumPy."""
    import numpy as np

    return np.number


def _mapping(what, values):
    if not hasattr(values, "items"):
        raise TypeError(f"{what}: expected a mapping, found {type(values).__name__}")
    return values


def _label(label):
    if not isinstance(label, str) or not label.strip():
        raise TypeError(f"label {label!r}: expected a name")
    return label


def _series(what, values, frames):
    import numpy as np

    try:
        if np.ma.isMaskedArray(values):
            # what is masked is missing, whatever number stands there
            values = values.astype(np.float64).filled(np.nan)
        array = np.asarray(values)
        if array.dtype.kind not in "fiu":
            raise TypeError(f"numbers of type {array.dtype}")
        array = np.ascontiguousarray(array, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{what}: expected an array of numbers ({error})") from None
    if array.ndim != 2 or array.shape[1] != 3:
        raise ValueError(f"{what}: shape {array.shape}, expected (frames, 3)")
    if array.shape[0] == 0:
        raise ValueError(f"{what}: no frames")
    if frames is not None and array.shape[0] != frames:
        raise ValueError(f"{what}: {array.shape[0]} frames, the ones before it have {frames}")
    if np.isinf(array).any():
        frame = int(np.argmax(np.isinf(array).any(axis=1)))
        raise ValueError(f"{what}: infinite at index {frame}; missing values are NaN")
    return array.shape[0], array.tobytes()


def _event(event):
    try:
        side, kind, time_s = event
        return str(side), str(kind), float(time_s)
    except (TypeError, ValueError):
        raise ValueError(f'event {event!r}: expected (side, event, time_s), as in ("left", "foot_strike", 0.53)') from None


LIMB = ("leg_length", "knee_width", "ankle_width")
WHOLE = ("inter_asis_m", "marker_diameter_m", "height_m", "mass_kg")


def _body(given):
    """Body measures as the library stores them."""
    limbs = {side: {f"{name}_m": None for name in LIMB} for side in ("left", "right")}
    known = {f"{name}_{side}_m": (limbs[side], f"{name}_m") for side in limbs for name in LIMB}
    body = dict.fromkeys(WHOLE)
    known.update({name: (body, name) for name in WHOLE})
    for name, value in given.items():
        if name not in known:
            raise ValueError(f"body: {name!r} is not known; there are: {', '.join(known)}")
        try:
            value = float(value)
        except (TypeError, ValueError):
            raise TypeError(f"body: {name} = {value!r}: expected a number") from None
        if not 0 < value < float("inf"):
            raise ValueError(f"body: {name} = {value}: expected a number above 0")
        place, key = known[name]
        place[key] = value
    return {**body, "limbs": limbs}


def synth(pattern="healthy", side="right", *, standing_s=None, stored_events=False, sensors=None, **walker):
    """A synthetic recording with exactly known truth.

    Parameters
    ----------
    pattern : str
        ``healthy``, ``uncompensated``, ``compensated``, ``mixed``, ``waddle``, ``lld``, ``fixed-obliquity``,
        ``trunk-list``, ``hip-hike``, ``ataxic``, ``antalgic`` or ``knee-valgus``.
    side : {"left", "right", "both"}
        The stance limb that is affected.
    standing_s : float, optional
        Seconds of a standing trial instead of a walk.
    stored_events : bool
        Store the true foot strikes and foot offs in the recording.
    sensors : str or mapping, optional
        Inertial sensors instead of markers: ``full``, ``trunk``, ``lower-back``, or their parameters.
    **walker
        Any other parameter of the walker: ``magnitude_deg``, ``strides``, ``rate_hz``, ``speed_m_s``, ``height_m``,
        ``noise={"white_mm": 0.4}``, ``placement_sd_mm``, ``between_subject``, ``stride_jitter``, ``subject``, ``seed``,
        ``session``, ``trial``, … (docs/synthetic.md). ``realistic=True`` takes the errors of a good laboratory.

    Returns
    -------
    (Recording, dict)
        The recording and its truth: events, strides, angles in degrees.
    """
    if standing_s is not None and sensors is not None:
        raise SettingsError("synth: a standing trial has markers; with sensors the standing is part of the walk (standing_s of the sensors)")
    if not isinstance(pattern, str) or not isinstance(side, str):
        raise TypeError(f"pattern = {pattern!r}, side = {side!r}: expected names")
    if not isinstance(walker.get("noise", {}), dict):
        raise TypeError(f"noise = {walker['noise']!r}: expected a dictionary")
    if walker.pop("realistic", False):
        walker = {
            "placement_sd_mm": 3.0,
            "between_subject": True,
            "stride_jitter": True,
            **walker,
            "noise": {"white_mm": 0.4, **walker.get("noise", {})},
        }
    try:
        parameters = json.dumps({"pattern": pattern, "affected": side, **walker}, allow_nan=False)
        worn = {"sensors": sensors} if isinstance(sensors, str) else sensors
        worn = None if worn is None else json.dumps(worn, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise SettingsError(f"synth: {error}") from None
    recording, truth = _hipdrop.walk(parameters, worn, standing_s, stored_events)
    return recording, json.loads(truth)
