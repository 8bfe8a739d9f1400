"""The GIL is released while computing: shown by what runs meanwhile, not by the clock."""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import hipdrop
import numpy as np
import pytest


@pytest.fixture
def no_forced_switches():
    """Python hands the interpreter over only where it is given up."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1000.0)
    yield
    sys.setswitchinterval(before)


@pytest.fixture(scope="module")
def long_walk():
    recording, _ = hipdrop.synth("healthy", strides=40, rate_hz=100.0, treadmill=True)
    return recording


def interleaved(work, turns=6):
    """Whether one of two threads entered `work` while the other was inside."""
    log = []
    together = threading.Barrier(2)

    def run(name):
        together.wait()
        for _ in range(turns):
            log.append((name, "in"))
            work()
            log.append((name, "out"))

    threads = [threading.Thread(target=run, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    inside = set()
    for name, what in log:
        if what == "in":
            inside.add(name)
            if len(inside) == 2:
                return True
        else:
            inside.discard(name)
    return False


def test_work_that_keeps_the_interpreter_does_not_interleave(no_forced_switches):
    """The measure can tell: pure Python is never entered twice here."""
    assert not interleaved(lambda: sum(range(200_000)))


def test_two_analyses_run_at_a_time(no_forced_switches, long_walk):
    assert interleaved(lambda: hipdrop.analyze(long_walk))


def test_reading_tables_and_synth_let_others_run(no_forced_switches, long_walk, walk):
    content = walk.read_bytes()
    analysis = hipdrop.analyze(long_walk)
    assert interleaved(lambda: hipdrop.read(content))
    assert interleaved(lambda: analysis.curves)
    assert interleaved(lambda: hipdrop.synth("healthy", strides=8))


def test_many_threads_find_the_same(walk):
    content = walk.read_bytes()
    expected = hipdrop.analyze(content).strides["drop_ss_deg"]
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: hipdrop.analyze(content).strides["drop_ss_deg"], range(16)):
            np.testing.assert_array_equal(found, expected)


def test_one_analysis_is_used_by_many_threads(analysis):
    def look(_):
        return analysis.angle_series["pelvis_obliquity_deg"].ctypes.data, len(analysis.angles)

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(look, range(32)))) == 1
