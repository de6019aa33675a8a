"""The grader: what it prints and says, and that nothing that is handed in ends it."""

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from figures_src.engine.catalogue import labs_folder
from figures_src.engine.lab_copies import copies
from figures_src.engine.run_lab import read_lab
from site_lib.common.errors import CourseError
from site_lib.common.files import ROOT
from site_lib.labs.grade import Grade, Report, as_json, grade

LAB = "lab-6-biology"
SOLVED = """\
import numpy as np
import torch

prediction_1 = "they will not"


def circular_variance(curve, orientations):
    return 1 - (curve * torch.exp(2j * orientations)).sum(dim=1).abs() / curve.sum(dim=1)
"""
HANGS = "def correlation_within(x, y, family):\n    while True:\n        pass\n"
WAITS = "import time\n\n\ndef correlation_within(x, y, family):\n    time.sleep(1e6)\n"
DIES = "import os\n\n\ndef sign_flip_p(differences, number, rng):\n    os._exit(3)\n"
SIGN = """\
def sign_flip_p(differences, number, rng):
    signs = rng.choice([-1, 1], size=(number, len(differences)))
    as_far = np.abs((signs * differences).mean(axis=1)) >= abs(differences.mean()) - 1e-12
    return -(1 + as_far.sum()) / (1 + number)
"""


@pytest.fixture
def hand_in(tmp_path: Path):
    """Writes a script that somebody hands in."""

    def written(text: str, name: str = "mine.py") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return written


def test_a_students_script_and_an_instructors_notebook(hand_in) -> None:
    texts = copies(read_lab(labs_folder() / "6-biology.py"), "6-biology")
    for name in ("6-biology-student.py", "6-biology-instructor.ipynb"):
        report = grade(LAB, hand_in(texts[name], name))
        assert not report.notes
        assert report.points == (report.most if "instructor" in name else 0)


def test_functions_that_stop_everything_cost_their_own_points(hand_in) -> None:
    report = grade(LAB, hand_in(f"{SOLVED}\n\n{HANGS}\n\n{DIES}"), patience=1)
    first, second, third = report.grades
    assert (first.points, first.complaints) == (4, [])
    assert (second.points, third.points) == (0, 0)
    assert second.complaints[0].endswith("does not come to an end (1 s of computing)")
    assert third.complaints[0].endswith("ends the process (status 3)")


@pytest.mark.nightly
def test_function_that_waits_for_ever_costs_its_own_points(hand_in) -> None:
    report = grade(LAB, hand_in(f"{SOLVED}\n\n{WAITS}\n\n{SIGN}"), patience=1)
    first, second, third = report.grades
    assert (first.points, second.points, third.points) == (4, 0, 0)
    assert second.complaints[0].endswith("waits for something that does not come (1 s)")
    assert "has the wrong sign" in " ".join(third.complaints)


def test_cells_that_fail_leave_the_others(hand_in) -> None:
    cells = [
        "%matplotlib inline\n!ls\nimport no_such_package",
        "1 / 0",
        "def broken(:",
        SOLVED,
        "circular_variance(no_such_name)",
        "def sign_flip_p(d, n, rng):\n    return n / 0",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(one) for one in cells])
    report = grade(LAB, hand_in(nbformat.writes(notebook), "mine.ipynb"))
    assert [one.points for one in report.grades] == [4, 0, 0]
    first, second = report.notes
    assert first.startswith("code cell 1, line 3: ModuleNotFoundError")
    assert second.startswith("code cell 3 cannot be read: SyntaxError")
    assert report.grades[1].complaints[0] == "is missing"
    assert report.grades[2].complaints[0].endswith("raises ZeroDivisionError: division by zero")


def test_report_as_json() -> None:
    grades = [Grade("first", 4, 4), Grade("second", 3, 1, ["on x, gives 1, not 2"])]
    read = json.loads(as_json(Report(LAB, "mine.py", grades, ["a note"])))
    assert (read["points"], read["most"], read["notes"]) == (5, 7, ["a note"])
    assert read["exercises"][1]["complaints"] == ["on x, gives 1, not 2"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("mine.txt", "x = 1", "neither a notebook"),
        ("mine.ipynb", "{}", "is no notebook, or damaged"),
        ("mine.ipynb", "no JSON", "is no notebook, or damaged"),
        ("mine.ipynb", '{"cells": []}', "has no code"),
        ("mine.py", "\n", "has no code"),
    ],
)
def test_file_that_cannot_be_graded_is_one_line(hand_in, name, text, message) -> None:
    with pytest.raises(CourseError, match=message):
        grade(LAB, hand_in(text, name))


def test_missing_file_and_unknown_lab(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="No such file or directory; name the file to grade"):
        grade(LAB, tmp_path / "none.py")
    with pytest.raises(CourseError, match="unknown lab 'lab-6'; nearest: lab-6-biology"):
        grade("lab-6", tmp_path / "none.py")


def test_command_line_prints_a_line_for_each_exercise(hand_in) -> None:
    path = hand_in(f"{SOLVED}prediction_2 = ' '\n")
    command = [sys.executable, "-W", "error", "-m", "site_lib.labs.grade", "--", LAB, str(path)]
    done = subprocess.run(command, cwd=ROOT, check=False, text=True, capture_output=True)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == f"{LAB}: {path}"
    assert lines[1].split() == ["1", "circular_variance", "4", "of", "4"]
    assert lines[2].split() == ["2", "correlation_within", "0", "of", "4", "is", "missing"]
    assert lines[-1].split() == ["total", "4", "of", "12"]
