"""Macros of the pages of reference: lecture map, glossary, citation.

Like all macros they read the sidecars and small data files in ``docs``.
"""

import functools
import re
from collections.abc import Callable
from pathlib import Path

from site_lib.common.errors import CourseError, unknown_name
from site_lib.site import citation, glossary, lecture_map
from site_lib.site.course import Course
from site_lib.site.figure_macros import FigureMacros
from site_lib.site.text_macros import TextMacros

GLOSSARY_PAGE = "reference/glossary.md"
MAP_PAGE = "reference/lecture-map.md"
# Pages on which no term is marked: they explain the terms, or hold signatures and tables.
WITHOUT_TERMS = re.compile(r"index\.md|reference/.*|evidence/(claims|references|image-credits)\.md")


class ReferencePages:
    """Macros of the pages about the course itself, and the terms that all pages mark."""

    FILES = ("terms", "all_slides")

    def __init__(self, course: Course, figures: FigureMacros, text: TextMacros) -> None:
        self.course, self.figures, self.text = course, figures, text

    @property
    def macros(self) -> tuple[Callable[..., str], ...]:
        """What pages can call."""
        return (self.slides, self.lecture_map, self.glossary, self.citation)

    @functools.cached_property
    def all_slides(self) -> list[lecture_map.Slide]:
        """The slides of the lecture."""
        return lecture_map.read_slides(self.course.docs / "lecture-map.toml")

    @functools.cached_property
    def terms(self) -> dict[str, glossary.Term]:
        """The terms of the glossary."""
        return glossary.read_glossary(self.course.docs / "glossary.toml")

    def first_uses(self) -> glossary.FirstUses:
        """The Markdown extension that marks the first use of each term on a page."""
        return glossary.FirstUses(self.terms, self._address_of_term)

    def _address_of_term(self, term: glossary.Term) -> str | None:
        if WITHOUT_TERMS.fullmatch(self.course.page):
            return None
        return self.course.address(f"{GLOSSARY_PAGE}#{term.id}")

    def slides(self) -> str:
        """``Slide 5 of the lecture``, linked to the lecture map, for the page being written."""
        page = self.course.page
        slides = lecture_map.slides_of_page(self.all_slides, page)
        if not slides:
            raise CourseError(f"the lecture map has no slide for {page}")
        numbers = " and ".join(str(slide.number) for slide in slides)
        link = self.course.address(f"{MAP_PAGE}#slide-{slides[0].number}")
        word = "Slides" if len(slides) > 1 else "Slide"
        return f'<a class="slides" href="{link}">{word} {numbers} of the lecture</a>'

    def lecture_map(self, first: int, last: int) -> str:
        """Slides of the lecture, from one number to another, beside what the course has."""
        rows = []
        for slide in self.all_slides[first - 1 : last]:
            figures = [(self.figures.figure_reference(name), self.course.sidecar(name)["title"])
                       for name in slide.figures]  # fmt: skip
            rows.append({
                "slide": slide,
                "page": self.course.title_of(slide.page),
                "citations": [self.text.cite(key) for key in slide.sources],
                "figures": figures,
                "thumbnail": self.figures.thumbnail(slide.figures[0]) if slide.figures else "",
                "place": self.figures.place(slide.figures[0]) if slide.figures else "",
            })  # fmt: skip
        return self.course.render("lecture_map.html", rows=rows)

    def glossary(self) -> str:
        """Every term with its definition, where the course uses it, and its sources."""
        rows = [
            (term, self.course.title_of(term.page), [self.text.cite(key) for key in term.sources])
            for term in self.terms.values()
        ]
        return self.course.render("glossary.html", rows=rows)

    def citation(self, kind: str, figure_id: str = "") -> str:
        """The citation of the course: kind ``text``, ``bibtex``, or ``figure`` with its id."""
        cited = citation.read_citation(Path(self.course.env.project_dir) / "CITATION.cff")
        if kind == "text":
            return cited.text
        if kind == "bibtex":
            return f"```bibtex\n{cited.bibtex}\n```"
        if kind == "figure":
            return cited.of_figure(figure_id, self.course.sidecar(figure_id)["drawing"]["commit"])
        raise unknown_name("kind of citation", kind, ("text", "bibtex", "figure"))
