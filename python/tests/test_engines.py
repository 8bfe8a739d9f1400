"""Dask and Ray give the tables of `hipdrop analyze`, also when workers die."""

import filecmp
import json
import os
import shutil
import signal
from pathlib import Path

import hipdrop
import polars as pl
import pytest

TABLES = ["recordings", "limbs", "sessions", "strides", "curves"]
RECORDINGS = 200
BROKEN = 5


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """200 recordings of 20 subjects: walks, standing trials, copies, and five that cannot be read."""
    root = tmp_path_factory.mktemp("archive")
    patterns = ["healthy", "uncompensated", "compensated", "mixed", "hip-hike"]
    for number in range(20):
        folder = root / f"P{number:02}" / "pre"
        folder.mkdir(parents=True)
        common = dict(pattern=patterns[number % 5], seed=number + 1, strides=2, realistic=True, subject=f"P{number:02}")
        hipdrop.synth(**common, standing_s=1.0)[0].write(folder / "standing.c3d")
        for trial in range(1, 9):
            recording, _ = hipdrop.synth(**common, trial=trial)
            recording.write(folder / f"walk-{trial}.c3d")
        shutil.copy(folder / "walk-1.c3d", folder / "a copy of walk-1 ü.c3d")
    first = root / "P00" / "pre"
    (first / "walk-2.c3d").write_bytes(b"garbage")
    (first / "walk-3.c3d").write_bytes(b"")
    (first / "walk-4.c3d").write_bytes((first / "walk-1.c3d").read_bytes()[:700])
    (root / "P01" / "pre" / "walk-5.c3d").write_bytes(bytes(range(256)) * 40)
    (root / "P02" / "pre" / "walk-6.c3d").write_bytes(b"\x1f\x8b" + b"damaged")
    (root / "notes.txt").write_text("no recording\n")
    assert len(list(root.rglob("*.c3d"))) == RECORDINGS
    return root


@pytest.fixture(scope="module")
def expected(archive, cli, tmp_path_factory):
    """The study that the command line makes of it."""
    study = tmp_path_factory.mktemp("expected") / "study"
    cli("analyze", archive, "--out", study, "--quiet", code=1)
    return study


def assert_same_study(out, expected, cli, tmp_path):
    """Report and tables are those of the command line, byte for byte."""
    cli("export", out, "--to", "csv", "-o", tmp_path / "tables", "--quiet")
    for name in TABLES:
        assert (tmp_path / "tables" / f"{name}.csv").read_bytes() == (expected / f"{name}.csv").read_bytes(), name
    cli("report", out, "-o", tmp_path / "pages", "--quiet")
    assert same_files(tmp_path / "pages", expected / "report") > RECORDINGS


def same_files(one, other):
    """The number of files below two folders, which must be the same."""
    names = sorted(path.relative_to(one) for path in one.rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(other) for path in other.rglob("*") if path.is_file())
    _, different, unread = filecmp.cmpfiles(one, other, names, shallow=False)
    assert not different and not unread
    return len(names)


def assert_summaries(summaries):
    assert len(summaries) == RECORDINGS
    failed = [summary for summary in summaries if summary["status"] == "failed"]
    assert len(failed) >= BROKEN - 1, "a recording that is cut off may still be readable"
    assert all(summary["reason"] for summary in failed)
    assert sum(summary["status"] == "standing" for summary in summaries) == 20
    assert [summary["recording"] for summary in summaries] == sorted(summary["recording"] for summary in summaries)


class Killer:
    """Kills the worker of the thirtieth result, which is in the midst of another task."""

    def __init__(self):
        self.results = 0
        self.killed = None

    def __call__(self, summary):
        self.results += 1
        if self.results == 30:
            self.killed = int(summary["worker"].rsplit(":", 1)[1])
            assert self.killed != os.getpid()
            os.kill(self.killed, signal.SIGKILL)


def assert_killed(killer, summaries):
    assert killer.results == RECORDINGS
    assert killer.killed is not None
    workers = {summary["worker"] for summary in summaries}
    assert len(workers) >= 2, "others took over"


@pytest.fixture(scope="module")
def client():
    from dask.distributed import Client, LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        with Client(cluster) as client:
            yield client


def test_dask_with_a_worker_killed(client, archive, expected, cli, tmp_path):
    import hipdrop.dask

    killer, out = Killer(), tmp_path / "out"
    summaries = hipdrop.dask.analyze(client, archive, out, on_result=killer)
    assert_killed(killer, summaries)
    assert_summaries(summaries)
    assert_same_study(out, expected, cli, tmp_path)
    assert not [path for path in out.rglob("*") if path.name.startswith(".")], "nothing half-written is left"
    # the same again: nothing is analysed, nothing changes
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    again = hipdrop.dask.analyze(client, archive, out)
    assert sum(summary["reused"] for summary in again) >= RECORDINGS - 1
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_dask_mirrors_paths_and_settings(client, archive, cli, tmp_path):
    import hipdrop.dask

    out, some = tmp_path / "out", [archive / "P03", archive / "P04"]
    hipdrop.dask.analyze(client, some, out)
    first = {path.name for path in out.rglob("*.parquet")}
    assert len(first) == 20
    # fewer recordings, other settings: no file of the first run is left
    settings = tmp_path / "settings.toml"
    settings.write_text("[signal]\ncutoff_hz = 8.0\n")
    summaries = hipdrop.dask.analyze(client, archive / "P03", out, settings=settings)
    assert len(summaries) == 10 and not any(summary["reused"] for summary in summaries)
    assert not first & {path.name for path in out.rglob("*.parquet")}
    cli("analyze", archive / "P03", "--config", settings, "--out", tmp_path / "study", "--no-report", "--quiet")
    cli("export", out, "-o", tmp_path / "tables", "--quiet")
    for name in TABLES:
        assert (tmp_path / "tables" / f"{name}.csv").read_bytes() == (tmp_path / "study" / f"{name}.csv").read_bytes()


