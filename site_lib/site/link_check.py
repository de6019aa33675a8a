"""Whether the links of the built site lead somewhere, whatever wrote them: text, macros, labs."""

from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path

from site_lib.site.site_links import Target, target_of

# The theme opens its drawer and search with these, and needs no place on the page for them.
OF_THE_THEME = "__"


class _Reader(HTMLParser):
    """Collects what a page offers (ids) and what it names (links, images, media)."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: dict[str, None] = {}

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if name == "id":
                self.ids.add(value or "")
            elif name in ("href", "src", "poster"):
                self.links[value or ""] = None
            elif name == "srcset":
                sources = (value or "").split(",")
                self.links |= {source.split()[0]: None for source in sources if source.strip()}


def dead_links(site: Path, sources: Mapping[str, str]) -> Iterator[str]:
    """A line for each link of the built pages that leads to no file or no place of the site.

    sources: file that each page is written in, by the page's address below the site.
    """
    pages = {_folder(path, site): _read(path) for path in sorted(site.rglob("index.html"))}
    for folder, page in pages.items():
        for link in page.links:
            target = target_of(link, folder)
            if target is not None and not _is_there(target, site, pages):
                source = sources.get(folder, folder)
                yield f"{source}: {link!r} leads to nothing on the site; correct it"


def _folder(path: Path, site: Path) -> str:
    """Address of a page below the site: empty for the home page, else it ends with ``/``."""
    return path.relative_to(site).as_posix().removesuffix("index.html")


def _is_there(target: Target, site: Path, pages: Mapping[str, "_Reader"]) -> bool:
    page = pages.get(target.path)
    if page is None:
        return (site / target.path).is_file()
    anchor = target.anchor
    return not anchor or anchor.startswith(OF_THE_THEME) or anchor in page.ids


def _read(path: Path) -> _Reader:
    reader = _Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader
