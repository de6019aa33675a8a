"""Labs as pages: what mkdocs-jupyter leaves open.

``mkdocs.yml`` names this file among its hooks. mkdocs-jupyter turns each executed notebook in
``docs/labs`` into a page; here it gets a template of the course's own, in which text and code go
through the same Markdown extensions as all other pages.
"""

import ast
import logging
import posixpath
import re
from functools import partial
from pathlib import Path
from typing import Any

import markdown
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url
from mkdocs_jupyter.config import settings
from nbconvert.exporters.templateexporter import default_filters

from site_lib.common.files import fingerprint, sha256_of_file
from site_lib.records.colab import colab_address
from site_lib.site import glossary

log = logging.getLogger("mkdocs.plugins.labs")

# A page of Markdown, or another lab beside this one.
LINK_TO_PAGE = re.compile(r'href="([^":]+\.md|[^":/]+\.ipynb)(#[^"]*)?"')


def on_config(config: Any) -> None:
    """Make mkdocs-jupyter use the course's template, and notice when that changes."""
    docs = Path(config["docs_dir"])
    templates = docs / "overrides" / "notebooks"
    settings.templates_dir = str(templates)
    read = [Path(__file__), Path(glossary.__file__), Path(config["config_file_path"])]
    read += [docs / "glossary.toml", *sorted(templates.rglob("*.j2"))]
    files = [sha256_of_file(path) for path in read]
    state = fingerprint({"files": files, "repository": config["repo_url"]})
    # Rendering takes a second, and mkdocs-jupyter keeps its pages by the notebooks alone.
    config["plugins"]["mkdocs-jupyter"].config["cache_dir"] = f".cache/labs/{state}"


@event_priority(100)
def on_page_markdown(text: str, page: Page, config: Any, **_: Any) -> str:
    """Give the template a writer of Markdown; macros find nothing to do in a notebook's JSON."""
    if not is_lab(page.file):
        return text
    # One for all cells of a page, so that no two lines of code get the same id.
    writer = markdown.Markdown(
        extensions=config["markdown_extensions"], extension_configs=config["mdx_configs"]
    )
    default_filters["site_markdown"] = writer.convert
    default_filters["prediction"] = text_assigned
    default_filters["colab"] = partial(colab_address, config["repo_url"] or "")
    return ""


def on_page_content(html: str, page: Page, files: Files, **_: Any) -> str:
    """Drop the styles that mkdocs-jupyter appends, and point links at the pages of the site."""
    if not is_lab(page.file):
        return html
    content = html.partition("<style>")[0]
    return LINK_TO_PAGE.sub(lambda link: _address(link[1], link[2] or "", page, files), content)


def is_lab(file: File) -> bool:
    """Whether mkdocs-jupyter renders a file as a page."""
    return file.is_documentation_page() and file.src_uri.endswith(".ipynb")


def text_assigned(source: str) -> str:
    """The text in a cell that does nothing but give it a name."""
    (assignment,) = ast.parse(source).body
    assert isinstance(assignment, ast.Assign)
    return ast.literal_eval(assignment.value)


def _address(target: str, anchor: str, page: Page, files: Files) -> str:
    """Where a link from one source file to another leads on the site; warns when nowhere."""
    source = posixpath.normpath(posixpath.join(posixpath.dirname(page.file.src_uri), target))
    found = files.get_file_from_path(source)
    if found is None:
        log.warning("%s: links to %s, which is not there", page.file.src_uri, target)
        return f'href="{target}{anchor}"'
    return f'href="{get_relative_url(found.url, page.url)}{anchor}"'
