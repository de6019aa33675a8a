"""How to cite the course: ``CITATION.cff`` in words and as BibTeX."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from site_lib.common.errors import CourseError

HASH_LETTERS = 12
# What would be a command of TeX.
TEX = re.compile(r"[&%$#_]")


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
        own = {"title": self.title, "version": self.version, "url": self.url}
        return self._entry("software", self.key, own)

    def bibtex_of_page(self, title: str, folder: str) -> str:
        """An entry for a page.

        folder: the page's address below the site, empty or ending with ``/``.
        """
        own = {"title": title, "howpublished": self._published, "url": self.url_of(folder)}
        return self._entry("misc", f"{self.key}-{folder.strip('/').replace('/', '-')}", own)

    def bibtex_of_figure(self, figure_id: str, title: str, commit: str, place: str) -> str:
        """An entry for a figure.

        title: its title.   commit: as for ``of_figure``.   place: page and anchor below the site.
        """
        own = {
            "title": title,
            "howpublished": self._published,
            "note": f"Figure {figure_id}, {_state(commit)}",
            "url": self.url_of(place),
        }
        return self._entry("misc", f"{self.key}-{figure_id}", own)

    @property
    def key(self) -> str:
        """Name of the entry, from the first words of the title and the year."""
        words = re.findall(r"\w+", self.title.partition(":")[0].lower())
        return "".join(words) + str(self.released.year)

    def url_of(self, place: str) -> str:
        """Address of a place below the site, or nothing where the site has no address."""
        return f"{self.url.rstrip('/')}/{place}" if self.url else ""

    @property
    def _published(self) -> str:
        return f"In: {self.title} Version {self.version}"

    def _entry(self, kind: str, key: str, own: dict[str, str]) -> str:
        # A second pair of braces keeps the name of a group, or a title, in one piece.
        authors = [name if "," in name else f"{{{name}}}" for name in self.authors]
        fields = {"author": " and ".join(authors), "year": str(self.released.year)} | {
            name: value if name == "url" else TEX.sub(r"\\\g<0>", value)
            for name, value in own.items()
        }
        fields["title"] = f"{{{fields['title']}}}"
        lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
        return "\n".join([f"@{kind}{{{key},", *lines, "}"])

    def of_figure(self, figure_id: str, commit: str) -> str:
        """The citation of one figure.

        commit: at which it was drawn, as its sidecar has it: ``unknown`` outside a repository,
        with ``+…`` behind it where files had been changed.
        """
        return f"{self.text} Figure “{figure_id}”, {_state(commit)}."


def _state(commit: str) -> str:
    digest, _, changes = commit.partition("+")
    state = "commit not recorded" if digest == "unknown" else f"commit {digest[:HASH_LETTERS]}"
    return f"{state} with changes" if changes else state


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
