"""Live figures in a browser that has never seen the site: driven, broken, and put right again."""

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from axe_playwright_python.base import AXE_SCRIPT
from PIL import Image

from site_lib.data import carriers
from site_lib.data.imagenet import class_index
from site_lib.images.images import read_image
from site_lib.networks.answers import first_answers
from site_lib.networks.registry import load
from site_lib.site.vendor import RUNTIME
from tests.site.visits import Visit, size_of, width_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(
        not carriers.at_hand(RUNTIME), reason="the runtime of live figures is not here"
    ),
]

NIGHTLY = pytest.mark.nightly
PAGES = {
    "attack": "adversarial-examples/",
    "occlude": "what-units-see/receptive-fields/",
    "rotate": "relations-with-biology/hubel-and-wiesel/",
    "grow": "optimising-the-input/super-stimuli/",
    "inside": "what-units-see/from-edges-to-objects/",
}
BUTTONS = {"attack": "Attack", "occlude": "Slide it over the picture", "rotate": "Rotate",
           "grow": "Grow", "inside": "Look inside"}  # fmt: skip
PHOTOGRAPHS = "figures/live-network/photographs"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = """async ([section, rules]) => (await axe.run(section, { runOnly: rules })).violations
  .map((rule) => `${rule.id}: ${rule.nodes.map((node) => node.failureSummary).join(" ")}`)"""
# Tasks that keep the page from answering, in milliseconds.
WATCH = """() => { window.tasks = []; new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) window.tasks.push(duration); })
  .observe({ entryTypes: ["longtask"] }); }"""


class Live:
    """One live figure on its page."""

    def __init__(self, context: Any, address: str, kind: str) -> None:
        self.visit = Visit(context, address, PAGES[kind])
        self.page = self.visit.page
        self.kind = kind
        self.section = self.page.locator(f"section[data-live={kind}]")

    def press(self, name: str) -> None:
        """Press a button by its name."""
        self.section.get_by_role("button", name=name, exact=True).click()

    def reaches(self, *states: str) -> str:
        """Wait for one of some states; returns it."""
        wanted = ", ".join(
            f"section[data-live={self.kind}][data-state={state}]" for state in states
        )
        self.page.locator(wanted).wait_for()
        return self.section.get_attribute("data-state")

    def load(self) -> None:
        """Load the network."""
        self.press("Load the network")
        assert self.reaches("ready", "error") == "ready", self.status

    @property
    def status(self) -> str:
        """What the reader is told of the work."""
        return self.section.locator("[data-status]").inner_text()

    @property
    def answer(self) -> str:
        """What came out."""
        return self.section.locator("[data-answer]").inner_text()

    def slide(self, label: str, value: int) -> None:
        """Put a slider at a value."""
        self.section.get_by_label(label).fill(str(value))

    def axe(self) -> list[str]:
        """Violations of accessibility in this section."""
        if self.page.evaluate("typeof axe") == "undefined":
            self.page.evaluate(AXE_SCRIPT)
        return self.page.evaluate(AXE, [f"section[data-live={self.kind}]", RULES])


@pytest.fixture
def live(new_context: Any, address: str) -> Callable[..., Live]:
    """Function that opens the page of a live figure in a profile of its own."""

    def opened(kind: str, **options: Any) -> Live:
        return Live(new_context(**options), address, kind)

    return opened


def seconds_of_steps(status: str) -> float:
    return int(re.search(r"(\d+) ms", status)[1]) / 1000


# ------------------------------------------------------------------ end to end


