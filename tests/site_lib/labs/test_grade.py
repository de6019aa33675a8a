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
from site_lib.labs import grade as grading
from site_lib.labs.grade import as_json, grade, in_words

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
DIES = "import os\n\n\ndef correlation_within(x, y, family):\n    os._exit(3)\n"
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


@pytest.mark.parametrize(
    ("stops", "complaint"),
    [
        (HANGS, "does not come to an end (1 s of computing)"),
        (WAITS, "waits for something that does not come (1 s)"),
        (DIES, "ends the process (status 3)"),
    ],
    ids=["hangs", "waits", "dies"],
)
def test_function_that_stops_everything_costs_its_own_points(hand_in, stops, complaint) -> None:
    report = grade(LAB, hand_in(f"{SOLVED}\n\n{stops}\n\n{SIGN}"), patience=1)
    first, second, third = report.grades
    assert (first.points, first.complaints) == (4, [])
    assert second.points == 0
    assert second.complaints[0].endswith(complaint)
    assert third.points == 0
    assert third.complaints[0].startswith("on three people who agree")
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


def test_what_is_printed(hand_in) -> None:
    report = grade(LAB, hand_in(f"{SOLVED}prediction_2 = ' '\n"))
    lines = in_words(report).splitlines()
    assert lines[1].split() == ["1", "circular_variance", "4", "of", "4"]
    assert lines[2].split() == ["2", "correlation_within", "0", "of", "4", "is", "missing"]
    assert lines[-1].split() == ["total", "4", "of", "12"]
    read = json.loads(as_json(report))
    assert (read["points"], read["most"]) == (4, 12)
    assert read["exercises"][1]["complaints"][-1] == grading.NO_PREDICTION


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


def test_command_line(hand_in, tmp_path: Path) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-W", "error", "-m", "site_lib.labs.grade", *words]
        return subprocess.run(command, cwd=ROOT, check=False, text=True, capture_output=True)

    done = run("--json", "--", LAB, str(hand_in(SOLVED)))
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["points"] == 4
    done = run("--", LAB, str(tmp_path / "none.py"))
    assert done.returncode == 1
    (error,) = done.stderr.splitlines()
    assert error.startswith("error: cannot read")
