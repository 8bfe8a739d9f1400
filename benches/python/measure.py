"""Called by benches/python/run: the program, the archive, a folder for results."""

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import hipdrop

program, archive, work = sys.argv[1:]
paths = sorted(Path(archive).glob("*.c3d"))
count = len(paths)


def line(name, seconds, note=""):
    print(f"{name:62} {1e3 * seconds:7.2f} ms per recording {1 / seconds:7.0f} per second  {note}", flush=True)


def fastest(run, turns=3):
    """CPU seconds per recording of the fastest turn of this process, after one that is not counted."""
    run(paths[:10])
    times = []
    for _ in range(turns):
        start = time.process_time()
        run(paths)
        times.append(time.process_time() - start)
    return min(times) / count


def command(*arguments):
    """The same of the command line; the fastest of three."""
    times = []
    for turn in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        out = ["--out", f"{work}/study-{turn}"] if arguments[0] == "analyze" else []
        subprocess.run([program, *arguments, *out, "--quiet"], check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(times) / count


print(f"{count} recordings of {paths[0].stat().st_size / 1e6:.2f} MB, load {os.getloadavg()[0]:.1f}")


def analyses(paths):
    for path in paths:
        hipdrop.analyze(path)


def tables(paths):
    for path in paths:
        analysis = hipdrop.analyze(path)
        analysis.recordings, analysis.limbs, analysis.strides, analysis.curves


whole = command("analyze", archive, "--no-report", "--jobs", "1")
line("command line: analyze --no-report --jobs 1, store and tables", whole)
rust = float(os.environ.get("RUST_SECONDS", "nan"))
alone = fastest(analyses)
line("Python, in process: analyze", alone)
line("Python, in process: analyze and the tables", fastest(tables), "(no store)")

from concurrent.futures import ThreadPoolExecutor

for threads in (1, 2):
    with ThreadPoolExecutor(threads) as pool:
        start, cpu = time.perf_counter(), time.process_time()
        list(pool.map(hipdrop.analyze, paths))
        wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    line(f"Python, {threads} thread{'s' * (threads > 1)}, by the clock", wall / count, f"{cpu / wall:.2f} processors busy")


def engine(name, run):
    run(paths[:10], f"{work}/{name}-warm")
    start = time.perf_counter()
    summaries = run(paths, f"{work}/{name}")
    wall = (time.perf_counter() - start) / count
    task = sum(summary["seconds"] for summary in summaries) / count
    line(f"{name}, one worker, by the clock", wall, f"of it the task {1e3 * task:.2f} ms, the engine {1e3 * (wall - task):.2f} ms")


def strings(paths):
    return [str(path) for path in paths]


if __name__ == "__main__":
    import hipdrop.dask
    import hipdrop.ray
    import ray
    from dask.distributed import Client, LocalCluster

    with LocalCluster(n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None) as cluster, Client(cluster) as client:
        engine("Dask", lambda paths, out: hipdrop.dask.analyze(client, strings(paths), out))
    ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False)
    engine("Ray", lambda paths, out: hipdrop.ray.analyze(strings(paths), out))
    ray.shutdown()
