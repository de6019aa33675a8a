"""What every command line of the course shares: errors on one line, help, paths.

Experiments take theirs from ``site_lib.measuring.experiment`` and drawings from
``site_lib.drawing.figure``. These are apart so that an experiment does not depend on how figures
look.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any, NoReturn, TextIO

from site_lib.common.errors import CourseError
from site_lib.common.files import ROOT


@contextmanager
def errors_on_one_line() -> Iterator[None]:
    """Turn a CourseError into one line on standard error and exit status 1.

    So is output that nobody can take: a full disk or a closed pipe does not end the work.
    """
    with open(os.devnull, "w") as nowhere:
        # A shell can close standard output (`>&-`); another file would then take its number.
        output = Output(sys.stdout or nowhere, nowhere)
        try:
            with redirect_stdout(output):
                yield
                output.flush()
                output.check()
        except CourseError as error:
            fail(error)


class Output:
    """Standard output that drops what is written once the disk is full or the reader gone."""

    def __init__(self, stream: TextIO, nowhere: TextIO) -> None:
        self.stream, self.nowhere = stream, nowhere
        self.failure: OSError | None = None

    def write(self, text: str) -> int:
        """Write, or do nothing after a failure."""
        self._attempt(lambda: self.stream.write(text))
        return len(text)

    def flush(self) -> None:
        """Flush, or do nothing after a failure."""
        self._attempt(self.stream.flush)

    def check(self) -> None:
        """CourseError when something could not be written."""
        if self.failure is not None:
            raise CourseError(
                f"cannot write to standard output: {self.failure.strerror}; "
                "make room or send it elsewhere, and run the same command again"
            )

    def _attempt(self, action: Callable[[], Any]) -> None:
        if self.failure is None:
            try:
                action()
            except OSError as error:
                self.failure = error
                # Also for child processes, and for what Python writes when it ends.
                os.dup2(self.nowhere.fileno(), self.stream.fileno())

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


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
        return script.resolve().relative_to(ROOT).as_posix()
    except ValueError:
        return script.name
