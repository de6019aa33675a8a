"""The lecture's thirteen slides, what each shows, and where the course answers it."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from site_lib.errors import CourseError


@dataclass(frozen=True)
class Slide:
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


def read_slides(path: Path) -> list[Slide]:
    """Slides in the order of the lecture; CourseError unless they are numbered 1, 2, 3, …"""
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))["slides"]
        slides = [
            Slide(**entry | {name: tuple(entry[name]) for name in ("sources", "figures")})
            for entry in entries
        ]
    except (OSError, tomllib.TOMLDecodeError, TypeError, KeyError) as error:
        raise CourseError(f"cannot read the lecture map {path}: {error}") from None
    numbers = [slide.number for slide in slides]
    if numbers != list(range(1, len(slides) + 1)):
        raise CourseError(f"{path.name}: slides are numbered {numbers}, not one after the other")
    return slides


def slides_of_page(slides: list[Slide], page: str) -> list[Slide]:
    """The slides that a page answers; most pages answer one, some none."""
    return [slide for slide in slides if slide.page == page]
