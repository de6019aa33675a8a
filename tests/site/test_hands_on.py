"""Figures to try: driven by mouse and keyboard, broken, and as they are without scripts."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from scipy.stats import spearmanr

from site_lib.records.published_files import STATES
from tests.site.test_live import AXE, RULES
from tests.site.visits import Visit, size_of, width_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NIGHTLY = pytest.mark.nightly
# Kind and figure, and the page that has it.
PAGES = {
    ("quiz", "two-choice-test"): "can-you-trust-them/pictures/",
    ("path", "optimisation-film"): "optimising-the-input/super-stimuli/",
    ("path", "cat-to-leopard"): "optimising-the-input/morphing/",
    ("dreams", "dream-by-depth"): "optimising-the-input/dreaming/",
    ("fields", "receptive-field-overlay"): "what-units-see/receptive-fields/",
    ("rungs", "regulariser-ladder"): "optimising-the-input/super-stimuli/",
    ("areas", "layers-versus-areas"): "relations-with-biology/layers-and-areas/",
    ("plane", "decision-slice"): "adversarial-examples/",
}
EVERY_KIND = {kind: (kind, figure) for kind, figure in PAGES}
SMALL_TARGETS = """(section) => [...section.querySelectorAll("button, select, input, summary")]
  .filter((one) => one.checkVisibility())
  .map((one) => ({ name: one.name || one.textContent, box: (one.closest("label.live__tick") ?? one)
    .getBoundingClientRect() }))
  .filter(({ box }) => Math.min(box.width, box.height) < 24).map(({ name }) => name)"""
MOVING = "document.getAnimations().filter((a) => a.effect.getTiming().duration > 1).length"


class Tried:
    """One figure to try, on its page."""

    def __init__(self, context: Any, address: str, kind: str, figure: str) -> None:
        self.visit = Visit(context, address, PAGES[kind, figure])
        self.page = self.visit.page
        self.selector = f"#hands-{kind}-{figure}"
        self.section = self.page.locator(self.selector)

    def reach(self, state: str = "ready") -> "Tried":
        """Scroll to it and wait until it is in a state."""
        self.section.scroll_into_view_if_needed()
        self.page.locator(f"{self.selector}[data-state={state}]").wait_for()
        return self

    @property
    def answer(self) -> str:
        """What came out."""
        return self.section.locator("[data-answer]").inner_text()

    def press(self, name: str) -> None:
        """Press a button by its name."""
        self.section.get_by_role("button", name=name, exact=True).click()

    def faults(self) -> list[str]:
        """What axe, or the size of something to hit, is amiss; and what the page complained of."""
        if self.page.evaluate("typeof axe") == "undefined":
            self.page.evaluate(AXE_SCRIPT)
        found = self.page.evaluate(AXE, [self.selector, RULES])
        return [*found, *self.section.evaluate(SMALL_TARGETS), *self.visit.problems]


@pytest.fixture
def tried(new_context: Any, address: str) -> Callable[..., Tried]:
    """Function that opens the page of a figure to try in a profile of its own."""

    def opened(kind: str, figure: str, **options: Any) -> Tried:
        return Tried(new_context(**options), address, kind, figure)

    return opened


def states_of(site: Path, figure: str) -> dict[str, Any]:
    return json.loads((site / "figures" / figure / STATES).read_text(encoding="utf-8"))


# ------------------------------------------------------------------- end to end


def test_the_quiz_is_taken_and_scored(tried: Callable[..., Tried], site: Path) -> None:
    """One question by mouse and right, one by keyboard and wrong; then the score says so."""
    one = tried("quiz", "two-choice-test").reach()
    questions = states_of(site, "two-choice-test")["questions"]
    assert not one.faults()
    one.section.locator(f"[data-do={questions[0]['side']}]").click()
    assert one.answer == f"Right: the {questions[0]['side']} one. 1 of 1 so far."
    assert one.section.get_by_text("✓ Excites it more").is_visible()
    # The next question has the focus; a second answer to this one changes nothing.
    one.section.locator("[data-do=left]").dispatch_event("click")
    assert "1 of 1" in one.answer
    one.section.get_by_role("button", name="Next question").focus()
    one.page.keyboard.press("Enter")
    one.page.wait_for_function(
        "document.querySelector('[data-part=question]').textContent.includes('Question 2')"
    )
    wrong = {"left": "right", "right": "left"}[questions[1]["side"]]
    one.section.locator(f"[data-do={wrong}]").focus()
    one.page.keyboard.press("Enter")
    assert one.answer == f"Wrong: the {questions[1]['side']} one. 1 of 2 so far."
    you = one.section.locator("tbody tr").first.locator("td").all_inner_texts()
    assert you == ["1 of 1", "0 of 1", "1 of 2"]
    assert "82 %" in one.section.locator("tbody tr").last.inner_text()
    assert not one.faults()


def test_a_path_is_moved_along_and_its_gauge_follows(
    tried: Callable[..., Tried], site: Path
) -> None:
    """From the end, where it begins, to the start, by keyboard."""
    one = tried("path", "cat-to-leopard").reach()
    states = states_of(site, "cat-to-leopard")
    frame = one.section.locator("[data-part=frame]")
    place = "f => getComputedStyle(f).backgroundPositionX"
    assert frame.evaluate(place) == "100%"
    slider = one.section.get_by_label("Step of the path")
    slider.focus()
    one.page.keyboard.press("Home")
    assert frame.evaluate(place) == "0%"
    assert slider.get_attribute("aria-valuetext") == "0"
    shares = one.section.locator(".live__bar").evaluate_all(
        "all => all.map((bar) => Number(bar.style.getPropertyValue('--share')))"
    )
    assert shares == [gauge["values"][0] for gauge in states["gauges"]]
    one.page.wait_for_function(
        f"document.querySelector('{one.selector} [data-spoken]').textContent.includes('Judge')"
    )
    assert not one.faults()


def test_nothing_moves_by_itself(
    tried: Callable[..., Tried], new_context: Any, address: str
) -> None:
    """A film waits for its reader; without scripts, who asks for less motion gets a picture."""
    one = tried("path", "optimisation-film").reach()
    slider = one.section.get_by_label("Step of the path")
    assert not one.page.locator(".film").is_visible()
    one.press("Play")
    one.page.wait_for_function(f"document.querySelector('{one.selector} input').value > 2")
    one.press("Pause")
    stopped = slider.input_value()
    one.page.wait_for_timeout(300)
    assert slider.input_value() == stopped
    assert one.page.evaluate(MOVING) == 0
    assert not one.faults()

    page = new_context(java_script_enabled=False).new_page()
    page.goto(address + PAGES["path", "optimisation-film"])
    film = page.locator(".film img")
    film.scroll_into_view_if_needed()
    assert film.evaluate("i => i.decode().then(() => i.currentSrc)").endswith(".png")


def test_every_depth_has_its_squares(tried: Callable[..., Tried], site: Path) -> None:
    one = tried("fields", "receptive-field-overlay").reach()
    states = states_of(site, "receptive-field-overlay")
    one.section.get_by_label("Depth").focus()
    one.page.keyboard.press("End")
    last = states["layers"][-1]
    assert one.answer.lower().startswith(last)
    assert f" {states['theoretical'][-1][2]:.0f} pixels, more than the image" in one.answer
    assert not one.faults()
    # The photograph is dimmer where nothing drives the unit: stem against last block, at a corner.
    corner = "c => [...c.getContext('2d').getImageData(20, 20, 1, 1).data].slice(0, 3)"
    canvas = one.section.locator("canvas")
    bright = sum(canvas.evaluate(corner))
    one.page.keyboard.press("Home")
    assert sum(canvas.evaluate(corner)) < bright


def test_dreams_go_from_the_photograph_to_the_last_layer(
    tried: Callable[..., Tried], site: Path
) -> None:
    """By keyboard; both networks begin at one picture, and the judge's words follow the slider."""
    one = tried("dreams", "dream-by-depth").reach()
    states = states_of(site, "dream-by-depth")
    pictures = one.section.locator(".hands__picture")
    verdicts = one.section.locator(".live__name")
    places = "all => all.map((picture) => getComputedStyle(picture).backgroundPositionX)"
    assert len({network["answers"][0] for network in states["networks"]}) == 1
    for key, number, place in (("End", -1, "100%"), ("ArrowLeft", -2, None), ("Home", 0, "0%")):
        one.section.get_by_label("Layer").focus()
        one.page.keyboard.press(key)
        assert states["layers"][number] in one.answer
        assert verdicts.all_inner_texts() == [
            f"{network['name']}: {network['answers'][number]}" for network in states["networks"]
        ]
        assert place is None or pictures.evaluate_all(places) == [place, place]
    assert not one.faults()


