"""The usual way: ezc3d reads, NumPy and SciPy compute. Arguments: C3D files."""

import sys

import ezc3d
import numpy as np
from common import NEEDED, analyse

for path in sys.argv[1:]:
    c3d = ezc3d.c3d(path)
    labels = [label.split(":")[-1] for label in c3d["parameters"]["POINT"]["LABELS"]["value"]]
    rate_hz = c3d["parameters"]["POINT"]["RATE"]["value"][0]
    places = [labels.index(label) for label in NEEDED]
    points = np.moveaxis(c3d["data"]["points"][:3, places, :], (0, 1, 2), (2, 1, 0))
    analyse(np.ascontiguousarray(points), rate_hz)
