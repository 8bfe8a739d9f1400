"""Recordings on a Dask cluster: a laptop, or Slurm, PBS, LSF, SGE through dask-jobqueue."""

from itertools import islice

from . import _engine

# Tasks that the scheduler knows of at a time, for each thread of the cluster: it stays small for any archive.
AHEAD = 20


def analyze(
    client,
    paths,
    out,
    *,
    settings=None,
    rate_hz=None,
    landmarks=None,
    subjects=None,
    norms=None,
    subject=None,
    static=None,
    storage_options=None,
    on_result=None,
):
    """Analyse every recording under ``paths`` on the workers of ``client``; the study is the folder ``out``.

    Paths travel, recordings do not: the workers must reach ``paths`` and ``out`` under the same names (a shared file system, or
    addresses such as ``s3://bucket/archive`` through fsspec). A recording that fails is a row; a task whose worker dies is run again
    elsewhere, and becomes a row when its workers die again and again. What an earlier run has written into ``out`` and still stands
    is not analysed again.

    Parameters
    ----------
    client : dask.distributed.Client
    paths : path, address, or list of them
        Files and folders, as for ``hipdrop analyze``.
    out : path or address
        Folder of the results: Parquet files partitioned by subject. ``hipdrop report`` and ``hipdrop export`` take it as a study.
    settings, rate_hz, landmarks, subjects, norms, subject, static
        As for :func:`hipdrop.analyze`, for all recordings.
    storage_options : dict, optional
        What fsspec needs for ``paths`` and ``out``.
    on_result : callable, optional
        Called with every summary as it arrives, in any order.

    Returns
    -------
    list of dict
        One summary per recording, sorted by name: ``recording``, ``subject``, ``session``, ``status``, ``reason``, ``strides`` (used),
        ``file``, ``reused``, ``seconds`` (on the worker), ``worker``.
    """
    from dask.distributed import as_completed

    job, tasks = _engine.prepare(
        paths,
        out,
        storage_options or {},
        settings=settings,
        rate_hz=rate_hz,
        landmarks=landmarks,
        subjects=subjects,
        norms=norms,
        subject=subject,
        events=None,
        static=static,
    )
    # a task of its own, so that it is made again when the worker that holds it dies
    shared = client.submit(_engine.Job, job.steering, job.out, job.storage_options, pure=False)
    waiting = iter(tasks)
    known = {}

    def submit(task):
        future = client.submit(_engine.work, shared, task, pure=False)
        known[future.key] = task
        return future

    threads = max(1, sum(client.nthreads().values()))
    arriving = as_completed([submit(task) for task in islice(waiting, AHEAD * threads)])
    summaries = []
    for future in arriving:
        task = known.pop(future.key)
        error = future.exception()
        summary = future.result() if error is None else _engine.lost(job, task, error)
        future.release()
        summaries.append(summary)
        if on_result is not None:
            on_result(summary)
        for task in islice(waiting, 1):
            arriving.add(submit(task))
    return _engine.finish(job, summaries)