def test_rungs_show_their_numbers(tried: Callable[..., Tried], site: Path) -> None:
    one = tried("rungs", "regulariser-ladder").reach()
    states = states_of(site, "regulariser-ladder")
    one.section.get_by_label("Rung").fill("5")
    assert states["rungs"][5] in one.answer
    style = one.section.locator(".hands__picture").first.get_attribute("style")
    assert "regulariser-ladder/6.webp" in style
    shares = one.section.locator(".live__bar").evaluate_all(
        "all => all.map((bar) => Number(bar.style.getPropertyValue('--share')))"
    )
    assert shares == np.array(states["probabilities"])[5].T.ravel().tolist()
    assert not one.faults()


def test_the_best_block_moves_as_scipy_says(tried: Callable[..., Tried], site: Path) -> None:
    """Each category left out by itself, and an area chosen by keyboard; too few are refused."""
    one = tried("areas", "layers-versus-areas").reach()
    states = states_of(site, "layers-versus-areas")
    category = np.array(states["category"])
    rows, columns = np.triu_indices(len(category), 1)

    def best(left_out: int | None, area: int) -> str:
        kept = (category[rows] != left_out) & (category[columns] != left_out)
        brain = np.array(states["brains"][area])[kept]
        found = [spearmanr(np.array(m)[kept], brain).statistic for m in states["trained"]]
        return states["layers"][int(np.argmax(found))]

    assert one.section.get_attribute("data-best") == best(None, 0)
    for index, name in enumerate(states["categories"]):
        tick = one.section.get_by_label(name)
        tick.uncheck()
        assert one.section.get_attribute("data-best") == best(index, 0)
        tick.check()
    one.section.get_by_label("Area").select_option(states["areas"][1])
    assert one.section.get_attribute("data-best") == best(None, 1)
    assert states["areas"][1] in one.answer
    assert not one.faults()
    for name in states["categories"]:
        one.section.get_by_label(name).uncheck()
    assert "Too few" in one.answer


