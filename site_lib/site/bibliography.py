"""The course's one bibliography: reading ``docs/references.bib`` and writing entries in words."""

import re
from dataclasses import dataclass
from pathlib import Path

import bibtexparser
from bibtexparser.bparser import BibTexParser
from bibtexparser.customization import splitname

from site_lib.common.errors import CourseError

# What begins an entry. The parser takes one that it cannot read for a comment.
ENTRY = re.compile(r"^\s*@\s*(?!comment\b)\w+.*", re.MULTILINE | re.IGNORECASE)


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
    def text(self) -> str:
        """The whole reference as a sentence or two, without its links."""
        title = self.title if self.title.endswith(("?", "!", ".")) else f"{self.title}."
        venue = f" {self.venue}." if self.venue else ""
        return f"{self.full_authors} ({self.year}). {title}{venue}"

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

    Raises CourseError when the file is missing, or an entry is broken, lacks a field or occurs
    twice.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CourseError(f"no bibliography at {path}; restore the file") from None
    except UnicodeDecodeError as error:
        raise CourseError(f"{path} is no text in UTF-8 ({error.reason}); save it as such") from None
    parser = BibTexParser(ignore_nonstandard_types=False, common_strings=True)
    database = bibtexparser.loads(text, parser)
    for comment in database.comments:
        broken = ENTRY.search(comment)
        if broken:
            raise CourseError(
                f"{path}: the entry {broken[0].strip()!r} is broken; look for a missing comma, "
                "equals sign or bracket"
            )
    references: dict[str, Reference] = {}
    for entry in database.entries:
        reference = _reference(entry, path)
        if reference.key in references:
            raise CourseError(f"{path}: the key {reference.key!r} occurs twice; rename one")
        references[reference.key] = reference
    order = sorted(references.values(), key=lambda r: (r.full_authors.casefold(), r.year))
    return {reference.key: reference for reference in order}


def _reference(entry: dict[str, str], path: Path) -> Reference:
    missing = [name for name in ("author", "year", "title") if not entry.get(name)]
    if missing:
        raise CourseError(f"{path}: the entry {entry['ID']!r} has no {', '.join(missing)}; add it")
    try:
        authors = _names(entry["author"])
    except ValueError as error:
        raise CourseError(
            f"{path}: the authors of {entry['ID']!r} cannot be read ({error}); "
            "write them as Family, Given and Family, Given"
        ) from None
    return Reference(
        key=entry["ID"],
        authors=authors,
        year=entry["year"],
        title=_plain(entry["title"]),
        venue=_venue(entry),
        doi=entry.get("doi", ""),
        arxiv=entry.get("eprint", ""),
        url=entry.get("url", ""),
    )


def _names(authors: str) -> tuple[tuple[str, str], ...]:
    """Family and given names of each author; ValueError when one cannot be read."""
    names = [splitname(name.strip()) for name in authors.split(" and ")]
    if not all(names):
        raise ValueError("a name is missing")
    return tuple((" ".join(name["von"] + name["last"]), " ".join(name["first"])) for name in names)


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
