"""The page of claims: every sentence of the course that a build can refute, where it stands."""

from collections.abc import Callable
from typing import Any

from site_lib.common.errors import CourseError
from site_lib.records.claims import Claim
from site_lib.site.contents import contents
from site_lib.site.course import Course
from site_lib.site.figure_macros import FigureMacros
from site_lib.site.questions import question_of


class ClaimsPage:
    """Macros of the page of claims."""

    def __init__(self, course: Course, figures: FigureMacros) -> None:
        self.course, self.figures = course, figures

    @property
    def macros(self) -> tuple[Callable[..., str], ...]:
        """What pages can call."""
        return (self.claims_by_page, self.claims_count)

    def claims_by_page(self) -> str:
        """Every claim under the figure that shows it, in the order of the navigation.

        Headings are Markdown, so that they appear in the table of contents.
        """
        by_figure: dict[str, list[Claim]] = {}
        for stated in self.course.ledger.values():
            by_figure.setdefault(stated.figure, []).append(stated.claim)
        parts: list[str] = []
        section = ""
        for entry in contents(self.course.env.conf["nav"]):
            figures = [self._figure_with_claims(figure, by_figure.pop(figure))
                       for figure in self.course.figures_of_pages.get(entry.source, ())
                       if figure in by_figure]  # fmt: skip
            if not figures:
                continue
            if entry.section and entry.section != section:
                parts.append(f"## {entry.section}")
            section = entry.section
            source = (self.course.docs / entry.source).read_text(encoding="utf-8")
            page = {"page": entry.source, "title": entry.title, "figures": figures,
                    "heading": "###" if section else "##",
                    "question": question_of(source)}  # fmt: skip
            parts.append(self.course.render("claims_of_page.html", **page))
        for figure in by_figure:
            shown_on, _ = self.course.figure_place(figure)
            raise CourseError(f"{shown_on} shows the figure {figure!r}, but is in no navigation")
        return "\n\n".join(parts)

    def claims_count(self) -> str:
        """How many claims there are and how many hold, in words."""
        all_claims = [entry.claim for entry in self.course.ledger.values()]
        broken = sum(not claim.holds for claim in all_claims)
        with_interval = sum(claim.interval is not None for claim in all_claims)
        verdict = "all of which hold" if not broken else f"{broken} of which do not hold"
        intervals = f"{with_interval} carry an interval"
        return f"{len(all_claims)} claims, {verdict} in this build; {intervals}"

    def _figure_with_claims(self, figure_id: str, all_claims: list[Claim]) -> dict[str, Any]:
        return {
            "title": self.course.sidecar(figure_id)["title"],
            "place": self.figures.place(figure_id),
            "thumbnail": self.figures.thumbnail(figure_id),
            "claims": all_claims,
        }
