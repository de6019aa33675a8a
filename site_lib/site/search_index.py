"""The index of the search: what it finds, in which order, and when a page loads it.

The theme indexes words, code among them, and lets every page load all of it at its start. Here code
is left out: it is a quarter of the words, and in it "ostrich" is an argument of a lab before it is
an animal of a chapter. Figures become results of their own, with what is seen on them. And the
pages are ranked: chapters, labs, what surrounds them, the library. All this goes into a file that
``assets/search.js`` loads for the first word that is looked for; what the theme loads at the start
of every page keeps its configuration, and names no page.
"""

import html
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from site_lib.common.files import write_text

# What the theme loads, and what the search reads.
FILE = "search/search_index.json"
PAGES = "search/pages.json"
CODE = re.compile(r"<pre>.*?</pre>\s*", re.DOTALL)
TAG = re.compile(r"<[^>]+>")

# From the last rank to the first, by the beginning of a page's address; all others are chapters.
RANKS = (("reference/library/",), ("reference/", "evidence/", "index.html"), ("labs/",))
# A word in a title counts a thousand times as much as one in a text, and how rare it is counts
# some hundred times: a rank is worth more than both.
STEP = 1e6


@dataclass(frozen=True)
class FigureEntry:
    """A figure as a result of the search.

    location: address of its page with its anchor.   caption: HTML.   alt: plain text.
    """

    location: str
    title: str
    caption: str
    alt: str


def finish(site: Path, figures: Iterable[FigureEntry]) -> None:
    """Divide the index of a built site in two; one without an index stays as it is."""
    path = site / FILE
    if not path.is_file():
        return
    index = json.loads(path.read_text(encoding="utf-8"))
    entries = [entry | {"text": CODE.sub("", entry["text"])} for entry in index["docs"]]
    # A page comes before its parts, or the theme takes a part for the page.
    entries += [_entry(figure) for figure in figures]
    for entry in entries:
        entry["boost"] = boost(entry["location"])
    write_text(site / PAGES, _json(index | {"docs": entries}))
    write_text(path, _json(index | {"docs": []}))


def boost(location: str) -> float:
    """How much a word on a page counts, by the page's address."""
    page = location.partition("#")[0] or "index.html"
    ranks = (rank for rank, starts in enumerate(RANKS) if page.startswith(starts))
    return STEP ** next(ranks, len(RANKS))


def _entry(figure: FigureEntry) -> dict[str, Any]:
    caption = TAG.sub("", figure.caption)
    return {
        "location": figure.location,
        "title": html.escape(figure.title, quote=False),
        "text": f"<p>{caption}</p> <p>{html.escape(figure.alt, quote=False)}</p>",
    }


def _json(index: dict[str, Any]) -> str:
    return json.dumps(index, ensure_ascii=False, separators=(",", ":"))
