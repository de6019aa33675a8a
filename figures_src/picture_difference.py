"""Whether two versions of a picture look different, and in what."""

import base64
import io
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

# Below these nobody sees it: levels of 255, mean over a tile; and points, 1/72 inch.
MAX_LEVELS, MAX_SHIFT = 8.0, 0.5
TILE = 16
NUMBER = re.compile(r"-?\d+\.?\d*(?:e-?\d+)?")
GEOMETRY = {"d", "x", "y", "width", "height", "transform", "points", "viewBox"}
# Made from a hash of what they name; fonts are subsets for the letters of the text.
UNSEEN_ATTRIBUTES = {"id", "href", "clip-path"}
UNSEEN_ELEMENTS = {"style", "metadata"}


def look_different(published: Path, new: Path) -> str:
    """How a picture differs from its published version, in words; empty when they look alike.

    Pixels are compared in tiles, so that a small panel counts as much as a large one. An SVG
    file is compared by its text, its elements, their coordinates and the images inside.
    """
    if published.read_bytes() == new.read_bytes():
        return ""
    if new.suffix == ".svg":
        return _vectors_differ(_read_svg(published), _read_svg(new))
    return _pixels_differ(_pixels(published.read_bytes()), _pixels(new.read_bytes()))


def largest_tile_difference(one: np.ndarray, other: np.ndarray) -> float:
    """Largest mean absolute difference in a tile of 16 × 16 pixels; images (H, W, 3), 0 to 255."""
    difference = np.abs(one.astype(float) - other).mean(axis=2)
    rows = np.add.reduceat(difference, range(0, len(difference), TILE), axis=0)
    sums = np.add.reduceat(rows, range(0, difference.shape[1], TILE), axis=1)
    sides = [np.diff([*range(0, side, TILE), side]) for side in difference.shape]
    return float((sums / np.outer(*sides)).max())


def _pixels(data: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB"))


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


def _read_svg(path: Path) -> _Drawing:
    texts, elements, images = [], [], []
    coordinates: list[float] = []
    for element in ET.parse(path).iter():
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
                images.append(_pixels(base64.b64decode(value.partition(",")[2])))
        elements.append(" ".join(words))
    return _Drawing(texts, elements, np.array(coordinates), images)


def _vectors_differ(published: _Drawing, new: _Drawing) -> str:
    if published.texts != new.texts:
        gone = [text for text in published.texts if text not in new.texts]
        come = [text for text in new.texts if text not in published.texts]
        return f"text: {', '.join(gone) or 'nothing'} → {', '.join(come) or 'nothing'}"
    if published.elements != new.elements or len(published.coordinates) != len(new.coordinates):
        return f"other elements ({len(published.elements)} → {len(new.elements)})"
    shift = np.abs(published.coordinates - new.coordinates).max(initial=0)
    if shift > MAX_SHIFT:
        return f"coordinates move by up to {shift:.1f} points"
    pairs = zip(published.images, new.images, strict=True)
    return next(filter(None, (_pixels_differ(*pair) for pair in pairs)), "")
