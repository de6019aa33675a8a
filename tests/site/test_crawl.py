"""Every page of the built site, visited once in each theme, and what these visits found."""

import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from site_lib.site.contents import contents, read_configuration
from tests.site.visits import (
    CHECKED_BY_AXE,
    DEVICE_OF_SCHEME,
    LIBRARY,
    SHOWN_IMAGES,
    SITE,
    VIEWPORTS,
    Visit,
    accessibility_problems,
    settle,
    size_of,
    transferred,
    width_of,
)

pytestmark = pytest.mark.browser

NO_SUCH_PAGE = "no/such/page/"
# Pages of the library come from one template and are long: by day the shortest stands for all.
OF_THE_LIBRARY_BY_DAY = (LIBRARY, f"{LIBRARY}feature-visualisation/")
# One page of each layout, which by day is looked at on every device.
PAGES_OF_EACH_KIND = ("", "what-units-see/first-layer/", "what-units-see/atlas/",
                      "relations-with-biology/numbers/", "evidence/claims/")  # fmt: skip
# How far a reader has to scroll on a phone, folds closed and all pictures loaded.
SCREEN, MOST_SCREENS = {"width": 390, "height": 844}, 15
# Lists made from all results, which are looked up and not read.
LISTINGS = ("evidence/claims.md", "evidence/references.md", "evidence/image-credits.md",
            "reference/glossary.md", "reference/lecture-map.md", LIBRARY)  # fmt: skip
READ = [entry.folder for entry in contents(read_configuration(SITE.parent)["nav"])
        if not entry.source.startswith(LISTINGS)]  # fmt: skip
# In kilobytes, as a host sends a page whose reader has scrolled to its end.
MEDIAN_PAGE, LARGEST_PAGE = 600, 2300

# Where all formulas of a page are folded away, the program that draws them waits. The solutions
# of a lab are opened, so that they are looked at too.
OPEN_FOLDS = """() => {
  const folds = document.querySelectorAll(
    "details:has(.arithmatex), details:is(.lab-solution, .lab-prediction)");
  for (const fold of folds) fold.open = true;
}"""
FORMULAS = """() => ({
  all: document.querySelectorAll(".arithmatex").length,
  drawn: document.querySelectorAll(".arithmatex .katex").length,
  wrong: document.querySelectorAll(".katex-error").length,
})"""


@dataclass(frozen=True)
class Layout:
    """A page on one device: its width in CSS pixels, pictures in sight, what axe objects to."""

    width: int
    pictures: list[dict[str, Any]]
    accessibility: list[str]


@dataclass(frozen=True)
class Record:
    """What one visit found: a page in one theme, loaded for a device, then resized to others.

    problems: errors of scripts, messages of the console, failed requests and those to other hosts.
    kilobytes: transferred until the page was read to its end on the first device.   screens: that
    a page which is read is long on a phone, folds closed.
    """

    path: str
    scheme: str
    layouts: dict[str, Layout]
    kilobytes: int
    screens: float | None
    formulas: dict[str, int]
    language: str
    problems: list[str]


def visits() -> Iterator[Any]:
    """Parameters: every page in each theme on one device; on the others, mostly by night."""
    folders = (page.parent.relative_to(SITE) for page in SITE.rglob("index.html"))
    paths = sorted("" if folder == Path() else f"{folder.as_posix()}/" for folder in folders)
    for path in (*paths, NO_SUCH_PAGE):
        by_day = not path.startswith(LIBRARY) or path in OF_THE_LIBRARY_BY_DAY
        for scheme, first in DEVICE_OF_SCHEME.items():
            others = tuple(device for device in VIEWPORTS if device != first)
            for devices, usual in (((first,), by_day), (others, path in PAGES_OF_EACH_KIND)):
                yield pytest.param(
                    (path, scheme, devices),
                    id=f"{path or 'home'}-{scheme}-{'-'.join(devices)}",
                    marks=() if usual else pytest.mark.nightly,
                )


@pytest.fixture(scope="module")
def weights() -> dict[str, dict[str, int]]:
    """Kilobytes that a page transfers, by device and page; filled by the visits."""
    return {device: {} for device in DEVICE_OF_SCHEME.values()}


