"""A student's copy: heads without bodies, gaps for predictions, and nothing else changed."""

import ast

import jupytext
import nbformat
import pytest

from figures_src.engine.lab_copies import copies, gap, skeleton, students_copy
from site_lib.common.errors import CourseError
from site_lib.records.lab_records import copy_names

SOLUTION = '''\
import math
from cmath import (
    exp,
)

FACTOR = 7


@cached
@torch.no_grad()
def area(radius, *, precise=True):
    """Area of a disc.

    radius: in metres.
    """
    # A secret.
    return math.pi * radius**2


def edge(radius):
    """Its length."""
    return 2 * math.pi * radius


print(area(FACTOR))
'''


def test_skeleton_keeps_imports_heads_and_docstrings():
    left = skeleton(SOLUTION)
    assert ast.unparse(ast.parse(left)) == ast.unparse(
        ast.parse('''
import math
from cmath import (exp,)
@cached
@torch.no_grad()
def area(radius, *, precise=True):
    """Area of a disc.

    radius: in metres.
    """
    raise NotImplementedError("to be written")
def edge(radius):
    """Its length."""
    raise NotImplementedError("to be written")
''')
    )
    for secret in ("secret", "FACTOR", "pi", "print"):
        assert secret not in left


def test_gap_takes_the_place_of_a_prediction():
    assert gap('prediction_2 = (\n    "more "\n    "later"\n)').startswith('prediction_2 = ""  # ')


@pytest.mark.parametrize(
    ("read", "source", "message"),
    [
        (gap, "print(1)", "a prediction is an assignment"),
        (skeleton, "def broken(:", "a cell of the lab is no Python"),
        (skeleton, "def edge(radius): return 2", "edge of a solution lacks a docstring"),
    ],
)
def test_cell_of_another_kind_is_an_error(read, source, message):
    with pytest.raises(CourseError, match=message):
        read(source)


def test_copies_hold_the_same_cells_as_notebooks_and_scripts():
    code = nbformat.v4.new_code_cell
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("# Lab 1: Toy"),
            code("prediction_1 = 'no'", metadata={"tags": ["prediction"]}),
            code(SOLUTION, metadata={"tags": ["solution"]}),
            code("print(area(1))", metadata={"tags": ["result"]}),
        ]
    )
    texts = copies(notebook, "1-toy")
    assert list(texts) == copy_names("1-toy")
    student, instructor = texts["1-toy-student.py"], texts["1-toy-instructor.py"]
    assert "math.pi" in instructor
    assert "math.pi" not in student
    assert "print(area(1))" in student
    assert "prediction_1 = 'no'" in instructor
    for name, text in texts.items():
        read = jupytext.reads(text, fmt="ipynb" if name.endswith("ipynb") else "py:percent")
        whole = students_copy(notebook) if "student" in name else notebook
        assert [c.source.strip() for c in read.cells] == [c.source.strip() for c in whole.cells]