def test_the_plane_tells_the_answer_under_the_pointer(
    tried: Callable[..., Tried], site: Path
) -> None:
    one = tried("plane", "decision-slice").reach()
    plane = states_of(site, "decision-slice")["planes"][0]
    size, classes = plane["points"], plane["classes"]
    first = np.array(plane["logits"]).reshape(size, size, -1).argmax(axis=2)
    canvas = one.section.locator("canvas")
    box = canvas.bounding_box()
    # The middles of both sides, where the grid was measured.
    for share, column in ((0.002, 0), (0.998, size - 1)):
        canvas.hover(position={"x": share * box["width"], "y": box["height"] / 2})
        told = one.section.get_attribute("data-answer-is")
        assert told == classes[first[size // 2, column]]
        assert told in one.answer
    one.section.get_by_label("Across, L2").focus()
    one.page.keyboard.press("Home")
    assert one.section.get_attribute("data-answer-is") == classes[first[size // 2, 0]]
    one.section.get_by_label("Plane").select_option("1")
    assert not one.faults()


# -------------------------------------------------------------- readers and faults


@pytest.mark.parametrize(
    "kind", [kind if kind in ("quiz", "areas") else pytest.param(kind, marks=NIGHTLY)
             for kind in EVERY_KIND]
)  # fmt: skip
def test_on_a_phone_in_the_dark(kind: str, tried: Callable[..., Tried]) -> None:
    """Nothing sticks out, nothing is too small to hit, and axe finds nothing."""
    one = tried(*EVERY_KIND[kind], color_scheme="dark", viewport=size_of("phone")).reach()
    assert width_of(one.page) <= size_of("phone")["width"]
    assert not one.faults()


# What has the colour of the page's ground, and no picture: it cannot be seen.
EMPTY = """(section) => [...section.querySelectorAll(
    ".live__bar, .quiz__picture, .path__frame, .hands__picture, .plane__key span")]
  .filter((one) => one.checkVisibility())
  .map((one) => getComputedStyle(one, one.matches(".live__bar") ? "::before" : null))
  .filter(({ backgroundImage, backgroundColor }) => backgroundImage === "none"
    && backgroundColor === getComputedStyle(document.body).backgroundColor).length"""


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_in_forced_colours_pictures_bars_and_keys_stay(
    kind: str, tried: Callable[..., Tried]
) -> None:
    """Where a reader's colours replace the page's, what carries the message is still there."""
    one = tried(*EVERY_KIND[kind], forced_colors="active").reach()
    assert one.section.evaluate(EMPTY) == 0
    assert one.page.evaluate(MOVING) == 0
    strokes = one.section.locator(".live__plot path").evaluate_all(
        "all => all.map((path) => getComputedStyle(path).stroke)"
    )
    ground = one.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground not in strokes


def test_without_scripts_it_says_what_the_page_has(new_context: Any, address: str) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(address + PAGES["quiz", "two-choice-test"])
    section = page.locator("#hands-quiz-two-choice-test")
    assert section.get_by_text("All questions are in the fold below").is_visible()
    assert not section.get_by_role("button").first.is_visible()
    fold = page.locator("details", has_text=re.compile(r"All \d+ questions"))
    fold.first.locator("summary").first.click()
    assert page.get_by_text("Answer to question 20").is_visible()


def test_nothing_is_fetched_before_a_reader_comes_near(tried: Callable[..., Tried]) -> None:
    """The first view asks for a script and a style of a few kilobytes, no states or pictures."""
    one = tried("areas", "layers-versus-areas")
    one.page.wait_for_load_state("networkidle")
    names = one.page.evaluate("performance.getEntriesByType('resource').map((one) => one.name)")
    ours = {name.rpartition("/")[2] for name in names if "/assets/hands/" in name}
    assert ours == {"hands.js", "hands.css"}
    assert not [name for name in names if name.endswith(STATES)]
    assert one.section.get_attribute("data-state") == "idle"
    one.reach()


def test_what_does_not_arrive_is_told_and_tried_again(tried: Callable[..., Tried]) -> None:
    one = tried("rungs", "regulariser-ladder")
    pattern = re.compile(rf"regulariser-ladder/{STATES}")
    one.page.context.route(pattern, lambda route: route.abort())
    one.reach("error")
    assert "Press Retry" in one.section.locator("[data-status]").inner_text()
    assert one.page.locator("#figure-regulariser-ladder img").first.is_visible()
    one.page.context.unroute(pattern)
    one.press("Retry")
    one.reach()
    assert one.answer.startswith("1 of")
