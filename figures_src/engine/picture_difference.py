"""Whether two versions of a picture look different, and in what.

The published one may come from anywhere. So pictures are read within limits far beyond those of the
course, and nothing in them is followed, expanded or run.
"""

import base64
import io
import re
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from xml.etree.ElementTree import Element

import defusedxml.ElementTree
import numpy as np
from PIL import Image, UnidentifiedImageError

from site_lib.common.errors import CourseError

# Below these nobody sees it: levels of 255, mean over a tile; and points, 1/72 inch.
MAX_LEVELS, MAX_SHIFT = 8.0, 0.5
TILE = 16
MAX_BYTES, MAX_PIXELS = 50_000_000, 50_000_000
# Of an SVG file.
MAX_ELEMENTS, MAX_DEPTH = 100_000, 100
PIXEL_FORMATS = ("PNG", "JPEG", "WEBP")
NUMBER = re.compile(r"-?\d+\.?\d*(?:e-?\d+)?")
GEOMETRY = {"d", "x", "y", "width", "height", "transform", "points", "viewBox"}
# Made from a hash of what they name; fonts are subsets for the letters of the text.
UNSEEN_ATTRIBUTES = {"id", "href", "clip-path"}
UNSEEN_ELEMENTS = {"style", "metadata"}

T = TypeVar("T")


def look_different(published: Path, new: Path) -> str:
    """How a picture differs from its published version, in words; empty when they look alike.

    Pixels are compared in tiles, so that a small panel counts as much as a large one. An SVG
    file is compared by its text, its elements, their coordinates and the images inside. Raises
    CourseError for a file that is no such picture, or too large.
    """
    before, after = _bytes(published), _bytes(new)
    if before == after:
        return ""
    names = (f"the published {published.name}", f"the new {new.name}")
    if new.suffix == ".svg":
        return _vectors_differ(_read(_drawing, before, names[0]), _read(_drawing, after, names[1]))
    return _pixels_differ(_read(_image, before, names[0]), _read(_image, after, names[1]))


def largest_tile_difference(one: np.ndarray, other: np.ndarray) -> float:
    """Largest mean absolute difference in a tile of 16 × 16 pixels; images (H, W, 3), 0 to 255."""
    difference = np.abs(one.astype(float) - other).mean(axis=2)
    rows = np.add.reduceat(difference, range(0, len(difference), TILE), axis=0)
    sums = np.add.reduceat(rows, range(0, difference.shape[1], TILE), axis=1)
    sides = [np.diff([*range(0, side, TILE), side]) for side in difference.shape]
    return float((sums / np.outer(*sides)).max())


def _bytes(path: Path) -> bytes:
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise CourseError(f"cannot read {path}: {error.strerror}") from error
    if len(data) > MAX_BYTES:
        raise CourseError(f"{path} cannot be compared: it is larger than {MAX_BYTES} bytes")
    return data


def _read(reader: Callable[[bytes], T], data: bytes, name: str) -> T:
    """What a picture shows; CourseError that names the picture when it cannot be read."""
    try:
        return reader(data)
    except (OSError, SyntaxError, ValueError, LookupError, Image.DecompressionBombError) as error:
        raise CourseError(f"{name} cannot be compared: {' '.join(str(error).split())}") from error


def _image(data: bytes) -> np.ndarray:
    [pixels] = _images([data])
    return pixels


def _images(files: list[bytes]) -> list[np.ndarray]:
    """Pixels of images, (H, W, 3) from 0 to 255; ValueError when they are too many in all."""
    images, left = [], MAX_PIXELS
    for data in files:
        with warnings.catch_warnings(action="ignore", category=Image.DecompressionBombWarning):
            try:
                image = Image.open(io.BytesIO(data), formats=PIXEL_FORMATS)
            except UnidentifiedImageError:
                raise ValueError(f"an image is none of {', '.join(PIXEL_FORMATS)}") from None
        with image:
            left -= image.width * image.height
            if left < 0:
                raise ValueError(f"its images have more than {MAX_PIXELS} pixels")
            images.append(np.asarray(image.convert("RGB")))
    return images


def _pixels_differ(published: np.ndarray, new: np.ndarray) -> str:
    if published.shape != new.shape:
        return f"size {_size(published)} → {_size(new)} pixels"
    levels = largest_tile_difference(published, new)
    if levels <= MAX_LEVELS:
        return ""
    return f"a tile of {TILE} × {TILE} pixels differs by {levels:.0f} of 255 levels"


def _size(pixels: np.ndarray) -> str:
    return f"{pixels.shape[1]} × {pixels.shape[0]}"


@dataclass(frozen=True)
class _Drawing:
    """What an SVG file shows."""

    texts: list[str]
    elements: list[str]
    coordinates: np.ndarray
    images: list[np.ndarray]


def _drawing(data: bytes) -> _Drawing:
    texts, elements, images = [], [], []
    coordinates: list[float] = []
    for element in _svg_elements(data):
        tag = element.tag.rpartition("}")[2]
        if tag in UNSEEN_ELEMENTS:
            continue
        if tag == "text":
            texts.append("".join(element.itertext()).strip())
        words = [tag]
        for key, value in sorted(element.attrib.items()):
            name = key.rpartition("}")[2]
            if name in GEOMETRY:
                coordinates += map(float, NUMBER.findall(value))
                value = NUMBER.sub("", value)
            if name not in UNSEEN_ATTRIBUTES:
                words.append(f"{name}={value}")
            elif value.startswith("data:image/"):
                images.append(base64.b64decode(value.partition(",")[2]))
                words.append("image")
        elements.append(" ".join(words))
    if not np.isfinite(coordinates).all():
        raise ValueError("its coordinates are no numbers")
    return _Drawing(texts, elements, np.array(coordinates), _images(images))


def _svg_elements(data: bytes) -> list[Element]:
    """All elements in the order of the file; ValueError for too many, and for entities."""
    found, depth = [], 0
    for event, element in defusedxml.ElementTree.iterparse(io.BytesIO(data), ("start", "end")):
        if event == "end":
            depth -= 1
            continue
        depth += 1
        found.append(element)
        if depth > MAX_DEPTH or len(found) > MAX_ELEMENTS:
            raise ValueError("it has too many elements, or they are nested too deeply")
    return found


def _vectors_differ(published: _Drawing, new: _Drawing) -> str:
    if published.texts != new.texts:
        gone, come = Counter(published.texts), Counter(new.texts)
        if gone == come:
            return "texts in another order"
        words = [", ".join(texts) for texts in (gone - come, come - gone)]
        return f"text: {words[0] or 'nothing'} → {words[1] or 'nothing'}"
    if published.elements != new.elements or len(published.coordinates) != len(new.coordinates):
        return f"other elements ({len(published.elements)} → {len(new.elements)})"
    shift = np.abs(published.coordinates - new.coordinates).max(initial=0)
    if shift > MAX_SHIFT:
        return f"coordinates move by up to {shift:.1f} points"
    pairs = zip(published.images, new.images, strict=True)
    return next(filter(None, (_pixels_differ(*pair) for pair in pairs)), "")