def test_attack_from_the_file_to_the_file(
    live: Callable[..., Live], site: Path, tmp_path: Path, record_property: Any
) -> None:
    """A reader's photograph becomes an ostrich, to the browser's network and to PyTorch's."""
    one = live("attack", accept_downloads=True)
    assert not one.axe()
    one.section.get_by_label("Your photograph").set_input_files(site / PHOTOGRAPHS / "coffee.png")
    one.load()
    assert not one.axe()
    one.section.get_by_role("combobox", name="Target class").fill("ostrich")
    one.slide("Strength", 4)
    one.slide("Steps", 8)
    one.page.evaluate(WATCH)
    one.press("Attack")
    assert one.reaches("done", "error") == "done", one.status
    assert "ostrich" in one.answer
    assert one.section.get_attribute("data-after") == "ostrich"
    assert one.section.get_attribute("data-before") != "ostrich"
    assert not one.axe()
    longest = max(one.page.evaluate("window.tasks"), default=0)
    record_property("longest task of the page while attacking, ms", longest)
    with one.page.expect_download() as download:
        one.press("Download")
    path = tmp_path / "attacked.png"
    download.value.save_as(path)
    assert not one.visit.problems

    original = np.asarray(Image.open(site / PHOTOGRAPHS / "coffee.png").convert("RGB"), np.int16)
    changed = np.asarray(Image.open(path).convert("RGB"), np.int16)
    assert np.abs(changed - original).max() == 4
    network = load("efficientnet_lite0")
    with torch.no_grad():
        answers = first_answers(network, torch.cat([read_image(path)]))
    assert int(answers) == class_index("ostrich")


@pytest.mark.parametrize(
    "kind",
    ["occlude", "inside", *(pytest.param(kind, marks=NIGHTLY) for kind in ("rotate", "grow"))],
)
def test_the_others_reach_an_answer(kind: str, live: Callable[..., Live]) -> None:
    """Loaded and started by their buttons; nothing goes wrong and nothing leaves the host."""
    one = live(kind)
    one.load()
    if kind == "grow":
        one.slide("Steps", 5)
    if kind == "occlude":
        one.slide("Square, across", 30)
    else:
        one.press(BUTTONS[kind])
    assert one.reaches("done", "error") == "done", one.status
    assert one.answer
    assert not one.axe()
    assert not one.visit.problems


@NIGHTLY
@pytest.mark.parametrize(("kind", "scheme"), [(kind, "dark") for kind in PAGES])
def test_on_a_phone_in_the_dark(kind: str, scheme: str, live: Callable[..., Live]) -> None:
    """Nothing sticks out, nothing is too small to hit, and axe finds nothing."""
    one = live(kind, color_scheme=scheme, viewport=size_of("phone"))
    one.load()
    if kind == "grow":
        one.slide("Steps", 5)
    one.press(BUTTONS[kind])
    assert one.reaches("done", "error") == "done", one.status
    assert not one.axe()
    assert width_of(one.page) <= size_of("phone")["width"]
    boxes = one.section.locator("button:visible, select, input:visible").evaluate_all(
        "all => all.map((e) => [e.name || e.textContent, e.getBoundingClientRect()])"
        ".map(([name, { width, height }]) => [name, width, height])"
    )
    assert not [box for box in boxes if min(box[1:]) < 24]


@NIGHTLY
def test_the_controls_of_an_attack(live: Callable[..., Live]) -> None:
    """Noise of the same size leaves the answer; with random weights the target is reached too."""
    one = live("attack")
    one.load()
    one.section.get_by_label("Control: noise of the same size").check()
    one.press("Attack")
    assert one.reaches("done", "error") == "done", one.status
    assert one.answer.startswith("Noise of the same size")
    assert one.section.get_attribute("data-after") != "ostrich"
    one.section.get_by_label("Control: noise of the same size").uncheck()
    one.section.get_by_label("Control: random weights").check()
    one.press("Attack")
    one.page.wait_for_function(
        "document.querySelector('[data-live=attack]').dataset.state === 'running'"
    )
    assert one.reaches("done", "error") == "done", one.status
    assert "with random weights" in one.answer


@NIGHTLY
def test_a_step_takes_a_quarter_of_a_second(
    live: Callable[..., Live], record_property: Any
) -> None:
    """One FGSM step in the browser; by the clock, so with room for a busy machine."""
    one = live("attack")
    one.load()
    one.slide("Steps", 20)
    for _ in range(2):
        one.press("Attack")
        one.reaches("running")
        one.page.wait_for_function(
            "document.querySelector('[data-live=attack] [data-status]').textContent"
            ".startsWith('Step 19')"
        )
        seconds = seconds_of_steps(one.status)
        one.reaches("done")
    record_property("seconds of an FGSM step in the browser", seconds)
    assert seconds < 1


