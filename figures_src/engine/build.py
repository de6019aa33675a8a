"""Measure and draw whatever is out of date, and run the labs.

    python -m figures_src.engine.build --profile default --device auto --workers auto

Only one build runs at a time. It may be interrupted, or killed, at any moment: every file is
written in one step, and the next build goes on from there.
"""

import argparse
import io
import os
import re
import tempfile
import time
from pathlib import Path
from typing import Any

from figures_src.engine.build_lock import only_one_build
from figures_src.engine.catalogue import (
    Catalogue,
    Figure,
    Lab,
    check_profile,
    figures_folder,
    load_catalogue,
)
from figures_src.engine.clean import remove
from figures_src.engine.jobs import (
    Job,
    Request,
    ScriptError,
    all_jobs,
    remeasurement,
    requested_jobs,
    run,
)
from figures_src.engine.up_to_date import STATE, out_of_date, remember
from site_lib.common.command_line import errors_on_one_line
from site_lib.common.errors import CourseError, unknown_name
from site_lib.common.files import ROOT, write_text
from site_lib.records.published_files import describe_folder
from site_lib.records.sidecars import read_sidecar

TASKS = ROOT / "figures_src" / "engine" / "task_figures.py"
DEVICES = ("auto", "cpu", "cuda")
# With more scripts than this at a time, each waits for the others.
WORKERS_PER_CORE = 2
# Nobody asked for more, and each needs some gigabytes of memory.
WORKERS_UNASKED = 4
LONGEST_NAME = 100
# At whether a script has ended, where several run side by side.
SECONDS_BETWEEN_LOOKS = 0.1
# What pytask knows of the last builds.
LOCK_FILE = ROOT / "pytask.lock"
JOURNAL = ROOT / "pytask.lock.journal"
# As files.atomic_path names them; a killed build leaves some behind.
TEMPORARY_NAME = re.compile(r"\..+\.[a-z0-9_]{8}")


