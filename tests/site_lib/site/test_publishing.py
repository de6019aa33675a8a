"""What is made from all pages after a build."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from site_lib.site.publishing import publish

CHANGES = '<article><h2 id="x">23 November 2026</h2><p>More.</p></article>'
PAGE = """<head><meta name="description" content="What the site says."></head><article>
<p>What this page is about, in a sentence that is long enough to describe it.</p>{}</article>"""
FIGURE = '<figure class="course-figure" id="figure-toy"></figure>'
SIDECAR = {
    "id": "toy",
    "title": "Toy",
    "alt": "Bars.",
    "data": ["toy.csv"],
    "images": [
        {"theme": theme, "layout": "wide", "scale": scale, "file": f"toy.{theme}.{scale}x.webp"}
        for theme in ("dark", "light")
        for scale in (1, 2)
    ],
}


@pytest.fixture
def conf(tmp_path: Path) -> dict[str, Any]:
    """A built site of three pages, one with a figure, and its configuration."""
    pages = {"": PAGE.format(""), "part/one/": PAGE.format(FIGURE), "reference/changes/": CHANGES}
    for folder, text in pages.items():
        path = tmp_path / "site" / folder / "index.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"<head></head>{text}" if text == CHANGES else text, encoding="utf-8")
    (tmp_path / "docs/figures").mkdir(parents=True)
    picture = tmp_path / "docs/figures/toy.light.2x.webp"
    Image.new("RGB", (60, 40), "#ff0000").save(picture, lossless=True)
    nav = [
        {"Home": "index.md"},
        {"Part": [{"One": "part/one.md"}]},
        {"Changes": "reference/changes.md"},
    ]
    return {
        "site_dir": str(tmp_path / "site"),
        "docs_dir": str(tmp_path / "docs"),
        "site_name": "Course",
        "site_description": "What the site says.",
        "site_url": "",
        "nav": nav,
    }


def test_without_an_address_there_are_no_cards_and_no_feed(
    conf: dict[str, Any], tmp_path: Path
) -> None:
    """Descriptions and llms.txt need none."""
    publish(conf, {"toy": SIDECAR}, [], tmp_path / "cache")
    page = (tmp_path / "site/part/one/index.html").read_text("utf-8")
    assert 'content="What this page is about, in a sentence' in page
    assert "og:image" not in page
    assert "What this page is about" in (tmp_path / "site/llms.txt").read_text("utf-8")
    assert not (tmp_path / "site/changes.xml").exists()
    assert not (tmp_path / "site/assets/social").exists()


def test_with_an_address_every_page_has_a_card_and_names_the_feed(
    conf: dict[str, Any], tmp_path: Path
) -> None:
    """Addresses are absolute and lead to files that were written."""
    address = "https://e.org/course/"
    publish(conf | {"site_url": address}, {"toy": SIDECAR}, [], tmp_path / "cache")
    for folder, name in (("", "home"), ("part/one/", "part-one")):
        page = (tmp_path / "site" / folder / "index.html").read_text("utf-8")
        assert f'<meta property="og:image" content="{address}assets/social/{name}.png">' in page
        assert f'<meta property="og:url" content="{address}{folder}">' in page
        assert f'title="Changes" href="{address}changes.xml"' in page
        with Image.open(tmp_path / f"site/assets/social/{name}.png") as card:
            assert card.size == (1200, 630)
            shown = card.convert("RGB").getpixel((800, 315)) == (255, 0, 0)
        assert shown == (name == "part-one"), "only one page has a figure"
    assert "23 November 2026" in (tmp_path / "site/changes.xml").read_text("utf-8")
