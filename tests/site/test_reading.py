"""What the built site offers beside its pages: descriptions, data, small pictures, llms.txt."""

import csv
import html
import io
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from PIL import Image

from site_lib.site import page_heads, thumbnails
from site_lib.site.contents import Entry, contents, read_configuration

ROOT = Path(__file__).parents[2]
ENTRIES = contents(read_configuration(ROOT)["nav"])
LARGEST_THUMBNAIL = 30_000


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Entry, str]:
    """HTML of every page of the navigation."""
    return {entry: (site / entry.file).read_text(encoding="utf-8") for entry in ENTRIES}


@pytest.fixture(scope="module")
def figures(pages: dict[Entry, str]) -> list[tuple[Entry, Tag]]:
    """Every figure with the page that shows it."""
    return [
        (entry, figure)
        for entry, page in pages.items()
        if "course-figure" in page
        for figure in BeautifulSoup(page, "html.parser").select("figure.course-figure")
    ]


def test_every_page_describes_itself(pages: dict[Entry, str]) -> None:
    """In 50 to 160 characters that no other page uses, alike for all who read it."""
    found = {}
    for entry, page in pages.items():
        (text,) = page_heads.DESCRIPTION.findall(page)
        found[entry.source] = html.unescape(text)
        assert f'<meta property="og:description" content="{text}">' in page
        assert page.count('property="og:title"') == 1
    wrong = [source for source, text in found.items() if not 50 <= len(text) <= 160]
    assert not wrong, wrong
    twice = [source for source, text in found.items() if [*found.values()].count(text) > 1]
    assert not twice, twice


def test_every_figure_offers_its_data(figures: list[tuple[Entry, Tag]], site: Path) -> None:
    """A CSV file with a heading and rows of the same length."""
    for entry, figure in figures:
        links = [str(link["href"]) for link in figure.select("a[download]")]
        tables = [link for link in links if link.endswith(".csv")]
        assert tables, f"{entry.source}: {figure['id']} has no table"
        for link in tables:
            text = (site / entry.folder / link).read_text(encoding="utf-8")
            heading, *rows = csv.reader(io.StringIO(text))
            assert rows, link
            assert {len(row) for row in rows} == {len(heading)}, link


def test_every_figure_has_a_long_description(figures: list[tuple[Entry, Tag]]) -> None:
    """More than the alternative text says, and its pictures name it."""
    for _, figure in figures:
        description = figure.select_one("details.figure-description")
        assert description is not None
        images = figure.select("picture > img")
        assert images
        for image in images:
            assert image["aria-details"] == description["id"]
            said = " ".join(description.get_text().split())
            assert " ".join(str(image["alt"]).split()) in said
            assert len(said) > len(str(image["alt"])) + 60
        assert description.select("dt")


# Whom a photograph is by stands at the end of a caption.
CREDIT = re.compile(r"Photographs?: .*", re.DOTALL)


def test_captions_are_short(figures: list[tuple[Entry, Tag]]) -> None:
    """Beside its title and its credits a caption has forty words; the text has the rest."""
    words = {}
    for _, figure in figures:
        caption, label = figure.select_one("figcaption"), figure.select_one("figcaption > strong")
        assert caption is not None
        assert label is not None
        said = caption.get_text().removeprefix(label.get_text())
        words[str(figure["id"])] = len(CREDIT.sub("", said).split())
    assert not {name: count for name, count in words.items() if count > 40}


def test_cards_show_thumbnails(site: Path) -> None:
    """Small files, twice as many pixels as the page states, light and dark."""
    home = BeautifulSoup((site / "index.html").read_text(encoding="utf-8"), "html.parser")
    images = home.select(".card img")
    assert len(images) > 20
    for image in images:
        path = site / str(image["src"])
        assert path.stat().st_size < LARGEST_THUMBNAIL
        with Image.open(path) as picture:
            stated = int(str(image["width"])), int(str(image["height"]))
            assert picture.size == tuple(thumbnails.DENSITY * side for side in stated)


def test_llms_txt_names_every_page_and_figure(
    site: Path, pages: dict[Entry, str], figures: list[tuple[Entry, Tag]]
) -> None:
    """Its links lead to files of the site."""
    text = (site / "llms.txt").read_text(encoding="utf-8")
    address = read_configuration(ROOT)["site_url"]
    links = [link.removeprefix(address) or "./" for link in re.findall(r"\]\(([^)]+)\)", text)]
    for entry in pages:
        assert (entry.folder or "./") in links
    for _, figure in figures:
        assert f"figures/{str(figure['id']).removeprefix('figure-')}.csv" in links
    assert not [link for link in links if not (site / link).exists()]
