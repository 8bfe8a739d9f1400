"""Recordings on a Ray cluster: a laptop, clouds, Kubernetes through KubeRay."""

from itertools import islice

from . import _engine

# Tasks that Ray knows of at a time, for each processor of the cluster: the driver stays small for any archive.
AHEAD = 20

# How often a task is run again when its worker dies.
RETRIES = 3


def analyze(
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
    """Analyse every recording under ``paths`` on the Ray cluster that this process is connected to; without one, on this machine.

    It is :func:`hipdrop.dask.analyze` on another engine: the same arguments, the same folder, the same summaries.

    Parameters
    ----------
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
    import ray

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
    if not ray.is_initialized():
        ray.init(include_dashboard=False)
    # one processor, hence one thread, per task
    work = ray.remote(num_cpus=1, max_retries=RETRIES)(_engine.work)
    shared = ray.put(job)
    waiting = iter(tasks)
    known = {}

    def submit(task):
        reference = work.remote(shared, task)
        known[reference] = task
        return reference

    processors = max(1, int(ray.cluster_resources().get("CPU", 1)))
    running = [submit(task) for task in islice(waiting, AHEAD * processors)]
    summaries = []
    while running:
        (reference,), running = ray.wait(running, num_returns=1)
        task = known.pop(reference)
        try:
            summary = ray.get(reference)
        except ray.exceptions.RayError as error:
            summary = _engine.lost(job, task, error)
        summaries.append(summary)
        if on_result is not None:
            on_result(summary)
        running.extend(submit(task) for task in islice(waiting, 1))
    return _engine.finish(job, summaries)