@NIGHTLY
def test_the_keyboard_does_it_all(live: Callable[..., Live]) -> None:
    """From loading to the answer without a mouse; the square is moved by arrow keys."""
    one = live("occlude")
    one.section.get_by_role("button", name="Load the network").focus()
    one.page.keyboard.press("Enter")
    assert one.reaches("ready", "error") == "ready", one.status
    assert one.page.locator(":focus").inner_text() == BUTTONS["occlude"]
    one.section.get_by_label("Square, across").focus()
    before = one.answer
    for _ in range(10):
        one.page.keyboard.press("ArrowLeft")
    one.reaches("done")
    one.page.wait_for_function(
        "(before) => document.querySelector('[data-answer]').textContent !== before", arg=before
    )


# -------------------------------------------------------------------- first view


def test_nothing_is_loaded_before_the_click(live: Callable[..., Live], site: Path) -> None:
    """A page with a live figure asks for its script and its style, 30 kB together at most."""
    one = live("attack")
    one.page.wait_for_load_state("networkidle")
    names = one.page.evaluate(
        "performance.getEntriesByType('resource').map((entry) => new URL(entry.name).pathname)"
    )
    ours = {name for name in names if "/live" in name or "/runtime/" in name}
    assert ours == {"/assets/live/live.js", "/assets/live/live.css"}
    sizes = sum((site / name.lstrip("/")).stat().st_size for name in ours)
    markup = len(one.section.evaluate("section => section.outerHTML").encode())
    assert sizes + markup < 30_000
    assert one.section.get_attribute("data-state") == "idle"


def test_without_scripts_it_says_what_it_needs(new_context: Any, address: str) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(address + PAGES["attack"])
    section = page.locator("section[data-live=attack]")
    assert section.get_by_text("This needs scripts").is_visible()
    assert not section.get_by_role("button").first.is_visible()
    assert page.locator("#figure-lbfgs-triptychs").is_visible()


# ------------------------------------------------------------------------ faults


def test_a_download_that_is_cut_off_goes_on(live: Callable[..., Live]) -> None:
    """A message, the page as it was, and Retry that fetches what is missing; twice is told."""
    one = live("occlude")
    asked: list[str] = []
    one.page.context.on("request", lambda request: asked.append(request.url))
    pattern = re.compile(r"live-network/trained/.*\.bin")
    state = {"broken": True, "served": 0}

    def answer(route: Any) -> None:
        if state["broken"] and state["served"] >= 2:
            route.abort()
        else:
            state["served"] += 1
            route.continue_()

    one.page.context.route(pattern, answer)
    one.press("Load the network")
    one.press("Load the network")
    assert one.reaches("ready", "error") == "error"
    assert "Retry" in one.status
    assert not one.axe()
    assert one.page.locator("figure.course-figure img").first.is_visible()
    kept = state["served"]
    state["broken"] = False
    asked.clear()
    one.press("Retry")
    assert one.reaches("ready", "error") == "ready", one.status
    fetched = {url for url in asked if pattern.search(url)}
    assert kept == 2
    assert state["served"] - kept == len(fetched) == 3


BROKEN_RUNTIME = """
export const env = { wasm: {} };
export class Tensor {}
export const InferenceSession = { create() { throw new RangeError("could not allocate memory"); } };
"""


@NIGHTLY
@pytest.mark.parametrize(
    ("pattern", "body", "words"),
    [
        (r"assets/live/worker\.js", "", "stopped answering"),
        (r"assets/live/worker\.js", "throw new Error('gone')", "stopped answering"),
        (r"runtime/ort\.js", BROKEN_RUNTIME, "not enough memory"),
        (r"runtime/runtime\.json", None, "no network to load"),
        (r"live-network/network\.json", "abort", "when you are connected"),
    ],
    ids=["silent worker", "broken worker", "no memory", "no runtime", "offline"],
)
def test_what_goes_wrong_is_told_and_can_be_tried_again(
    pattern: str, body: str | None, words: str, live: Callable[..., Live]
) -> None:
    """Each fault has a message of its own, and Retry works once it is gone."""
    one = live("rotate")

    def answer(route: Any) -> None:
        if body == "abort":
            route.abort()
        elif body is None:
            route.fulfill(status=404, body="")
        else:
            route.fulfill(body=body, content_type="text/javascript")

    one.page.context.route(re.compile(pattern), answer)
    one.press("Load the network")
    assert one.reaches("ready", "error") == "error"
    assert words in one.status
    assert not one.axe()
    one.page.context.unroute(re.compile(pattern))
    one.page.context.unroute_all()
    one.press("Retry")
    assert one.reaches("ready", "error") == "ready", one.status


