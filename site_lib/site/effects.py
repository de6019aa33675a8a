"""What every plugin, extension and macro leaves in the built pages, counted.

A builder passes over what it does not know, some without a word. So the same counts are taken of
the pages that two builders wrote from the same sources.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from site_lib.site import link_check, search_index
from site_lib.site.contents import contents

CODE = re.compile(r"<(pre|code)\b.*?</\1>", re.DOTALL)
# Where the theme of MkDocs, or that of Zensical, keeps what the search reads.
INDEXES = {search_index.PAGES: "docs", "search.json": "items"}


class Pages:
    """The built pages of a navigation."""

    def __init__(self, site: Path, nav: list[Any]) -> None:
        """site: their folder.   nav: as ``mkdocs.yml`` writes it."""
        self.site, self.entries = site, contents(nav)

    @cached_property
    def html(self) -> dict[str, str]:
        """HTML of every page that was written, by its address below the site."""
        paths = {entry.folder: self.site / entry.file for entry in self.entries}
        return {
            folder: path.read_text(encoding="utf-8")
            for folder, path in paths.items()
            if path.is_file()
        }

    @cached_property
    def articles(self) -> str:
        """What the pages say, one after the other, without what the theme has around it."""
        parts = (
            page.partition("<article")[2].rpartition("</article>") for page in self.html.values()
        )
        return "\n".join(part[0] for part in parts)

    @cached_property
    def found(self) -> list[dict[str, Any]]:
        """What the search can find."""
        for name, key in INDEXES.items():
            if (self.site / name).is_file():
                return json.loads((self.site / name).read_text(encoding="utf-8"))[key]
        return []


@dataclass(frozen=True)
class Effect:
    """Something that can be counted in built pages.

    what: in words.   by: plugin or extension that leaves it there.   why: what is known of a
    difference between builders.
    """

    what: str
    by: str
    count: Callable[[Pages], int]
    why: str = ""


def _of(pattern: str) -> Callable[[Pages], int]:
    """How often something stands in what the pages say."""
    compiled = re.compile(pattern)
    return lambda pages: sum(1 for _ in compiled.finditer(pages.articles))


def _files(pattern: str) -> Callable[[Pages], int]:
    return lambda pages: sum(1 for _ in pages.site.glob(pattern))


def _in_head(text: str) -> Callable[[Pages], int]:
    return lambda pages: sum(text in page for page in pages.html.values())


def _found(place: str) -> Callable[[Pages], int]:
    return lambda pages: sum(bool(re.fullmatch(place, one["location"])) for one in pages.found)


def _dead_links(pages: Pages) -> int:
    return sum(1 for _ in link_check.dead_links(pages.site, {}))


def _not_run(pages: Pages) -> int:
    return CODE.sub("", pages.articles).count("{{")


EFFECTS = (
    Effect("Pages of the navigation", "", lambda pages: len(pages.html)),
    Effect("Links that lead nowhere", "", _dead_links),
    Effect("Figures", "macros", _of(r'<figure class="course-figure')),
    Effect("Measured numbers", "macros", _of(r'<data class="measured"')),
    Effect("Claims", "macros", _of(r'class="claim[ "]')),
    Effect("Cited papers", "macros", _of(r'class="citation"')),
    Effect("Macros that were not run", "macros", _not_run),
    Effect("Definitions at first uses", "first uses of terms", _of(r'class="term"')),
    Effect("Formulas", "arithmatex", _of(r'class="arithmatex"')),
    Effect("Admonitions", "admonition", _of(r'class="admonition[ "]')),
    Effect("Folds", "details", _of(r"<details\b")),
    Effect("Tables", "tables", _of(r"<table\b")),
    Effect("Blocks of code", "highlight", _of(r'<div class="[\w -]*\bhighlight"')),
    Effect("Links to sections", "toc", _of(r'class="headerlink"')),
    Effect("Objects of the library", "mkdocstrings", _of(r'class="doc doc-object ')),
    Effect("Outputs of labs", "mkdocs-jupyter", _of(r'class="lab-(?:text|said|shown)"')),
    Effect("Solutions of labs", "mkdocs-jupyter", _of(r'class="lab-solution"')),
    Effect("Pictures to enlarge", "glightbox", _of(r'class="glightbox ')),
    Effect("Pages with the script for that", "glightbox", _in_head("glightbox.min.js")),
    Effect("Pages that the search finds", "search", _found(r"[^#]*")),
    Effect(
        "Sections that the search finds",
        "search",
        _found(r".*#(?!figure-).*"),
        "the title of a page is no section of it",
    ),
    Effect(
        "Figures that the search finds",
        "search_index",
        _found(r".*#figure-.*"),
        "its index is its own, without our results and their ranks",
    ),
    Effect("Descriptions for shared links", "publishing", _in_head('property="og:description"')),
    Effect("Citations in BibTeX", "publishing", _files("**/*.bib")),
)
