"""Small pictures of figures for cards, made from what ``docs/figures`` has.

A card shows a figure at a third of its size, so the figure's own files carry many times the
bytes that can be seen. A thumbnail is written while the site is built, straight into the site,
and remembered by the content of its source: a second build makes none.
"""

import io
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from PIL import Image

from site_lib.site.rasters import fitted, picture, remembered

FOLDER = "assets/thumbnails"
# A card's picture is at most this large, in CSS pixels; screens have up to two pixels for each.
BOX = (400, 220)
DENSITY = 2
# The best of these whose file is small enough; the last one is taken anyway.
QUALITIES = (80, 65, 50, 35)
LARGEST_FILE = 20_000
METHOD = 4  # effort of the encoder; the largest, 6, takes twice as long for a few bytes
SETTINGS = repr((BOX, DENSITY, QUALITIES, LARGEST_FILE, METHOD)).encode()


Crop = tuple[float, float, float, float]
WHOLE: Crop = (0, 0, 1, 1)


def size(image: dict[str, Any], crop: Crop = WHOLE) -> tuple[int, int]:
    """Width and height, in CSS pixels, of the thumbnail of a picture of a sidecar.

    crop: left, top, right and bottom of the part that is shown, in shares of the picture.
    """
    left, top, right, bottom = crop
    return fitted(image["width"] * (right - left), image["height"] * (bottom - top), BOX)


def name(figure_id: str, theme: str, crop: Crop = WHOLE) -> str:
    """Path of a thumbnail below the site."""
    part = "" if crop == WHOLE else "." + "-".join(f"{100 * share:.0f}" for share in crop)
    return f"{FOLDER}/{figure_id}{part}.{theme}.webp"


def write(
    source: Path, image: dict[str, Any], target: Path, cache: Path, crop: Crop = WHOLE
) -> None:
    """Write the thumbnail of a published picture.

    source: the picture.   image: its record in the sidecar.   cache: folder of pictures that
    were made before.   Raises CourseError when the picture cannot be read.
    """
    data = made(source, size(image, crop), cache, crop)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)


def make_all(pictures: Iterable[tuple[Path, dict[str, Any]]], cache: Path) -> None:
    """Make thumbnails on all cores, before pages ask for them one by one.

    pictures: each with its record in the sidecar. One that cannot be read is left to the page
    that asks for it, which says so.
    """
    with ProcessPoolExecutor() as pool:
        for source, image in pictures:
            pool.submit(made, source, size(image), cache)


def made(source: Path, css_size: tuple[int, int], cache: Path, crop: Crop = WHOLE) -> bytes:
    """The file of a thumbnail, from the cache where it was made before."""
    make = partial(thumbnail, source, css_size, crop)
    return remembered(cache, [SETTINGS, repr(crop).encode(), source.read_bytes()], make)


def thumbnail(source: Path, css_size: tuple[int, int], crop: Crop = WHOLE) -> bytes:
    """WebP file of a picture at twice its size in CSS pixels, of at most 20 kB if that can be."""
    width, height = (DENSITY * side for side in css_size)
    # Drawn larger first: averaging keeps thin lines and letters where they are.
    whole = picture(source, round(2 * width / (crop[2] - crop[0])))
    left, top, right, bottom = crop
    box = (left * whole.width, top * whole.height, right * whole.width, bottom * whole.height)
    part = whole.crop(box)
    small = part.resize((width, height), Image.Resampling.LANCZOS)
    data = b""
    for quality in QUALITIES:
        buffer = io.BytesIO()
        small.save(buffer, "webp", quality=quality, method=METHOD)
        data = buffer.getvalue()
        if len(data) <= LARGEST_FILE:
            break
    return data
