"""The course on paper and from disk, made from the built site."""

import logging
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import Destination

from site_lib import offline_edition, print_edition
from site_lib.contents import contents, read_configuration

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
LARGEST_PDF = 40e6
FEWEST_LINKS = 500


@pytest.fixture(scope="module")
def pdf(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> PdfReader:
    """The whole course, printed as ``make pdf`` does; ``browser`` says whether there is one."""
    path = tmp_path_factory.mktemp("dist") / "course.pdf"
    command = [sys.executable, "-m", "site_lib.print_edition", "--output", str(path)]
    subprocess.run(command, cwd=ROOT, check=True)
    assert path.stat().st_size < LARGEST_PDF
    logging.getLogger("pypdf").setLevel(logging.ERROR)  # as the command does
    return PdfReader(path)


def titles(outline: list[Any]) -> list[str]:
    """All entries of an outline, those of its branches included."""
    return [
        name
        for item in outline
        for name in ([str(item.title)] if isinstance(item, Destination) else titles(item))
    ]


def test_every_page_of_the_course_is_printed(pdf: PdfReader) -> None:
    """Title, part and number in the table of contents; a heading each in the outline."""
    nav = read_configuration(ROOT)["nav"]
    entries = [entry for entry in print_edition.printed_entries(nav) if entry.folder]
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


def test_links_are_live_and_lead_nowhere_on_this_machine(pdf: PdfReader) -> None:
    """Most stay within the file; the others have an address of the web."""
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
    assert inside > FEWEST_LINKS
    assert outside
    assert not [u for u in outside if not u.startswith(("https://", "http://", "mailto:"))]
    assert not [u for u in outside if "127.0.0.1" in u or "localhost" in u]


def test_every_figure_is_there_and_no_page_is_blank(pdf: PdfReader, site: Path) -> None:
    """As many captions as figures in the pages; words on every page."""
    texts = [" ".join(page.extract_text().split()) for page in pdf.pages]
    pages = [site / entry.file for entry in contents(read_configuration(ROOT)["nav"])]
    wanted = sum(page.read_text("utf-8").count('class="course-figure"') for page in pages)
    captions = sum(text.count("Made by figures_src/") for text in texts)
    assert wanted > 30
    assert captions == wanted
    blank = [number for number, text in enumerate(texts, 1) if len(text) < 40]
    assert not blank


def test_pdf_says_what_it_is(pdf: PdfReader) -> None:
    """Title, language, tags for screen readers, and the date of the commit."""
    root = pdf.trailer["/Root"]
    assert pdf.metadata.title == read_configuration(ROOT)["site_name"]
    assert root["/Lang"].startswith("en")
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert pdf.metadata.creation_date == pdf.metadata.modification_date


def test_course_reads_from_disk(browser: Any, site: Path, tmp_path: Path) -> None:
    """Without a server: pages, letters, pictures, search and atlas; nothing from elsewhere."""
    offline_edition.write(site, tmp_path / "course.zip")
    with zipfile.ZipFile(tmp_path / "course.zip") as archive:
        archive.extractall(tmp_path)
    home = (tmp_path / offline_edition.NAME / "index.html").as_uri()
    problems: list[str] = []
    page = browser.new_page()
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

    page.goto(home.replace("index.html", "what-units-see/atlas/index.html"))
    page.locator(".atlas__unit").first.click()
    page.wait_for_selector(".atlas__facts")
    assert not problems, problems
    page.close()
