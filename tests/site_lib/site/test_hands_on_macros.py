"""The macro for figures to try, on a course of a few files, and the sections that it wrote."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from site_lib.common.errors import CourseError
from site_lib.common.files import ROOT
from site_lib.records.published_files import STATES
from site_lib.site.hands_on_macros import KINDS, HandsOnMacros

PAGES = {
    "quiz": "can-you-trust-them/pictures",
    "path": "optimising-the-input/morphing",
    "dreams": "optimising-the-input/dreaming",
    "fields": "what-units-see/receptive-fields",
    "rungs": "optimising-the-input/super-stimuli",
    "areas": "relations-with-biology/layers-and-areas",
    "plane": "adversarial-examples",
}


class StandIn:
    """What the macro asks of a course."""

    def __init__(self, docs: Path) -> None:
        self.docs = docs
        self.rendered: dict = {}

    def render(self, template: str, **values: object) -> str:
        self.rendered = values
        return template

    def sidecar(self, figure_id: str) -> None:
        if figure_id != "drawn":
            raise CourseError(f"figure {figure_id!r} has not been built")


@pytest.fixture
def course(tmp_path: Path) -> StandIn:
    folder = tmp_path / "figures" / "drawn"
    folder.mkdir(parents=True)
    (folder / STATES).write_text('{"categories": ["faces", "things"]}')
    return StandIn(tmp_path)


@pytest.mark.parametrize("kind", KINDS)
def test_it_says_what_the_page_has_without_scripts(course: StandIn, kind: str) -> None:
    (macro,) = HandsOnMacros(course).macros  # type: ignore[arg-type]
    macro(kind, "drawn")
    assert course.rendered["instead"] == KINDS[kind]
    assert course.rendered["categories"] == ["faces", "things"]


def test_what_is_missing_or_unknown_is_told(course: StandIn) -> None:
    macros = HandsOnMacros(course)  # type: ignore[arg-type]
    with pytest.raises(CourseError, match="quiz"):
        macros.hands_on("quizz", "drawn")
    with pytest.raises(CourseError, match="'banana' has not been built"):
        macros.hands_on("quiz", "banana")
    (course.docs / "figures" / "drawn" / STATES).unlink()
    with pytest.raises(CourseError, match="make figure NAME=drawn"):
        macros.hands_on("path", "drawn")


@pytest.mark.parametrize("kind", KINDS)
def test_every_control_has_a_label_and_every_script_its_file(kind: str) -> None:
    path = ROOT / "site" / PAGES[kind] / "index.html"
    if not path.is_file():
        pytest.skip("the site has not been built; run make site")
    page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    sections = page.select(f"section[data-live={kind}]")
    assert sections
    assert len({section["aria-label"] for section in sections}) == len(sections)
    for section in sections:
        assert all(control.find_parent("label") for control in section.select("input, select"))
        assert section["data-state"] == "idle"
        assert section.select_one("[data-answer]")
        assert section.select_one("[role=status]")
        assert section["aria-label"]
        script = section.select_one("script[type=module]")
        assert (path.parent / script["src"]).resolve().is_file()
        assert (path.parent / section["data-folder"] / STATES).resolve().is_file()
