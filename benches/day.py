#!/usr/bin/env python3
"""Makes a long recording of sensors from a short synthetic one.

    hipdrop synth --pattern uncompensated --magnitude 8 --strides 24 --realistic --sensors lower-back -o made
    python3 benches/day.py made/uncompensated-right-1.csv 24 day.csv
    /usr/bin/time -v hipdrop analyze day.csv --no-report --out out

The walk (with its quiet standing) comes every five minutes; between the walks the sensor sits, leaning
back by 35 degrees, and fidgets a little.
"""
import math
import random
import sys

EVERY_S = 300


def main(base: str, hours: str, out: str) -> None:
    with open(base) as file:
        header, *rows = file.read().splitlines()
    rows = [row.split(",", 2)[2] for row in rows]
    cells = [float(cell) for cell in rows[100].split(",")]
    rate = 100
    make = random.Random(1)
    lean = math.radians(35)
    sitting = []
    for _ in range(1000):
        turned = []
        for at in range(0, len(cells), 6):
            x, y, z = cells[at : at + 3]
            # about the second axis, and noise
            acc = [x * math.cos(lean) + z * math.sin(lean), y, z * math.cos(lean) - x * math.sin(lean)]
            turned += [f"{a + make.gauss(0, 0.05):.4f}" for a in acc]
            turned += [f"{make.gauss(0, 0.01):.5f}" for _ in range(3)]
        sitting.append(",".join(turned))
    frames = int(float(hours) * 3600 * rate)
    with open(out, "w") as file:
        print(header, file=file)
        for frame in range(frames):
            at = frame % (EVERY_S * rate)
            values = rows[at] if at < len(rows) else sitting[at % len(sitting)]
            file.write(f"{frame + 1},{frame / rate:.2f},{values}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
