"""The macro for live figures, on a course of a few files."""

import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from site_lib.common.errors import CourseError
from site_lib.site import live_macros
from site_lib.site.live_macros import KINDS, LiveMacros


class StandIn:
    """What the macro asks of a course; templates are the course's own."""

    def __init__(self, docs: Path) -> None:
        self.docs = docs
        self.rendered: dict = {}

    def render(self, template: str, **values: object) -> str:
        self.rendered = {"template": template} | values
        return template

    def sidecar(self, figure_id: str) -> None:
        raise CourseError(f"figure {figure_id!r} has not been built")


@pytest.fixture
def course(tmp_path: Path) -> StandIn:
    network = {"pieces": [{"bytes": 2_000_000}, {"bytes": 500_000}]}
    description = {"networks": {"trained": network, "random": network}, "photographs": ["cat"]}
    (tmp_path / live_macros.FILES).mkdir(parents=True)
    (tmp_path / live_macros.FILES / "network.json").write_text(json.dumps(description))
    runtime = tmp_path / "assets/vendor/runtime"
    runtime.mkdir(parents=True)
    (runtime / "a.bin").write_bytes(b"x" * 500_000)
    return StandIn(tmp_path)


@pytest.mark.parametrize("kind", KINDS)
def test_it_says_how_much_will_be_loaded(course: StandIn, kind: str) -> None:
    (macro,) = LiveMacros(course).macros  # type: ignore[arg-type]
    macro(kind)
    assert course.rendered["kind"] == kind
    assert course.rendered["megabytes"] == 3.0
    assert course.rendered["megabytes_of_twin"] == 2.5
    assert course.rendered["photographs"] == ["cat"]


def test_what_is_missing_or_unknown_is_told(course: StandIn) -> None:
    macros = LiveMacros(course)  # type: ignore[arg-type]
    with pytest.raises(CourseError, match="attack"):
        macros.live("atack")
    with pytest.raises(CourseError, match="'lbfgs-triptychs' has not been built"):
        macros.live("blink")
    (course.docs / live_macros.FILES / "network.json").unlink()
    with pytest.raises(CourseError, match="make figure NAME=live-network"):
        macros.live("attack")


@pytest.mark.parametrize("kind", KINDS)
def test_every_control_has_a_label_and_every_button_a_name(kind: str) -> None:
    """Of the published page, before any script has run."""
    site = live_macros_page(kind)
    section = site.select_one(f"section[data-live={kind}]")
    assert section is not None
    controls = section.select("input, select")
    assert controls
    assert all(control.find_parent("label") for control in controls)
    assert all(button.get_text(strip=True) for button in section.select("button"))
    names = {button["data-do"] for button in section.select("button")}
    assert "load" in names
    assert section["data-state"] == "idle"
    assert section.select_one("[data-answer][role=status]")


def live_macros_page(kind: str) -> BeautifulSoup:
    pages = {"attack": "adversarial-examples", "occlude": "what-units-see/receptive-fields",
             "rotate": "relations-with-biology/hubel-and-wiesel",
             "grow": "optimising-the-input/super-stimuli",
             "inside": "what-units-see/from-edges-to-objects"}  # fmt: skip
    path = Path(__file__).parents[3] / "site" / pages[kind] / "index.html"
    if not path.is_file():
        pytest.skip("the site has not been built; run make site")
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
