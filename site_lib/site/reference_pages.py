"""Macros of the pages about the course itself: claims by page, lecture map, glossary, citation.

``site_lib.site.pages`` registers them. Like its own macros they read the sidecars and small data
files in ``docs``; neither torch nor matplotlib is needed.
"""

import functools
import importlib.metadata
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from site_lib.common.errors import CourseError, unknown_name
from site_lib.records.claims import Claim
from site_lib.site import citation, faults, glossary, lecture_map
from site_lib.site.contents import contents

if TYPE_CHECKING:
    from site_lib.site.pages import Course

GLOSSARY_PAGE = "reference/glossary.md"
MAP_PAGE = "reference/lecture-map.md"
CLAIMS_PAGE = "evidence/claims.md"
# Pages on which no term is marked: they explain the terms, or hold signatures and tables.
WITHOUT_TERMS = re.compile(r"index\.md|reference/.*|evidence/(claims|references|image-credits)\.md")
# An argument page opens with a paragraph of this class.
QUESTION = re.compile(r"^(?:{{ slides\(\) }}\s*)?((?:[^\n]+\n)+?){ \.question }$", re.MULTILINE)


def question_of(source: str) -> str | None:
    """The question that an argument page opens with, from the page's Markdown."""
    found = QUESTION.search(source)
    return " ".join(found[1].split()) if found else None


def short_time(seconds: float) -> str:
    """A time with three digits and its unit."""
    return f"{seconds:.3g} s" if seconds >= 1 else f"{1000 * seconds:.3g} ms"


