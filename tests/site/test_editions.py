"""The course on paper and from disk, made from the built site."""

import json
import logging
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import Destination

from site_lib.editions import offline_edition, print_edition
from site_lib.site.contents import contents, read_configuration

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NIGHTLY = pytest.mark.nightly

ROOT = Path(__file__).parents[2]
LARGEST_PDF = 40e6
# A course of its own: the overview and two parts.
EXCERPT = [
    {"Home": "index.md"},
    {"What units see": [
        {"First layer": "what-units-see/first-layer.md"},
        {"Receptive fields": "what-units-see/receptive-fields.md"},
    ]},
    {"Evidence": [{"References": "evidence/references.md"}]},
]  # fmt: skip
PRINT = (
    "import sys, pathlib, site_lib.editions.print_edition as p; "
    "p.write(*map(pathlib.Path, sys.argv[1:]))"
)


@dataclass(frozen=True)
class Printed:
    """A printed course: its navigation, and how much must at least be in it."""

    pdf: PdfReader
    nav: list[Any]
    links: int
    figures: int


@pytest.fixture(scope="module", params=["excerpt", pytest.param("course", marks=NIGHTLY)])
def printed(
    request: pytest.FixtureRequest, browser: Any, site: Path, tmp_path_factory: Any
) -> Printed:
    """Four pages; nightly the whole course, as ``make pdf`` prints it.

    ``browser`` says whether there is one; a process of its own prints.
    """
    configuration, folder = read_configuration(ROOT), tmp_path_factory.mktemp("printed")
    path = folder / "course.pdf"
    if request.param == "course":
        nav, links, figures = configuration["nav"], 500, 30
        command = ["-m", "site_lib.editions.print_edition", "--output", str(path)]
    else:
        nav, links, figures = EXCERPT, 10, 3
        text = json.dumps(configuration | {"nav": nav}, default=str)  # JSON is YAML
        (folder / "mkdocs.yml").write_text(text, encoding="utf-8")
        shutil.copy(ROOT / "CITATION.cff", folder)
        (folder / configuration["site_dir"]).symlink_to(site)
        command = ["-c", PRINT, str(folder), str(path)]
    subprocess.run([sys.executable, *command], cwd=ROOT, check=True)
    assert path.stat().st_size < LARGEST_PDF
    logging.getLogger("pypdf").setLevel(logging.ERROR)  # as the command does
    return Printed(PdfReader(path), nav, links, figures)


def titles(outline: list[Any]) -> list[str]:
    """All entries of an outline, those of its branches included."""
    return [
        name
        for item in outline
        for name in ([str(item.title)] if isinstance(item, Destination) else titles(item))
    ]


def test_every_page_of_the_course_is_printed(printed: Printed) -> None:
    """Title, part and number in the table of contents; a heading each in the outline."""
    pdf = printed.pdf
    entries = [entry for entry in print_edition.printed_entries(printed.nav) if entry.folder]
    found = titles(pdf.outline)
    assert {entry.section for entry in entries if entry.section} <= {*found}
    start = pdf.get_destination_page_number(pdf.outline[0])
    table = " ".join(" ".join(page.extract_text() for page in pdf.pages[1:start]).split())
    for entry in entries:
        assert entry.title in table
        page = pdf.named_destinations[f"/{print_edition.chapter_id(entry.folder)}"]
        number = pdf.get_destination_page_number(page) + 1
        assert f"{entry.title} {number}" in table or f"{entry.title}{number}" in table
    assert not [title for title in found if print_edition.once(title) != title]


def test_links_are_live_and_lead_nowhere_on_this_machine(printed: Printed) -> None:
    """Most stay within the file; the others have an address of the web."""
    pdf = printed.pdf
    inside, outside = 0, Counter()
    names = {*pdf.named_destinations}
    for page in pdf.pages:
        for annotation in page.get("/Annots", []):
            link = annotation.get_object()
            if link["/Subtype"] != "/Link":
                continue
            if "/Dest" in link:
                assert str(link["/Dest"]) in names
                inside += 1
            else:
                outside[str(link["/A"]["/URI"])] += 1
    assert inside > printed.links
    assert outside
    assert not [u for u in outside if not u.startswith(("https://", "http://", "mailto:"))]
    assert not [u for u in outside if "127.0.0.1" in u or "localhost" in u]


def test_every_figure_is_there_and_no_page_is_blank(printed: Printed, site: Path) -> None:
    """As many captions as figures in the pages; words on every page."""
    texts = [" ".join(page.extract_text().split()) for page in printed.pdf.pages]
    pages = [site / entry.file for entry in contents(printed.nav)]
    wanted = sum(page.read_text("utf-8").count('<figure class="course-figure') for page in pages)
    captions = sum(text.count("Made by figures_src/") for text in texts)
    assert wanted > printed.figures
    assert captions == wanted
    blank = [number for number, text in enumerate(texts, 1) if len(text) < 40]
    assert not blank


def test_pdf_says_what_it_is(printed: Printed) -> None:
    """Title, language, tags for screen readers, and the date of the commit."""
    pdf = printed.pdf
    root = pdf.trailer["/Root"]
    assert pdf.metadata.title == read_configuration(ROOT)["site_name"]
    assert root["/Lang"].startswith("en")
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert pdf.metadata.creation_date == pdf.metadata.modification_date


def test_course_reads_from_disk(new_context: Any, site: Path, tmp_path: Path) -> None:
    """Without a server: pages, letters, pictures, search and atlas; nothing from elsewhere."""
    offline_edition.write(site, tmp_path / "course.zip")
    with zipfile.ZipFile(tmp_path / "course.zip") as archive:
        archive.extractall(tmp_path)
    home = (tmp_path / offline_edition.NAME / "index.html").as_uri()
    problems: list[str] = []
    page = new_context().new_page()
    page.on("pageerror", lambda error: problems.append(f"script error: {error}"))
    page.on("console", lambda m: m.type in ("error", "warning") and problems.append(m.text))
    page.on("request", lambda r: r.url.startswith(("file:", "blob:", "data:"))
            or problems.append(f"request to {r.url}"))  # fmt: skip

    page.goto(home)
    letters = "document.fonts.ready.then(() => document.fonts.check('1em \"Source Sans Pro\"'))"
    assert page.evaluate(letters)
    page.keyboard.press("/")
    page.keyboard.type("receptive", delay=5)
    result = page.locator(".md-search-result__link", has_text="Receptive fields").first
    result.click()
    page.wait_for_url("**/receptive-fields/index.html*")
    picture = page.locator("figure img:visible").first
    picture.scroll_into_view_if_needed()
    assert picture.evaluate("i => i.decode().then(() => i.naturalWidth)") > 0

    assert page.get_by_text("from a disk, browsers let no page run a network").is_visible()

    page.goto(home.replace("index.html", "what-units-see/atlas/index.html"))
    page.locator(".atlas__unit").first.click()
    page.wait_for_selector(".atlas__facts")
    assert not problems, problems
