"""Copying KaTeX, fonts and thumbnails from installed packages."""

import gzip
import hashlib
import io
import json
import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from PIL import Image

from site_lib.common.errors import CourseError
from site_lib.data import carriers
from site_lib.data.photographs import PHOTOGRAPHS
from site_lib.site import vendor


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Docs folder with all vendored files; the tests repair what they damage."""
    folder = tmp_path_factory.mktemp("docs")
    assert vendor.update(folder) > 0
    return folder


@pytest.fixture(scope="module")
def files(docs: Path) -> dict[str, bytes]:
    """The vendored files as they were made, by name; to make them anew takes seconds."""
    folder = docs / vendor.FOLDER
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != vendor.STAMP
    }


def test_second_run_writes_nothing(docs: Path) -> None:
    """Up to date means untouched."""
    folder = docs / vendor.FOLDER
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert vendor.update(docs) == 0
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


@pytest.mark.parametrize("damage", ["missing", "truncated", "interrupted", "outdated", "stamp"])
def test_damage_is_repaired(
    docs: Path, files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    """A lost or cut file, a run without its end and an older version are all noticed."""
    monkeypatch.setattr(vendor, "_all_files", files.items)
    folder = docs / vendor.FOLDER
    script, stamp = folder / "katex/katex.min.js", folder / vendor.STAMP
    if damage == "missing":
        script.unlink()
    elif damage == "truncated":
        script.write_bytes(script.read_bytes()[:100])
    elif damage == "interrupted":
        stamp.unlink()
    elif damage == "stamp":
        stamp.write_text('[{"sizes": 5}]')
    else:
        stamp.write_text(stamp.read_text().replace('"inputs": "', '"inputs": "older'))
        (folder / "left-over.css").write_text("")
    assert len(vendor.problems(docs)) == 1
    assert vendor.update(docs) == len(files)
    assert not vendor.problems(docs)
    assert not (folder / "left-over.css").exists()
    assert all((folder / name).read_bytes() == data for name, data in files.items())


def test_a_folder_that_cannot_be_written_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/assets").write_text("a file in the way")
    monkeypatch.setattr(vendor, "ROOT", tmp_path)
    with pytest.raises(SystemExit) as leaving:
        vendor.main()
    assert leaving.value.code == 1
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert str(tmp_path / "docs/assets") in error
    assert error.count("\n") == 1


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


# ------------------------------------------------- the program that runs networks


@pytest.mark.skipif(
    not carriers.at_hand(vendor.RUNTIME), reason="the runtime of live figures is not here"
)
def test_the_runtime_comes_in_pieces_that_make_it_up(docs: Path) -> None:
    """A WebAssembly program, each piece small enough to be fetched again."""
    folder = docs / vendor.FOLDER / vendor.RUNTIME_FOLDER
    entry = json.loads((folder / "runtime.json").read_text())
    assert len(entry["pieces"]) > 1
    packed = b"".join((folder / piece["file"]).read_bytes() for piece in entry["pieces"])
    program = gzip.decompress(packed)
    assert program.startswith(b"\0asm")
    assert hashlib.sha256(program).hexdigest() == entry["sha256"]
    assert "licence MIT" in (folder / "LICENSE.txt").read_text()


def test_without_a_network_the_site_is_built_without_the_runtime(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line says so, and once the program can be had the folder is out of date."""

    def offline(name: str) -> None:
        raise CourseError(f"cannot get {name}")

    at_hand = carriers.at_hand(vendor.RUNTIME)
    monkeypatch.setattr(carriers, "at_hand", lambda name: False)
    monkeypatch.setattr(carriers, "fetch", offline)
    for part in ("_katex", "_fonts", "_photographs"):
        monkeypatch.setattr(vendor, part, lambda: iter([("katex/one.js", b"1")]))
    assert vendor.update(tmp_path) == 1
    assert not vendor.problems(tmp_path)
    assert not (tmp_path / vendor.FOLDER / vendor.RUNTIME_FOLDER).exists()
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "live figures will not run" in error
    if at_hand:
        monkeypatch.undo()
        assert vendor.problems(tmp_path)
