"""What the search of the site can find, and in which order."""

import json
from itertools import pairwise
from pathlib import Path

import pytest

from site_lib.site import search_index
from site_lib.site.search_index import STEP, FigureEntry, boost

FIGURE = FigureEntry("a/#figure-f", "Figure 1. A < B", "A <em>zebra</em> & more.", "Black & white")


@pytest.fixture
def finished(tmp_path: Path) -> Path:
    """A site with an index of two pages, divided in two."""
    text = "<p>The <code>cat</code>.</p> <pre><code>cat = 1\ndog = 2\n</code></pre> <p>Après.</p>"
    entries = [{"location": "a/", "title": "A", "text": text}, {"location": "labs/b/", "text": "B"}]
    path = tmp_path / search_index.FILE
    path.parent.mkdir()
    path.write_text(json.dumps({"config": {"lang": ["en"]}, "docs": entries}), encoding="utf-8")
    search_index.finish(tmp_path, [FIGURE])
    return tmp_path


def test_words_stay_and_code_goes(finished: Path) -> None:
    index = json.loads((finished / search_index.PAGES).read_text(encoding="utf-8"))
    first, lab, _ = index["docs"]
    assert first["text"] == "<p>The <code>cat</code>.</p> <p>Après.</p>"
    assert lab == {"location": "labs/b/", "text": "B", "boost": boost("labs/b/")}
    assert index["config"] == {"lang": ["en"]}


def test_a_figure_is_found_by_what_is_seen_on_it(finished: Path) -> None:
    """After its page, and with nothing that the theme would take for a tag."""
    index = json.loads((finished / search_index.PAGES).read_text(encoding="utf-8"))
    assert index["docs"][-1] == {
        "location": FIGURE.location,
        "title": "Figure 1. A &lt; B",
        "text": "<p>A zebra & more.</p> <p>Black &amp; white</p>",
        "boost": boost("a/"),
    }


def test_what_every_page_loads_names_no_page(finished: Path) -> None:
    index = json.loads((finished / search_index.FILE).read_text(encoding="utf-8"))
    assert index == {"config": {"lang": ["en"]}, "docs": []}


def test_chapters_come_before_labs_and_these_before_the_library() -> None:
    """Whatever else counts is worth less than a step."""
    ranked = ["adversarial-examples/#x", "labs/b/", "reference/glossary/#a", "reference/library/"]
    boosts = [boost(location) for location in ranked]
    assert [one / other for one, other in pairwise(boosts)] == [STEP] * 3
    assert boost("") == boost("#start") == boost("evidence/claims/")


def test_a_site_without_a_search_is_left_alone(tmp_path: Path) -> None:
    search_index.finish(tmp_path, [])
    assert not [*tmp_path.iterdir()]
