"""A corpus of crops, streamed: many views of the same photographs, or of a folder of images.

A crop is a square of a source photograph, resized to the side that a network takes. One
photograph at a time is in memory, however large the corpus is.
"""

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from site_lib.common.checks import check_number
from site_lib.common.errors import CourseError
from site_lib.common.files import sha256_of_file
from site_lib.common.progress import track
from site_lib.data.corpus_photographs import fetch_corpus
from site_lib.data.photographs import PHOTOGRAPHS, labelled_photographs
from site_lib.images.images import read_image, resize

# Side of the crops as fractions of the photograph's short side: 14 crops of a square one.
SCALES = (1.0, 0.71, 0.5)
# Neighbouring crops share at least this fraction of their side.
OVERLAP = 0.5
# Instead of a folder: the photographs that come with the course, or those with categories.
COURSE = "course"
CATEGORISED = "categorised"
IMAGE_SUFFIXES = {".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"}


@dataclass(frozen=True)
class Box:
    """Square of a source: rows top … top + size − 1, columns left … left + size − 1."""

    top: int
    left: int
    size: int

    def cut(self, pixels: Tensor, side: int) -> Tensor:
        """The square, resized: (1, 3, H, W) → (1, 3, side, side), both in [0, 1]."""
        rows = slice(self.top, self.top + self.size)
        columns = slice(self.left, self.left + self.size)
        return resize(pixels[..., rows, columns], side)


@dataclass(frozen=True)
class Source:
    """A photograph of the corpus: its name, unique in the corpus, and its file."""

    name: str
    path: Path

    def read(self) -> Tensor:
        """Pixels, (1, 3, H, W) in [0, 1]. CourseError names a file that cannot be read."""
        return read_image(self.path)

    def crops(self, side: int, scales: Sequence[float]) -> Iterator[tuple[Box, Tensor]]:
        """Its crops one by one: where each lies, and its pixels, (1, 3, side, side) in [0, 1]."""
        pixels = self.read()
        height, width = pixels.shape[-2:]
        for box in crop_boxes(height, width, scales):
            yield box, box.cut(pixels, side)


@dataclass(frozen=True)
class Batch:
    """images: (N, 3, side, side) in [0, 1].   sources: (N,), places in ``Corpus.sources``.

    boxes: (N, 3), each crop's top, left and size in pixels of its source.
    """

    images: Tensor
    sources: Tensor
    boxes: Tensor


@dataclass(frozen=True)
class Corpus:
    """Crops of the sources at several scales, resized to ``side``; the same in every run.

    scales: crop sides as fractions of a source's short side, in (0, 1].

    Raises CourseError without sources or scales, and for a side or a scale out of range.
    """

    sources: tuple[Source, ...]
    side: int
    scales: tuple[float, ...] = SCALES

    def __post_init__(self) -> None:
        check_number("side", self.side, low=1, whole=True)
        for scale in self.scales:
            check_number("scale", scale, low=0, high=1, open_low=True)
        if not self.sources or not self.scales:
            raise CourseError("a corpus needs a photograph and a scale")

    def batches(self, batch_size: int) -> Iterator[Batch]:
        """All crops, source by source, in batches of ``batch_size`` (the last may be smaller)."""
        check_number("batch size", batch_size, low=1, whole=True)
        waiting: list[tuple[Tensor, int, Box]] = []
        for index, source in enumerate(track(self.sources, "corpus", "photograph")):
            for box, image in source.crops(self.side, self.scales):
                waiting.append((image, index, box))
                if len(waiting) == batch_size:
                    yield _batch(waiting)
                    waiting = []
        if waiting:
            yield _batch(waiting)

    def record(self) -> dict[str, str]:
        """Name and one SHA-256 over all sources' names and files, for provenance."""
        digest = hashlib.sha256()
        for source in self.sources:
            digest.update(f"{source.name}\0{sha256_of_file(source.path)}\n".encode())
        name = f"corpus: {len(self.sources)} photographs"
        return {"name": name, "sha256": digest.hexdigest()}


def _batch(crops: Sequence[tuple[Tensor, int, Box]]) -> Batch:
    images, sources, boxes = zip(*crops, strict=True)
    return Batch(
        torch.cat(images),
        torch.tensor(sources),
        torch.tensor([(box.top, box.left, box.size) for box in boxes]),
    )


def crop_boxes(height: int, width: int, scales: Sequence[float]) -> list[Box]:
    """Squares that cover a source at each scale, neighbours overlapping by at least OVERLAP.

    They are spread evenly, the first and the last touching the source's edges.
    """
    boxes = []
    for scale in scales:
        size = max(1, round(scale * min(height, width)))
        boxes += [
            Box(top, left, size) for top in _starts(height, size) for left in _starts(width, size)
        ]
    return boxes


def _starts(length: int, size: int) -> list[int]:
    gaps = math.ceil((length - size) / max(1, size * (1 - OVERLAP)))
    return [round(step * (length - size) / max(gaps, 1)) for step in range(gaps + 1)]


def corpus_named(choice: str, side: int, scales: tuple[float, ...] = SCALES) -> Corpus:
    """The photographs of the course ("course"), those with categories ("categorised"), or a folder.

    ``choice`` is one of these words, or the path of the folder.
    """
    if choice == COURSE:
        return default_corpus(side, scales)
    if choice == CATEGORISED:
        return categorised_corpus(side, scales)
    return folder_corpus(Path(choice), side, scales)


def default_corpus(side: int, scales: tuple[float, ...] = SCALES) -> Corpus:
    """The licensed photographs, then the labelled ones."""
    licensed = tuple(Source(p.name, p.path) for p in PHOTOGRAPHS.values())
    labelled = tuple(Source(p.name, p.path) for p in labelled_photographs())
    return Corpus(licensed + labelled, side, scales)


def categorised_corpus(side: int, scales: tuple[float, ...] = SCALES) -> Corpus:
    """The photographs with categories, in the order of ``corpus_photographs()``; fetched once."""
    return Corpus(tuple(Source(one.name, one.path) for one in fetch_corpus()), side, scales)


def folder_corpus(folder: Path, side: int, scales: tuple[float, ...] = SCALES) -> Corpus:
    """All image files in a folder and the folders in it, ordered by path.

    Files are told by their suffix; hidden ones are left out. Raises CourseError when there is
    no such folder or no image in it; an unreadable image is reported, by name, when its turn
    comes.
    """
    if not folder.is_dir():
        raise CourseError(f"no folder {folder}; give a folder of images")
    found = sorted(
        (path.relative_to(folder).as_posix(), path)
        for path in folder.rglob("*")
        if path.suffix.lower() in IMAGE_SUFFIXES and not path.name.startswith(".")
    )
    if not found:
        raise CourseError(
            f"no images in {folder}; files must end in {', '.join(sorted(IMAGE_SUFFIXES))}"
        )
    return Corpus(tuple(Source(name, path) for name, path in found), side, scales)
