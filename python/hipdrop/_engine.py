"""Many recordings on an engine that exists: what Dask and Ray share.

Places travel to the workers, recordings do not travel through the engine. A worker reads a recording, analyses it on one thread,
writes two Parquet files, and gives a few words back. The names of the files follow from the bytes of the recording and from
everything that steers its analysis, and files appear whole or not at all: a task that runs twice does no harm.
"""

import os
import socket
from dataclasses import dataclass, field
from time import perf_counter

from . import _hipdrop
from ._errors import HipdropError, ReadError
from ._plan import made, texts

RECORDINGS, STRIDES = "recordings", "strides"

# First bytes of a remote file that decide whether it looks like a recording.
SNIFF_BYTES = 4096


@dataclass(frozen=True)
class Job:
    """What is the same for every recording of a run; goes to every worker."""

    steering: tuple
    out: str
    storage_options: dict = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Task:
    """One recording."""

    place: tuple
    # names of files of this recording that an earlier run has written
    existing: tuple = ()


# ---------------------------------------------------------------- where files live


def is_remote(path):
    """Whether a place is an address (``s3://bucket/archive``) instead of a path."""
    return isinstance(path, str) and "://" in path


class Files:
    """Files below one folder, local or wherever fsspec reaches."""

    def __init__(self, root, storage_options):
        self.remote = is_remote(root)
        if self.remote:
            import fsspec

            self.system, self.root = fsspec.core.url_to_fs(root, **storage_options)
            self.root = self.root.rstrip("/")
        else:
            self.root = os.path.abspath(os.fspath(root))

    def path(self, name):
        return f"{self.root}/{name}" if self.remote else os.path.join(self.root, *name.split("/"))

    def read(self, name):
        if self.remote:
            return self.system.cat_file(self.path(name))
        with open(self.path(name), "rb") as file:
            return file.read()

    def write(self, name, content):
        """Writes a file that appears whole or not at all."""
        path = self.path(name)
        if self.remote and not _is_local(self.system):
            # an object of a store appears when it is complete
            self.system.pipe_file(path, content)
            return
        os.makedirs(os.path.dirname(path), exist_ok=True)
        hidden = os.path.join(os.path.dirname(path), f".{os.path.basename(path)}.{socket.gethostname()}.{os.getpid()}")
        try:
            with open(hidden, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(hidden, path)
        except OSError:
            _remove(hidden)
            raise

    def below(self, folder):
        """Names of all files below a folder, hidden ones too."""
        top = self.path(folder)
        if self.remote:
            start = len(self.root) + 1
            try:
                return [path[start:] for path in self.system.find(top)]
            except FileNotFoundError:
                return []
        return [
            os.path.relpath(os.path.join(at, name), self.root).replace(os.sep, "/")
            for at, _, names in os.walk(top)
            for name in names
        ]

    def remove(self, name):
        if self.remote:
            self.system.rm_file(self.path(name))
        else:
            _remove(self.path(name))


def _is_local(system):
    return type(system).__name__ == "LocalFileSystem"


def _remove(path):
    try:
        os.remove(path)
    except FileNotFoundError:
        pass


# ---------------------------------------------------------------- on the client


def prepare(paths, out, storage_options, **options):
    """The job and its tasks; whatever is wrong with the arguments is said here."""
    steering = texts(**options)
    plan = made(steering)
    out = out if is_remote(out) else os.path.abspath(os.fspath(out))
    if isinstance(paths, (str, os.PathLike)):
        paths = [paths]
    paths = [path if is_remote(path) else os.path.abspath(os.fspath(path)) for path in paths]
    remote = [path for path in paths if is_remote(path)]
    if not paths:
        raise ValueError("no paths were given")
    if remote and len(remote) < len(paths):
        raise ValueError("give either local paths or addresses such as s3://bucket/archive, not both")
    if remote:
        places = _listed(remote, storage_options, plan)
    else:
        places, _ = _hipdrop.recordings_under(paths, None if is_remote(out) else out, plan)
    if not places:
        raise ReadError(f"no recordings under {', '.join(paths)}")
    files = Files(out, storage_options)
    _check_folder(files)
    existing = {}
    for name in files.below(RECORDINGS):
        file = name.rsplit("/", 1)[-1]
        existing.setdefault(file.split("-", 1)[0] + "-", []).append(name)
    tasks = [Task(place, tuple(existing.get(_hipdrop.beginning(place[1]), ()))) for place in places]
    return Job(steering, out, dict(storage_options)), tasks


def _check_folder(files):
    """Results are never mixed with the files of somebody else."""
    if files.remote:
        return
    if not os.path.isdir(files.root):
        return
    names = [name for name in sorted(os.listdir(files.root)) if not name.startswith(".")]
    ours = {RECORDINGS, STRIDES, "hipdrop.json"}
    if names and not ours & set(names):
        raise HipdropError(
            f"{files.root}: the folder holds no study of hipdrop but {names[0]}; nothing was written, choose an empty folder"
        )


def _listed(addresses, storage_options, plan):
    """Recordings below addresses, named as those of the same folders would be."""
    import fsspec

    listed = []
    for address in addresses:
        system, root = fsspec.core.url_to_fs(address, **storage_options)
        root = root.rstrip("/")
        if system.isfile(root):
            folder, _, name = root.rpartition("/")
            listed.append((address, True, folder, [(name, address)]))
            continue
        found = []
        for path in sorted(system.find(root)):
            name = path[len(root) + 1 :]
            if any(part.startswith(".") for part in name.split("/")):
                continue
            if _is_candidate(system, path, plan):
                found.append((name, system.unstrip_protocol(path)))
        listed.append((address, False, root, found))
    return _hipdrop.recordings_listed(listed)


def _is_candidate(system, path, plan):
    if path.lower().endswith((".c3d", ".trc")):
        return True
    first = system.cat_file(path, start=0, end=SNIFF_BYTES)
    return _hipdrop.looks_like_recording(first, plan)


def finish(job, summaries):
    """Makes the files a study: names those that belong to it, and removes the others."""
    files = Files(job.out, job.storage_options)
    names = sorted(summary["file"] for summary in summaries)
    name, text = _hipdrop.manifest(made(job.steering), names)
    files.write(name, text.encode())
    kept = set(names)
    for folder in (RECORDINGS, STRIDES):
        for name in files.below(folder):
            if RECORDINGS + name[len(folder) :] not in kept:
                files.remove(name)
    return sorted(summaries, key=lambda summary: summary["recording"])


def lost(job, task, error):
    """The row of a recording whose workers died or were lost."""
    text = f"{type(error).__name__}: {error}".splitlines()[0]
    reason = f"the worker that analysed it was lost ({text})"
    name, made_files = _hipdrop.lost_part(task.place, reason, made(job.steering))
    return _written(Files(job.out, job.storage_options), name, made_files, perf_counter())


# ---------------------------------------------------------------- on a worker


def work(job, task):
    """Analyses one recording and writes its files; gives a few words about it."""
    started = perf_counter()
    plan = made(job.steering)
    files = Files(job.out, job.storage_options)
    content = None
    if _address(task.place):
        try:
            content = _bytes_of(_address(task.place), job.storage_options)
        except Exception as error:  # whatever a file system says, it is the recording's failure
            text = (str(error) or type(error).__name__).splitlines()[0]
            name, made_files = _hipdrop.lost_part(task.place, f"cannot be read ({text})", plan)
            return _written(files, name, made_files, started)
    known = {path.rsplit("/", 1)[-1]: path for path in task.existing}
    name, made_files = _hipdrop.analyze_part(task.place, content, plan, list(known))
    if made_files is None:
        brief = _hipdrop.brief_of(files.read(known[name]), known[name])
        return _summary(brief, known[name], started, reused=True)
    return _written(files, name, made_files, started)


def _address(place):
    path = str(place[0])
    return path if "://" in path else None


def _bytes_of(address, storage_options):
    import fsspec

    with fsspec.open(address, "rb", **storage_options) as file:
        return file.read()


def _written(files, name, made_files, started):
    brief, subject, recordings, strides = made_files
    # the file of the recording comes last: where it is, the other is, too
    files.write(f"{STRIDES}/{subject}/{name}", strides)
    files.write(f"{RECORDINGS}/{subject}/{name}", recordings)
    return _summary(brief, f"{RECORDINGS}/{subject}/{name}", started, reused=False)


def _summary(brief, file, started, reused):
    return {
        **brief,
        "file": file,
        "reused": reused,
        "seconds": perf_counter() - started,
        "worker": f"{socket.gethostname()}:{os.getpid()}",
    }
