"""Pelvis, thorax, zero-lag filter, foot strikes and the drop per stride, in vectorised NumPy.

Shared by the two scripts that hipdrop is compared with. They do what a short laboratory script does and no more: no checks, no gaps, no
units, no legs, no norms, no uncertainty. Positions are millimetres, frames along the first axis.
"""

import numpy as np
from scipy.signal import butter, find_peaks, sosfiltfilt

NEEDED = ["LASI", "RASI", "LPSI", "RPSI", "C7", "T10", "CLAV", "STRN", "LHEE", "RHEE"]


def unit(vectors):
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def analyse(points, rate_hz):
    """points: frames × len(NEEDED) × 3; gives mean peak drop and lean (degrees) per side."""
    sections = butter(2, 6 / 0.802, fs=rate_hz, output="sos")
    points = sosfiltfilt(sections, points, axis=0)
    lasi, rasi, lpsi, rpsi, c7, t10, clav, strn, lhee, rhee = np.moveaxis(points, 1, 0)

    left = unit(lasi - rasi)
    forward = (lasi + rasi - lpsi - rpsi) / 2
    up = unit(np.cross(forward, left))
    pelvis = np.stack([np.cross(left, up), left, up], axis=-1)
    obliquity = np.degrees(np.arcsin(np.clip(pelvis[:, 2, 1], -1, 1)))
    tilt = np.degrees(np.arctan2(-pelvis[:, 2, 0], pelvis[:, 2, 2]))

    z = unit((clav + c7) / 2 - (strn + t10) / 2)
    y = unit(np.cross(z, (clav + strn - c7 - t10) / 2))
    thorax = np.stack([np.cross(y, z), y, z], axis=-1)
    lean = np.degrees(np.arcsin(np.clip(thorax[:, 2, 1], -1, 1)))

    centre = (lasi + rasi + lpsi + rpsi) / 4
    travel = unit((centre[-1] - centre[0])[:2])
    result = {}
    for side, heel, sign in (("left", lhee, 1.0), ("right", rhee, -1.0)):
        ahead = (heel - centre)[:, :2] @ travel
        strikes, _ = find_peaks(ahead, distance=int(0.6 * rate_hz), prominence=50)
        drops = []
        for first, last in zip(strikes, strikes[1:]):
            stance = slice(first, first + int(0.6 * (last - first)))
            drops.append(((sign * obliquity[stance]).max(), (sign * lean[stance]).max()))
        result[side] = np.mean(drops, axis=0) if drops else (float("nan"), float("nan"))
    result["tilt"] = float(tilt.mean())
    return result
