"""Two copies of a lab from one script: a student's, without solutions, and an instructor's.

Tags of a cell say what becomes of it in the student's copy:

``prediction``
    the answer gives way to an empty text, to be filled in before anything is run
``solution``
    functions keep their heads and docstrings, imports stay, and all else goes

Everything else is the same in both, the cells tagged ``result`` included, which show what the
functions of the solution find.
"""

import ast
from copy import deepcopy

import jupytext
import nbformat
from nbformat import NotebookNode

from site_lib.common.errors import CourseError
from site_lib.records.lab_records import copy_names

TO_BE_WRITTEN = 'raise NotImplementedError("to be written")'
YOURS = "# ← yours, before you run on"


def copies(notebook: NotebookNode, lab: str) -> dict[str, str]:
    """Name and text of every copy of a lab's notebook, which has no outputs."""
    texts = []
    for one in (students_copy(notebook), notebook):
        texts += [nbformat.writes(one), jupytext.writes(one, fmt="py:percent")]
    return dict(zip(copy_names(lab), texts, strict=True))


def students_copy(notebook: NotebookNode) -> NotebookNode:
    """The notebook with gaps where a student predicts and writes.

    CourseError for a cell that is no Python, or a prediction that is no assignment.
    """
    copy = deepcopy(notebook)
    for cell in copy.cells:
        tags = cell.metadata.get("tags", [])
        if cell.cell_type == "code" and "solution" in tags:
            cell.source = skeleton(cell.source)
        elif cell.cell_type == "code" and "prediction" in tags:
            cell.source = gap(cell.source)
        cell.metadata = nbformat.from_dict({})
    return copy


def skeleton(source: str) -> str:
    """Imports, and what functions are called, take and promise; their bodies are to be written.

    CourseError for a function that promises nothing.
    """
    lines = source.splitlines()
    imports: list[str] = []
    functions: list[str] = []
    for node in _statements(source):
        if isinstance(node, ast.Import | ast.ImportFrom):
            imports += lines[node.lineno - 1 : node.end_lineno]
        elif isinstance(node, ast.FunctionDef):
            functions.append("\n".join([*_head(node, lines), f"    {TO_BE_WRITTEN}"]))
    return "\n\n\n".join([*filter(None, ["\n".join(imports)]), *functions])


def gap(source: str) -> str:
    """A prediction to be filled in, in place of ours."""
    (node,) = _statements(source)
    if not isinstance(node, ast.Assign):
        raise CourseError(f"a prediction is an assignment of a text, not {source!r}")
    return f'{ast.unparse(node.targets[0])} = ""  {YOURS}'


def _head(function: ast.FunctionDef, lines: list[str]) -> list[str]:
    """Its lines from the first decorator to the end of its docstring."""
    if ast.get_docstring(function) is None:
        raise CourseError(
            f"{function.name} of a solution lacks a docstring that says what to write"
        )
    start = min([function.lineno, *(one.lineno for one in function.decorator_list)])
    return lines[start - 1 : function.body[0].end_lineno]


def _statements(source: str) -> list[ast.stmt]:
    try:
        return ast.parse(source).body
    except SyntaxError as error:
        raise CourseError(f"a cell of the lab is no Python ({error}): {source!r}") from None
