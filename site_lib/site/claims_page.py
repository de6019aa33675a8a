"""The page of claims: every sentence of the course that a build can refute, where it stands."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from site_lib.records.claims import KINDS, Claim, Kind
from site_lib.records.looked_at import Sight
from site_lib.site.contents import contents
from site_lib.site.course import Course
from site_lib.site.figure_macros import FigureMacros
from site_lib.site.questions import question_of

LOOKED_AT = (
    "What a picture shows, in the words of somebody who looked. Such a sentence holds for the "
    "picture that was seen: mean colours of its parts are on record, and where they differ, it "
    "waits for another look."
)


class ClaimsPage:
    """Macros of the page of claims."""

    def __init__(self, course: Course, figures: FigureMacros) -> None:
        self.course, self.figures = course, figures

    @property
    def macros(self) -> tuple[Callable[..., str], ...]:
        """What pages can call."""
        return (self.claims_by_kind, self.claims_count)

    def claims_by_kind(self) -> str:
        """Every claim under its kind, and there in the order of the navigation.

        Headings are Markdown, so that they appear in the table of contents.
        """
        shown = {figure for names in self.course.figures_of_pages.values() for figure in names}
        for stated in self.course.ledger.values():
            if stated.figure not in shown:
                self.course.figure_place(stated.figure)  # says that no page shows it
        parts = [part for kind in KINDS for part in self._of_kind(kind)]
        return "\n\n".join([*parts, *self._of_pictures()])

    def claims_count(self) -> str:
        """How many claims there are and how many hold, in words."""
        stated = [entry.claim for entry in self.course.ledger.values()]
        claims = [claim for claim in stated if claim.refutable]
        broken = sum(not claim.holds for claim in stated)
        with_interval = sum(claim.interval is not None for claim in claims)
        verdict = "all of which hold" if not broken else f"{broken} of which do not hold"
        others = len(stated) - len(claims)
        return (
            f"{len(claims)} claims, {verdict} in this build; {with_interval} carry an interval. "
            f"{others} more sentences are looked up or follow from a definition, and "
            f"{len(self.course.sights)} say what a picture shows"
        )

    def _of_kind(self, kind: Kind) -> Iterator[str]:
        """Heading of a kind, and a part for each page that has claims of it."""
        by_figure: dict[str, list[Claim]] = {}
        for stated in self.course.ledger.values():
            if stated.claim.kind == kind:
                by_figure.setdefault(stated.figure, []).append(stated.claim)
        if by_figure:
            yield "## {}\n\n{}".format(*KINDS[kind])
        yield from self._by_page(by_figure)

    def _of_pictures(self) -> Iterator[str]:
        """The same for sentences about what a picture shows."""
        by_figure: dict[str, list[Sight]] = {}
        for sight in self.course.sights.values():
            by_figure.setdefault(sight.figure, []).append(sight)
        if by_figure:
            yield f"## Looked at\n\n{LOOKED_AT}"
        yield from self._by_page(by_figure)

    def _by_page(self, by_figure: Mapping[str, Sequence[Claim | Sight]]) -> Iterator[str]:
        for entry in contents(self.course.env.conf["nav"]):
            figures = [
                self._figure_with_claims(figure, by_figure[figure])
                for figure in self.course.figures_of_pages.get(entry.source, ())
                if figure in by_figure
            ]
            if figures:
                yield self.course.render(
                    "claims_of_page.html",
                    page=entry.source,
                    title=entry.title,
                    figures=figures,
                    question=question_of(self.course.texts[entry.source]),
                )

    def _figure_with_claims(
        self, figure_id: str, stated: Sequence[Claim | Sight]
    ) -> dict[str, Any]:
        return {
            "title": self.course.sidecar(figure_id)["title"],
            "place": self.figures.place(figure_id),
            "thumbnail": self.figures.thumbnail(figure_id),
            "claims": stated,
        }
