"""The built site as a reader meets it: every page, light and dark, desktop and phone."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

NO_SUCH_PAGE = "no/such/page/"
VIEWPORTS = {"desktop": (1366, 850), "phone": (360, 740)}
VARIANTS = [(scheme, device) for scheme in ("light", "dark") for device in VIEWPORTS]
LARGEST_PAGE_IN_MEGABYTES = 3.0
PAGE_WITH_FIGURES = "what-units-see/first-layer/"
ATLAS = "what-units-see/atlas/"
PAGE_WITH_FACTS = "relations-with-biology/numbers/"

# Loads the pictures that are shown on this variant without scrolling to each of them.
LOAD_SHOWN_IMAGES = """async () => {
  const shown = [...document.images].filter((image) => image.offsetParent !== null);
  for (const image of shown) image.loading = "eager";
  await Promise.all(shown.map((image) => image.decode().catch(() => {})));
}"""
# Where all formulas of a page are folded away, the program that draws them waits.
OPEN_FOLDS_WITH_FORMULAS = """() => {
  for (const fold of document.querySelectorAll("details:has(.arithmatex)")) fold.open = true;
}"""
SHOWN_IMAGES = """() => [...document.images]
  .filter((image) => image.offsetParent !== null)
  .map((image) => ({ source: image.currentSrc, alt: image.alt, width: image.naturalWidth,
                     inFigure: image.closest("figure") !== null }))"""
FORMULAS = """() => ({
  all: document.querySelectorAll(".arithmatex").length,
  drawn: document.querySelectorAll(".arithmatex .katex").length,
  wrong: document.querySelectorAll(".katex-error").length,
})"""
BYTES = """() => [...performance.getEntriesByType("navigation"),
                  ...performance.getEntriesByType("resource")]
  .reduce((sum, entry) => sum + entry.encodedBodySize, 0)"""


@pytest.fixture(scope="session")
def weights() -> dict[str, float]:
    """Megabytes that a page loads (not compressed), by page; filled by the tests below."""
    return {}


@pytest.fixture(scope="session")
def contexts(browser: Any) -> Iterator[dict[tuple[str, str], Any]]:
    """One browser context for each variant."""
    opened = {
        (scheme, device): browser.new_context(
            color_scheme=scheme,
            reduced_motion="reduce",
            viewport={"width": VIEWPORTS[device][0], "height": VIEWPORTS[device][1]},
        )
        for scheme, device in VARIANTS
    }
    yield opened
    for context in opened.values():
        context.close()


class Visit:
    """A page that is open, with everything that went wrong while it was."""

    def __init__(self, context: Any, address: str, path: str) -> None:
        self.page = context.new_page()
        self.problems: list[str] = []
        wanted = address + path
        self.page.on("pageerror", lambda error: self.problems.append(f"script error: {error}"))
        self.page.on("console", lambda message: self._console(message, wanted))
        self.page.on("request", lambda request: self._request(request, address))
        self.page.on("response", lambda response: self._response(response, wanted))
        self.page.goto(wanted, wait_until="load")

    def _console(self, message: Any, wanted: str) -> None:
        # The browser also logs the status of the page that a test asks for to be missing.
        if message.type in ("error", "warning") and message.location["url"] != wanted:
            self.problems.append(f"console: {message.text}")

    def _request(self, request: Any, address: str) -> None:
        if not request.url.startswith((address, "data:", "blob:")):
            self.problems.append(f"request to another host: {request.url}")

    def _response(self, response: Any, wanted: str) -> None:
        if response.status >= 400 and response.url != wanted:
            self.problems.append(f"status {response.status}: {response.url}")


@pytest.fixture
def visit(contexts: dict[tuple[str, str], Any], address: str) -> Iterator[Any]:
    """Function that opens a page in a variant; the page is closed after the test."""
    visits: list[Visit] = []

    def opened(path: str, scheme: str = "light", device: str = "desktop") -> Visit:
        visits.append(Visit(contexts[scheme, device], address, path))
        return visits[-1]

    yield opened
    for one in visits:
        one.page.close()


def accessibility_problems(page: Any) -> list[str]:
    """Violations of WCAG 2.1 A and AA that axe finds, one line each."""
    from axe_playwright_python.sync_playwright import Axe

    options = {
        "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
        "resultTypes": ["violations"],
    }
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"axe {rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize(("scheme", "device"), VARIANTS)
def test_page(
    page_path: str, scheme: str, device: str, visit: Any, weights: dict[str, float]
) -> None:
    """No error, nothing from elsewhere, accessible, pictures loaded, nothing sticks out."""
    opened = visit(page_path, scheme, device)
    page, problems = opened.page, opened.problems
    page.evaluate(OPEN_FOLDS_WITH_FORMULAS)
    page.evaluate(LOAD_SHOWN_IMAGES)
    if page.locator(".arithmatex").count():
        page.wait_for_selector(".arithmatex .katex", state="attached")
    problems += accessibility_problems(page)

    for image in page.evaluate(SHOWN_IMAGES):
        name = image["source"].rsplit("/", 1)[-1]
        if not image["width"]:
            problems.append(f"picture not loaded: {name}")
        if image["inFigure"]:
            layout = "narrow" if device == "phone" else "wide"
            if f".{scheme}.{layout}." not in name:
                problems.append(f"wrong variant of a picture: {name}")
            if len(image["alt"]) < 20:
                problems.append(f"alternative text too short: {name}: {image['alt']!r}")

    formulas = page.evaluate(FORMULAS)
    if formulas["wrong"] or formulas["all"] != formulas["drawn"]:
        problems.append(f"formulas: {formulas}")
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > VIEWPORTS[device][0]:
        problems.append(f"the page is {width} pixels wide")
    if page.evaluate("document.documentElement.lang") != "en":
        problems.append("the page does not say its language")

    weights[f"{page_path or 'home'} ({device})"] = page.evaluate(BYTES) / 1e6
    assert not problems, "\n".join(problems)


def test_missing_page_helps_on(visit: Any, address: str) -> None:
    """The 404 page keeps its looks at any depth, and leads home."""
    page = visit(NO_SUCH_PAGE).page
    assert page.locator("h1").inner_text() == "There is no page here"
    page.get_by_role("link", name="home page").click()
    assert page.url == address


def test_search_finds_a_chapter(visit: Any) -> None:
    """A key opens the search, and a word of a chapter leads to it."""
    page = visit("").page
    page.keyboard.press("/")
    page.keyboard.type("receptive", delay=5)
    page.wait_for_selector(".md-search-result__item")
    links = page.locator(".md-search-result__link").evaluate_all("all => all.map(a => a.href)")
    assert any("receptive-fields" in link for link in links)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", VIEWPORTS)
def test_figure_enlarges_by_keyboard(scheme: str, device: str, visit: Any) -> None:
    """Enter opens the figure in its theme, Escape closes it, and the focus comes back."""
    page = visit(PAGE_WITH_FIGURES, scheme, device).page
    link = page.locator(f"figure a.only-{scheme}").first
    link.focus()
    page.keyboard.press("Enter")
    image = page.locator(".gslide.current img")
    image.wait_for()
    assert f".{scheme}.wide." in image.get_attribute("src")
    assert image.evaluate("i => i.decode().then(() => i.naturalWidth)") > 0
    assert len(image.get_attribute("alt")) >= 20
    page.wait_for_function("document.activeElement.classList.contains('gclose')")
    assert not accessibility_problems(page)
    page.keyboard.press("Escape")
    page.wait_for_selector(".glightbox-container", state="detached")
    assert link.evaluate("a => a === document.activeElement")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", VIEWPORTS)
def test_provenance_opens_by_keyboard(scheme: str, device: str, visit: Any) -> None:
    """The card unfolds with Enter, names its script, and the script can be read."""
    page = visit(PAGE_WITH_FIGURES, scheme, device).page
    summary = page.locator("details.provenance > summary").first
    summary.focus()
    page.keyboard.press("Enter")
    script = page.locator("details.provenance[open] a", has_text="figures_src/").first
    script.wait_for()
    assert page.request.get(script.evaluate("a => a.href")).ok
    assert page.evaluate("document.documentElement.scrollWidth") <= VIEWPORTS[device][0]
    assert not accessibility_problems(page)


@pytest.mark.parametrize("device", VIEWPORTS)
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
    assert page.evaluate("document.documentElement.scrollWidth") <= VIEWPORTS[device][0]
    assert not accessibility_problems(page)


def test_theme_can_be_changed_by_keyboard(visit: Any) -> None:
    """The switch is reached with the keyboard, and the figures follow it."""
    page = visit(PAGE_WITH_FIGURES).page
    page.locator("input[name=__palette]").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.body.dataset.mdColorScheme === 'slate'")
    assert page.locator("figure a.only-dark").first.is_visible()
    assert not page.locator("figure a.only-light").first.is_visible()
    page.evaluate("localStorage.clear()")


def test_paper_is_light(visit: Any) -> None:
    """A page that is read in the dark theme prints dark letters and light figures."""
    page = visit(PAGE_WITH_FIGURES, "dark").page
    page.emulate_media(media="print")
    assert page.locator("figure a.only-light").first.is_visible()
    assert not page.locator("figure a.only-dark").first.is_visible()
    red = page.locator("h1").evaluate("h => getComputedStyle(h).color.match(/\\d+/)[0]")
    assert int(red) < 100


def test_skip_link_comes_first(visit: Any) -> None:
    """The first press of Tab offers to skip the navigation, in sight."""
    page = visit(PAGE_WITH_FIGURES).page
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    assert "md-skip" in focused.get_attribute("class")
    assert focused.evaluate("a => getComputedStyle(a).opacity") == "1"


def test_pages_stay_light(weights: dict[str, float], capsys: pytest.CaptureFixture[str]) -> None:
    """No page loads more than a phone on a slow line should have to; prints the weights."""
    if not weights:
        pytest.skip("no page was opened in this run")
    with capsys.disabled():
        print("\nPage weights in megabytes, before compression:")
        for name, megabytes in sorted(weights.items()):
            print(f"  {megabytes:5.2f}  {name}")
    assert max(weights.values()) <= LARGEST_PAGE_IN_MEGABYTES


# ------------------------------------------------------------------- unit atlas


def atlas_index(site: Path) -> dict[str, Any]:
    """Networks, layers and units of the atlas."""
    return json.loads((site / "figures/atlas/index.json").read_text(encoding="utf-8"))


def focused(page: Any) -> str:
    """Number of the unit in whose cell the focus is."""
    return page.evaluate("document.activeElement.dataset.unit ?? document.activeElement.tagName")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", VIEWPORTS)
def test_atlas_is_walked_by_keyboard(scheme: str, device: str, visit: Any, site: Path) -> None:
    """Arrows move over the grid, Enter opens a unit, Escape closes it and the focus returns."""
    opened = visit(ATLAS, scheme, device)
    page = opened.page
    units = [str(unit) for unit in atlas_index(site)["networks"][0]["layers"][0]["units"]]
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
    assert page.evaluate("document.documentElement.scrollWidth") <= VIEWPORTS[device][0]
    assert not accessibility_problems(page) + opened.problems
    page.keyboard.press("Escape")
    assert not page.locator(".atlas__panel").is_visible()
    assert focused(page) == units[1]
    page.go_back()
    page.wait_for_function("!document.querySelector('.atlas__panel').hidden")
    assert page.locator(".atlas__panel h3").inner_text().startswith(f"Unit {units[1]}, ")


def test_atlas_changes_network_and_depth_by_keyboard(visit: Any, site: Path) -> None:
    """Arrow keys choose among networks and depths; the address follows."""
    page = visit(ATLAS).page
    networks = atlas_index(site)["networks"]
    page.wait_for_selector(".atlas__unit")
    page.locator(".atlas__choice input:checked").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    layer = networks[1]["layers"][1]
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
    for name in ("Goes with", "Patches come from", "Selectivity"):
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


def test_atlas_reads_without_javascript(browser: Any, address: str, site: Path) -> None:
    """A list of all units with a picture each, and a permanent link still leads to its unit."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    network = atlas_index(site)["networks"][0]
    layer = network["layers"][0]
    name = f"{network['name']}/{layer['name']}/{layer['units'][0]}"
    page.goto(f"{address}{ATLAS}#{name}")
    item = page.locator(f'[id="{name}"]')
    assert item.is_visible()
    assert page.request.get(item.locator("a").evaluate("a => a.href")).ok
    context.close()


