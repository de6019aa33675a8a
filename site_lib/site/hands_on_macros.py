"""The macro for figures to try: a reader moves or answers something; no network is needed."""

import json
from collections.abc import Callable

from site_lib.common.errors import CourseError, unknown_name
from site_lib.records.published_files import STATES
from site_lib.site.course import Course

# What does it by a script each, and what of a figure says the same without.
KINDS = {
    "quiz": "All questions are in the fold below.",
    "path": "The figure above shows some of the steps.",
    "dreams": "The figure above shows all depths.",
    "fields": "The figure above shows six of the depths.",
    "rungs": "The figure above shows all rungs.",
    "areas": "The figure above has all objects.",
    "plane": "The figure above is the map.",
}


class HandsOnMacros:
    """What a page can ask for of figures to try."""

    def __init__(self, course: Course) -> None:
        self.course = course

    @property
    def macros(self) -> tuple[Callable[..., str], ...]:
        """What pages can call."""
        return (self.hands_on,)

    def hands_on(self, kind: str, figure_id: str) -> str:
        """A section in which a reader tries one of KINDS on what a figure published for it.

        Without scripts it says where the page has the same. Nothing is fetched before a reader
        comes near.
        """
        if kind not in KINDS:
            raise unknown_name("kind of figure to try", kind, KINDS)
        self.course.sidecar(figure_id)
        path = self.course.docs / "figures" / figure_id / STATES
        if not path.is_file():
            raise CourseError(
                f"figure {figure_id!r} has nothing to try: its drawing publishes no {STATES}; "
                f"run make figure NAME={figure_id}"
            )
        states = json.loads(path.read_text(encoding="utf-8"))
        return self.course.render(
            "hands_on.html",
            kind=kind,
            figure=figure_id,
            instead=KINDS[kind],
            categories=states.get("categories", []),
        )
