"""The whole course as one PDF, after the site was built.

    python -m site_lib.editions.print_edition

The built pages are put together into one, in the order of the navigation, with their links turned
towards each other, and headless Chromium prints it. It is printed twice: the first time tells on
which page everything came to stand, so that the second has the numbers in its table of contents.
"""

import argparse
import base64
import functools
import hashlib
import io
import logging
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Tag
from PIL import Image

from site_lib.common.command_line import errors_on_one_line
from site_lib.common.errors import CourseError
from site_lib.common.files import ROOT, atomic_path
from site_lib.editions.chromium import PATIENCE, launched
from site_lib.records.provenance import git_commit
from site_lib.site.citation import read_citation
from site_lib.site.contents import Entry, contents, read_configuration
from site_lib.site.site_links import Target, target_of

OUTPUT = "dist/inside-a-trained-network.pdf"
STYLE_SHEETS = ("assets/extra.css", "assets/print-edition.css")
# Chromium keeps JPEG as it is and would unpack WebP, which makes the file many times larger.
JPEG_QUALITY = 90
# Code and its documentation; a page of them is looked up, not read.
LIBRARY = "reference/library/"
# What only a screen can use.
NOT_PRINTED = (
    ".only-dark", ".headerlink", ".figure-description", ".course-figure__enlarge", "script",
    "link", "style", "button", "input", ".md-content__button", ".md-source-file", "form",
    ".page-citation",
)  # fmt: skip
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


@dataclass(frozen=True)
class Edition:
    """What the cover says.

    commit: of the repository, or ``unknown``.   published: where the site is, or empty.
    """

    title: str
    description: str
    authors: str
    version: str
    date: str
    commit: str
    published: str
    copyright: str


def main() -> None:
    """Print the built site and say where the file is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=ROOT / OUTPUT)
    # Chromium's files are a little out of order, which their readers put right.
    logging.getLogger("pypdf").setLevel(logging.ERROR)
    with errors_on_one_line():
        output = parser.parse_args().output
        write(ROOT, output)
        print(f"{output}: {output.stat().st_size / 1e6:.1f} MB")


def write(root: Path, output: Path) -> None:
    """Print the site built in ``root/site``; CourseError without a site or a browser."""
    configuration = read_configuration(root)
    site = root / configuration["site_dir"]
    if not (site / "index.html").is_file():
        raise CourseError("the site has not been built; run make site")
    edition = read_edition(root, configuration)
    entries = printed_entries(configuration["nav"])
    with tempfile.TemporaryDirectory(prefix="print-edition-") as name:
        folder = Path(name)
        for path in site.iterdir():
            (folder / path.name).symlink_to(path)
        numbers: dict[str, int] = {}
        for _ in range(2):
            book = assemble(site, entries, edition, folder / "print", numbers)
            (folder / "print" / "index.html").write_text(book, encoding="utf-8")
            with served(folder) as address:
                printed = print_page(f"{address}print/")
            numbers = page_numbers(printed)
    with atomic_path(output) as temporary:
        temporary.write_bytes(finished(printed, edition))


def printed_entries(nav: list[Any]) -> list[Entry]:
    """Pages of the book: all but those of the library, which would be more than half of it."""
    return [entry for entry in contents(nav) if not entry.folder.startswith(LIBRARY)]


def read_edition(root: Path, configuration: Mapping[str, Any]) -> Edition:
    """What the cover says, from the configuration, the citation file and the repository."""
    citation = read_citation(root / "CITATION.cff")
    commit = git_commit(root)
    return Edition(
        title=configuration["site_name"],
        description=configuration["site_description"],
        authors="; ".join(citation.authors),
        version=citation.version,
        date=_commit_date(root) or citation.released.isoformat(),
        commit=commit,
        published=configuration["site_url"] or "",
        copyright=configuration["copyright"],
    )


def _commit_date(root: Path) -> str:
    """Date of the last commit, ``2026-11-22``; empty outside a repository."""
    command = ["git", "-C", str(root), "log", "-1", "--format=%cs"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except FileNotFoundError:
        return ""


# ------------------------------------------------------------------- the book


def assemble(
    site: Path, entries: list[Entry], edition: Edition, folder: Path, numbers: Mapping[str, int]
) -> str:
    """One HTML page of all pages.

    folder: where it will lie, one level below a copy of the site; pictures that Chromium would
    unpack are written there as JPEG.   numbers: page of the PDF by id, empty the first time.
    """
    folder.mkdir(exist_ok=True)
    binder = Binder(site, entries, edition, folder)
    chapters = [binder.chapter(entry) for entry in entries]
    styles = [path.relative_to(site) for path in sorted((site / "assets/stylesheets").glob("*.css"))
              if path.name.startswith(("main", "palette"))]  # fmt: skip
    links = [f'<link rel="stylesheet" href="../{path}">' for path in (*styles, *STYLE_SHEETS)]
    return "\n".join([
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        f"<title>{edition.title}</title>", *links,
        '<script src="../assets/maths.js" defer></script></head>',
        '<body data-md-color-scheme="default" class="md-typeset book">',
        cover(edition, entries), table_of_contents(entries, numbers), *chapters, "</body></html>",
    ])  # fmt: skip


def cover(edition: Edition, entries: list[Entry]) -> str:
    """Title page with what is needed to cite the course."""
    commit = "" if edition.commit == "unknown" else f"commit {edition.commit[:12]}"
    where = f'<a href="{edition.published}">{edition.published}</a>' if edition.published else ""
    facts = [f"Version {edition.version}", edition.date, commit, where]
    citation = (f"{edition.authors} ({edition.date[:4]}). <cite>{edition.title}</cite>. "
                f"Version {edition.version}{f', {commit}' if commit else ''}. {where}")  # fmt: skip
    return f"""<section class="book__cover">
