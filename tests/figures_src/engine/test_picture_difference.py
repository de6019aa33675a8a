"""When two versions of a picture count as different, on pictures with a known difference."""

import base64
import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from figures_src.engine import picture_difference
from figures_src.engine.picture_difference import largest_tile_difference, look_different
from site_lib.common.errors import CourseError

SVG = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
 viewBox="0 0 540 240"><style>{font}</style><g id="{id}"><path d="M 10 20 L {x} 40"
 style="stroke: {colour}"/></g><text x="5" y="5">{text}</text>
 <image xlink:href="data:image/png;base64,{image}" width="20" height="20"/>{more}</svg>"""


def png(level: int) -> bytes:
    """A grey picture with a darker or brighter square of 4 × 4 pixels in a corner."""
    pixels = np.full((20, 20, 3), 100, np.uint8)
    pixels[-4:, -4:] = level
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "png")
    return buffer.getvalue()


def svg(path: Path, *, level: int = 100, **changes: str) -> Path:
    """Write a drawing."""
    values = {"font": "a", "id": "p1", "x": "30.0", "colour": "#0072b2", "text": "n", "more": ""}
    image = base64.b64encode(png(level)).decode()
    path.write_text(SVG.format(**(values | {"image": image} | changes)))
    return path


def test_difference_of_tiles() -> None:
    black = np.zeros((32, 20, 3), np.uint8)
    half = black.copy()
    half[16:24, :16] = 100
    assert largest_tile_difference(black, half) == 50
    assert largest_tile_difference(half, black) == 50
    corner = black.copy()
    corner[31, 19] = 128  # in a tile that is 4 pixels wide
    assert largest_tile_difference(black, corner) == 128 / (4 * 16)
    assert largest_tile_difference(half, half) == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ""),
        ({"font": "b", "id": "p2"}, ""),
        ({"x": "30.4"}, ""),
        ({"x": "29.25"}, "coordinates move by up to 0.8 points"),
        ({"text": "m"}, "text: n → m"),
        ({"text": "a", "more": "<text>b</text>"}, "text: n → a, b"),
        ({"colour": "#0072b3"}, "other elements (5 → 5)"),
        ({"more": "<path d='M 0 0'/>"}, "other elements (5 → 6)"),
        ({"level": 104}, ""),
        ({"level": 130}, "a tile of 16 × 16 pixels differs by 30 of 255 levels"),
    ],
)
def test_drawings(tmp_path: Path, changes: dict, words: str) -> None:
    published, new = svg(tmp_path / "a.svg"), svg(tmp_path / "b.svg", **changes)
    assert look_different(published, new) == words


def test_photographs(tmp_path: Path) -> None:
    paths = [tmp_path / f"{name}.webp" for name in "abc"]
    for path, level in zip(paths, (100, 200, 100), strict=True):
        with Image.open(io.BytesIO(png(level))) as image:
            image.crop((0, 0, 20, 16 if path.stem == "c" else 20)).save(path, "webp", lossless=True)
    assert look_different(paths[0], paths[0]) == ""
    assert look_different(paths[0], paths[1]).endswith("differs by 100 of 255 levels")
    assert look_different(paths[0], paths[2]) == "size 20 × 20 → 20 × 16 pixels"


def huge_png(side: int) -> str:
    """The beginning of a picture that would fill the memory, in base64."""
    chunks = (b"IHDR" + struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0), b"IDAT")
    parts = [
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
        for chunk in chunks
    ]
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"".join(parts)).decode()


def doctype(text: str) -> str:
    return f"<!DOCTYPE svg [{text}]><svg><text>&a;</text></svg>"


LAUGHS = "<!ENTITY l0 'ha'>" + "".join(
    f"<!ENTITY l{level} '{f'&l{level - 1};' * 10}'>" for level in range(1, 30)
)
IMAGE = '<image href="data:image/png;base64,{}"/>'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (doctype(f"{LAUGHS}<!ENTITY a '&l29;'>"), "EntitiesForbidden"),
        (doctype("<!ENTITY a SYSTEM 'file:///etc/passwd'>"), "EntitiesForbidden"),
        ("<g>" * 200 + "</g>" * 200, "too many elements, or they are nested too deeply"),
        ("<text>" * 100_000, "too many elements, or they are nested too deeply"),
        (f"<svg>{'<g/>' * 1000}</svg>", "too many elements, or they are nested too deeply"),
        ("<svg x='1e999'/>", "its coordinates are no numbers"),
        ("<svg", "unclosed token"),
        ("", "no element found"),
        ("<?xml version='1.0' encoding='klingon'?><svg/>", "unknown encoding"),
        (IMAGE.format(huge_png(40_000)), "decompression bomb"),
        (IMAGE.format(huge_png(10_000)), "its images have more than 1000 pixels"),
        (f"<g>{IMAGE.format(base64.b64encode(png(1)).decode()) * 3}</g>", "more than 1000 pixels"),
        (IMAGE.format(base64.b64encode(b"<svg/>").decode()), "an image is none of PNG, JPEG, WEBP"),
        (IMAGE.format("a"), "base64"),
    ],
)
def test_a_drawing_that_means_harm_is_one_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, words: str
) -> None:
    monkeypatch.setattr(picture_difference, "MAX_ELEMENTS", 1000)
    monkeypatch.setattr(picture_difference, "MAX_PIXELS", 1000)
    published, new = tmp_path / "a.svg", tmp_path / "b.svg"
    published.write_text(text)
    new.write_text("<svg/>")
    with pytest.raises(CourseError, match=r"^the published a\.svg cannot be compared: ") as caught:
        look_different(published, new)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    with pytest.raises(CourseError, match=r"^the new a\.svg cannot be compared: "):
        look_different(new, published)


def test_an_image_that_became_none_is_a_difference(tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text(IMAGE.format(base64.b64encode(png(1)).decode()))
    (tmp_path / "b.svg").write_text('<image href="a.png"/>')
    assert look_different(tmp_path / "a.svg", tmp_path / "b.svg") == "other elements (1 → 1)"


def test_texts_that_changed_places_are_a_difference(tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text("<g><text>m</text><text>n</text></g>")
    (tmp_path / "b.svg").write_text("<g><text>n</text><text>m</text></g>")
    assert look_different(tmp_path / "a.svg", tmp_path / "b.svg") == "texts in another order"


@pytest.mark.parametrize("suffix", ["svg", "webp"])
def test_a_file_that_is_too_large_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    monkeypatch.setattr(picture_difference, "MAX_BYTES", 5000)
    published, new = tmp_path / f"a.{suffix}", tmp_path / f"b.{suffix}"
    with open(published, "wb") as file:
        file.truncate(10**12)  # takes no room on the disk
    new.touch()
    with pytest.raises(
        CourseError, match=r"a\.(svg|webp) cannot be compared: it is larger than 5000 b"
    ):
        look_different(published, new)


def test_a_photograph_that_is_none_is_one_error(tmp_path: Path) -> None:
    published, new = tmp_path / "a.webp", tmp_path / "b.webp"
    published.write_bytes(b"<svg/>")
    new.write_bytes(png(1))
    with pytest.raises(CourseError, match=r"^the published a\.webp cannot be compared: an image"):
        look_different(published, new)
