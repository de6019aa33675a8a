"""Write the pages with MkDocs, and say what is wrong with them: a line for each mistake.

MkDocs and its plugins tell mistakes in their logs, over many lines, as warnings that do not fail
a build, or not at all. Here each becomes one line on standard error with the file, what is wrong,
and what to do.
"""

import contextlib
import logging
import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jinja2
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, MkDocsException
from mkdocs.utils.meta import get_data

from site_lib.common.errors import CourseError, unknown_name
from site_lib.site import link_check
from site_lib.site.contents import contents

# What to do, which MkDocs does not say, by a part of what it says.
REMEDIES = {
    "target is not found": "correct the link",
    "anchor": "correct what stands behind #",
    'not included in the "nav"': "name it under nav in mkdocs.yml, or delete it",
    "included in the 'nav'": "correct nav in mkdocs.yml",
}
# How the plugin of the macros and Jinja say where a mistake is, and which.
FILE_OF_MACRO = re.compile(r"_File_: `([^`]+)`")
UNDEFINED = re.compile(r"'(\w+)' is undefined")
# What Jinja calls the file of a template that it got as text.
TEMPLATE = "<template>"


def write(root: Path, folder: Path) -> list[str]:
    """Write the pages of a course into a folder; returns the mistakes, which were printed."""
    with _told(root) as mistakes, contextlib.chdir(root):
        try:
            configuration = load_config("mkdocs.yml", site_dir=str(folder), strict=True)
            mistakes.configuration = configuration
            _run(configuration)
            sources = {page.folder: page.source for page in contents(configuration.nav or [])}
            for line in link_check.dead_links(folder, sources):
                mistakes.tell(line)
        except (MkDocsException, CourseError) as error:
            # MkDocs has told its mistakes before it gives up.
            if not (isinstance(error, Abort) and mistakes.lines):
                mistakes.tell(str(error))
        except Exception:
            if not mistakes.lines:
                raise
    return mistakes.lines


def _run(configuration: MkDocsConfig) -> None:
    configuration.plugins.on_startup(command="build", dirty=False)
    try:
        build(configuration)
    finally:
        configuration.plugins.on_shutdown()


class Mistakes(logging.Handler):
    """Prints what MkDocs and its plugins warn of, each mistake once and on one line."""

    def __init__(self, root: Path) -> None:
        super().__init__(logging.WARNING)
        self.root = root
        self.configuration: MkDocsConfig | None = None
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Take a message that was logged."""
        message, error = record.getMessage(), sys.exc_info()[1]
        page = FILE_OF_MACRO.search(message)
        if page and error:
            self.tell(self._of_macro(page[1], error))
        else:
            remedy = next((text for part, text in REMEDIES.items() if part in message), "")
            self.tell(f"{message.rstrip('.')}; {remedy}" if remedy else message)

    def tell(self, message: str) -> None:
        """Print a mistake, unless it was printed before."""
        line = " ".join(message.replace(f"{self.root}/", "").split())
        if line not in self.lines:
            self.lines.append(line)
            print(f"error: {line}", file=sys.stderr, flush=True)

    def _of_macro(self, page: str, error: BaseException) -> str:
        """What went wrong where a page calls macros."""
        assert self.configuration is not None
        text = (Path(self.configuration.docs_dir) / page).read_text(encoding="utf-8")
        before = text.count("\n") - get_data(text)[0].count("\n")
        where = f"{page}, line {before + _line(error)}"
        undefined = UNDEFINED.match(str(error))
        if undefined:
            plugin: Any = self.configuration.plugins["macros"]
            return f"{where}: {unknown_name('macro', undefined[1], plugin.macros)}"
        kind = "" if isinstance(error, jinja2.TemplateError) else f"{type(error).__name__}: "
        return f"{where}: {kind}{error}; correct what stands in curly brackets"


def _line(error: BaseException) -> int:
    """Line of a template in which an error arose."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        return error.lineno
    frames = traceback.extract_tb(error.__traceback__)
    return next(frame.lineno or 0 for frame in frames if frame.filename == TEMPLATE)


@contextmanager
def _told(root: Path) -> Iterator[Mistakes]:
    """Have mistakes printed as long as the block runs."""
    log, mistakes = logging.getLogger("mkdocs"), Mistakes(root)
    log.addHandler(mistakes)
    try:
        yield mistakes
    finally:
        log.removeHandler(mistakes)
