"""Measure and draw whatever is out of date, and run the labs.

    python -m figures_src.build --profile default --device auto --workers 1

Only one build runs at a time. It may be interrupted, or killed, at any moment: every file is
written in one step, and the next build goes on from there.
"""

import argparse
import fcntl
import io
import os
import re
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from figures_src.catalogue import (
    Catalogue,
    Figure,
    Lab,
    check_profile,
    figures_folder,
    labs_folder,
    load_catalogue,
)
from figures_src.engine import (
    Job,
    Request,
    ScriptError,
    all_jobs,
    remeasurement,
    requested_jobs,
    run,
)
from figures_src.stamps import out_of_date, remember
from site_lib.command_line import errors_on_one_line
from site_lib.errors import CourseError, unknown_name
from site_lib.provenance import ROOT
from site_lib.published_folder import describe_folder
from site_lib.sidecars import read_sidecar

LOCK_FILE = ROOT / ".build.lock"
TASKS = ROOT / "figures_src" / "task_figures.py"
DEVICES = ("auto", "cpu", "cuda")
# As provenance.atomic_path names them; a killed build leaves some behind.
TEMPORARY_NAME = re.compile(r"\..+\.[a-z0-9_]{8}")


def main() -> None:
    """Command line; exit status 1 when anything failed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--profile", default="default", help="draft, default or full")
    parser.add_argument("--device", default="auto", help="auto, cpu or cuda")
    parser.add_argument("--workers", default="1", help="number of scripts that run side by side")
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--figure", nargs="+", metavar="ID", help="only these labs, and what these figures need"
    )
    parser.add_argument(
        "--option", action="append", default=[], metavar="NAME=VALUE", help="what a figure asks for"
    )
    which.add_argument("--missing-only", action="store_true", help="only what is not there")
    parser.add_argument("--remeasure", metavar="NAME", help="write one committed result anew")
    options = parser.parse_args()
    with errors_on_one_line():
        workers = _number_of_workers(options.workers)
        profile, device = check_profile(options.profile), _check_device(options.device)
        if options.remeasure:
            _run_alone(remeasurement(options.remeasure, profile, device))
            return
        catalogue, ids, asked = load_catalogue(), options.figure, _asked(options.option)
        if options.missing_only:
            ids = _missing(catalogue)
        if ids is not None:
            catalogue = catalogue.selected(ids, asked)
        elif asked:
            raise CourseError(f"{', '.join(asked)} is for one figure; say which with NAME=<id>")
        request = Request(profile, device, ids, asked)
        jobs = all_jobs(request)
        if not jobs:
            print("nothing to build" if not options.missing_only else "nothing is missing")
            return
        _check_writable([ROOT / "results" / profile, figures_folder()])
        with _only_one_build():
            _remove_leftovers([ROOT / "results" / profile, figures_folder(), labs_folder()])
            _forget_damaged_folders(catalogue)
            status = _bring_up_to_date(request, jobs, workers)
    if options.figure and status == 0:
        for figure in catalogue.figures.values():
            print(f"{figure.id}: {figure.picture.relative_to(ROOT)}")
        for lab in catalogue.labs.values():
            print(f"{lab.id}: {lab.executed.relative_to(ROOT)}")
    raise SystemExit(status)


def _run_alone(job: Job) -> None:
    """Run one script, whether or not it is out of date; exit status 1 when it fails."""
    with _only_one_build():
        try:
            run(job)
        except ScriptError:
            raise SystemExit(1) from None


def _bring_up_to_date(request: Request, jobs: list[Job], workers: int) -> int:
    """Build those of the jobs that are out of date; the exit status."""
    outdated = out_of_date(jobs)
    if not outdated:
        print(f"{len(jobs)} up to date")
        return 0
    request.publish(outdated)
    return _run_pytask(workers, num_others=len(jobs) - len(outdated))


def _number_of_workers(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise CourseError(f"WORKERS must be a whole number from 1 on, not {text!r}")
    return int(text)


def _asked(options: list[str]) -> dict[str, str]:
    """Values by the name of the option; CourseError for one without a value."""
    asked = {}
    for text in options:
        name, _, value = text.partition("=")
        if not name or not value.strip():
            raise CourseError(f"write --option NAME=VALUE, not {text!r}")
        asked[name] = value.strip()
    return asked


def _check_device(name: str) -> str:
    if name not in DEVICES:
        raise unknown_name("device", name, DEVICES)
    if name == "cuda":
        # Slow to import, and better known now than after the first hour.
        from site_lib.devices import choose_device

        choose_device(name)
    return name


def _missing(catalogue: Catalogue) -> list[str]:
    published: list[Figure | Lab] = [*catalogue.figures.values(), *catalogue.labs.values()]
    return [one.id for one in published if not all(path.is_file() for path in one.files)]


def _check_writable(folders: list[Path]) -> None:
    for folder in folders:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            raise CourseError(
                f"cannot write into {folder}: {error.strerror}; check its owner and permissions"
            ) from error


def _forget_damaged_folders(catalogue: Catalogue) -> None:
    """Remove the sidecars of figures whose folders are not as they were drawn, to draw them anew.

    pytask knows the files that the catalogue names; what lies in a folder is not among them.
    """
    for figure in catalogue.figures.values():
        path = figures_folder() / f"{figure.id}.json"
        try:
            folder = read_sidecar(path).get("folder")
        except CourseError:
            continue  # pytask sees that the sidecar itself is missing or damaged
        if folder is not None and folder != describe_folder(figures_folder() / figure.id):
            path.unlink()


def _remove_leftovers(folders: list[Path]) -> None:
    for folder in folders:
        for path in folder.rglob(".*"):
            if TEMPORARY_NAME.fullmatch(path.name) and path.is_file():
                path.unlink()


@contextmanager
def _only_one_build() -> Iterator[None]:
    """Hold the build lock; CourseError that says who has it when another build runs.

    The kernel frees the lock of a process that ends in any way, so a killed build never
    blocks the next one.
    """
    try:
        descriptor = os.open(LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise CourseError(f"cannot write {LOCK_FILE}: {error.strerror}") from error
    with os.fdopen(descriptor, "r+", encoding="utf-8") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CourseError(f"another build is running: {file.read().strip()}") from error
        user = os.environ.get("USER", f"number {os.getuid()}")
        started = time.strftime("%Y-%m-%d %H:%M:%S")
        command = f"python -m figures_src.build {' '.join(sys.argv[1:])}".strip()
        file.truncate(0)
        file.write(f"process {os.getpid()} of user {user}, started {started}: {command}\n")
        file.flush()
        yield


def _run_pytask(workers: int, *, num_others: int) -> int:
    """Build the requested jobs that are out of date; the exit status.

    num_others: jobs that are known to be up to date, so that pytask does not see them.
    """
    # Imported here, so that a mistake in the options is told without this half second.
    from pytask import ExitCode, cli, console

    from figures_src import reporter

    if workers > 1:
        cores = len(os.sched_getaffinity(0))
        os.environ.setdefault("OMP_NUM_THREADS", str(max(1, cores // workers)))
    _forget_unreliable_state()
    reporter.tally.num_others = num_others
    # pytask's own tables; shown only when it fails before it runs anything.
    console.file = io.StringIO()
    arguments = ["build", str(TASKS), "--hook-module", "figures_src.reporter", "--verbose", "0"]
    try:
        cli.main([*arguments, "--capture", "no", "--n-workers", str(workers)])
    except SystemExit as leaving:
        status = leaving.code
    remember(requested_jobs(), {*reporter.tally.built, *reporter.tally.unchanged})
    if not reporter.tally.summarised:
        print(console.file.getvalue(), file=sys.stderr)
        return 1
    return 0 if status == ExitCode.OK and reporter.tally.finished else 1


def _forget_unreliable_state() -> None:
    """Remove what pytask remembers where that could hide damage or stop it.

    It keeps hashes of files by their time of change, which a damaged disk leaves as it was,
    and it refuses to start with a lock file that it cannot read. Without a lock file it
    builds everything again.
    """
    (ROOT / ".pytask" / "file_hashes.json").unlink(missing_ok=True)
    lock_file = ROOT / "pytask.lock"
    try:
        tomllib.loads(lock_file.read_text(encoding="utf-8"))["lock-version"]
    except FileNotFoundError:
        return
    except (ValueError, KeyError):
        print("pytask.lock is damaged: building everything again", flush=True)
        lock_file.unlink()


if __name__ == "__main__":
    main()