def test_addresses_give_what_paths_give(client, archive, expected, cli, tmp_path):
    """Through fsspec: the recordings are listed, read and written by its file systems."""
    import hipdrop.dask

    summaries = hipdrop.dask.analyze(client, f"file://{archive}", f"file://{tmp_path}/out")
    assert_summaries(summaries)
    cli("export", tmp_path / "out", "-o", tmp_path / "tables", "--quiet")
    for name in TABLES:
        assert (tmp_path / "tables" / f"{name}.csv").read_bytes() == (expected / f"{name}.csv").read_bytes(), name


def test_the_folder_is_a_data_set(client, archive, tmp_path):
    import hipdrop.dask

    out = tmp_path / "out"
    hipdrop.dask.analyze(client, [archive / "P05", archive / "P06"], out)
    strides = pl.read_parquet(out / "strides", hive_partitioning=True)
    assert set(strides["subject"]) == {"P05", "P06"}
    assert strides["drop_ss_deg"].dtype == pl.Float64
    assert (out / "strides" / "subject=P05").is_dir()


def test_a_static_trial_and_a_subjects_table(client, archive, cli, tmp_path):
    import hipdrop.dask

    subjects = tmp_path / "subjects.csv"
    subjects.write_text("subject,condition,aid\nP07,shod,cane\n")
    options = dict(static=archive / "P07/pre/standing.c3d", subjects=subjects)
    hipdrop.dask.analyze(client, archive / "P07", tmp_path / "out", **options)
    flags = [part for name, value in options.items() for part in (f"--{name}", value)]
    cli("analyze", archive / "P07", "--out", tmp_path / "study", "--no-report", "--quiet", *flags)
    cli("export", tmp_path / "out", "-o", tmp_path / "tables", "--quiet")
    for name in TABLES:
        assert (tmp_path / "tables" / f"{name}.csv").read_bytes() == (tmp_path / "study" / f"{name}.csv").read_bytes()


def test_a_recording_that_kills_every_worker_is_a_row(client, archive, cli, tmp_path, monkeypatch):
    import hipdrop.dask
    from hipdrop import _engine

    monkeypatch.setattr(_engine, "work", kills_its_process)
    summaries = hipdrop.dask.analyze(client, archive / "P08", tmp_path / "out")
    by_name = {Path(summary["recording"]).name: summary for summary in summaries}
    assert len(by_name) == 10
    assert by_name["walk-3.c3d"]["status"] == "failed"
    assert "KilledWorker" in by_name["walk-3.c3d"]["reason"]
    assert by_name["walk-1.c3d"]["status"] in ("analysed", "insufficient")
    cli("export", tmp_path / "out", "-o", tmp_path / "tables", "--quiet")
    assert "the worker that analysed it was lost" in (tmp_path / "tables" / "recordings.csv").read_text()


def kills_its_process(job, task):
    if "walk-3" in task.place[1]:
        os.kill(os.getpid(), signal.SIGKILL)
    from hipdrop._engine import Files, _hipdrop, _written, made

    name, files = _hipdrop.analyze_part(task.place, None, made(job.steering), [])
    return _written(Files(job.out, {}), name, files, 0.0)


def test_what_is_wrong_is_said_before_anything_runs(client, archive, cli, tmp_path):
    import hipdrop.dask

    for arguments, error, text in [
        (dict(paths=tmp_path / "nothing"), hipdrop.ReadError, "nothing"),
        (dict(paths=[]), ValueError, "no paths"),
        (dict(paths=[archive, "s3://bucket/x"]), ValueError, "either local paths"),
        (dict(settings={"signal": {"cut": 1}}), hipdrop.SettingsError, "cut"),
        (dict(out=archive), hipdrop.HipdropError, "holds no study"),
        (dict(subjects=tmp_path / "none.csv"), hipdrop.SettingsError, "cannot be read"),
    ]:
        with pytest.raises(error, match=text):
            hipdrop.dask.analyze(client, **{"paths": archive / "P03", "out": tmp_path / "out", **arguments})
    assert not (tmp_path / "out").exists()
    (tmp_path / "unfinished" / "recordings").mkdir(parents=True)
    assert "not finished" in cli("export", tmp_path / "unfinished", code=2)
    assert "Parquet" in cli("merge", tmp_path / "unfinished", "-o", tmp_path / "merged", code=2)


def test_a_damaged_folder_is_named(client, archive, cli, tmp_path):
    import hipdrop.dask

    out = tmp_path / "out"
    hipdrop.dask.analyze(client, archive / "P09", out)
    one = next((out / "strides").rglob("*.parquet"))
    one.unlink()
    assert one.name in cli("report", out, code=2)
    # where the file of the recording is, the other was: both go, and the run completes the folder
    next((out / "recordings").rglob(one.name)).unlink()
    hipdrop.dask.analyze(client, archive / "P09", out)
    assert one.exists()
    manifest = json.loads((out / "hipdrop.json").read_text())
    assert len(manifest["files"]) == 10


def test_ray_with_a_worker_killed(archive, expected, cli, tmp_path):
    import hipdrop.ray
    import ray

    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="error")
    try:
        killer, out = Killer(), tmp_path / "out"
        summaries = hipdrop.ray.analyze(archive, out, on_result=killer)
    finally:
        ray.shutdown()
    assert_killed(killer, summaries)
    assert_summaries(summaries)
    assert_same_study(out, expected, cli, tmp_path)
