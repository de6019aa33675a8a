"""Every lab: its parts are there, it runs, and it says nothing that it did not compute."""

import ast
import re
from functools import cache
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from figures_src.engine.catalogue import labs_folder
from figures_src.engine.lab_copies import TO_BE_WRITTEN, YOURS, students_copy
from figures_src.engine.run_lab import executed_lab, lab_sources, read_lab
from site_lib.labs.checks import exercises_of

LABS = sorted(labs_folder().glob("*.py"))
EXERCISES = 3
PARTS = [
    ("markdown", []),
    ("markdown", ["prediction"]),
    ("code", ["prediction"]),
    ("code", ["exercise"]),
    ("code", ["solution"]),
    ("code", ["result"]),
]
STEPS = range(5, 9)
HEADER = (
    "#   jupytext:", "extension: .py", "format_name: percent", "format_version:",
    "jupytext_version:", "#   kernelspec:", "display_name: Python 3", "language: python",
    "name: python3",
)  # fmt: skip
# A number that stands for itself; the one in Lite0 or in conv2d is part of a name.
NUMBER = re.compile(r"(?<![\w-])\d+(?![\w])")
FOLDER_OF_ONE_MACHINE = re.compile(r"""["'(\s]/(home|root|tmp|usr|work|Users)/|[A-Z]:\\""")


@pytest.fixture(params=LABS, ids=lambda path: path.stem)
def script(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture
def lab(script: Path) -> NotebookNode:
    """The notebook without outputs."""
    return read_lab(script)


@cache
def executed(script: Path) -> NotebookNode:
    """The notebook with outputs: as the site shows it when that is current, else run now."""
    path = script.with_suffix(".ipynb")
    if path.is_file():
        notebook = nbformat.read(path, as_version=4)
        if notebook.metadata["lab"]["sources"] == lab_sources(script):
            return notebook
    return executed_lab(script)


def tags(cell: NotebookNode) -> list[str]:
    return cell.metadata.get("tags", [])


def headings(lab: NotebookNode) -> list[str]:
    """Headings of level two."""
    text = "\n".join(cell.source for cell in lab.cells if cell.cell_type == "markdown")
    return re.findall(r"^## (.+)$", text, flags=re.MULTILINE)


def test_there_are_labs() -> None:
    assert [int(path.stem.partition("-")[0]) for path in LABS] == list(range(1, len(LABS) + 1))
    assert LABS


def test_header_is_complete(script: Path) -> None:
    """Jupyter and mkdocs-jupyter misread a script with half a header."""
    header = script.read_text(encoding="utf-8").split("# ---\n")[1]
    missing = [part for part in HEADER if part not in header]
    assert not missing


def test_question_comes_first(script: Path, lab: NotebookNode) -> None:
    """The page of all labs shows the title and the question."""
    title, _, question = lab.cells[0].source.partition("\n\n")
    assert title.startswith(f"# Lab {script.stem.partition('-')[0]}: ")
    assert question.partition("\n\n")[0].strip().endswith("?")


def test_steps(lab: NotebookNode) -> None:
    names = headings(lab)
    assert len(set(names)) == len(names)
    steps = [name for name in names if not name.startswith(("Exercise", "What was measured"))]
    assert len(steps) in STEPS, steps


def exercises(lab: NotebookNode) -> list[list[NotebookNode]]:
    """Cells of every exercise, from its heading to its result."""
    cells = lab.cells
    starts = [i for i, cell in enumerate(cells) if cell.source.startswith("## Exercise")]
    return [cells[i : i + len(PARTS)] for i in starts]


def test_every_exercise_has_its_parts(lab: NotebookNode) -> None:
    """A question, a prediction and ours, a starter, a solution, and what comes out."""
    assert len(exercises(lab)) >= EXERCISES
    for number, cells in enumerate(exercises(lab), start=1):
        assert [(cell.cell_type, tags(cell)) for cell in cells] == PARTS
        question, ask, prediction, _, solution, _ = (cell.source for cell in cells)
        assert question.startswith(f"## Exercise {number}: ")
        assert "hint" in question.lower()
        assert ask.startswith("**Predict, then run.** ")
        assert "?" in ask
        assert prediction.startswith(f"prediction_{number} = ")
        functions = [n for n in ast.parse(solution).body if isinstance(n, ast.FunctionDef)]
        assert all(ast.get_docstring(function) for function in functions)


def test_points_are_those_that_the_grader_gives(script: Path, lab: NotebookNode) -> None:
    graded = exercises_of(f"lab-{script.stem}")
    assert [cells[0].metadata.points for cells in exercises(lab)] == [e.points for e in graded]
    for cells, exercise in zip(exercises(lab), graded, strict=True):
        assert f"def {exercise.function}(" in cells[4].source
        assert 10 <= cells[0].metadata.minutes <= 60


def test_student_gets_heads_and_no_solution(lab: NotebookNode) -> None:
    """Every statement of a solution but its imports is missing; everything else is there."""
    student = students_copy(lab)
    for ours, theirs in zip(lab.cells, student.cells, strict=True):
        if "solution" in tags(ours):
            assert TO_BE_WRITTEN in theirs.source
            kept = set(map(str.strip, theirs.source.splitlines()))
            returned = [line.strip() for line in ours.source.splitlines() if "return " in line]
            assert returned
            assert not kept & set(returned)
        elif "prediction" in tags(ours) and ours.cell_type == "code":
            assert theirs.source.partition(" = ")[2] == f'""  {YOURS}'
        else:
            assert theirs.source == ours.source
        if theirs.cell_type == "code":
            ast.parse(theirs.source)


def test_no_path_of_one_machine(script: Path) -> None:
    assert not FOLDER_OF_ONE_MACHINE.findall(script.read_text(encoding="utf-8"))


def test_numbers_of_the_summary_are_computed(lab: NotebookNode) -> None:
    """In *What was measured* neither text nor code has a number of its own."""
    cells = lab.cells
    (start,) = [i for i, c in enumerate(cells) if c.source.startswith("## What was measured")]
    texts = [cell.source for cell in cells[start:] if cell.cell_type == "markdown"]
    assert not [number for text in texts for number in NUMBER.findall(without_links(text))]
    report = cells[start + 1]
    assert tags(report) == ["report"]
    nodes = list(ast.walk(ast.parse(report.source)))
    formats = [node.format_spec for node in nodes if isinstance(node, ast.FormattedValue)]
    said = [node for node in nodes if isinstance(node, ast.JoinedStr) and node not in formats]
    assert said
    for node in said:
        literals = [part.value for part in node.values if isinstance(part, ast.Constant)]
        assert not [number for text in literals for number in NUMBER.findall(text)], literals


def without_links(text: str) -> str:
    """Markdown without its links, whose addresses and titles may hold years and numbers."""
    return re.sub(r"\[[^]]*\]\([^)]*\)", "", text)


@pytest.mark.slow
def test_lab_runs(script: Path, lab: NotebookNode) -> None:
    """From top to bottom, without an error or a warning, and what it took is on record."""
    notebook = executed(script)
    assert [cell.source for cell in notebook.cells] == [cell.source for cell in lab.cells]
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    kinds = {output.get("name", output.output_type) for output in outputs}
    assert kinds <= {"stdout", "display_data", "execute_result"}
    assert notebook.metadata["lab"]["cpu_seconds"] > 0


@pytest.mark.slow
def test_results_show_something_and_check_it(script: Path) -> None:
    """What the text says about a result holds, or the lab does not build."""
    for cells in exercises(executed(script)):
        assert cells[-1].outputs
        assert "assert " in cells[-1].source
