#!/usr/bin/env python3
"""Samples per second of the orientation filter: hipdrop beside the authors' C++.

    pip install vqf numpy
    taskset -c 0 python3 benches/peers/vqf.py

CPU time of the fastest of ten runs, both on one thread; with `taskset`, on one core. Without the package only hipdrop is measured.
"""
import subprocess
import time


def hipdrop():
    run = subprocess.run(
        ["cargo", "bench", "--quiet", "--bench", "orientation"], capture_output=True, text=True, check=True
    )
    return run.stdout.splitlines()


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
            start = time.process_time()
            run()
            times.append(time.process_time() - start)
        return n / min(times) / 1e6

    return {
        "online": best(lambda: VQF(1 / rate).updateBatch(gyr, acc)),
        "offline": best(lambda: offlineVQF(gyr, acc, None, 1 / rate)),
    }


print(f"{'million samples per second of CPU time':44}")
for line in hipdrop():
    print(f"hipdrop  {line}")
try:
    for name, value in reference().items():
        print(f"vqf C++  {name:40} {value:6.2f}")
except ImportError:
    print("vqf C++  not installed: pip install vqf numpy")
