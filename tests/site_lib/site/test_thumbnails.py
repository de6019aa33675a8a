"""Small pictures for cards."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from site_lib.common.errors import CourseError
from site_lib.site import thumbnails
from site_lib.site.figure_macros import parse_crop
from site_lib.site.rasters import picture

IMAGE = {"width": 720, "height": 360}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A picture of coloured squares, whose edges cost more than a small file has room for."""
    squares = np.random.default_rng(0).integers(0, 256, (45, 90, 3), dtype=np.uint8)
    path = tmp_path / "squares.webp"
    Image.fromarray(squares).resize((720, 360), Image.Resampling.NEAREST).save(path, lossless=True)
    return path


def test_thumbnail_is_sharp_on_screens_with_two_pixels_for_one(source: Path) -> None:
    """Twice as many pixels as the size that the page states; fewer bytes than the best quality."""
    width, height = thumbnails.size(IMAGE)
    assert (width, height) == (400, 200)
    data = thumbnails.thumbnail(source, (width, height))
    assert Image.open(io.BytesIO(data)).size == (2 * width, 2 * height)
    best = io.BytesIO()
    picture(source, 2 * width).save(best, "webp", quality=thumbnails.QUALITIES[0])
    assert len(best.getvalue()) > thumbnails.LARGEST_FILE
    assert len(data) < 0.7 * len(best.getvalue())


def test_second_build_makes_none(source: Path, tmp_path: Path, monkeypatch) -> None:
    """The cache gives the same bytes; a changed picture is made anew."""
    cache, target = tmp_path / "cache", tmp_path / "site" / "squares.webp"
    thumbnails.write(source, IMAGE, target, cache)
    first = target.read_bytes()
    target.unlink()
    monkeypatch.setattr(thumbnails, "thumbnail", lambda *_: b"made again")
    thumbnails.write(source, IMAGE, target, cache)
    assert target.read_bytes() == first
    Image.new("RGB", (720, 360)).save(source)
    thumbnails.write(source, IMAGE, target, cache)
    assert target.read_bytes() == b"made again"


def test_all_are_made_beforehand_but_a_broken_picture(
    source: Path, tmp_path: Path, monkeypatch
) -> None:
    """Pages find in the cache what was made side by side; what is broken they tell themselves."""
    cache, broken = tmp_path / "cache", tmp_path / "broken.webp"
    broken.write_bytes(b"no picture")
    thumbnails.make_all([(broken, IMAGE), (source, IMAGE)], cache)
    monkeypatch.setattr(thumbnails, "thumbnail", lambda *_: pytest.fail("made again"))
    thumbnails.write(source, IMAGE, tmp_path / "squares.webp", cache)
    monkeypatch.undo()
    with pytest.raises(CourseError, match=r"broken\.webp"):
        thumbnails.write(broken, IMAGE, tmp_path / "broken.small.webp", cache)


def test_a_crop_is_that_part_of_the_picture(tmp_path: Path) -> None:
    """The right half of a picture that is black on the left is white; it has a name of its own."""
    half = Image.new("RGB", (720, 360))
    half.paste((255, 255, 255), (360, 0, 720, 360))
    half.save(tmp_path / "half.webp", lossless=True)
    crop = (0.5, 0.0, 1.0, 1.0)
    width, height = thumbnails.size(IMAGE, crop)
    assert (width, height) == (220, 220)
    data = thumbnails.thumbnail(tmp_path / "half.webp", (width, height), crop)
    shown = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
    assert shown[:, 4:].min() > 250
    assert thumbnails.name("half", "light", crop) != thumbnails.name("half", "light")


@pytest.mark.parametrize("crop", ["0 0 1", "0.5 0 0.5 1", "0 0 2 1", "a b c d"])
def test_what_is_no_crop_is_a_course_error(crop: str) -> None:
    with pytest.raises(CourseError, match="a crop is left, top, right and bottom"):
        parse_crop(crop)
