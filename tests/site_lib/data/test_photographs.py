"""What the files of other people hold: turned, deep, transparent, damaged, or no image at all."""

import struct
import zlib
from contextlib import suppress
from zlib import crc32

import numpy as np
import pytest
from PIL import ExifTags, Image

from site_lib.common.errors import CourseError
from site_lib.common.files import sha256_of_file
from site_lib.data.photographs import (
    PHOTOGRAPHS,
    classified_photographs,
    labelled_photographs,
    read_pixels,
)


def stripes():
    """Red, green, blue and grey columns of 8 × 8 pixels: (8, 32, 3) uint8."""
    colours = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255], [128, 128, 128]], dtype=np.uint8)
    return np.tile(np.repeat(colours, 8, axis=0), (8, 1, 1))


@pytest.mark.parametrize(
    ("orientation", "turned"),
    [
        (1, lambda p: p),
        (2, np.fliplr),
        (3, lambda p: np.rot90(p, 2)),
        (4, np.flipud),
        (5, lambda p: p.transpose(1, 0, 2)),
        (6, lambda p: np.rot90(p, -1)),
        (7, lambda p: np.rot90(p, 2).transpose(1, 0, 2)),
        (8, np.rot90),
    ],
)
@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "tif"])
def test_a_photograph_stands_upright(tmp_path, suffix, orientation, turned):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    pixels = stripes()
    pixels[:4] //= 2
    options = {"quality": 95, "subsampling": 0} if suffix == "jpg" else {"lossless": True}
    Image.fromarray(pixels).save(tmp_path / f"turned.{suffix}", exif=exif, **options)
    found = read_pixels(tmp_path / f"turned.{suffix}")
    assert found.shape == turned(pixels).shape
    off = np.abs(found.astype(int) - turned(pixels)).max()
    assert off <= (16 if suffix == "jpg" else 0)


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_sixteen_bits_are_scaled_and_not_clipped(tmp_path, suffix):
    levels = np.arange(256, dtype=np.uint16)[None].repeat(2, axis=0)
    Image.fromarray(257 * levels).save(tmp_path / f"deep.{suffix}")
    pixels = read_pixels(tmp_path / f"deep.{suffix}")
    assert pixels.shape == (2, 256, 3)
    assert np.array_equal(pixels[1, :, 2], np.arange(256))


@pytest.mark.parametrize("mode", ["I", "F"])
def test_values_of_32_bits_have_no_white(tmp_path, mode):
    Image.new(mode, (4, 4), 1).save(tmp_path / "deeper.tif")
    with pytest.raises(CourseError, match=r"which 32-bit value is white in .*deeper\.tif"):
        read_pixels(tmp_path / "deeper.tif")


def test_transparency_is_seen_on_white(tmp_path):
    pixels = Image.fromarray(stripes())
    seen_through = pixels.quantize(8)
    red = seen_through.getpixel((0, 0))
    opacity = bytes(0 if index == red else 255 for index in range(8))
    seen_through.save(tmp_path / "palette.png", transparency=opacity)
    alpha = Image.fromarray(np.where(stripes()[..., 0] == 255, 0, 255).astype(np.uint8))
    pixels.putalpha(alpha)
    pixels.save(tmp_path / "alpha.webp", lossless=True)
    expected = stripes()
    expected[:, :8] = 255
    for name in ("palette.png", "alpha.webp"):
        assert np.array_equal(read_pixels(tmp_path / name), expected), name


def test_print_colours_grey_palettes_and_bits_become_rgb(tmp_path):
    pixels = Image.fromarray(stripes())
    pixels.convert("CMYK").save(tmp_path / "ink.tif")
    for name in ("palette.png", "palette.gif"):
        pixels.quantize(8).save(tmp_path / name)
    for name in ("ink.tif", "palette.png", "palette.gif"):
        assert np.array_equal(read_pixels(tmp_path / name), stripes()), name
    grey = np.repeat(np.asarray(pixels.convert("L"))[..., None], 3, axis=2)
    for mode, name in (("L", "grey.png"), ("L", "grey.bmp"), ("LA", "alpha.png")):
        pixels.convert(mode).save(tmp_path / name)
        assert np.array_equal(read_pixels(tmp_path / name), grey), name
    pixels.convert("1").save(tmp_path / "bits.png")
    assert set(np.unique(read_pixels(tmp_path / "bits.png"))) <= {0, 255}


def png_of(width, height):
    """The beginning of a PNG file that promises so many pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc32(kind + data))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b""))


@pytest.mark.parametrize("side", [10_000, 60_000])
def test_a_decompression_bomb_is_named_and_not_opened(tmp_path, side):
    (tmp_path / "bomb.png").write_bytes(png_of(side, side))
    with pytest.raises(CourseError, match=r"bomb\.png has too many pixels; make it smaller"):
        read_pixels(tmp_path / "bomb.png")


def test_a_truncated_image_is_named(tmp_path):
    whole, cut = tmp_path / "whole.png", tmp_path / "cut.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)).save(whole)
    cut.write_bytes(whole.read_bytes()[:2000])
    with pytest.raises(CourseError, match=r"cut\.png.*truncated"):
        read_pixels(cut)


def test_a_file_that_is_no_image_is_named(tmp_path):
    text = tmp_path / "text.jpg"
    text.write_text("hello")
    with pytest.raises(CourseError, match=r"text\.jpg: not an image"):
        read_pixels(text)
    (tmp_path / "empty.png").touch()
    with pytest.raises(CourseError, match=r"empty\.png: not an image"):
        read_pixels(tmp_path / "empty.png")
    with pytest.raises(CourseError, match="Is a directory"):
        read_pixels(tmp_path)
    with pytest.raises(CourseError, match="no image file"):
        read_pixels(tmp_path / "absent.png")


@pytest.mark.parametrize(
    ("mode", "suffix"),
    [("RGB", "png"), ("RGB", "jpg"), ("P", "gif"), ("RGBA", "webp"), ("L", "tif")],
)
def test_a_damaged_file_is_read_or_named(tmp_path, mode, suffix):
    path, rng = tmp_path / f"damaged.{suffix}", np.random.default_rng(0)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    Image.fromarray(stripes()).convert(mode).save(path, exif=exif)
    whole = np.frombuffer(path.read_bytes(), dtype=np.uint8)
    for _ in range(60):
        bytes_ = whole.copy()
        bytes_[rng.integers(len(whole), size=3)] = rng.integers(256, size=3)
        path.write_bytes(bytes_.tobytes())
        with suppress(CourseError):
            assert read_pixels(path).ndim == 3


def test_photographs_with_a_class_are_the_labelled_ones_and_those_of_the_course():
    found = classified_photographs()
    assert found[:20] == labelled_photographs()
    ours = {name: one.imagenet_class for name, one in PHOTOGRAPHS.items()}
    assert all(ours[one.name] == one.imagenet_class for one in found[20:])
    assert len(found) == 20 + sum(label is not None for label in ours.values())
    record = found[0].record()
    assert record == {
        "name": f"photograph: {found[0].name}", "sha256": sha256_of_file(found[0].path)
    }  # fmt: skip
