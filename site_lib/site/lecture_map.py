"""The lecture's thirteen slides, what each shows, and where the course answers it."""

from pathlib import Path

import msgspec

from site_lib.common.errors import CourseError
from site_lib.common.toml_files import read_toml


class Slide(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One slide of the lecture and its place in the course.

    shows: what the lecture says, in the course's words.   original: the figure that the lecture
    shows, described.   sources: keys of the bibliography.   recalled: True where the original
    was not at hand.   page: path below ``docs``.   figures: ids of the course's figures.
    differences: how they differ from the original, in Markdown.
    """

    number: int
    title: str
    shows: str
    original: str
    sources: tuple[str, ...]
    recalled: bool
    page: str
    figures: tuple[str, ...]
    differences: str


class _Lecture(msgspec.Struct, forbid_unknown_fields=True):
    slides: list[Slide]


def read_slides(path: Path) -> list[Slide]:
    """Slides in the order of the lecture; CourseError unless they are numbered 1, 2, 3, …"""
    slides = read_toml(path, _Lecture).slides
    numbers = [slide.number for slide in slides]
    if numbers != list(range(1, len(slides) + 1)):
        raise CourseError(f"{path}: slides are numbered {numbers}, not one after the other")
    return slides


def slides_of_page(slides: list[Slide], page: str) -> list[Slide]:
    """The slides that a page answers; most pages answer one, some none."""
    return [slide for slide in slides if slide.page == page]
