"""Definitions within the text, and the pages about the course, as a reader meets them."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.site.visits import accessibility_problems, settle, size_of, variants, width_of

PAGE_WITH_TERMS = "optimising-the-input/super-stimuli/"
LONG_AFTER = 1000  # milliseconds
# Of the definition that is shown, and of its term.
PLACES = """(term) => [document.querySelector(".definition:not([hidden])"), term]
  .map((one) => one.getBoundingClientRect().toJSON())"""
ROOT = Path(__file__).parents[2]


@pytest.fixture
def opened(new_context: Any, address: str) -> Any:
    """Function that opens a page in a context of its own; closed after the test."""

    def open_page(path: str = PAGE_WITH_TERMS, **options: Any) -> Any:
        page = new_context(**options).new_page()
        page.goto(address + path)
        return page

    return open_page


def shown(page: Any) -> list[str]:
    """Definitions that can be seen."""
    visible = page.locator(".definition:visible")
    return visible.all_inner_texts()


@pytest.mark.browser
@pytest.mark.parametrize(("scheme", "device"), variants("light", "dark"))
def test_a_definition_opens_by_keyboard(opened: Any, scheme: str, device: str) -> None:
    """Focus shows it beside its term, Escape hides it, Enter follows the link."""
    page = opened(color_scheme=scheme, viewport=size_of(device))
    width = size_of(device)["width"]
    term = page.locator("a.term").last
    definition = term.get_attribute("data-definition")
    assert shown(page) == []
    assert term.evaluate("a => document.getElementById(a.getAttribute('aria-describedby'))"
                         ".textContent") == definition  # fmt: skip
    page.keyboard.press("Tab")  # so that the browser shows where the focus is
    term.scroll_into_view_if_needed()
    settle(page)  # what is loaded on the way down moves the text
    term.focus()
    assert shown(page) == [definition]
    # Both at one moment: nothing that the page still does can come between them.
    box, place = term.evaluate(PLACES)
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert 0 <= box["y"] - place["y"] < 80
    assert width_of(page) <= width
    assert not accessibility_problems(page)
    page.keyboard.press("Escape")
    assert shown(page) == []
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("reference/glossary/#"))
    assert page.locator(":target").is_visible()


@pytest.mark.browser
def test_a_definition_stays_while_it_is_pointed_at(opened: Any) -> None:
    """The pointer may move from the term to its definition, and leaving hides it."""
    page = opened(viewport=size_of("desktop"))
    page.clock.install()
    term = page.locator("a.term").first
    term.hover()
    page.locator(".definition:visible").hover()
    page.clock.run_for(LONG_AFTER)
    assert shown(page) == [term.get_attribute("data-definition")]
    page.mouse.move(5, 5)
    page.clock.run_for(LONG_AFTER)
    assert shown(page) == []
    citation = page.locator("article a.citation").first
    citation.hover()
    year = re.search(r"\d{4}", citation.inner_text())
    assert year
    assert [year[0] in words for words in shown(page)] == [True]


@pytest.mark.browser
def test_a_definition_opens_by_touch(opened: Any) -> None:
    """The first tap shows it, a tap elsewhere hides it, a second tap follows the link."""
    page = opened(viewport=size_of("phone"), has_touch=True, is_mobile=True)
    here = page.url
    term = page.locator("a.term").first
    term.tap()
    assert shown(page) == [term.get_attribute("data-definition")]
    assert page.url == here
    page.locator("h1").tap()
    assert shown(page) == []
    term.tap()
    term.tap()
    page.wait_for_url(re.compile("reference/glossary/#"))


@pytest.mark.browser
def test_without_scripts_a_term_is_a_link(opened: Any) -> None:
    """It leads to its entry."""
    page = opened(java_script_enabled=False)
    page.locator("a.term").first.click()
    page.wait_for_url(re.compile("reference/glossary/#"))


def test_terms_are_marked_once_and_never_within_a_link(site: Path) -> None:
    marked = 0
    for path in site.rglob("index.html"):
        text = path.read_text("utf-8")
        ids = re.findall(r'<a class="term"[^>]*href="[^"#]*#([^"]+)"', text)
        assert len(ids) == len(set(ids)), path
        assert not re.search(r'<a [^>]*>(?:(?!</a>).)*<a class="term"', text, re.DOTALL), path
        marked += len(ids)
    assert marked > 50


def test_the_citation_on_the_page_is_that_of_the_file(site: Path) -> None:
    """Read back from the highlighted code."""
    page = (site / "reference/how-to-cite/index.html").read_text("utf-8")
    code = re.sub("<[^>]+>", "", page[page.index("<code>") :].partition("</code>")[0])
    from site_lib.site.citation import read_citation

    assert read_citation(ROOT / "CITATION.cff").bibtex == code.strip()


def test_paths_that_pages_name_exist(site: Path) -> None:
    """A page that says which test or file checks something says so of a file that is there."""
    named = re.compile(r"<code>((?:tests|site_lib|figures_src|docs)/[\w./-]+\.\w+)</code>")
    paths = {name for page in site.rglob("index.html")
             for name in named.findall(page.read_text("utf-8"))}  # fmt: skip
    assert len(paths) > 10
    assert not [name for name in sorted(paths) if not (ROOT / name).is_file()]
