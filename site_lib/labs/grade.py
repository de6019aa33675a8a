"""Grade what a student handed in: ``python -m site_lib.labs.grade LAB FILE``.

Points come from calls of the student's functions whose right answers are known
(``site_lib.labs.checks``), and one for each prediction that was written down, right or wrong.

The file is run in a process of its own, which is ended when it stands still. That keeps an endless
loop or a crash from the grader; it is no prison, so grade where you would run the file yourself.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil

from site_lib.common.command_line import errors_on_one_line
from site_lib.common.files import ROOT
from site_lib.labs.checks import LABS, exercises_of
from site_lib.labs.exercises import Exercise
from site_lib.labs.submission import NOT_WRITTEN, all_cases, cells_of, restored

# Every case takes a fraction of a second. Processor time does not pass on a busy machine, and a
# slow one is not a hundred times slower; a process that only waits is given as many seconds.
PATIENCE = 100.0
SECONDS_BETWEEN_LOOKS = 0.1
NO_PREDICTION = "no prediction was written down"


@dataclass
class Grade:
    """Points of one exercise, and what was wrong, worst first; nothing when all is right."""

    function: str
    most: int
    points: int = 0
    complaints: list[str] = field(default_factory=list)


@dataclass
class Report:
    """Grades of all exercises of a lab, and notes about cells that could not be run."""

    lab: str
    file: str
    grades: list[Grade]
    notes: list[str]

    @property
    def points(self) -> int:
        """Of all exercises."""
        return sum(grade.points for grade in self.grades)

    @property
    def most(self) -> int:
        """Points that can be had."""
        return sum(grade.most for grade in self.grades)


def main() -> None:
    """Command line; exit status 0 when the file could be graded, whatever its points."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("lab", help=f"one of {', '.join(LABS)}")
    parser.add_argument("file", type=Path, help="notebook (.ipynb) or script (.py)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    with errors_on_one_line():
        report = grade(options.lab, options.file)
        print(as_json(report) if options.json else in_words(report))


def grade(lab: str, file: Path, *, patience: float = PATIENCE) -> Report:
    """Points of a submission, exercise by exercise.

    patience: seconds of processor time, or of waiting, that a single case may take. Raises
    CourseError for an unknown lab and for a file that is neither a notebook nor a script.
    """
    exercises = exercises_of(lab)
    cells_of(file)  # says at once when there is nothing to grade
    told: dict[int, dict[str, Any]] = {}
    predictions, notes = [False] * len(exercises), []
    places = list(all_cases(exercises))
    while len(told) < len(places):
        lines, ending = run(lab, file, len(told), patience)
        if lines:
            predictions, notes = lines[0]["predictions"], lines[0]["notes"]
        for line in lines[1:]:
            told[len(told)] = line
        # The case that ended the process, and the others of its exercise, which would as well.
        failed = places[len(told)][0] if len(told) < len(places) else None
        while len(told) < len(places) and (places[len(told)][0] is failed or not lines):
            told[len(told)] = {"complaint": ending}
    answers = iter(told.values())
    grades = [
        graded(exercise, [next(answers) for _ in exercise.cases], is_predicted)
        for exercise, is_predicted in zip(exercises, predictions, strict=True)
    ]
    return Report(lab, str(file), grades, notes)


def graded(exercise: Exercise, answers: list[dict[str, Any]], is_predicted: bool) -> Grade:
    """Points of an exercise from what its cases gave."""
    found = Grade(exercise.function, exercise.points, int(is_predicted))
    for case, told in zip(exercise.cases, answers, strict=True):
        complaint = told.get("complaint") or case.judge(restored(told.get("value")))
        if not complaint:
            found.points += 1
        elif complaint in (NOT_WRITTEN, "is missing"):
            found.complaints.append(complaint)
        else:
            found.complaints.append(f"on {case.given}, {complaint}")
    if not is_predicted:
        found.complaints.append(NO_PREDICTION)
    return found


def run(lab: str, file: Path, first: int, patience: float) -> tuple[list[dict[str, Any]], str]:
    """What the process of a submission tells, line by line, and how it ended where it did so early.

    first: number of the first case to run.
    """
    with TemporaryDirectory(prefix="grade-") as folder:
        output = Path(folder) / "answers"
        command = [sys.executable, "-m", "site_lib.labs.submission", lab, str(file.resolve())]
        process = subprocess.Popen(
            [*command, str(output), str(first)],
            cwd=folder, env=_environment(), start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            ending = _watch(process, output, patience)
        finally:
            _end(process)
        return list(_lines(output)), ending


def _environment() -> dict[str, str]:
    """The environment in which the course is found from any folder, and one thread computes."""
    paths = filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])
    return os.environ | {"PYTHONPATH": os.pathsep.join(paths), "OMP_NUM_THREADS": "1"}


def _watch(process: subprocess.Popen[bytes], output: Path, patience: float) -> str:
    """Wait for the end of a process, or for a case that takes too long; what that was, in words."""
    size, used_before, looks_idle = -1, 0.0, 0
    seen = psutil.Process(process.pid)
    while True:
        with suppress(subprocess.TimeoutExpired):
            status = process.wait(SECONDS_BETWEEN_LOOKS)
            return f"ends the process (status {status})"
        used, is_ready = _use_of_processor(seen)
        if output.is_file() and output.stat().st_size != size:
            size, used_before, looks_idle = output.stat().st_size, used, 0
        looks_idle = 0 if is_ready else looks_idle + 1
        # Nothing is written before the packages are imported, which takes seconds.
        limit = patience if size > 0 else max(patience, PATIENCE)
        if used - used_before > limit:
            return f"does not come to an end ({limit:g} s of computing)"
        if looks_idle * SECONDS_BETWEEN_LOOKS > limit:
            return f"waits for something that does not come ({limit:g} s)"


def _use_of_processor(process: psutil.Process) -> tuple[float, bool]:
    """Seconds of processor time so far, and whether it computes or would if it could."""
    try:
        times, status = process.cpu_times(), process.status()
    except psutil.Error:  # it has ended just now
        return 0.0, False
    busy = status in (psutil.STATUS_RUNNING, psutil.STATUS_DISK_SLEEP)
    return times.user + times.system, busy


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and those that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _lines(output: Path) -> Iterator[dict[str, Any]]:
    """Whole lines of the answers."""
    if output.is_file():
        for line in output.read_text(encoding="utf-8").splitlines(keepends=True):
            if line.endswith("\n"):
                yield json.loads(line)


def in_words(report: Report) -> str:
    """The report as a table for the terminal."""
    width = max(len(grade.function) for grade in report.grades)
    lines = [f"{report.lab}: {report.file}"]
    for number, grade in enumerate(report.grades, start=1):
        points = f"{grade.points} of {grade.most}"
        complaint = grade.complaints[0] if grade.complaints else ""
        lines.append(f"  {number}  {grade.function:{width}}  {points}  {complaint}".rstrip())
    lines.append(f"  {'total':{width + 3}}  {report.points} of {report.most}")
    return "\n".join([*lines, *(f"  note: {note}" for note in report.notes)])


def as_json(report: Report) -> str:
    """The report as JSON."""
    exercises = [vars(grade) for grade in report.grades]
    record = {"lab": report.lab, "file": report.file, "points": report.points, "most": report.most}
    return json.dumps(record | {"exercises": exercises, "notes": report.notes}, indent=1)


if __name__ == "__main__":
    main()
