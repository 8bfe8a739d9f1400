"""The leanest way: header and labels by hand, the data by numpy.fromfile. Arguments: C3D files.

Little-endian files with floating-point points and no analog channels, and nothing else.
"""

import struct
import sys

import numpy as np
from common import NEEDED, analyse


def labels_of(block):
    """POINT:LABELS of a parameter section."""
    at, point = 4, None
    while block[at] != 0:
        length, group = abs(struct.unpack_from("b", block, at)[0]), struct.unpack_from("b", block, at + 1)[0]
        name = block[at + 2 : at + 2 + length]
        offset_at = at + 2 + length
        offset = struct.unpack_from("<h", block, offset_at)[0]
        if group < 0 and name == b"POINT":
            point = -group
        if group == point and name == b"LABELS":
            width, count = block[offset_at + 4], block[offset_at + 5]
            text = block[offset_at + 6 : offset_at + 6 + width * count]
            return [text[i * width : (i + 1) * width].decode().strip().split(":")[-1] for i in range(count)]
        if offset == 0:
            break
        at = offset_at + offset
    raise ValueError("no labels")


for path in sys.argv[1:]:
    with open(path, "rb") as file:
        header = file.read(512)
        count, first, last = struct.unpack_from("<H", header, 2)[0], *struct.unpack_from("<HH", header, 6)
        data_at, rate_hz = 512 * (struct.unpack_from("<H", header, 16)[0] - 1), struct.unpack_from("<f", header, 20)[0]
        labels = labels_of(file.read(data_at - 512))
        frames = np.fromfile(file, "<f4", (last - first + 1) * count * 4).reshape(-1, count, 4)
    places = [labels.index(label) for label in NEEDED]
    analyse(frames[:, places, :3].astype(np.float64), rate_hz)
