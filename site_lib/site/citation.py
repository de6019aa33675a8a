"""How to cite the course: ``CITATION.cff`` in words and as BibTeX."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from site_lib.common.errors import CourseError

HASH_LETTERS = 12


@dataclass(frozen=True)
class Citation:
    """What ``CITATION.cff`` says about the course.

    authors: names of persons as ``Family, Given``, of groups as they are.   url: where the course
    is published, or empty.
    """

    title: str
    authors: tuple[str, ...]
    version: str
    released: date
    licence: str
    url: str = ""

    @property
    def text(self) -> str:
        """The citation as a sentence."""
        parts = [f"{', '.join(self.authors)} ({self.released.year}).", f"{self.title}",
                 f"Version {self.version}."]  # fmt: skip
        parts[1] += "" if parts[1].endswith(("?", ".", "!")) else "."
        return " ".join([*parts, self.url]).strip()

    @property
    def bibtex(self) -> str:
        """The citation as an entry for a bibliography."""
        # A second pair of braces keeps the name of a group in one piece.
        authors = [name if "," in name else f"{{{name}}}" for name in self.authors]
        fields = {
            "author": " and ".join(authors),
            "title": f"{{{self.title}}}",
            "year": str(self.released.year),
            "version": self.version,
            "url": self.url,
        }
        lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
        return "\n".join([f"@software{{{self.key},", *lines, "}"])

    @property
    def key(self) -> str:
        """Name of the entry, from the first words of the title and the year."""
        words = re.findall(r"\w+", self.title.partition(":")[0].lower())
        return "".join(words) + str(self.released.year)

    def of_figure(self, figure_id: str, commit: str) -> str:
        """The citation of one figure.

        commit: at which it was drawn, as its sidecar has it: ``unknown`` outside a repository,
        with ``+…`` behind it where files had been changed.
        """
        digest, _, changes = commit.partition("+")
        state = "commit not recorded" if digest == "unknown" else f"commit {digest[:HASH_LETTERS]}"
        return f"{self.text} Figure “{figure_id}”, {state}{' with changes' if changes else ''}."


def read_citation(path: Path) -> Citation:
    """Read a citation file; CourseError when a field is missing or the file is damaged."""
    try:
        entry = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Citation(
            title=entry["title"],
            authors=tuple(_name(author) for author in entry["authors"]),
            version=str(entry["version"]),
            released=date.fromisoformat(str(entry["date-released"])),
            licence=entry["license"],
            url=entry.get("url", ""),
        )
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise CourseError(f"cannot read the citation file {path}: {error}") from None


def _name(author: dict[str, str]) -> str:
    if "name" in author:
        return author["name"]
    return f"{author['family-names']}, {author['given-names']}"
