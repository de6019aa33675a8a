"""Putting the pages together for print; what Chromium makes of it is tested with the site."""

import base64
import io
from pathlib import Path

import numpy as np
import pytest
from bs4 import BeautifulSoup
from PIL import Image

from site_lib.common.errors import CourseError
from site_lib.editions.print_edition import Edition, assemble, once, write
from site_lib.site.contents import Entry

EDITION = Edition("Course", "What it is.", "A. Author", "1.0", "2026-01-02", "ab" * 20, "", "CC BY")
ENTRIES = [Entry("", "Home", "index.md"), Entry("Part", "One", "part/one.md"),
           Entry("Part", "Two", "part/two.md"), Entry("", "End", "end.md")]  # fmt: skip
HOME = '<h1 id="home">Home<a class="headerlink" href="#home">#</a></h1><a href="part/one/">one</a>'
ONE = """<h1 id="one">One</h1><h2 id="more">More</h2>
<a class="two" href="../two/#figure-x">figure</a> <a class="out" href="https://example.org/">out</a>
<a class="file" href="../../data.csv">data</a>
<img class="within" src="data:image/png;base64,AA">
<img class="lab" src="data:image/webp;base64,RED"><img class="clear" src="../../clear.png">
<div class="film"><img src="../../film.webp"></div>
<section class="live" data-live="path"></section>"""
TWO = """<h1 id="two">Two</h1><figure class="course-figure" id="figure-x">
<a class="glightbox only-light" href="../../plot.svg"><picture><source srcset="../../small.webp">
<img src="../../x.1x.webp" srcset="../../x.1x.webp 1x, ../../x.2x.webp 2x" alt="A picture.">
</picture><span class="course-figure__enlarge">Enlarge</span></a>
<a class="glightbox only-dark" href="../../dark.svg"><img src="../../dark.svg"></a>
<figcaption>Figure 1.</figcaption>
<details class="provenance"><summary>How</summary><dl><dt>Experiment</dt>
<dd><a href="../../source/measure.py.txt"><code>measure.py</code></a></dd><dt>Seed</dt><dd>0</dd>
<dt>Drawing</dt><dd><a href="../../source/draw.py.txt"><code>draw.py</code></a></dd>
<dt>Download</dt><dd><a href="../../x.csv" download>x.csv</a></dd></dl></details></figure>
<details class="note"><summary>Answer</summary><p>42</p></details>"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A built site of four pages and a picture."""
    folder = tmp_path / "site"
    red = io.BytesIO()
    Image.new("RGB", (12, 9), "#ff0000").save(red, "webp")
    one = ONE.replace("RED", base64.b64encode(red.getvalue()).decode())
    pages = {"": HOME, "part/one/": one, "part/two/": TWO, "end/": '<h1 id="end">End</h1>'}
    for name, text in pages.items():
        path = folder / name / "index.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'<article class="md-content__inner">{text}</article>', encoding="utf-8")
    Image.new("RGB", (40, 20), "#336699").save(folder / "x.2x.webp")
    Image.new("RGBA", (8, 8), "#00000000").save(folder / "clear.png")
    return folder


def book(site: Path, edition: Edition = EDITION) -> BeautifulSoup:
    """The book, read again."""
    numbers = {"part-two": 7}
    return BeautifulSoup(assemble(site, ENTRIES, edition, site / "print", numbers), "html.parser")


def test_parts_and_pages_make_one_outline(site: Path) -> None:
    """A part stands above its pages, and these above their sections."""
    headings = [(h.name, h.get_text()) for h in book(site).find_all(["h1", "h2", "h3"])]
    assert headings == [("h1", "Home"), ("h1", "Part"), ("h2", "One"), ("h3", "More"),
                        ("h2", "Two"), ("h1", "End")]  # fmt: skip


def test_links_stay_within_the_book(site: Path) -> None:
    """Those to files are plain text, unless the site is published somewhere."""
    page = book(site)
    ids = {element["id"] for element in page.select("[id]")}
    inside = [link["href"][1:] for link in page.select('a[href^="#"]')]
    assert {"part-two--figure-x", "part-one", "end"} <= {*inside}
    assert {*inside} <= ids
    assert page.select_one("a.out")["href"] == "https://example.org/"
    assert page.select_one("a.file") is None
    assert "data" in page.get_text()
    published = book(site, Edition(*[*vars(EDITION).values()][:6], "https://e.org/", "CC BY"))
    assert published.select_one("a.file")["href"] == "https://e.org/data.csv"
    assert published.select_one('.book__note a[href="https://e.org/part/one/"]') is not None


def test_the_sharpest_light_picture_is_printed(site: Path) -> None:
    """As JPEG, which Chromium does not unpack; with its alternative text, without its link."""
    figure = book(site).select_one("figure")
    (image,) = figure.select("img")
    assert image["alt"] == "A picture."
    assert image.find_parent("a") is None
    with Image.open(site / "print" / image["src"]) as jpeg:
        assert (jpeg.format, jpeg.size) == ("JPEG", (40, 20))
        assert np.abs(np.asarray(jpeg).astype(int) - [0x33, 0x66, 0x99]).max() < 8
    assert "Enlarge" not in figure.get_text()


def test_a_picture_within_the_page_stays(site: Path) -> None:
    """As notebooks have them; there is a comma in its address."""
    assert book(site).select_one("img.within")["src"] == "data:image/png;base64,AA"


def test_webp_within_the_page_becomes_a_jpeg(site: Path) -> None:
    """Chromium would unpack it."""
    with Image.open(site / "print" / book(site).select_one("img.lab")["src"]) as jpeg:
        assert (jpeg.format, jpeg.size) == ("JPEG", (12, 9))
        assert jpeg.getpixel((5, 5))[0] > 200


def test_transparent_parts_are_paper(site: Path) -> None:
    """White, where JPEG would make them black."""
    with Image.open(site / "print" / book(site).select_one("img.clear")["src"]) as image:
        assert image.getpixel((4, 4)) == (255, 255, 255)


def test_folds_are_open_or_one_line(site: Path) -> None:
    """An answer is printed; a provenance card shrinks to its scripts and files."""
    page = book(site)
    assert page.select_one("details.note").has_attr("open")
    assert page.select_one("details.provenance") is None
    made = " ".join(page.select_one(".book__made").get_text().split())
    assert made == "Made by measure.py, draw.py. Files: x.csv"
    film, to_try = (note.get_text() for note in page.select(".book__note"))
    assert "film" in film
    assert to_try.startswith("Here is something to try on the site")


def test_contents_show_the_numbers_that_are_known(site: Path) -> None:
    """The first time there are none."""
    lines = book(site).select(".book__contents li")
    assert [line.get_text(" ").split() for line in lines] == [
        ["Overview"], ["Part"], ["One"], ["Two", "7"], ["End"],
    ]  # fmt: skip


def test_cover_says_what_to_cite(site: Path) -> None:
    """Author, year, version and commit."""
    text = book(site).select_one(".book__cover").get_text()
    assert "A. Author (2026). Course. Version 1.0, commit abababababab" in text


def test_doubled_titles_are_halved() -> None:
    """Others stay as they are."""
    assert once("NumbersNumbers") == "Numbers"
    assert once("Numbers") == "Numbers"


def test_a_site_that_is_not_there_is_asked_for(tmp_path: Path) -> None:
    """The message says which command builds it."""
    (tmp_path / "mkdocs.yml").write_text("site_dir: site\n", encoding="utf-8")
    with pytest.raises(CourseError, match="make site"):
        write(tmp_path, tmp_path / "course.pdf")
