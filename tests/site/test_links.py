"""Every link of the built site leads somewhere. Needs the site, no browser."""

import functools
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# Relations of <link> that name another page, which the browser does not load.
LINKS_TO_PAGES = {"canonical", "prev", "next", "alternate"}
# How a style sheet or a drawing names a file elsewhere, without its quotation marks.
OTHER_HOSTS = ("url(http", "url(//", "@import", "href=http")


class _Reader(HTMLParser):
    """Collects what a page offers (ids), where it leads (targets) and what it loads (parts).

    Scripts read addresses from ``data-…``; those name files or folders and begin with a dot.
    """

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.parts: list[str] = []
        self.data: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if value is None:
                continue
            if name == "id":
                self.ids.append(value)
            elif name == "href":
                self.targets.append(value)
            elif name in ("src", "poster"):
                self.parts.append(value)
            elif name == "srcset":
                self.parts += [part.split()[0] for part in value.split(",") if part.strip()]
            elif name.startswith("data-") and value.startswith(("./", "../")):
                self.data.append(value)
        named = dict(attributes)
        if tag == "link" and not LINKS_TO_PAGES & {*(named["rel"] or "").split()}:
            self.parts.append(named["href"] or "")


@functools.cache
def read(path: Path) -> _Reader:
    """Ids and targets of one page."""
    reader = _Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader


def destination(target: str, page: Path, site: Path) -> Path:
    """File of the site that a link of a page points to."""
    path = unquote(urlsplit(target).path)
    if not path:
        return page
    found = site / path.lstrip("/") if path.startswith("/") else page.parent / path
    found = found.resolve()
    return found / "index.html" if found.is_dir() else found


def test_internal_links_and_anchors_exist(site: Path) -> None:
    """Files, pages and anchors that a page names are all there."""
    pages = {path.resolve(): read(path) for path in site.rglob("*.html")}
    broken = []
    for page, reader in pages.items():
        for target in (*reader.targets, *reader.parts):
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                continue
            file = destination(target, page, site)
            anchor = unquote(parts.fragment)
            known = pages[file].ids if file in pages else []
            if not file.is_file() or (anchor and not anchor.startswith("__") and
                                      anchor not in known):  # fmt: skip
                broken.append(f"{page.relative_to(site.resolve())} → {target}")
    assert not broken, broken


def test_no_markup_is_shown_as_text(site: Path) -> None:
    """A number within code or mathematics has to be asked for with ``plain=True``.

    The library shows its source, and with it the macro that writes the markup.
    """
    shown = [path for path in site.rglob("*.html") if "&lt;data class" in path.read_text("utf-8")
             and "reference/library" not in path.as_posix()]  # fmt: skip
    assert not shown, shown


def test_ids_are_unique_on_each_page(site: Path) -> None:
    """Two elements with one id would send a link to the wrong one."""
    twice = []
    for path in site.rglob("*.html"):
        ids = read(path).ids
        twice += [f"{path.relative_to(site)}: {name}" for name in {*ids} if ids.count(name) > 1]
    assert not twice, twice


def test_addresses_for_scripts_exist(site: Path) -> None:
    """Files and folders that a page names for its scripts are there."""
    missing, found = [], 0
    for path in site.rglob("*.html"):
        for value in read(path).data:
            found += 1
            if not (path.parent / unquote(urlsplit(value).path)).exists():
                missing.append(f"{path.relative_to(site)} → {value}")
    assert found
    assert not missing, missing


def test_nothing_is_loaded_from_another_host(site: Path) -> None:
    """Links may lead elsewhere; style sheets, scripts, fonts and images may not."""
    outside = []
    for path in site.rglob("*.html"):
        outside += [f"{path.name}: {part}" for part in read(path).parts if urlsplit(part).netloc]
    for path in (*site.rglob("*.css"), *site.rglob("*.svg")):
        source = path.read_text(encoding="utf-8").replace('"', "").replace("'", "")
        outside += [f"{path.name}: {mark}" for mark in OTHER_HOSTS if mark in source]
    assert not outside, outside
