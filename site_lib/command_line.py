"""What every command line of the course shares: errors on one line, help, paths.

Experiments take theirs from ``site_lib.experiment`` and drawings from ``site_lib.drawing``.
These are apart so that an experiment does not depend on how figures look.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from site_lib import provenance
from site_lib.errors import CourseError


@contextmanager
def errors_on_one_line() -> Iterator[None]:
    """Turn a CourseError into one line on standard error and exit status 1."""
    try:
        yield
    except CourseError as error:
        fail(error)


def fail(error: CourseError) -> NoReturn:
    """Print an error on one line and leave with status 1."""
    print(f"error: {error}", file=sys.stderr)
    raise SystemExit(1)


def module_docstring(function: Callable[..., Any]) -> str | None:
    """Docstring of the script that defines a function, as help on its command line."""
    return function.__globals__["__doc__"]


def relative_path(script: Path) -> str:
    """Path of a script as recorded: below the project's folder, or its name when elsewhere."""
    try:
        return script.resolve().relative_to(provenance.ROOT).as_posix()
    except ValueError:
        return script.name
