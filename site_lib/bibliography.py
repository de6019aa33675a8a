"""The course's one bibliography: reading ``docs/references.bib`` and writing entries in words."""

from dataclasses import dataclass
from pathlib import Path

import bibtexparser
from bibtexparser.bparser import BibTexParser
from bibtexparser.customization import splitname

from site_lib.errors import CourseError


@dataclass(frozen=True)
class Reference:
    """One entry of the bibliography; ``authors`` are (family name, given names) pairs."""

    key: str
    authors: tuple[tuple[str, str], ...]
    year: str
    title: str
    venue: str
    doi: str = ""
    arxiv: str = ""
    url: str = ""

    @property
    def short_authors(self) -> str:
        """Authors as in a citation: ``Tan and Le``, or ``Olah et al.`` for three and more."""
        families = [family for family, _ in self.authors]
        return f"{families[0]} et al." if len(families) > 2 else " and ".join(families)

    @property
    def full_authors(self) -> str:
        """Every author as ``Family, G. G.``, joined for a list of references."""
        names = [
            f"{family}, {_initials(given)}" if given else family for family, given in self.authors
        ]
        if len(names) == 1:
            return names[0]
        return f"{', '.join(names[:-1])} and {names[-1]}"

    @property
    def links(self) -> list[tuple[str, str]]:
        """Where to read it, as (label, address) pairs, the lasting ones first."""
        found = []
        if self.doi:
            found.append((f"doi:{self.doi}", f"https://doi.org/{self.doi}"))
        if self.arxiv:
            found.append((f"arXiv:{self.arxiv}", f"https://arxiv.org/abs/{self.arxiv}"))
        if self.url:
            found.append((self.url.split("://")[-1].rstrip("/"), self.url))
        return found


def read_references(path: Path) -> dict[str, Reference]:
    """Entries of a BibTeX file by key, sorted by author and year.

    Raises CourseError when the file is missing, or an entry lacks a field or occurs twice.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CourseError(f"no bibliography at {path}; restore the file") from None
    parser = BibTexParser(ignore_nonstandard_types=False, common_strings=True)
    references: dict[str, Reference] = {}
    for entry in bibtexparser.loads(text, parser).entries:
        reference = _reference(entry, path)
        if reference.key in references:
            raise CourseError(f"{path.name}: key {reference.key!r} occurs twice")
        references[reference.key] = reference
    order = sorted(references.values(), key=lambda r: (r.full_authors.casefold(), r.year))
    return {reference.key: reference for reference in order}


def _reference(entry: dict[str, str], path: Path) -> Reference:
    missing = [name for name in ("author", "year", "title") if not entry.get(name)]
    if missing:
        raise CourseError(f"{path.name}: entry {entry['ID']!r} has no {', '.join(missing)}")
    authors = (splitname(name.strip()) for name in entry["author"].split(" and "))
    return Reference(
        key=entry["ID"],
        authors=tuple(
            (" ".join(name["von"] + name["last"]), " ".join(name["first"])) for name in authors
        ),
        year=entry["year"],
        title=_plain(entry["title"]),
        venue=_venue(entry),
        doi=entry.get("doi", ""),
        arxiv=entry.get("eprint", ""),
        url=entry.get("url", ""),
    )


def _venue(entry: dict[str, str]) -> str:
    """Where it appeared: ``Journal of Neuroscience 22(13), 5639–5651``."""
    venue = _plain(entry.get("journal") or entry.get("booktitle") or entry.get("publisher", ""))
    if entry.get("volume"):
        venue += f" {entry['volume']}"
        venue += f"({entry['number']})" if entry.get("number") else ""
    if entry.get("pages"):
        venue += f", {entry['pages'].replace('--', '–')}"
    return venue


def _plain(text: str) -> str:
    """Field without the braces that protect capitals."""
    return text.replace("{", "").replace("}", "")


def _initials(given: str) -> str:
    return " ".join(
        "-".join(f"{part[0]}." for part in name.split("-") if part) for name in given.split()
    )
