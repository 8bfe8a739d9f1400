#!/usr/bin/env python3
"""Vectors for the orientation filter, made with the authors' implementation.

    pip install vqf==2.1.2 numpy
    python3 tests/vectors/vqf/make.py

Writes NAME.bin beside this file for every case below (little endian):
    u32 samples n, u32 stride s, f64 rate_hz, f64 gyr_step (rad/s), f64 acc_step (m/s^2)
    i16 [n][6]          gyr x y z, acc x y z, in units of the steps
    f64 [ceil(n/s)][4]  online quaternion of samples 0, s, 2s, ...
    f64 [ceil(n/s)][3]  online bias, rad/s
    f64 [ceil(n/s)][4]  offline quaternion
    f64 [ceil(n/s)][3]  offline bias
    u8  [n]             bit 0 at rest online, bit 1 offline
Online: VQF.updateBatch, offline: offlineVQF; default parameters, no magnetometer.
"""
import pathlib
import struct

import numpy as np
from vqf import VQF, offlineVQF

GYR_STEP, ACC_STEP, STRIDE = 1e-3, 5e-3, 10
HERE = pathlib.Path(__file__).parent


def smooth(rng, n, rate, cutoff):
    """Noise below `cutoff` Hz, RMS 1."""
    spectrum = np.fft.rfft(rng.standard_normal((n, 3)), axis=0)
    spectrum[np.fft.rfftfreq(n, 1 / rate) > cutoff] = 0
    x = np.fft.irfft(spectrum, n, axis=0)
    return x / x.std()


def case(seed, rate, seconds, speed, acceleration, bias, gravity, rests):
    """Tumbling sensor: angular velocity RMS `speed`, `rests` = stretches (from, to) in seconds."""
    rng = np.random.default_rng(seed)
    n = int(rate * seconds)
    t = np.arange(n) / rate
    moving = np.ones(n)
    for start, end in rests:
        moving[(t >= start) & (t < end)] = 0
    width = max(int(0.3 * rate), 1)
    moving = np.convolve(moving, np.ones(width) / width, mode="same")[:, None]
    gyr = speed * smooth(rng, n, rate, 2.0) * moving
    # the true gravity in the sensor, so that the filter has something to hold on to
    g = np.empty((n, 3))
    v = np.array(gravity, float) / np.linalg.norm(gravity) * 9.81
    for i in range(n):
        w = gyr[i] / rate
        angle = np.linalg.norm(w)
        if angle > 0:
            k = -w / angle
            v = v * np.cos(angle) + np.cross(k, v) * np.sin(angle) + k * (k @ v) * (1 - np.cos(angle))
        g[i] = v
    acc = g + acceleration * smooth(rng, n, rate, 4.0) * moving
    gyr = gyr + np.radians(bias) + np.radians(0.1) * rng.standard_normal((n, 3))
    acc = acc + 0.05 * rng.standard_normal((n, 3))
    quantised = lambda x, step: np.clip(np.round(x / step), -32767, 32767).astype("<i2")
    return rate, quantised(gyr, GYR_STEP), quantised(acc, ACC_STEP)


CASES = {
    # rest, motion, rest, motion
    "walk": case(1, 100.0, 25.0, 1.0, 2.0, [0.4, -0.3, 0.2], [9.5, 0.5, -2.0], [(0, 6), (15, 18)]),
    # never at rest, fast, slow sampling, begins upside down
    "fast": case(2, 50.0, 30.0, 8.0, 4.0, [-0.5, 0.1, 0.6], [0.0, 0.0, -9.81], []),
    # bias beyond what the filter believes, high rate
    "drift": case(3, 200.0, 12.0, 0.5, 1.0, [2.5, -1.0, 0.0], [0.0, -9.81, 0.3], [(3, 7)]),
}


def write(name, rate, gyr_counts, acc_counts):
    gyr = np.ascontiguousarray(gyr_counts.astype(float) * GYR_STEP)
    acc = np.ascontiguousarray(acc_counts.astype(float) * ACC_STEP)
    online = VQF(1 / rate).updateBatchFullState(gyr, acc)
    offline = offlineVQF(gyr, acc, None, 1 / rate)
    n = len(gyr)
    with open(HERE / f"{name}.bin", "wb") as out:
        out.write(struct.pack("<IIddd", n, STRIDE, rate, GYR_STEP, ACC_STEP))
        out.write(np.hstack([gyr_counts, acc_counts]).astype("<i2").tobytes())
        for values in (online["quat6D"], online["bias"], offline["quat6D"], offline["bias"]):
            out.write(values[::STRIDE].astype("<f8").tobytes())
        flags = online["restDetected"].astype("u1").ravel() | (offline["restDetected"].astype("u1").ravel() << 1)
        out.write(flags.tobytes())
    print(f"{name}: {n} samples, at rest {online['restDetected'].mean():.2f}")


for name, (rate, gyr, acc) in CASES.items():
    write(name, rate, gyr, acc)
