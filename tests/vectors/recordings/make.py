"""Expected shape of every file under ../shared/recordings, without hipdrop.

C3D: ezc3d 1.7.2, except the files it refuses or misreads (WRONG_IN_EZC3D below), whose values come
from their header blocks and lengths. Texts: read off their own header rows and data rows here.
What is refused stands in REFUSED with a part of the message. Rows that this script cannot tell
are not written. Run by hand: python3 make.py > expected.csv
"""

import csv
import os
import re
import sys

import ezc3d

ROOT = os.path.join(os.path.dirname(__file__), "../../../../shared/recordings")

# frames, rate, first frame, points; worked out from header words 2, 4, 5, 11 and the file's length
WRONG_IN_EZC3D = {
    "btk-badParameterOffset.c3d": (111, 250.0, 1, 41),
    "c3dorg01-Eb015si.c3d": (450, 50.0, 1, 26),
    "c3dorg01-Eb015sr.c3d": (450, 50.0, 1, 26),
    "c3dorg02-sgi_int.c3d": (89, 50.0, 1, 36),
    "c3dorg02-sgi_real.c3d": (89, 50.0, 1, 36),
    "c3dorg06-MACsample.c3d": (180, 60.0, 1, 33),
    "c3dorg13-Dance.c3d": (499, 65.0533447265625, 1, 40),
    "c3dorg18-bad_parameter_section.c3d": (332, 120.0, 1, 45),
    "c3dorg20-phasespace_sample.c3d": (701, 30.0, 1, 40),
    "c3dorg22-BKINtechnologies.c3d": (5065, 1000.0, 1, 2),
    # laid out for the header's 11 points; POINT:USED says 12
    "c3dorg27-kyowadengyo.c3d": (152, 60.0, 33, 11),
    "short-copy.c3d": (151, 60.0, 1, 49),
}

REFUSED = {
    "btk-Empty.c3d": "the file is empty",
    "simple.c3d": "processor type 0",
    "btk-Empty.trc": "the file is empty",
    "btk-Truncated.trc": "the header ends here",
    "btk-10002-20130626160334-Unnamed.trc": "no marker names",
    "orientation_quats.sto": "an OpenSim table of `quaternion`",
    "MANIFEST.csv": "no marker with x, y and z",
    "events.csv": "no marker with x, y and z",
    "single_support.csv": "no marker with x, y and z",
    # pixels of a camera: two coordinates per point
    "debug.csv": "no marker with x, y and z",
    "result.csv": "no marker with x, y and z",
    "resultado.csv": "no marker with x, y and z",
    "sample_3_nan_windows.csv": "no marker with x, y and z",
    "sample_3_output.csv": "no marker with x, y and z",
    "myIMUMappings.xml": "an XML file",
}


def lines_of(path):
    return open(path, encoding="utf-8-sig", errors="replace").read().splitlines()