@NIGHTLY
def test_an_old_browser_is_told(new_context: Any, address: str) -> None:
    context = new_context()
    context.add_init_script("window.Worker = class { constructor() { throw new Error(); } }")
    one = Live(context, address, "rotate")
    one.press("Load the network")
    assert one.reaches("ready", "error") == "error"
    assert "This browser cannot run" in one.status


# -------------------------------------------------------------- readers' pictures


def picture(width: int, height: int, colours: tuple[tuple[int, ...], ...]) -> Image.Image:
    """Two halves, left and right, of two colours."""
    image = Image.new("RGB", (width, height), colours[0])
    image.paste(colours[1], (width // 2, 0, width, height))
    return image


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


RED, BLUE = (220, 30, 30), (30, 30, 220)


def upright(turned: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = turned
    return exif


def corners(one: Live) -> list[list[int]]:
    """Colours of the photograph near its top and near its bottom, as shown."""
    return one.section.locator("canvas").first.evaluate(
        "(c) => [10, 214].map((y) => [...c.getContext('2d').getImageData(112, y, 1, 1).data])"
    )


def test_files_of_readers(live: Callable[..., Live]) -> None:
    """A text is refused by name and leaves all as it was; a turned photograph stands upright."""
    one = live("inside")
    one.load()
    own = one.section.get_by_label("Your photograph")
    own.set_input_files({"name": "cat.jpg", "mimeType": "image/jpeg", "buffer": b"Dear reader"})
    one.page.wait_for_function(
        "document.querySelector('[data-status]').textContent.includes('cat.jpg')"
    )
    assert "no picture" in one.status
    assert one.section.get_attribute("data-state") == "ready"
    # Orientation 6: what is left in the file is the top of the picture.
    turned = saved(picture(600, 400, (RED, BLUE)), "JPEG", exif=upright(6))
    own.set_input_files({"name": "turned.jpg", "mimeType": "image/jpeg", "buffer": turned})
    one.page.wait_for_function(
        "(() => { const c = document.querySelector('[data-live=inside] canvas').getContext('2d');"
        "return c.getImageData(112, 10, 1, 1).data[0] > 180; })()"
    )
    assert one.reaches("ready", "error") == "ready", one.status
    top, bottom = corners(one)
    assert top[0] > 180 > 80 > top[2]
    assert bottom[2] > 180 > 80 > bottom[0]


@NIGHTLY
@pytest.mark.parametrize("case", ["cmyk", "16 bit", "40 megapixels", "100 megapixels", "cut"])
def test_unusual_files(case: str, live: Callable[..., Live]) -> None:
    """Read where the browser can; else told what to do, and the next file works."""
    files = {
        "cmyk": lambda: saved(picture(300, 300, (RED, BLUE)).convert("CMYK"), "JPEG"),
        "16 bit": lambda: saved(Image.new("I;16", (300, 300), 40_000), "PNG"),
        "40 megapixels": lambda: saved(picture(8000, 5000, (RED, BLUE)), "JPEG"),
        "100 megapixels": lambda: saved(Image.new("L", (10_000, 10_000)), "PNG"),
        "cut": lambda: saved(picture(900, 900, (RED, BLUE)), "PNG")[:60],
    }
    one = live("inside")
    one.load()
    own = one.section.get_by_label("Your photograph")
    own.set_input_files({"name": "own", "mimeType": "image/png", "buffer": files[case]()})
    if case in ("100 megapixels", "cut"):
        one.page.wait_for_function(
            "document.querySelector('[data-status]').textContent.startsWith('own has 100 mega')"
            "|| document.querySelector('[data-status]').textContent.startsWith('This browser')"
        )
        own.set_input_files([])
    one.press(BUTTONS["inside"])
    assert one.reaches("done", "error") == "done", one.status
    assert one.answer
