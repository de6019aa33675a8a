"""What was up to date when the last builds ended, so that pytask need not look at it again.

A job's stamp is one hash of its inputs and of the contents of every file that it reads and
writes. A job with the same stamp as after a successful build has nothing to do. pytask decides
about all others; it needs most of a second to start, and some 30 ms for each job.
"""

import json
from collections.abc import Callable, Collection, Iterable
from functools import cache
from pathlib import Path

from figures_src.engine.jobs import Job
from site_lib.common.files import ROOT, fingerprint, sha256_of_file, write_text

STATE = ROOT / ".pytask"
STAMPS = STATE / "stamps.json"


def out_of_date(jobs: Iterable[Job]) -> list[Job]:
    """Jobs without a valid stamp, and those that read what such a job writes.

    jobs: a job comes after those whose files it reads.
    """
    known, content = _read(), _contents()
    chosen: list[Job] = []
    changing: set[Path] = set()
    for job in jobs:
        if not changing.isdisjoint(job.results) or known.get(job.name) != _stamp(job, content):
            chosen.append(job)
            changing.update(job.products)
    return chosen


def remember(jobs: Iterable[Job], names: Collection[str]) -> None:
    """Stamp those of the jobs that are named, as they are up to date now."""
    content = _contents()
    stamps = {job.name: _stamp(job, content) for job in jobs if job.name in names}
    write_text(STAMPS, json.dumps(_read() | stamps, indent=0, sort_keys=True))


def _contents() -> Callable[[Path], str]:
    """Hashes of files, each taken once, as many figures read the same result."""
    return cache(lambda path: sha256_of_file(path) if path.is_file() else "missing")


def _stamp(job: Job, content: Callable[[Path], str]) -> str:
    files = {str(path.relative_to(ROOT)): content(path) for path in [*job.results, *job.products]}
    return fingerprint({"inputs": job.inputs, "files": files})


def _read() -> dict[str, str]:
    """Stamps by the name of the job; none when the file is missing or damaged."""
    try:
        stamps = json.loads(STAMPS.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamps if isinstance(stamps, dict) else {}
