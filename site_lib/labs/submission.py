"""What somebody handed in, and its functions called on known cases: a process of its own.

    python -m site_lib.labs.submission LAB FILE OUTPUT FIRST

Of the file only imports, functions, classes and constants are run, so that a notebook of minutes is
read in seconds; the rest of it is for the eye. Whatever the functions return is written to
OUTPUT as JSON, a line for each case. Whoever started the process judges it, and ends it when it
stands still; nothing that comes from here is run there.
"""

import ast
import json
import re
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from site_lib.common.errors import CourseError
from site_lib.labs.checks import exercises_of
from site_lib.labs.exercises import Exercise

NOT_WRITTEN = "is not written yet"
# What a function may return: more than any case asks for.
MOST_ENTRIES = 200_000
MOST_NOTES = 20
CELL = re.compile(r"^# %%.*\n?", re.M)
MAGIC = re.compile(r"^\s*[%!].*$", re.M)


def main() -> None:
    """Run the cases from number FIRST on, counted over all exercises."""
    lab, file, output, first = sys.argv[1:]
    with open(output, "w", encoding="utf-8") as answers:

        def tell(**what: Any) -> None:
            print(json.dumps(what), file=answers, flush=True)

        namespace, notes = definitions(cells_of(Path(file)))
        exercises = exercises_of(lab)
        written = [
            is_prediction(namespace.get(f"prediction_{n + 1}")) for n in range(len(exercises))
        ]
        tell(predictions=written, notes=notes[:MOST_NOTES])
        for number, (exercise, case) in enumerate(all_cases(exercises)):
            if number >= int(first):
                tell(**answer(namespace.get(exercise.function), exercise.cases[case].call))


def all_cases(exercises: tuple[Exercise, ...]) -> Iterator[tuple[Exercise, int]]:
    """Every case of every exercise in order, as its exercise and its number there."""
    return ((exercise, case) for exercise in exercises for case in range(len(exercise.cases)))


def cells_of(path: Path) -> list[str]:
    """Code of a notebook, or of a script with cells; CourseError for any other file."""
    if path.suffix not in (".ipynb", ".py"):
        raise CourseError(f"{path} is neither a notebook (.ipynb) nor a script (.py)")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise CourseError(f"cannot read {path}: {why}; name the file to grade") from None
    cells = CELL.split(text) if path.suffix == ".py" else _cells_of_notebook(path, text)
    code = [MAGIC.sub("", cell) for cell in cells]
    if not any(cell.strip() for cell in code):
        raise CourseError(f"{path} has no code; save the notebook and name that file")
    return code


def _cells_of_notebook(path: Path, text: str) -> list[str]:
    try:
        cells = json.loads(text)["cells"]
        return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise CourseError(
            f"{path} is no notebook, or damaged; save it once more in Jupyter and name that file"
        ) from None


def definitions(cells: list[str]) -> tuple[dict[str, Any], list[str]]:
    """Run what defines names: these by name, and notes about what could not be run."""
    namespace: dict[str, Any] = {"__name__": "submission"}
    notes = []
    for number, cell in enumerate(cells, start=1):
        try:
            statements = ast.parse(cell).body
        except (SyntaxError, ValueError, RecursionError) as error:
            notes.append(f"code cell {number} cannot be read: {_words(error)}")
            continue
        for node in filter(_only_defines, statements):
            try:
                exec(compile(ast.Module([node], []), f"cell {number}", "exec"), namespace)
            except BaseException as error:
                # What is not imported is missed later. An assignment, or the default of a
                # function, may use what only the whole notebook has.
                if isinstance(node, ast.Import | ast.ImportFrom):
                    notes.append(f"code cell {number}, line {node.lineno}: {_words(error)}")
                elif isinstance(node, ast.FunctionDef):
                    namespace[node.name] = partial(_raise, error)
    return namespace, notes


def _raise(error: BaseException, *_: Any, **__: Any) -> None:
    raise error


def _only_defines(node: ast.stmt) -> bool:
    """Imports, functions, classes; assignments in which nothing is called."""
    if isinstance(node, ast.Assign | ast.AnnAssign):
        value = node.value
        return isinstance(value, ast.Lambda) or not any(
            isinstance(part, ast.Call | ast.comprehension) for part in ast.walk(node)
        )
    definition = ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef
    return isinstance(node, definition)


def is_prediction(value: Any) -> bool:
    """Whether a student has written one down."""
    return isinstance(value, str) and bool(value.strip())


def answer(function: Any, call: Callable[[Callable[..., Any]], Any]) -> dict[str, Any]:
    """What a function returns in a case, or a complaint: that it is missing, or what it raised."""
    if function is None:
        return {"complaint": "is missing"}
    try:
        value = plain(call(function))
        json.dumps(value)
    except NotImplementedError:
        return {"complaint": NOT_WRITTEN}
    except BaseException as error:
        return {"complaint": f"raises {_words(error)}"}
    return {"complaint": NOT_WRITTEN} if value == "Ellipsis" else {"value": value}


def plain(value: Any) -> Any:
    """Tensors, arrays, numbers and lists of them as JSON can hold them; else the name of the type.

    Raises CourseError for more numbers than any case asks for.
    """
    if isinstance(value, Tensor):
        value = value.detach().cpu().numpy()
    if isinstance(value, np.ndarray | np.generic):
        if value.size > MOST_ENTRIES:
            raise CourseError(f"{value.size} numbers are more than was asked for")
        if value.dtype.kind in "biuf":
            return {"shape": list(value.shape), "values": value.ravel().tolist()}
    elif isinstance(value, bool | int | float | None):
        return value
    elif isinstance(value, list | tuple):
        return [plain(one) for one in value[:MOST_ENTRIES]]
    elif isinstance(value, str):
        return value[:80]
    return "Ellipsis" if value is ... else type(value).__name__


def restored(value: Any) -> Any:
    """What :func:`plain` wrote, arrays as arrays."""
    if isinstance(value, dict):
        return np.array(value["values"]).reshape(value["shape"])
    if isinstance(value, list):
        return [restored(one) for one in value]
    return value


def _words(error: BaseException) -> str:
    """An error on one short line."""
    message = " ".join(str(error).split())[:160]
    hint = ""
    if isinstance(error, NameError):
        hint = " (a function gets what it needs as arguments; cells are not run)"
    return f"{type(error).__name__}: {message}{hint}" if message else type(error).__name__


if __name__ == "__main__":
    main()
