"""Pages open in a browser: on which devices, what went wrong with them, and what they hold."""

import functools
import gzip
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT

SITE = Path(__file__).parents[2] / "site"
VIEWPORTS = {"desktop": (1280, 850), "tablet": (768, 1024), "phone": (360, 740)}
PIXELS_PER_CSS_PIXEL = {"desktop": 1, "tablet": 2, "phone": 2}
VARIANTS = [(scheme, device) for scheme in ("light", "dark") for device in VIEWPORTS]
# What every page is visited in; the other variants of most pages are left to the nightly run.
DEVICE_OF_SCHEME = {"light": "desktop", "dark": "phone"}
# Widths between these two get the same rules of accessibility, so only their layout is looked at.
CHECKED_BY_AXE = ("desktop", "phone")
ACCESSIBILITY = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
# What mkdocstrings writes: a function named after its module gives two lists of contents one name,
# and a page of several modules has no heading between its title and theirs.
LIBRARY = "reference/library/"
LEFT_TO_MKDOCSTRINGS = ("heading-order", "landmark-unique")
ALREADY_COMPRESSED = (".webp", ".png", ".woff2")

# Style sheets are there, and the formulas that do not wait in a closed fold are drawn.
DRESSED = """() =>
  [...document.querySelectorAll("link[rel=stylesheet]")].every((link) => link.sheet)
  && (!document.querySelector(".arithmatex:not(details:not([open]) *)")
      || document.querySelector(".arithmatex .katex"))"""
# Loads the pictures that are shown on this variant without scrolling to each of them.
LOAD_SHOWN_IMAGES = """async () => {
  const shown = [...document.images].filter((image) => image.offsetParent !== null);
  for (const image of shown) image.loading = "eager";
  await Promise.all(shown.map((image) => image.decode().catch(() => {})));
}"""
# Letters are there, and two frames later the page has been laid out anew.
LAID_OUT = """async () => {
  await document.fonts.ready;
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
# A figure to try takes the place of its still picture once a reader comes near.
TAKEN_OVER = """() => !document.querySelector("[data-state=loading]")"""
SHOWN_IMAGES = """() => [...document.images]
  .filter((image) => image.offsetParent !== null)
  .map((image) => ({ source: image.currentSrc, alt: image.alt, width: image.naturalWidth,
                     inFigure: image.closest("figure") !== null }))"""
ADDRESSES = """() => [...performance.getEntriesByType("navigation"),
                      ...performance.getEntriesByType("resource")].map((entry) => entry.name)"""


def variants(*schemes: str) -> list[Any]:
    """Parameters (scheme, device): every scheme on one device, and nightly on the other as well."""
    return [
        pytest.param(
            scheme, device,
            marks=() if device == DEVICE_OF_SCHEME[scheme] else pytest.mark.nightly,
        )
        for scheme in schemes for device in CHECKED_BY_AXE
    ]  # fmt: skip


def size_of(device: str) -> dict[str, int]:
    """Size of the window, as the browser takes it."""
    width, height = VIEWPORTS[device]
    return {"width": width, "height": height}


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


def settle(page: Any) -> None:
    """Wait until nothing that is on its way can move or change what is shown."""
    page.wait_for_function(DRESSED)
    page.evaluate(LOAD_SHOWN_IMAGES)
    page.evaluate(LAID_OUT)
    page.wait_for_function(TAKEN_OVER)
    page.evaluate(LAID_OUT)


def accessibility_problems(page: Any) -> list[str]:
    """Violations of WCAG 2.2 A and AA, and of best practice, that axe finds, one line each."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("async (options) => (await axe.run(options)).violations", ACCESSIBILITY)
    return [
        f"axe {rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found
        if LIBRARY not in page.url or rule["id"] not in LEFT_TO_MKDOCSTRINGS
        for node in rule["nodes"]
    ]


def width_of(page: Any) -> int:
    """Width of what can be scrolled to, in CSS pixels."""
    return page.evaluate("document.documentElement.scrollWidth")


@functools.cache
def compressed(path: Path) -> int:
    """Bytes of a file as any host sends it."""
    content = path.read_bytes()
    return len(content if path.suffix in ALREADY_COMPRESSED else gzip.compress(content))


def transferred(page: Any, site: Path, address: str) -> dict[Path, int]:
    """Bytes that the page has asked for until now, by file; twice asked counts once."""
    paths = {site / name.removeprefix(address).partition("#")[0].partition("?")[0]
             for name in page.evaluate(ADDRESSES) if name.startswith(address)}  # fmt: skip
    files = {path / "index.html" if path.is_dir() else path for path in paths}
    return {path: compressed(path) for path in files if path.is_file()}