def some(labels):
    """First, middle and last of the labels that occur once."""
    once = [l for l in labels if l and labels.count(l) == 1]
    return "|".join(dict.fromkeys([once[0], once[len(once) // 2], once[-1]])) if once else ""


def raw_labels(data, points):
    """POINT:LABELS where the name stands in the bytes: dimensions are single bytes on every machine.
    Before the name stands the number of the group, which the group's own record has negative."""
    groups = (m.start() for m in re.finditer(b"(?i)point", data))
    group = next((256 - data[at - 1] for at in groups if data[at - 2] == 5 and data[at - 1] > 127), 0)
    for at in (m.start() for m in re.finditer(b"LABELS", data)):
        kind, count = data[at + 8], data[at + 9]
        length, number = data[at + 10], data[at + 11]
        if data[at - 1] == group and kind == 0xFF and count == 2 and number >= points:
            text = data[at + 12 : at + 12 + length * number]
            texts = [text[i * length : (i + 1) * length] for i in range(points)]
            return [t.decode("latin-1").strip() for t in texts]
    return []


def c3d(path):
    name = os.path.basename(path)
    labels = []
    try:
        file = ezc3d.c3d(path)
        point = file["parameters"]["POINT"]
        for key in ["LABELS", "LABELS2", "LABELS3"]:
            if key in point:
                labels += [l.strip() for l in point[key]["value"]]
        header = file["header"]["points"]
        shape = (
            file["data"]["points"].shape[2],
            point["RATE"]["value"][0],
            header["first_frame"] + 1,
            file["data"]["points"].shape[1],
        )
    except Exception:
        shape = None
    shape = WRONG_IN_EZC3D.get(name, shape)
    frames, rate, first, points = shape
    if name in WRONG_IN_EZC3D:
        labels = raw_labels(open(path, "rb").read(), points)
    return "c3d", frames, rate, first, points, some(labels[:points])


def trc(path):
    lines = lines_of(path)
    delimiter = "," if lines[1].count(",") > lines[1].count("\t") else "\t"
    names = [c.strip() for c in lines[3].split(delimiter)[2:] if c.strip()]
    rows = [l.split(delimiter) for l in lines[4:]]
    rows = [r for r in rows if re.fullmatch(r"\s*\d+\s*", r[0] or "")]
    times = [float(r[1]) for r in rows]
    steps = sorted(b - a for a, b in zip(times, times[1:]))
    by_time = 1 / steps[len(steps) // 2]
    declared = float(lines[2].replace(delimiter, " ").split()[0])
    # times rounded to three decimals cannot tell 60 from 58.8 Hz
    rate = declared if abs(by_time - declared) < 0.1 * declared else round(by_time, 3)
    return "trc", len(rows), rate, int(rows[0][0]), len(names), some(names)


def nexus(path):
    lines = [l.split(",") for l in lines_of(path)]
    titles = [i for i, l in enumerate(lines) if l[0].lower() in ("trajectories", "model outputs")]
    points, labels, shape = 0, [], None
    for at in titles:
        rate = float(lines[at + 1][0])
        own = [c for c in lines[at + 2] if c.strip()]
        data = [l for l in lines[at + 3 :] if l[0].strip().isdigit()]
        first = int(data[0][0])
        labels += own
        points += len(own)
        shape = shape or (len(data), rate, first)
    return ("nexus-csv", *shape, points, some(labels))


def opensim(path):
    lines = lines_of(path)
    at = next(i for i, l in enumerate(lines) if l.startswith("endheader"))
    split = lambda l: re.split(r"[,\t ]+", l.strip())
    at += next(i for i, l in enumerate(lines[at:]) if l.strip().lower().startswith("time"))
    names = split(lines[at])[1:]
    times = [float(split(l)[0]) for l in lines[at + 1 :] if l.strip()]
    rate = round((len(times) - 1) / (times[-1] - times[0]), 2)
    return "opensim", len(times), rate, round(times[0] * rate) + 1, len(names), some(names)


def packets(rows, rate):
    """First and last packet counter give the number of samples, lost ones included."""
    counts = [int(float(r[0])) for r in rows]
    return (counts[-1] - counts[0]) % 65536 + 1, rate, 1


def inertial(path):
    lines = lines_of(path)
    if "apdm_format7" in path:
        at, delimiter, kind = 3, ",", "apdm"
        names = [c for c in lines[0].split(",")[1:] if re.search("[A-Za-z]", c)]
        rows = [l.split(",") for l in lines[at:] if l.strip()]
        step = (int(rows[-1][0]) - int(rows[0][0])) / (len(rows) - 1) / 1e6
        return kind, len(rows), round(1 / step), 1, len(names), "|".join(names[:3])
    if "imuData01" in path:
        names = list(dict.fromkeys(c.split("/")[0] for c in lines[2].split(",")[1:] if "/" in c))
        rows = [l for l in lines[4:] if l.strip()]
        rate = float(lines[1].split(",")[1])
        first = round(float(rows[0].split(",")[0]) * rate) + 1
        return "apdm", len(rows), rate, first, len(names), "|".join(names)
    if path.endswith("qmt-walk.csv"):
        at = next(i for i, l in enumerate(lines) if l and not l.startswith("#"))
        names = re.split("[,;\t]", lines[at])
        time = next((i for i, n in enumerate(names) if n.strip().lower() in ("t", "time", "time_s")), None)
        rows = [re.split("[,;\t]", l) for l in lines[at + 1 :] if l.strip()]
        rate, first = "", ""
        if time is not None:
            times = [float(r[time]) for r in rows]
            rate = round((len(times) - 1) / (times[-1] - times[0]), 3)
            first = round(times[0] * rate) + 1
        return "imu-csv", len(rows), rate, first, "", ""
    at = next(i for i, l in enumerate(lines) if l.startswith("PacketCounter"))
    delimiter = next(d for d in [",", ";", "\t", " "] if d in lines[at])
    rows = [l.split(delimiter) for l in lines[at + 1 :] if l.strip()]
    header = "\n".join(lines[:at])
    said = re.search(r"(?:Update Rate: |OutputRate:,)([\d.]+)", header)
    if not said:
        return None
    kind = "xsens-dot" if "DeviceTag" in header else "xsens-mt"
    return (kind, *packets(rows, float(said.group(1))), 1, "")


def main():
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow("file,format,frames,rate_hz,first_frame,series,some_labels,refused".split(","))
    for folder, _, files in sorted(os.walk(ROOT)):
        for name in sorted(files):
            path = os.path.join(folder, name)
            shown = os.path.relpath(path, ROOT)
            head = open(path, "rb").read(64)
            if name in REFUSED:
                row = ("", "", "", "", "", "", REFUSED[name])
            elif "schwartz2008" in path:
                row = ("", "", "", "", "", "", "no row of column names")
            else:
                if name.lower().endswith(".c3d"):
                    row = c3d(path)
                elif name.endswith(".trc"):
                    row = trc(path)
                elif b"/imu/" in path.encode():
                    row = inertial(path)
                elif "vicon-nexus" in name:
                    row = nexus(path)
                else:
                    row = opensim(path)
                # exports of sensors without a rate need --rate
                row = (*row, "") if row else ("", "", "", "", "", "", "neither a time column nor a rate")
            out.writerow((shown, *row))


main()