<img src="../assets/logo.svg" alt="">
<p class="book__title">{edition.title}</p>
<p class="book__lead">{edition.description}</p>
<p>{edition.authors}</p>
<p>{" · ".join(fact for fact in facts if fact)}</p>
<div class="book__foot">
<p>How to cite: {citation}</p>
<p>{edition.copyright}</p>
<p>Printed from the course's {len(entries)} pages. Figures made of pixels are re-encoded for
this file; what a caption says was measured is in the files that the pages offer.</p>
</div>
</section>"""


def table_of_contents(entries: list[Entry], numbers: Mapping[str, int]) -> str:
    """Links to all pages, with their numbers once these are known."""
    lines, section = [], ""
    for entry in entries:
        if entry.section != section:
            section = entry.section
            if section:
                lines.append(f'<li class="book__part-line">{section}</li>')
        number = numbers.get(chapter_id(entry.folder), "")
        title = entry.title if entry.folder else "Overview"
        lines.append(
            f'<li class="{"book__in-part" if section else "book__part-line"}">'
            f'<a href="#{chapter_id(entry.folder)}">{title}</a>'
            f'<span class="book__number">{number}</span></li>'
        )
    return "\n".join([
        '<nav class="book__contents"><p class="book__heading">Contents</p><ol>',
        *lines, "</ol></nav>",
    ])  # fmt: skip


def chapter_id(folder: str) -> str:
    """Id, in the book, of the page with this address."""
    return folder.strip("/").replace("/", "-") or "home"


class Binder:
    """Turns pages of the site into chapters of the book."""

    def __init__(self, site: Path, entries: list[Entry], edition: Edition, folder: Path) -> None:
        self.site, self.edition, self.folder = site, edition, folder
        self.chapters = {entry.folder for entry in entries}
        self.section = ""

    def chapter(self, entry: Entry) -> str:
        """The text of one page, under a heading of its part where that begins."""
        page = BeautifulSoup((self.site / entry.file).read_text(encoding="utf-8"), "html.parser")
        article = page.select_one("article.md-content__inner")
        if article is None:
            raise CourseError(f"{entry.file} has no article to print")
        for useless in article.select(", ".join(NOT_PRINTED)):
            useless.decompose()
        for fold in article.select("details.provenance"):
            self._shorten_provenance(fold)
        for table in article.select("details.facts"):
            title = table.summary.get_text() if table.summary else "The table"
            self._mention(table, f"{title}, to be sorted by any column", entry.folder)
        for fold in article.select("details"):
            fold["open"] = ""
        for atlas in article.select(".atlas"):
            self._mention(atlas, "The atlas is to be walked with mouse or keyboard", entry.folder)
        for live in article.select("section.live:not([data-live=blink])"):
            network = ", on a network in the browser" if live.has_attr("data-runtime") else ""
            self._mention(live, f"Here is something to try{network}", entry.folder)
        for film in article.select(".film"):
            self._mention(film, "The film plays", entry.folder)
        for picture in article.select("img"):
            self._picture(picture, entry.folder)
        for link in article.select("a[href]"):
            self._link(link, entry.folder)
        part = self._part(entry)
        self._lower_headings(article)
        for named in article.select("[id]"):
            named["id"] = f"{chapter_id(entry.folder)}--{named['id']}"
        body = article.decode_contents()
        return (
            f'{part}<section class="book__chapter" id="{chapter_id(entry.folder)}">{body}</section>'
        )

    def _part(self, entry: Entry) -> str:
        begins = entry.section != self.section
        self.section = entry.section
        return f'<h1 class="book__part">{entry.section}</h1>' if begins and entry.section else ""

    def _lower_headings(self, article: Tag) -> None:
        """Within a part, the title of a page is a heading of the second level, and so on."""
        if not self.section:
            return
        for heading in article.find_all(HEADINGS):
            heading.name = HEADINGS[min(HEADINGS.index(heading.name) + 1, len(HEADINGS) - 1)]

    def _shorten_provenance(self, fold: Tag) -> None:
        """One line in place of the card: the scripts and the files."""
        scripts = fold.select("dd > a:has(> code)")
        files = fold.select("a[download]")
        line = BeautifulSoup('<p class="book__made">Made by </p>', "html.parser").p
        assert line is not None
        seen: set[str] = set()
        for items, before in ((scripts, ""), (files, ". Files: ")):
            line.append(before)
            for item in items:
                if item.get_text() in seen:
                    continue
                if seen and line.contents[-1] != before:
                    line.append(", ")
                seen.add(item.get_text())
                line.append(item.extract())
        fold.replace_with(line)

    def _mention(self, part: Tag, what: str, folder: str) -> None:
        """A sentence in place of a part that paper cannot show."""
        where = self.edition.published
        place = f' at <a href="{where}{folder}">{where}{folder}</a>' if where else " on the site"
        note = BeautifulSoup(f'<p class="book__note">{what}{place}.</p>', "html.parser")
        part.replace_with(note)

    def _picture(self, picture: Tag, folder: str) -> None:
        """The wide picture in its largest size, as Chromium keeps it small."""
        within = str(picture.get("src", "")).partition("data:image/webp;base64,")[2]
        if within:
            name = f"{hashlib.sha256(within.encode()).hexdigest()}.jpg"
            picture["src"] = self._as_jpeg(io.BytesIO(base64.b64decode(within)), name)
            return
        sources = str(picture.get("srcset", "")).split(",")[-1].split()
        target = target_of(sources[0] if sources else str(picture["src"]), folder)
        if target is None:
            return
        picture["src"] = self._printable(target.path)
        for name in ("srcset", "loading", "decoding"):
            del picture[name]
        wrapper = picture.find_parent("picture")
        if wrapper is not None:
            wrapper.replace_with(picture)
        link = picture.find_parent("a", class_="glightbox")
        if link is not None:
            link.replace_with(picture)

    def _printable(self, path: str) -> str:
        """Address, from the book, of a picture of the site, or of a JPEG made from it."""
        source = self.site / path
        if source.suffix == ".svg":
            return f"../{path}"
        return self._as_jpeg(source, path.replace("/", "-") + ".jpg")

    def _as_jpeg(self, source: Path | io.BytesIO, name: str) -> str:
        """Write a picture, on white, as a JPEG of this name beside the book; returns the name."""
        if not (self.folder / name).is_file():
            with Image.open(source) as image:
                drawn = image.convert("RGBA")
            paper = Image.new("RGBA", drawn.size, "#ffffff")
            Image.alpha_composite(paper, drawn).convert("RGB").save(
                self.folder / name, quality=JPEG_QUALITY, subsampling=0, optimize=True
            )
        return name

    def _link(self, link: Tag, folder: str) -> None:
        """Turn a link towards the book, towards the published site, or into plain text."""
        target = target_of(str(link["href"]), folder)
        if target is None:
            return
        if target.path in self.chapters:
            link["href"] = f"#{self.id_of(target)}"
        elif self.edition.published:
            anchor = f"#{target.anchor}" if target.anchor else ""
            link["href"] = self.edition.published + target.path + anchor
        else:
            link.unwrap()

    @staticmethod
    def id_of(target: Target) -> str:
        """Id, in the book, of a place of the site."""
        chapter = chapter_id(target.path)
        return f"{chapter}--{target.anchor}" if target.anchor else chapter


# ------------------------------------------------------------------- printing


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing about each request."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Address of a server for a folder, on a free port of this machine."""
    handler = functools.partial(_Quiet, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def print_page(address: str) -> bytes:
    """PDF of a page, tagged for screen readers and with its headings as outline."""
    with launched() as browser:
        page = browser.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(address, wait_until="load")
        page.wait_for_function(
            "!document.querySelector('.arithmatex') || document.querySelector('.katex')"
        )
        page.evaluate("document.fonts.ready")
        wrong = page.evaluate(
            "[...document.images].filter((i) => !i.naturalWidth).map((i) => i.src)"
        )
        if wrong:
            raise CourseError(f"pictures of the print edition are missing: {', '.join(wrong)}")
        return page.pdf(prefer_css_page_size=True, print_background=True, outline=True, tagged=True)


def page_numbers(printed: bytes) -> dict[str, int]:
    """Page of the PDF, from 1, on which each id that is linked to stands."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(printed))
    return {
        name.removeprefix("/"): (reader.get_destination_page_number(place) or 0) + 1
        for name, place in reader.named_destinations.items()
    }


def finished(printed: bytes, edition: Edition) -> bytes:
    """The PDF with its title, authors and the date of the commit in place of the present."""
    from pypdf import PdfWriter
    from pypdf.generic import NameObject, TextStringObject

    writer = PdfWriter(clone_from=io.BytesIO(printed))
    for item in outline_items(writer.root_object["/Outlines"]):
        item[NameObject("/Title")] = TextStringObject(once(item["/Title"]))
    date = datetime.fromisoformat(edition.date).replace(tzinfo=UTC).strftime("D:%Y%m%d%H%M%SZ")
    writer.add_metadata({
        "/Title": edition.title, "/Author": edition.authors, "/Subject": edition.description,
        "/CreationDate": date, "/ModDate": date,
    })  # fmt: skip
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def outline_items(parent: Any) -> Iterator[Any]:
    """All entries below one of a PDF's outline."""
    item = parent.get("/First")
    while item is not None:
        entry = item.get_object()
        yield entry
        yield from outline_items(entry)
        item = entry.get("/Next")


def once(title: str) -> str:
    """A title of the outline; Chromium writes that of a heading on top of a page twice."""
    half = len(title) // 2
    return title[:half] if title[:half] == title[half:] else title


if __name__ == "__main__":
    main()
