"""The pages of the course in the order of its navigation, for what is made from all of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.utils.yaml import get_yaml_loader, yaml_load


@dataclass(frozen=True)
class Entry:
    """One page.

    section: title of the part that the page belongs to, empty for a page of its own.
    source: path of the Markdown file or notebook below ``docs``.
    """

    section: str
    title: str
    source: str

    @property
    def folder(self) -> str:
        """Address of the page below the site: empty for the home page, else it ends with ``/``."""
        path = PurePosixPath(self.source)
        folder = path.parent if path.stem in ("index", "README") else path.with_suffix("")
        return "" if folder == PurePosixPath() else f"{folder}/"

    @property
    def file(self) -> str:
        """Path of the page's file below the site."""
        return f"{self.folder}index.html"


def read_configuration(root: Path) -> dict[str, Any]:
    """``mkdocs.yml`` with the values of its environment variables."""
    path = root / "mkdocs.yml"
    loader = get_yaml_loader(config=MkDocsConfig(config_file_path=str(path)))
    with path.open(encoding="utf-8") as file:
        return yaml_load(file, loader)


def contents(nav: list[Any], section: str = "") -> list[Entry]:
    """Pages of a navigation as ``mkdocs.yml`` writes it; links to elsewhere are left out."""
    return list(_entries(nav, section))


def _entries(nav: list[Any], section: str) -> Iterator[Entry]:
    for item in nav:
        named = item if isinstance(item, dict) else {_title(item) or section: item}
        for title, target in named.items():
            if isinstance(target, list):
                yield from _entries(target, section or title)
            elif "://" not in target:
                yield Entry(section, title, target)


def _title(source: str) -> str:
    """Title of a page that the navigation does not name; empty for the first page of a section."""
    stem = PurePosixPath(source).stem
    return "" if stem == "index" else stem.replace("-", " ").capitalize()
