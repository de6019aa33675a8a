"""What pages are written from: sidecars, claims, bibliography, labs, and pages' addresses."""

import functools
import html
import json
import re
from pathlib import Path
from typing import Any

import jinja2
import markdown
from markupsafe import Markup
from mkdocs.utils import get_relative_url
from mkdocs.utils.meta import get_data

from site_lib.common.errors import CourseError, unknown_name
from site_lib.common.toml_files import read_toml
from site_lib.records import claims
from site_lib.records.lab_records import labs
from site_lib.records.looked_at import Sight, sights
from site_lib.records.sidecars import sidecars
from site_lib.site import bibliography
from site_lib.site.contents import Entry, contents

ATLAS_INDEX = "figures/atlas/index.json"
# Scripts are published as plain text below this folder of the site.
SOURCE_FOLDER = "source"
# Pictures that were made for an earlier build, below the project.
CACHE = ".cache/site"
FIGURE_CALL = re.compile(r"{{\s*figure\(\s*[\"']([\w-]+)[\"']")


class Course:
    """The files that macros read, each once, and what all of them write with.

    env: the mkdocs-macros plugin; gives the configuration and the page being written.
    """

    # What is read before the first page is written.
    FILES = ("texts", "catalogue", "sidecars", "ledger", "sights", "bibliography", "labs_by_page")

    def __init__(self, env: Any) -> None:
        self.env = env
        self.docs = Path(env.conf["docs_dir"])
        loader = jinja2.FileSystemLoader(self.docs / "overrides" / "macros")
        self.templates = jinja2.Environment(
            loader=loader,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=jinja2.StrictUndefined,
        )
        self.templates.globals |= {
            "address": self.address,
            "inline_markdown": self.inline_markdown,
            "source_address": self.source_address,
        }

    # ------------------------------------------------------------------ files

    @functools.cached_property
    def sidecars(self) -> dict[str, dict[str, Any]]:
        """Sidecar of every figure that has been drawn, by figure id."""
        return sidecars(self.docs / "figures")

    @functools.cached_property
    def catalogue(self) -> list[str]:
        """Ids of every figure that the course can draw."""
        path = Path(self.env.project_dir) / "figures_src" / "catalogue.toml"
        return list(read_toml(path, dict[str, Any]).get("figures", {}))

    @functools.cached_property
    def ledger(self) -> dict[str, claims.StatedClaim]:
        """Every claim of the course, by claim id."""
        return {entry.claim.id: entry for entry in claims.ledger(self.docs / "figures")}

    @functools.cached_property
    def sights(self) -> dict[str, Sight]:
        """Every sentence about what a picture shows, by its id."""
        return {sight.id: sight for sight in sights(self.docs)}

    @functools.cached_property
    def bibliography(self) -> dict[str, bibliography.Reference]:
        """Every entry of the bibliography, by key."""
        return bibliography.read_references(self.docs / "references.bib")

    @functools.cached_property
    def texts(self) -> dict[str, str]:
        """Markdown of every page by the page's file name; CourseError when one is damaged."""
        return {
            path.relative_to(self.docs).as_posix(): _page_text(path)
            for path in sorted(self.docs.rglob("*.md"))
        }

    @functools.cached_property
    def figures_of_pages(self) -> dict[str, list[str]]:
        """Ids of the figures that each page shows, in order, by the page's file name."""
        return {page: FIGURE_CALL.findall(text) for page, text in self.texts.items()}

    @functools.cached_property
    def atlas_index(self) -> dict[str, Any]:
        """Networks, layers and units of the atlas; CourseError when it has not been drawn."""
        path = self.docs / ATLAS_INDEX
        if not path.is_file():
            raise CourseError("the unit atlas has not been built; run make figure NAME=atlas")
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise CourseError(f"{path} is damaged ({error}); run make figure NAME=atlas") from None

    @functools.cached_property
    def labs_by_page(self) -> dict[str, dict[str, Any]]:
        """Title, question and record of every lab that has been run, by its page."""
        return {lab["page"]: lab for lab in labs(self.docs)}

    def sidecar(self, figure_id: str) -> dict[str, Any]:
        """Sidecar of one figure; CourseError when it is unknown or has not been drawn."""
        if figure_id in self.sidecars:
            return self.sidecars[figure_id]
        if figure_id in self.catalogue:
            raise CourseError(
                f"figure {figure_id!r} has not been built; run make figure NAME={figure_id}"
            )
        raise unknown_name("figure", figure_id, {*self.catalogue, *self.sidecars})

    def title_of(self, page: str) -> str:
        """Title of a page, as the navigation has it; CourseError when it is not there."""
        for entry in contents(self.env.conf["nav"]):
            if entry.source == page:
                return entry.title
        raise CourseError(f"the navigation has no page {page}")

    @property
    def page(self) -> str:
        """The page being written, as a path below ``docs``."""
        page = self.env.page
        return page.file.src_uri if hasattr(page, "file") else page.path  # MkDocs, Zensical

    # -------------------------------------------------------------- addresses

    def address(self, target: str) -> str:
        """Relative address, from the page being written, of a file or page of the course.

        target: path below ``docs``; a page may carry an anchor after ``#``.
        """
        path, mark, anchor = target.partition("#")
        if path.endswith(".md") or path in self.labs_by_page:
            if not (self.docs / path).is_file():
                raise CourseError(f"no page {path!r} in docs")
            path = Entry("", "", path).folder or "./"
        return get_relative_url(path, self.env.page.url) + mark + anchor

    def source_address(self, script: str, commit: str) -> str:
        """Where a script can be read: at its commit in the repository, or on this site."""
        repository = (self.env.conf["repo_url"] or "").rstrip("/")
        if repository and re.fullmatch(r"[0-9a-f]{40}", commit):
            return f"{repository}/blob/{commit}/{script}"
        return self.address(f"{SOURCE_FOLDER}/{script}.txt")

    def figure_place(self, figure_id: str) -> tuple[str, int]:
        """Page that shows a figure, and the figure's number there; CourseError when none does."""
        for page, figures in self.figures_of_pages.items():
            if figure_id in figures:
                return page, figures.index(figure_id) + 1
        raise CourseError(
            f"no page shows the figure {figure_id!r}; embed it in one, or delete "
            f"docs/figures/{figure_id}.json if the course has it no more"
        )

    # ------------------------------------------------------------------- HTML

    def render(self, template: str, **values: Any) -> str:
        """HTML of a template in ``docs/overrides/macros``."""
        return self.templates.get_template(template).render(**values)

    def inline_markdown(self, text: str) -> Markup:
        """One paragraph of Markdown as HTML, with the extensions that ``mkdocs.yml`` names."""
        conf = self.env.conf
        # Those that are no names were added by plugins and macros, for whole pages.
        named = [name for name in conf["markdown_extensions"] if isinstance(name, str)]
        rendered = markdown.markdown(text, extensions=named, extension_configs=conf["mdx_configs"])
        return Markup(rendered.removeprefix("<p>").removesuffix("</p>"))


def _page_text(path: Path) -> str:
    """Text of a page; CourseError when it is no text, or its front matter is no YAML."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise CourseError(f"{path} is no text in UTF-8 ({error.reason}); save it as such") from None
    # MkDocs prints front matter that it cannot read on the page.
    if text.startswith("---") and not get_data(text)[1]:
        raise CourseError(f"{path}: what stands between the first lines of --- is no YAML")
    return text


def as_markdown(text: str) -> str:
    """Plain text, escaped so that neither HTML nor Markdown finds anything to interpret."""
    escaped = html.escape(text, quote=False)
    return re.sub(r"[*_`$\[\]\\~]", lambda match: f"&#{ord(match[0])};", escaped)
