"""When two versions of a picture count as different, on pictures with a known difference."""

import base64
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from figures_src.picture_difference import largest_tile_difference, look_different

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