@pytest.fixture(scope="module", params=visits())
def record(
    request: pytest.FixtureRequest, contexts: dict[tuple[str, str], Any], site: Path, address: str,
    weights: dict[str, dict[str, int]],
) -> Record:  # fmt: skip
    """The one visit that all tests below ask."""
    path, scheme, devices = request.param
    visit = Visit(contexts[scheme, devices[0]], address, path)
    page, layouts, kilobytes = visit.page, {}, 0
    screens = screens_of(page) if devices == ("phone",) and path in READ else None
    page.evaluate(OPEN_FOLDS)
    for device in devices:
        page.set_viewport_size(size_of(device))
        settle(page)
        kilobytes = kilobytes or sum(transferred(page, site, address).values()) // 1000
        layouts[device] = Layout(
            width_of(page),
            page.evaluate(SHOWN_IMAGES),
            accessibility_problems(page) if device in CHECKED_BY_AXE else [],
        )
    formulas = page.evaluate(FORMULAS)
    language = page.evaluate("document.documentElement.lang")
    page.close()
    if devices == (DEVICE_OF_SCHEME[scheme],) and path != NO_SUCH_PAGE:
        weights[devices[0]][path or "home"] = kilobytes
    return Record(path, scheme, layouts, kilobytes, screens, formulas, language, visit.problems)


def screens_of(page: Any) -> float:
    """Length of a page; figures to try are made when a reader comes near, so it is walked first."""
    page.set_viewport_size(SCREEN)
    for section in page.locator("section[data-live][data-folder]:visible").all():
        section.scroll_into_view_if_needed()
        section.locator(".hands__ready:visible").wait_for()
    settle(page)
    return page.evaluate("document.documentElement.scrollHeight") / SCREEN["height"]


def test_nothing_goes_wrong(record: Record) -> None:
    """No error, no warning, no failed request, nothing from another host."""
    assert not record.problems, "\n".join(record.problems)


def test_page_is_accessible(record: Record) -> None:
    """WCAG 2.2 A and AA and best practice, as far as axe can tell."""
    found = [f"{device}: {problem}" for device, layout in record.layouts.items()
             for problem in layout.accessibility]  # fmt: skip
    assert not found, "\n".join(found)


def test_page_fits_its_window(record: Record) -> None:
    """Nothing sticks out to the right."""
    wide = {device: layout.width for device, layout in record.layouts.items()
            if layout.width > VIEWPORTS[device][0]}  # fmt: skip
    assert not wide


def test_pictures_are_loaded_in_their_variant(record: Record) -> None:
    """Those of figures in the theme and for the width of the window, and all described."""
    problems = []
    for device, layout in record.layouts.items():
        kind = "narrow" if device == "phone" else "wide"
        for picture in layout.pictures:
            name = picture["source"].rsplit("/", 1)[-1][:80]
            if not picture["width"]:
                problems.append(f"{device}: picture not loaded: {name}")
            if picture["inFigure"]:
                if f".{record.scheme}.{kind}." not in name:
                    problems.append(f"{device}: wrong variant of a picture: {name}")
                if len(picture["alt"]) < 20:
                    problems.append(f"{device}: alternative text too short: {name}")
    assert not problems, "\n".join(problems)


def test_formulas_are_drawn(record: Record) -> None:
    """All of them, without an error."""
    assert record.formulas["drawn"] == record.formulas["all"]
    assert not record.formulas["wrong"]


def test_page_says_its_language(record: Record) -> None:
    """For voices that read it aloud."""
    assert record.language == "en"


def test_pictures_of_labs_are_described(record: Record) -> None:
    """Those that a lab drew; the first picture of a page is the logo beside its title."""
    if record.path.startswith("labs/"):
        for layout in record.layouts.values():
            assert all(picture["alt"] for picture in layout.pictures[1:])


def test_page_is_light(record: Record) -> None:
    """No page sends more than a phone on a slow line should have to load."""
    assert record.kilobytes < LARGEST_PAGE


def test_page_is_read_in_fifteen_screens(record: Record, record_property: Any) -> None:
    """A chapter that takes longer to scroll through is two."""
    if record.screens is not None:
        record_property("phone screens", f"{record.screens:.1f} ({record.path or 'home'})")
        assert record.screens <= MOST_SCREENS


def test_pages_are_light_as_a_rule(
    weights: dict[str, dict[str, int]], record_property: Any
) -> None:
    """Half of the pages are far lighter than the largest may be."""
    if not all(weights.values()):
        pytest.skip("no page was opened in this run")
    for device, pages in weights.items():
        median, largest = statistics.median(pages.values()), max(pages, key=pages.__getitem__)
        said = f"median {median:.0f} kB, largest {pages[largest]} kB ({largest})"
        record_property(f"pages on a {device}, compressed and read to the end", said)
        assert median < MEDIAN_PAGE
