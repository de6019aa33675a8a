"""The built site as a reader uses it: by keyboard, in both themes, on paper, without scripts."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from site_lib.site.search_index import boost
from tests.site.visits import (
    ADDRESSES,
    CHECKED_BY_AXE,
    DEVICE_OF_SCHEME,
    SHOWN_IMAGES,
    SITE,
    VARIANTS,
    VIEWPORTS,
    accessibility_problems,
    settle,
    transferred,
    variants,
    width_of,
)

pytestmark = pytest.mark.browser

NO_SUCH_PAGE = "no/such/page/"
PAGE_WITH_FIGURES = "what-units-see/first-layer/"
ATLAS = "what-units-see/atlas/"
PAGE_WITH_FACTS = "relations-with-biology/numbers/"
PAGE_WITH_DEPTHS = "what-units-see/from-edges-to-objects/"
# Of the page with depths, read to its end on a phone.
LIGHT_PAGE = 1_500_000


def test_missing_page_helps_on(visit: Any, address: str) -> None:
    """The 404 page keeps its looks at any depth, and leads home."""
    page = visit(NO_SUCH_PAGE).page
    assert page.locator("h1").inner_text() == "There is no page here"
    page.get_by_role("link", name="home page").click()
    page.wait_for_url(address)


# Of the results of a search: pages, and the parts of pages below them.
RESULTS = """() => [...document.querySelectorAll(".md-search-result__link")]
  .map((link) => link.getAttribute("href").replace(/[?]h=[^#]*/, ""))"""


def found(page: Any, word: str) -> list[str]:
    """Addresses that the search finds, best first."""
    page.keyboard.press("Control+a")
    page.keyboard.type(word, delay=5)
    page.wait_for_function(
        "(word) => [...document.querySelectorAll('.md-search-result__item mark')]"
        ".some((mark) => mark.textContent.toLowerCase() === word)",
        arg=word,
    )
    return page.evaluate(RESULTS)


def test_search_finds_chapters_first_and_figures(visit: Any, address: str) -> None:
    """A key opens it, and only then anything is loaded; pictures are found by what is on them."""
    page = visit("").page
    asked: list[str] = []
    page.wait_for_load_state("networkidle")
    before = page.evaluate(ADDRESSES)
    assert not [name for name in before if "/workers/" in name or "search/pages" in name]
    page.on("request", lambda request: asked.append(request.url.removeprefix(address)))
    page.keyboard.press("/")
    chapters = {"ostrich": "adversarial-examples/", "brain": "relations-with-biology/",
                "receptive": "what-units-see/receptive-fields/"}  # fmt: skip
    for word, chapter in chapters.items():
        links = [link.removeprefix(address) for link in found(page, word)]
        assert links[0].startswith(chapter)
        ranks = [boost(link) for link in links]
        assert ranks == sorted(ranks, reverse=True)
    assert "search/pages.json" in asked
    assert any("#figure-" in link for link in found(page, "zebra"))


def test_a_search_can_be_linked_to(visit: Any) -> None:
    """An address with a question shows what there is."""
    page = visit("?q=banana").page
    page.wait_for_selector(".md-search-result__item")
    assert any("super-stimuli" in link for link in page.evaluate(RESULTS))


@pytest.mark.parametrize(("scheme", "device"), variants("light", "dark"))
def test_figure_enlarges_by_keyboard(scheme: str, device: str, visit: Any) -> None:
    """Enter opens the figure in its theme, Escape closes it, and the focus comes back."""
    page = visit(PAGE_WITH_FIGURES, scheme, device).page
    link = page.locator(f"figure a.only-{scheme}").first
    link.focus()
    page.keyboard.press("Enter")
    image = page.locator(".gslide.current img")
    image.wait_for()
    layout = "narrow" if device == "phone" else "wide"
    assert f".{scheme}.{layout}." in image.get_attribute("src")
    assert image.evaluate("i => i.decode().then(() => i.naturalWidth)") > 0
    assert len(image.get_attribute("alt")) >= 20
    page.wait_for_function("document.activeElement.classList.contains('gclose')")
    assert not accessibility_problems(page)
    page.keyboard.press("Escape")
    page.wait_for_selector(".glightbox-container", state="detached")
    assert link.evaluate("a => a === document.activeElement")


@pytest.mark.parametrize(("scheme", "device"), variants("light", "dark"))
def test_provenance_opens_by_keyboard(scheme: str, device: str, visit: Any) -> None:
    """The card unfolds with Enter, names its script, and the script can be read."""
    page = visit(PAGE_WITH_FIGURES, scheme, device).page
    summary = page.locator("details.provenance > summary").first
    summary.focus()
    page.keyboard.press("Enter")
    script = page.locator("details.provenance[open] a", has_text="figures_src/").first
    script.wait_for()
    assert page.request.get(script.evaluate("a => a.href")).ok
    assert width_of(page) <= VIEWPORTS[device][0]
    assert not accessibility_problems(page)


@pytest.mark.parametrize("device", CHECKED_BY_AXE)
def test_table_of_facts_sorts_by_keyboard(device: str, visit: Any) -> None:
    """A heading sorts by number, says so, and sorts the other way when pressed again."""
    page = visit(PAGE_WITH_FACTS, device=device).page
    summary = page.locator("details.facts > summary").first
    summary.focus()
    page.keyboard.press("Enter")
    heading = page.locator("details.facts[open] th", has_text="Count")
    counts = page.locator("details.facts[open] td[data-label=Count]")
    heading.locator("button").focus()
    for direction in ("ascending", "descending"):
        page.keyboard.press("Enter")
        assert heading.get_attribute("aria-sort") == direction
        found = counts.evaluate_all("cells => cells.map(cell => Number(cell.dataset.sort))")
        assert len(found) > 10
        assert found == sorted(found, reverse=direction == "descending")
    assert page.locator("th[aria-sort]").count() == 1
    assert width_of(page) <= VIEWPORTS[device][0]
    assert not accessibility_problems(page)


def test_a_figure_is_drawn_as_a_slide_when_asked_for(visit: Any, tmp_path: Path) -> None:
    """Light and dark, 1920 × 1080 pixels, named after the site and the figure; never before."""
    page = visit(PAGE_WITH_FIGURES).page
    fold = page.locator("details.figure-description").first
    fold.locator("summary").click()
    for scheme, bright in (("light", True), ("dark", False)):
        with page.expect_download() as download:
            fold.get_by_role("button", name=f"PNG 1920 × 1080, {scheme}").click()
        name = download.value.suggested_filename
        assert re.fullmatch(rf"inside-a-trained-network-[\w-]+-{scheme}\.png", name)
        download.value.save_as(tmp_path / name)
        with Image.open(tmp_path / name) as slide:
            assert slide.size == (1920, 1080)
            grey = np.asarray(slide.convert("L"))
        assert (grey[0, 0] > 128) == bright
        assert grey.std() > 5  # there is something on it
    bibtex = fold.get_by_role("link", name="BibTeX")
    assert page.request.get(bibtex.evaluate("a => a.href")).text().startswith("@misc{")


def shows_only(page: Any, scheme: str) -> None:
    """Wait until the first figure is the one of `scheme`: pictures are fetched when needed."""
    other = {"light": "dark", "dark": "light"}[scheme]
    page.locator(f"figure a.only-{scheme}").first.wait_for()
    page.locator(f"figure a.only-{other}").first.wait_for(state="hidden")


def test_theme_can_be_changed_by_keyboard(visit: Any) -> None:
    """The switch is reached with the keyboard, and the figures follow it."""
    page = visit(PAGE_WITH_FIGURES).page
    page.locator("input[name=__palette]").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.body.dataset.mdColorScheme === 'slate'")
    shows_only(page, "dark")
    page.evaluate("localStorage.clear()")


def test_paper_is_light(visit: Any) -> None:
    """A page that is read in the dark theme prints dark letters and light figures."""
    page = visit(PAGE_WITH_FIGURES, "dark").page
    page.emulate_media(media="print")
    shows_only(page, "light")
    red = page.locator("h1").evaluate("h => getComputedStyle(h).color.match(/\\d+/)[0]")
    assert int(red) < 100


def test_skip_link_comes_first(visit: Any) -> None:
    """The first press of Tab offers to skip the navigation, in sight."""
    page = visit(PAGE_WITH_FIGURES).page
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    assert "md-skip" in focused.get_attribute("class")
    assert focused.evaluate("a => getComputedStyle(a).opacity") == "1"


# --------------------------------------------------------- keyboard and motion

PAGES_OF_EACH_KIND = ("", PAGE_WITH_FIGURES, ATLAS, PAGE_WITH_FACTS, "evidence/claims/")
# What a keyboard should reach: of the radio buttons with one name, one.
REACHABLE = """() => {
  const kinds = "a[href], button, input, select, textarea, summary, [tabindex]";
  const all = [...document.querySelectorAll(kinds)]
    .filter((part) => part.tabIndex >= 0 && !part.disabled)
    .filter((part) => part.checkVisibility({ visibilityProperty: true }))
    .filter((part) => part.type !== "radio" || part.checked);
  all.forEach((part, number) => { part.dataset.reachable = number; });
  return all.length;
}"""
MISSED = """(seen) => [...document.querySelectorAll("[data-reachable]")]
  .filter((part) => part.tabIndex >= 0 && !seen.includes(Number(part.dataset.reachable)))
  .map((part) => part.outerHTML.slice(0, 120))"""
# The mark may lie around the part, or around the label that stands for it.
FOCUSED = """() => {
  const part = document.activeElement;
  const marked = [part, part.nextElementSibling, part.closest("form")].some((one) => {
    const style = one && getComputedStyle(one);
    return style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  });
  return { number: part.dataset.reachable ?? null, marked, html: part.outerHTML.slice(0, 120) };
}"""


@pytest.mark.parametrize("path", PAGES_OF_EACH_KIND)
def test_everything_is_reached_by_keyboard(path: str, visit: Any) -> None:
    """Tab walks over every link, button and fold, and each says where the focus is."""
    page = visit(path).page
    if path == ATLAS:
        page.wait_for_selector(".atlas__unit")
    number = page.evaluate(REACHABLE)
    seen, unmarked = set(), []
    for _ in range(number + 20):
        page.keyboard.press("Tab")
        found = page.evaluate(FOCUSED)
        if found["number"] is None:
            continue
        seen.add(int(found["number"]))
        if not found["marked"]:
            unmarked.append(found["html"])
    missed = page.evaluate(MISSED, sorted(seen))
    assert number > 10
    assert not missed
    assert not unmarked


# ----------------------------------------------------------- depths one at a time


def depths_shown(page: Any) -> list[str]:
    """Names of the depths that can be seen."""
    steps = "all => all.filter((one) => one.checkVisibility()).map((one) => one.dataset.name)"
    return page.locator(".depths__step").evaluate_all(steps)


@pytest.mark.parametrize(("scheme", "device"), variants("light", "dark"))
def test_depths_are_stepped_by_keyboard(scheme: str, device: str, visit: Any) -> None:
    """Tab reaches the chosen depth, arrows change it, and nothing else moves."""
    opened = visit(PAGE_WITH_DEPTHS, scheme, device)
    page = opened.page
    tabs = page.get_by_role("tab")
    names = tabs.all_inner_texts()
    assert len(names) > 3
    assert depths_shown(page) == names[:1]
    tabs.first.focus()
    settle(page)  # what is loaded on the way down moves the tabs
    for key, place in (("ArrowRight", 1), ("End", -1), ("ArrowRight", 0), ("ArrowLeft", -1),
                       ("Home", 0), ("ArrowRight", 1)):  # fmt: skip
        before = tabs.first.bounding_box()
        page.keyboard.press(key)
        assert page.locator(":focus").inner_text() == names[place]
        assert depths_shown(page) == [names[place]]
        assert tabs.first.bounding_box() == pytest.approx(before, abs=1)
    assert page.locator('[role="tab"][tabindex="0"]').count() == 1
    panel = page.get_by_role("tabpanel", name=names[1])
    assert panel.locator("figure").is_visible()
    settle(page)
    assert width_of(page) <= VIEWPORTS[device][0]
    assert not accessibility_problems(page) + opened.problems


def test_a_link_to_a_figure_opens_its_depth(visit: Any) -> None:
    """Also when the page is open already."""
    page = visit(f"{PAGE_WITH_DEPTHS}#figure-unit-mosaics-block-3").page
    page.locator("#figure-unit-mosaics-block-3").wait_for()
    assert depths_shown(page) == ["Block 3"]
    page.evaluate("location.hash = 'figure-unit-mosaics-block-9'")
    page.locator("#figure-unit-mosaics-block-9").wait_for()
    assert depths_shown(page) == ["Block 9"]


def test_depths_are_a_sequence_without_scripts_and_on_paper(
    new_context: Any, visit: Any, address: str
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(address + PAGE_WITH_DEPTHS)
    names = depths_shown(page)
    assert len(names) > 3
    assert page.locator(".depths__name").all_inner_texts() == names
    with_scripts = visit(PAGE_WITH_DEPTHS).page
    with_scripts.emulate_media(media="print")
    assert depths_shown(with_scripts) == names


def test_the_page_with_depths_is_light(
    visit: Any, site: Path, address: str, record_property: Any
) -> None:
    """On a phone, read to its end: depths that are not opened cost nothing."""
    page = visit(PAGE_WITH_DEPTHS, "dark", DEVICE_OF_SCHEME["dark"]).page
    settle(page)
    sent = transferred(page, site, address)
    assert not [path for path in sent if "unit-mosaics-block-1." in path.name]
    record_property("page with depths on a phone", f"{sum(sent.values()) / 1e3:.0f} kB")
    assert sum(sent.values()) < LIGHT_PAGE


PAGE_WITH_PAIR = "adversarial-examples/"


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_two_files_are_guessed_and_take_turns(motion: str, visit: Any) -> None:
    """A guess reveals names and difference; Blink shows one at a time, in turn where wanted."""
    page = visit(PAGE_WITH_PAIR).page
    page.emulate_media(reduced_motion=motion)
    section = page.locator("section[data-live=blink]")
    assert section.locator(".live__name:visible").all_inner_texts() == ["?", "?"]
    section.get_by_role("button", name="The left one").focus()
    page.keyboard.press("Enter")
    assert section.get_attribute("data-state") == "done"
    assert "Forty times" in section.locator("[data-answer]").inner_text()
    assert section.get_by_text("The adversarial file").is_visible()
    assert section.locator(".blink__stack").is_visible()
    blink = section.get_by_role("button", name="Blink")
    blink.click()
    shown = section.locator("[data-is]:visible")
    first = shown.get_attribute("data-is")
    if motion == "reduce":
        page.wait_for_timeout(1000)
        assert shown.get_attribute("data-is") == first
        blink.click()
    page.wait_for_function(
        "(first) => [...document.querySelectorAll('[data-is]')]"
        ".find((one) => one.checkVisibility()).dataset.is !== first",
        arg=first,
    )
    assert not accessibility_problems(page)


# ------------------------------------------------------------------- unit atlas


def atlas_index(site: Path) -> dict[str, Any]:
    """Networks, layers and units of the atlas."""
    return json.loads((site / "figures/atlas/index.json").read_text(encoding="utf-8"))


def focused(page: Any) -> str:
    """Number of the unit in whose cell the focus is."""
    return page.evaluate("document.activeElement.dataset.unit ?? document.activeElement.tagName")


@pytest.mark.parametrize(("scheme", "device"), variants("light", "dark"))
def test_atlas_is_walked_by_keyboard(scheme: str, device: str, visit: Any, site: Path) -> None:
    """Arrows move over the grid, Enter opens a unit, Escape closes it and the focus returns."""
    opened = visit(ATLAS, scheme, device)
    page = opened.page
    units = [str(unit) for unit in atlas_index(site)["networks"][0]["layers"][-1]["units"]]
    page.wait_for_selector(".atlas__unit")
    # Tab reaches the chosen network, the chosen depth, then one cell of the grid.
    page.locator(".atlas__choice input:checked").last.focus()
    page.keyboard.press("Tab")
    assert focused(page) == units[0]
    columns = int(page.locator(".atlas__grid").get_attribute("data-columns"))
    for key, place in (("ArrowRight", 1), ("ArrowLeft", 0), ("ArrowLeft", 0), ("End", columns - 1),
                       ("Home", 0), ("Control+End", len(units) - 1), ("ArrowDown", len(units) - 1),
                       ("Control+Home", 0), ("ArrowRight", 1)):  # fmt: skip
        page.keyboard.press(key)
        assert focused(page) == units[place], key
    if columns < len(units):
        page.keyboard.press("ArrowDown")
        assert focused(page) == units[columns + 1]
        page.keyboard.press("ArrowUp")
    assert page.locator('.atlas__unit[tabindex="0"]').count() == 1
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"

    page.keyboard.press("Enter")
    page.wait_for_selector(".atlas__facts")
    assert page.locator(":focus").inner_text().startswith(f"Unit {units[1]}, ")
    assert page.url.endswith(f"/{units[1]}")
    assert width_of(page) <= VIEWPORTS[device][0]
    assert not accessibility_problems(page) + opened.problems
    # What was opened is seen, and has neighbours.
    head = "document.querySelector('.atlas__panel h3')"
    place = f"{head}.getBoundingClientRect()"
    page.wait_for_function(f"{place}.top >= 0 && {place}.bottom <= innerHeight")
    for key, unit in (("ArrowRight", units[2]), ("ArrowLeft", units[1])):
        page.keyboard.press(key)
        page.wait_for_function(f"{head}.textContent.startsWith('Unit {unit},')")
    page.keyboard.press("Escape")
    page.wait_for_selector(".atlas__panel", state="hidden")
    assert focused(page) == units[1]
    page.go_back()
    page.wait_for_function("!document.querySelector('.atlas__panel').hidden")
    assert page.locator(".atlas__panel h3").inner_text().startswith(f"Unit {units[1]}, ")


@pytest.mark.parametrize("touch", [False, True])
def test_the_atlas_speaks_of_keys_to_those_who_have_some(
    touch: bool, new_context: Any, address: str
) -> None:
    page = new_context(has_touch=touch, is_mobile=touch).new_page()
    page.goto(f"{address}{ATLAS}")
    page.wait_for_selector(".atlas__unit")
    assert ("Arrow keys" in page.locator(".atlas__hint").inner_text()) != touch


def test_atlas_changes_network_and_depth_by_keyboard(visit: Any, site: Path) -> None:
    """Arrow keys choose among networks and depths; the address follows."""
    page = visit(ATLAS).page
    networks = atlas_index(site)["networks"]
    page.wait_for_selector(".atlas__unit")
    page.locator(".atlas__choice input:checked").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    layer = networks[1]["layers"][0]  # the one after the last
    assert page.url.endswith(f"#{networks[1]['name']}/{layer['name']}")
    shown = page.locator(".atlas__unit").evaluate_all("all => all.map(a => a.dataset.unit)")
    assert shown == [str(unit) for unit in layer["units"]]


def test_permanent_link_opens_the_unit(visit: Any, site: Path) -> None:
    """An address with a unit shows it, with all its pictures and facts; so do its neighbours."""
    network = atlas_index(site)["networks"][-1]
    layer = network["layers"][-1]
    before, unit = layer["units"][-2:]
    opened = visit(f"{ATLAS}#{network['name']}/{layer['name']}/{unit}")
    page = opened.page
    page.wait_for_selector(".atlas__facts")
    assert page.locator(":focus").inner_text() == (
        f"Unit {unit}, {layer['title']}, {network['title']}"
    )
    assert page.locator(".atlas__picture").count() == 3
    for name in ("Category", "Patches come from", "Selectivity"):
        assert page.get_by_role("heading", name=name).is_visible()
    link = page.get_by_role("link", name="Permanent link")
    assert link.evaluate("a => a.href") == page.url
    page.get_by_role("button", name="Previous").click()
    page.wait_for_function(
        f"document.querySelector('.atlas__panel h3').textContent.includes('{before}')"
    )
    page.go_back()
    page.wait_for_function(
        f"document.querySelector('.atlas__panel h3').textContent.includes('{unit}')"
    )
    assert not opened.problems


def test_every_unit_of_the_atlas_has_its_picture_and_its_entry(site: Path) -> None:
    """What the page asks for when a unit is opened is there."""
    folder = site / "figures/atlas"
    index = atlas_index(site)
    for network in index["networks"]:
        for layer in network["layers"]:
            place = folder / network["name"] / layer["name"]
            for number, unit in enumerate(layer["units"]):
                assert (place / f"{unit}.webp").stat().st_size > 0
                sheet = number // index["thumb"]["perSheet"]
                assert (place / f"thumbnails-{sheet}.webp").stat().st_size > 0
                entries = json.loads((place / f"entries-{sheet}.json").read_text("utf-8"))
                assert len(entries[str(unit)]["sources"]) == 9


def test_atlas_reads_without_javascript(new_context: Any, address: str, site: Path) -> None:
    """A list of all units with a picture each, and a permanent link still leads to its unit."""
    page = new_context(java_script_enabled=False).new_page()
    network = atlas_index(site)["networks"][0]
    layer = network["layers"][0]
    name = f"{network['name']}/{layer['name']}/{layer['units'][0]}"
    page.goto(f"{address}{ATLAS}#{name}")
    item = page.locator(f'[id="{name}"]')
    assert item.is_visible()
    assert page.request.get(item.locator("a").evaluate("a => a.href")).ok


def test_first_view_of_the_atlas_is_light(
    visit: Any, site: Path, address: str, record_property: Any
) -> None:
    """Compressed as any host sends it, under 500 kB with theme, fonts and search."""
    page = visit(ATLAS).page
    page.wait_for_function("document.querySelector('.atlas__thumbnail').style.backgroundImage")
    page.wait_for_load_state("networkidle")
    files = transferred(page, site, address)
    sent = sum(files.values())
    own = sum(size for path, size in files.items()
              if "atlas" in path.name or "figures/atlas" in path.as_posix())  # fmt: skip
    record_property(
        "first view of the atlas", f"{sent / 1e3:.0f} kB, of its own {own / 1e3:.0f} kB"
    )
    assert sent < 500_000
    assert own < 60_000


# ------------------------------------------------------------------------- labs


def labs() -> list[Any]:
    """Parameters (lab, scheme, device): the first lab twice, and nightly all in every variant."""
    folders = sorted(path.parent.name for path in (SITE / "labs").glob("*/index.html"))
    return [
        pytest.param(
            folder, scheme, device,
            marks=() if folder == folders[0] and device == DEVICE_OF_SCHEME[scheme]
            else pytest.mark.nightly,
        )
        for folder in folders for scheme, device in VARIANTS
    ]  # fmt: skip


# What is cut off in a lab's code, its text and its rows of pictures, and cannot be scrolled to.
CUT = """() => [...document.querySelectorAll(
    ".lab-source code, .lab-text, .lab-shown [role=group]")]
  .filter((part) => part.checkVisibility() && part.tabIndex < 0)
  .filter((part) => part.scrollHeight > part.clientHeight || part.scrollWidth > part.clientWidth)
  .map((part) => part.textContent.slice(0, 60))"""
TALLEST = """() => Math.max(...[...document.querySelectorAll(".lab-source pre > code")]
  .map((code) => code.clientHeight))"""


def test_long_cells_scroll_on_a_phone_and_are_whole_on_paper(visit: Any) -> None:
    """What is out of sight is reached by keyboard; on paper nothing is."""
    page = visit("labs/2-edges-to-objects/", "dark", "phone").page
    settle(page)
    assert page.evaluate(CUT) == []
    assert page.evaluate(TALLEST) < VIEWPORTS["phone"][1] / 3
    page.emulate_media(media="print")
    assert page.evaluate(TALLEST) > VIEWPORTS["phone"][1] / 2


@pytest.mark.parametrize(("lab", "scheme", "device"), labs())
def test_solutions_open_by_keyboard(lab: str, scheme: str, device: str, visit: Any) -> None:
    """Enter unfolds a solution; with all of them open a lab is accessible and fits."""
    opened = visit(f"labs/{lab}/", scheme, device)
    page = opened.page
    summary = page.locator("details.lab-solution > summary").first
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("details.lab-solution[open] .highlight").first.is_visible()
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    settle(page)
    assert width_of(page) <= VIEWPORTS[device][0]
    assert not accessibility_problems(page) + opened.problems
    assert all(image["width"] and image["alt"] for image in page.evaluate(SHOWN_IMAGES)[1:])