class ReferencePages:
    """Macros that share what a :class:`site_lib.site.pages.Course` has read."""

    def __init__(self, course: "Course") -> None:
        self.course = course

    @property
    def macros(self) -> tuple[Callable[..., str], ...]:
        """What pages can call."""
        return (
            self.slides,
            self.lecture_map,
            self.claims_by_page,
            self.claims_count,
            self.glossary,
            self.citation,
            self.measured_with,
            self.arithmetic_table,
            self.bench_table,
            self.bench_machine,
            self.weights,
            self.recordings,
            self.licences,
            self.fault_table,
        )

    # ------------------------------------------------------------------- data

    @functools.cached_property
    def all_slides(self) -> list[lecture_map.Slide]:
        """The slides of the lecture."""
        return lecture_map.read_slides(self.course.docs / "lecture-map.toml")

    @functools.cached_property
    def terms(self) -> dict[str, glossary.Term]:
        """The terms of the glossary."""
        return glossary.read_glossary(self.course.docs / "glossary.toml")

    @functools.cached_property
    def faults(self) -> dict[str, list[faults.Fault]]:
        """What was broken on purpose, by area."""
        return faults.read_faults(self.course.docs / "evidence" / "faults")

    @functools.cached_property
    def records(self) -> list[dict[str, Any]]:
        """Records of all experiments behind the figures, each once."""
        found = {}
        for sidecar in self.course.sidecars.values():
            for record in sidecar["experiments"]:
                key = (record["script"], record.get("run"), str(record["parameters"]))
                found[key] = record
        return list(found.values())

    def first_uses(self) -> glossary.FirstUses:
        """The Markdown extension that marks the first use of each term on a page."""
        return glossary.FirstUses(self.terms, self._address_of_term)

    def _address_of_term(self, term: glossary.Term) -> str | None:
        page = self.course.env.page.file
        if WITHOUT_TERMS.fullmatch(page.src_uri):
            return None
        return self.course.address(f"{GLOSSARY_PAGE}#{term.id}")

    # ----------------------------------------------------------------- macros

    def slides(self) -> str:
        """``Slide 5 of the lecture``, linked to the lecture map, for the page being written."""
        page = self.course.env.page.file.src_uri
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
            figures = [(self.course.figure_reference(name), self.course.sidecar(name)["title"])
                       for name in slide.figures]  # fmt: skip
            rows.append({
                "slide": slide,
                "page": self._title(slide.page),
                "citations": [self.course.cite(key) for key in slide.sources],
                "figures": figures,
                "thumbnail": self.course.thumbnail(slide.figures[0]) if slide.figures else "",
                "place": self._place(slide.figures[0]) if slide.figures else "",
            })  # fmt: skip
        return self.course.render("lecture_map.html", rows=rows)

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

    def glossary(self) -> str:
        """Every term with its definition, where the course uses it, and its sources."""
        rows = [(term, self._title(term.page), [self.course.cite(key) for key in term.sources])
                for term in self.terms.values()]  # fmt: skip
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

    def measured_with(self) -> str:
        """Table of machines, profiles and versions that the figures of this build come from."""
        sidecars = self.course.sidecars.values()
        drawings = [sidecar["drawing"]["versions"] for sidecar in sidecars]
        rows = {
            "Figures": [str(len(drawings))],
            "Measurements": [str(len(self.records))],
            "Profile": _counted(record["profile"] for record in self.records),
            "Measured on": _counted(
                f"{record['machine']}, {record['device']}" for record in self.records
            ),
            "Time of all measurements": [
                f"{sum(record['seconds'] for record in self.records) / 60:.0f} minutes"
            ],
            "Measured with": _versions(record["versions"] for record in self.records),
            "Drawn with": _versions(drawings),
        }
        return self.course.render("facts_of_build.html", rows=rows, label="This build")

    def arithmetic_table(self) -> str:
        """Claims that depend on the path, under every arithmetic that `make anywhere` measured."""
        record = self._measured("anywhere")
        measured = {name for row in record["claims"] for name in row["values"]}
        shown = [a for a in record["arithmetics"] if a["name"] in measured]
        rows = [row | {"address": self.course.address(f"{CLAIMS_PAGE}#claim-{row['id']}")}
                for row in record["claims"]]  # fmt: skip
        return self.course.render("arithmetic_table.html", rows=rows, shown=shown)

    def bench_table(self) -> str:
        """How fast the library was, beside others, when `make bench` ran last."""
        record = self._measured("bench")
        return self.course.render("bench_table.html", tables=record["tables"],
                                  short_time=short_time)  # fmt: skip

    def bench_machine(self) -> str:
        """What that was measured on."""
        record = self._measured("bench")
        versions = ", ".join(f"{name} {version}" for name, version in record["versions"].items())
        return f"{record['machine']}, {record['processor']}, {versions}"

    def _measured(self, target: str) -> dict[str, Any]:
        """What a target of the Makefile measured last."""
        path = self.course.docs / f"evidence/measured/{target}.json"
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise CourseError(f"{path} cannot be read ({error}); run make {target}") from error

    def weights(self) -> str:
        """Table of the networks behind the figures, with the hash of their weights."""
        found: dict[str, str] = {}
        for record in self.records:
            for item in record["weights"]:
                found[item["model"]] = item["sha256"]
        lines = ["| Network | SHA-256 of its weights |", "|---|---|"]
        lines += [f"| {model} | `{digest[:citation.HASH_LETTERS]}…` |"
                  for model, digest in sorted(found.items()) if re.fullmatch("[0-9a-f]{64}", digest)
                  ]  # fmt: skip
        return "\n".join(lines)

    def recordings(self) -> str:
        """Table of the recordings from brains, with their terms and references."""
        from site_lib.data.recordings import RECORDINGS  # scipy, which no other macro needs

        lines = ["| Recording | Terms | Reference |", "|---|---|---|"]
        lines += [f"| {r.title} | {r.licence} | {self.course.cite(r.citation)} |"
                  for r in RECORDINGS.values()]  # fmt: skip
        return "\n".join(lines)

    def licences(self, *packages: str) -> str:
        """Table of installed packages with version and licence, as their metadata state them."""
        lines = ["| Package | Version | Licence |", "|---|---|---|"]
        for package in packages:
            metadata = importlib.metadata.metadata(package)
            lines.append(f"| {package} | {metadata['Version']} | {_licence(metadata)} |")
        return "\n".join(lines)

    def fault_table(self) -> str:
        """Tables of what was broken on purpose and what happens then, one for each area.

        Headings are Markdown, so that they appear in the table of contents.
        """
        return self.course.render("fault_table.html", areas=self.faults)

    # ---------------------------------------------------------------- helpers

    def _title(self, page: str) -> str:
        """Title of a page, as the navigation has it; CourseError when it is not there."""
        for entry in contents(self.course.env.conf["nav"]):
            if entry.source == page:
                return entry.title
        raise CourseError(f"the navigation has no page {page}")

    def _place(self, figure_id: str) -> str:
        """Page and anchor of a figure, as a path below ``docs``."""
        page, _ = self.course.figure_place(figure_id)
        return f"{page}#figure-{figure_id}"

    def _figure_with_claims(self, figure_id: str, all_claims: list[Claim]) -> dict[str, Any]:
        return {
            "title": self.course.sidecar(figure_id)["title"],
            "place": self._place(figure_id),
            "thumbnail": self.course.thumbnail(figure_id),
            "claims": all_claims,
        }


def _counted(values: Iterable[str]) -> list[str]:
    """Different values, the most frequent first, with their numbers where there are several."""
    counts = Counter(values)
    if len(counts) == 1:
        return [*counts]
    return [f"{value} ({number} of {counts.total()})" for value, number in counts.most_common()]


def _versions(records: Iterable[dict[str, str]]) -> list[str]:
    """``name version`` of every package in some records, sorted."""
    return sorted({f"{name} {version}" for record in records for name, version in record.items()})


def _licence(metadata: Any) -> str:
    """Licence in a package's metadata: its expression, classifier, or short name."""
    names = [line.split(" :: ")[-1] for line in metadata.get_all("Classifier") or ()
             if line.startswith("License ::")]  # fmt: skip
    stated = metadata.get("License-Expression") or ", ".join(names) or metadata.get("License")
    return "not stated" if stated in (None, "", "UNKNOWN") else stated
