#!/usr/bin/env python3
"""Samples per second of the orientation filter: hipdrop beside the authors' C++.

    pip install vqf numpy
    taskset -c 0 python3 benches/peers/vqf.py

Both on one thread; with `taskset`, on one core. Without the package only hipdrop is measured.
"""
import re
import subprocess
import time


def hipdrop():
    run = subprocess.run(
        ["cargo", "bench", "--quiet", "--bench", "orientation"], capture_output=True, text=True, check=True
    )
    rates = {}
    name = None
    scale = {"elem/s": 1e-6, "Kelem/s": 1e-3, "Melem/s": 1.0, "Gelem/s": 1e3}
    for line in run.stdout.splitlines():
        if match := re.match(r"vqf/(.+?)\s*(time:.*)?$", line):
            name = match[1].strip()
        if match := re.search(r"thrpt:\s+\[\S+ \S+ (\S+) (\S+) ", line):
            rates[name] = float(match[1]) * scale[match[2]]
    return rates


def reference():
    import numpy as np
    from vqf import VQF, offlineVQF

    n, rate = 60_000, 100.0
    t = np.arange(n) / rate
    walks = ((t / 60).astype(int) % 2 == 0)[:, None]
    wave = lambda amplitude, hz: amplitude * np.sin(2 * np.pi * np.outer(t, hz))
    gyr = np.ascontiguousarray(0.005 + walks * wave(1.5, [0.9, 1.0, 1.1]))
    acc = np.ascontiguousarray(np.array([9.3, 0.5, -2.9]) + walks * wave(2.0, [2.0, 2.1, 2.2]))

    def best(run):
        times = []
        for _ in range(10):
            start = time.perf_counter()
            run()
            times.append(time.perf_counter() - start)
        return n / min(times) / 1e6

    return {
        "online": best(lambda: VQF(1 / rate).updateBatch(gyr, acc)),
        "offline": best(lambda: offlineVQF(gyr, acc, None, 1 / rate)),
    }


print(f"{'million samples per second':44}")
for name, value in hipdrop().items():
    print(f"hipdrop  {name:40} {value:6.2f}")
try:
    for name, value in reference().items():
        print(f"vqf C++  {name:40} {value:6.2f}")
except ImportError:
    print("vqf C++  not installed: pip install vqf numpy")
