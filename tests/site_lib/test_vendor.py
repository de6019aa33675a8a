"""Copying KaTeX, fonts and thumbnails from installed packages."""

import io
import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from PIL import Image

from site_lib import vendor
from site_lib.photographs import PHOTOGRAPHS


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Docs folder with all vendored files; the tests repair what they damage."""
    folder = tmp_path_factory.mktemp("docs")
    assert vendor.update(folder) > 0
    return folder


def test_second_run_writes_nothing(docs: Path) -> None:
    """Up to date means untouched."""
    folder = docs / vendor.FOLDER
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert vendor.update(docs) == 0
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


@pytest.mark.parametrize("damage", ["missing", "truncated", "interrupted", "outdated"])
def test_damage_is_repaired(docs: Path, damage: str) -> None:
    """A lost or cut file, a run without its end and an older version are all noticed."""
    folder = docs / vendor.FOLDER
    script, stamp = folder / "katex/katex.min.js", folder / vendor.STAMP
    if damage == "missing":
        script.unlink()
    elif damage == "truncated":
        script.write_bytes(script.read_bytes()[:100])
    elif damage == "interrupted":
        stamp.unlink()
    else:
        stamp.write_text(stamp.read_text().replace('"inputs": "', '"inputs": "older'))
        (folder / "left-over.css").write_text("")
    assert len(vendor.problems(docs)) == 1
    assert vendor.update(docs) > 0
    assert not vendor.problems(docs)
    assert not (folder / "left-over.css").exists()
    assert b"katex" in script.read_bytes()


def test_katex_finds_all_its_fonts(docs: Path) -> None:
    """The style sheet names only files that are there."""
    folder = docs / vendor.FOLDER / "katex"
    named = set(re.findall(r"url\(([^)]+)\)", (folder / "katex.min.css").read_text()))
    assert named == {f"fonts/{path.name}" for path in (folder / "fonts").iterdir()}


@pytest.mark.parametrize("name", vendor.FONTS.values())
def test_fonts_have_the_letters_that_the_course_needs(docs: Path, name: str) -> None:
    """Accents, Greek, signs: a missing letter would show in another typeface."""
    path = docs / vendor.FOLDER / f"fonts/source-sans-pro-{name}.woff2"
    with TTFont(io.BytesIO(path.read_bytes())) as font:
        letters = font.getBestCmap()
    greek = "" if "italic" in name else "εμσ"  # the italics of this typeface have no Greek
    wanted = "ÉaéüøŁ−–—’“”…×±≤≥≈µ" + greek
    assert not [letter for letter in wanted if ord(letter) not in letters]


def test_every_photograph_has_a_thumbnail(docs: Path) -> None:
    """As wide and high as the credits page can use, and not more."""
    for name in PHOTOGRAPHS:
        with Image.open(docs / vendor.PHOTOGRAPHS_FOLDER / f"{name}.webp") as image:
            assert max(image.size) == vendor.THUMBNAIL_WIDTH


def test_licences_come_along(docs: Path) -> None:
    """KaTeX (MIT) and Source Sans Pro (OFL) ask for their texts to be kept."""
    folder = docs / vendor.FOLDER
    assert "MIT" in (folder / "katex/LICENSE").read_text()
    assert "SIL Open Font License" in (folder / "fonts/LICENSE.txt").read_text(errors="replace")
