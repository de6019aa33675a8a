"""The lecture map: thirteen slides, each with a page, figures and honest sources."""

from pathlib import Path

import pytest

from site_lib.common.errors import CourseError
from site_lib.site.bibliography import read_references
from site_lib.site.lecture_map import read_slides, slides_of_page

ROOT = Path(__file__).parents[3]
SLIDE = """
[[slides]]
number = {number}
title = "t"
shows = "s"
original = "o"
sources = []
recalled = false
page = "a.md"
figures = ["f"]
differences = "d"
"""


@pytest.fixture
def slides():
    """The slides of the course."""
    return read_slides(ROOT / "docs/lecture-map.toml")


def test_all_thirteen_slides_have_a_page_and_known_sources(slides):
    references = read_references(ROOT / "docs/references.bib")
    assert len(slides) == 13
    assert len({slide.page for slide in slides}) == 13
    for slide in slides:
        assert (ROOT / "docs" / slide.page).is_file(), slide.page
        assert set(slide.sources) <= set(references), slide.number
        assert not slide.recalled or slide.sources, "what is recalled has a source to look it up in"


def test_figures_are_shown_on_the_page_of_the_slide(slides):
    """Or on another page of its chapter, as what transfers and what defends."""
    for slide in slides:
        chapter = (ROOT / "docs" / slide.page).parent
        text = "".join(page.read_text("utf-8") for page in sorted(chapter.glob("*.md")))
        missing = [figure for figure in slide.figures if f'figure("{figure}")' not in text]
        assert not missing, f"slide {slide.number}"


def test_slides_of_a_page(tmp_path):
    path = tmp_path / "map.toml"
    path.write_text(SLIDE.format(number=1) + SLIDE.format(number=2), encoding="utf-8")
    slides = read_slides(path)
    assert [slide.number for slide in slides_of_page(slides, "a.md")] == [1, 2]
    assert slides_of_page(slides, "b.md") == []
    assert slides[0].figures == ("f",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (SLIDE.format(number=2), r"numbered \[2\]"),
        (SLIDE.format(number="'1'"), r"Expected `int`, got `str` - at `\$.slides\[0\].number`"),
        (SLIDE.format(number=1).replace('"f"', "1"), r"Expected `str`, got `int`"),
        ("slides = [{ number = 1 }]", "missing required field `title`"),
        ("slides = 13", "Expected `array`, got `int`"),
        ("x = 1", "cannot read .*map.toml"),
        (SLIDE.format(number=1) + 'colour = "red"', "colour"),
    ],
)
def test_mistakes_in_the_file_are_named(tmp_path, text, message):
    path = tmp_path / "map.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CourseError, match=message):
        read_slides(path)