def main() -> None:
    """Command line; exit status 1 when anything failed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--profile", default="default", help="draft, default or full")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or cuda:1")
    parser.add_argument("--workers", default="auto", help="scripts that run side by side, or auto")
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--figure", metavar="IDS", help="only these labs, and what these figures need"
    )
    which.add_argument("--lab", metavar="IDS", help="only these labs")
    parser.add_argument(
        "--option", action="append", default=[], metavar="NAME=VALUE", help="what a figure asks for"
    )
    which.add_argument("--missing-only", action="store_true", help="only what is not there")
    parser.add_argument("--remeasure", metavar="NAME", help="write one committed result anew")
    options = parser.parse_args()
    with errors_on_one_line():
        try:
            status = _build(options)
        except KeyboardInterrupt:  # pytask tells of those that come while it builds
            raise CourseError("interrupted; the same command goes on from here") from None
    raise SystemExit(status)


def _build(options: argparse.Namespace) -> int:
    """Do what a command line asks for; the exit status."""
    _check_lengths(options)
    workers = _number_of_workers(options.workers)
    profile, device = check_profile(options.profile), _check_device(options.device)
    if options.remeasure is not None:
        return _run_alone(remeasurement(options.remeasure, profile, device))
    catalogue, asked = load_catalogue(), _asked(options.option)
    ids = _requested_ids(options, catalogue)
    if ids is not None:
        catalogue = catalogue.selected(ids, asked)
    elif asked:
        raise CourseError(f"{', '.join(asked)} is for one figure; say which with NAME=<id>")
    request = Request(profile, device, ids, asked)
    jobs = all_jobs(request)
    if not jobs:
        print("nothing to build" if not options.missing_only else "nothing is missing")
        return 0
    _check_writable([ROOT, STATE, ROOT / "results" / profile, figures_folder()])
    with only_one_build():
        _remove_leftovers(catalogue)
        _forget_damaged_folders(catalogue)
        status = _bring_up_to_date(request, jobs, workers)
    if not options.missing_only and ids is not None and status == 0:
        for figure in catalogue.figures.values():
            print(f"{figure.id}: {figure.picture.relative_to(ROOT)}")
        for lab in catalogue.labs.values():
            print(f"{lab.id}: {lab.executed.relative_to(ROOT)}")
    return status


def _run_alone(job: Job) -> int:
    """Run one script, whether or not it is out of date; the exit status."""
    with only_one_build():
        try:
            run(job)
        except ScriptError:
            return 1
    return 0


def _bring_up_to_date(request: Request, jobs: list[Job], workers: int | None) -> int:
    """Build those of the jobs that are out of date; the exit status.

    workers: None for as many as suit the work and the machine.
    """
    outdated = out_of_date(jobs)
    if not outdated:
        print(f"{len(jobs)} up to date")
        return 0
    request.publish(outdated)
    workers = workers or _suitable_workers(outdated, request.device)
    return _run_pytask(workers, num_others=len(jobs) - len(outdated))


def _suitable_workers(jobs: list[Job], device: str) -> int:
    """A script for each core, since two threads of one script wait for each other, on a busy
    machine most of the time; one script alone on a GPU, which it fills.
    """
    slow = [job for job in jobs if not job.is_drawing]
    if slow and device != "cpu":
        from site_lib.common.devices import choose_device

        if str(choose_device(device)).startswith("cuda"):
            return 1
    return max(1, min(len(os.sched_getaffinity(0)), len(slow), WORKERS_UNASKED))


# ---------------------------------------------------------------- what is asked for


def _check_lengths(options: argparse.Namespace) -> None:
    """CourseError for a text that is longer than any name, and would make no file name."""
    texts = [options.profile, options.device, options.workers, options.remeasure or ""]
    texts += [*(options.figure or "").split(), *(options.lab or "").split(), *options.option]
    for text in texts:
        if len(text) > LONGEST_NAME:
            raise CourseError(
                f"{text[:20] + '…'!r} has {len(text)} characters; "
                f"no name here has more than {LONGEST_NAME}"
            )


def _number_of_workers(text: str) -> int | None:
    """None for ``auto``."""
    if text == "auto":
        return None
    if not text.isdecimal() or int(text) < 1:
        raise CourseError(f"WORKERS must be auto, or a whole number from 1 on, not {text!r}")
    cores = len(os.sched_getaffinity(0))
    if int(text) > WORKERS_PER_CORE * cores:
        raise CourseError(
            f"WORKERS={text} is too many for {cores} cores; "
            f"at most {WORKERS_PER_CORE * cores} scripts run side by side here"
        )
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
    if name.partition(":")[0] not in DEVICES:
        raise unknown_name("device", name, DEVICES)
    if name not in ("auto", "cpu"):
        # Slow to import, and better known now than after the first hour.
        from site_lib.common.devices import choose_device

        choose_device(name)
    return name


def _requested_ids(options: argparse.Namespace, catalogue: Catalogue) -> list[str] | None:
    """Figures and labs by id, None for all; CourseError for a lab that is none."""
    if options.missing_only:
        return _missing(catalogue)
    text = options.lab if options.lab is not None else options.figure
    if text is None:
        return None
    ids = text.split()
    if not ids:
        raise CourseError("no name is given; say which with NAME=<id>")
    for name in ids if options.lab is not None else []:
        if name in catalogue.figures or name in catalogue.on_demand:
            raise CourseError(f"{name!r} is a figure, no lab; for figures: make figure NAME={name}")
        if name not in catalogue.labs:
            raise unknown_name("lab", name, catalogue.labs)
    return ids


def _missing(catalogue: Catalogue) -> list[str]:
    published: list[Figure | Lab] = [*catalogue.figures.values(), *catalogue.labs.values()]
    return [one.id for one in published if not all(path.is_file() for path in one.files)]


# ------------------------------------------------------------------ what is there


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


def _remove_leftovers(catalogue: Catalogue) -> None:
    """Remove the temporary files of builds that were killed."""
    folders = [ROOT / "results", figures_folder(), STATE, ROOT / ".cache"]
    found = [path for folder in folders for path in folder.rglob(".*")]
    # Beside sources, only what belongs to a file that is written there.
    written = [path for lab in catalogue.labs.values() for path in lab.files]
    for experiment in catalogue.experiments.values():
        written += experiment.reads
        written += [experiment.committed] if experiment.committed else []
    found += [other for path in written for other in path.parent.glob(f".{path.name}.*")]
    leftovers = [path for path in found if TEMPORARY_NAME.fullmatch(path.name) and path.is_file()]
    for path in {*leftovers, *STATE.glob("*.tmp"), LOCK_FILE.with_suffix(".lock.tmp")}:
        path.unlink(missing_ok=True)


def _set_aside_damaged_state() -> None:
    """Move away what pytask remembers where that could hide damage or stop it.

    Without its lock file it builds everything again. CourseError when a file cannot be written.
    """
    from _pytask.lockfile import LockfileError, LockfileState, read_lockfile

    # Hashes by the time of change, which a damaged disk leaves as it was.
    for path in (STATE / "file_hashes.json", STATE / "pytask.sqlite3"):
        if os.path.lexists(path):
            remove(path)
    for path in [LOCK_FILE, JOURNAL, *STATE.iterdir()]:
        try:
            with open(path, "r+b"):
                pass
        except FileNotFoundError:
            continue
        except IsADirectoryError:
            _set_aside(path)
        except OSError as error:
            raise CourseError(
                f"cannot write {path}: {error.strerror}; check its owner and permissions"
            ) from error
    damage = (LockfileError, ValueError)
    try:
        read_lockfile(LOCK_FILE)
    except damage:
        _set_aside(LOCK_FILE)
    try:
        LockfileState.from_path(LOCK_FILE, ROOT)
    except damage:
        _set_aside(JOURNAL)


def _set_aside(path: Path) -> None:
    aside = path.with_name(f"{path.name}.damaged")
    if os.path.lexists(aside):
        remove(aside)
    path.rename(aside)
    print(f"{path.name} is damaged and now called {aside.name}: building again", flush=True)


# ---------------------------------------------------------------------- building


def _look_often() -> None:
    """Let pytask-parallel notice sooner that a script has ended.

    It looks once a second, and waits as long again before the next script starts.
    """
    from pytask_parallel import execute

    sleeper: Any = execute._Sleeper
    sleeper.sleep = lambda _: time.sleep(SECONDS_BETWEEN_LOOKS)


def _run_pytask(workers: int, *, num_others: int) -> int:
    """Build the requested jobs that are out of date; the exit status.

    num_others: jobs that are known to be up to date, so that pytask does not see them.
    """
    # Imported here, so that a mistake in the options is told without this half second.
    from pytask import ExitCode, cli, console

    from figures_src.engine import reporter

    if workers > 1:
        cores = len(os.sched_getaffinity(0))
        os.environ.setdefault("OMP_NUM_THREADS", str(max(1, cores // workers)))
        _look_often()
    _set_aside_damaged_state()
    reporter.tally.num_others = num_others
    # pytask's own tables; shown only when it fails before it runs anything.
    console.file = io.StringIO()
    arguments = [
        "build",
        str(TASKS),
        "--hook-module",
        "figures_src.engine.reporter",
        "--verbose",
        "0",
    ]
    # It remembers in its lock file; a database beside it could only be damaged.
    arguments += ["--database-url", "sqlite://", "--capture", "no", "--n-workers", str(workers)]
    try:
        cli.main(arguments)
    except SystemExit as leaving:
        status = leaving.code
    except OSError as error:
        raise CourseError(
            f"cannot remember what was built: {error.strerror}; check that {ROOT} is writable "
            "and that the disk has room, and run the same command again"
        ) from error
    remember(requested_jobs(), {*reporter.tally.built, *reporter.tally.unchanged})
    if not reporter.tally.summarised:
        report = STATE / "report.txt"
        write_text(report, console.file.getvalue())
        raise CourseError(
            f"the engine could not go on; why is at the end of {report.relative_to(ROOT)}"
        )
    return 0 if status == ExitCode.OK and reporter.tally.finished else 1


if __name__ == "__main__":
    main()