def test_first_view_of_the_atlas_is_light(
    visit: Any, site: Path, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Compressed as any host sends it, under 500 kB with theme, fonts and search."""
    page = visit(ATLAS).page
    page.wait_for_function("document.querySelector('.atlas__thumbnail').style.backgroundImage")
    page.wait_for_load_state("networkidle")
    entries = page.evaluate(
        """() => [...performance.getEntriesByType("navigation"),
                  ...performance.getEntriesByType("resource")].map((entry) => entry.name)"""
    )
    plain = compressed = own = 0
    for url in entries:
        path = site / url.removeprefix(address).partition("#")[0]
        content = (path / "index.html" if path.is_dir() else path).read_bytes()
        sent = (
            len(gzip.compress(content)) if path.suffix not in (".webp", ".woff2") else len(content)
        )
        plain, compressed = plain + len(content), compressed + sent
        own += sent * ("atlas" in path.name or "figures/atlas" in path.as_posix())
    with capsys.disabled():
        print(f"\nFirst view of the atlas: {compressed / 1e3:.0f} kB compressed, of which the "
              f"atlas {own / 1e3:.0f} kB; {plain / 1e3:.0f} kB before compression")  # fmt: skip
    assert compressed < 500_000
    assert own < 60_000


# ------------------------------------------------------------------------- labs


@pytest.mark.parametrize(("scheme", "device"), VARIANTS)
def test_solutions_open_by_keyboard(scheme: str, device: str, visit: Any, site: Path) -> None:
    """Enter unfolds a solution; with all of them open a lab is accessible and fits."""
    for folder in sorted(path.parent.name for path in (site / "labs").glob("*/index.html")):
        opened = visit(f"labs/{folder}/", scheme, device)
        page = opened.page
        summary = page.locator("details.lab-solution > summary").first
        summary.focus()
        page.keyboard.press("Enter")
        assert page.locator("details.lab-solution[open] .highlight").first.is_visible()
        page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        page.evaluate(LOAD_SHOWN_IMAGES)
        assert page.evaluate("document.documentElement.scrollWidth") <= VIEWPORTS[device][0]
        assert not accessibility_problems(page) + opened.problems
        assert all(image["width"] and image["alt"] for image in page.evaluate(SHOWN_IMAGES)[1:])
