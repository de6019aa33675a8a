"""Cut-outs: photographed things without their surroundings, each of a class of ImageNet.

They are stamps of Tux Paint (``site_lib.data.carriers``), whose outline is in their alpha channel,
so that size, place and background can be set at will. They are under the GPL and serve for
measuring only: they are never shown. Of the package's pictures those are listed that are
photographs of one thing, at least 100 pixels long, with a class that names it; labels were given
by eye, before any network had seen them.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from site_lib.common.errors import CourseError
from site_lib.data.carriers import fetch
from site_lib.data.recordings import source_folder

TABLE = Path(__file__).with_name("cutouts.csv")
SOURCE = "tuxpaint"


@dataclass(frozen=True)
class Cutout:
    """A cut-out and its class; file, sha256: below the cache's folder of its source."""

    file: str
    imagenet_class: int
    imagenet_name: str
    sha256: str

    @property
    def path(self) -> Path:
        """File in the cache, there or not (``fetch_cutouts``)."""
        return source_folder(SOURCE) / self.file

    def record(self) -> dict[str, str]:
        """Name and SHA-256 of its file, for provenance."""
        return {"name": f"cut-out: {self.file}", "sha256": self.sha256}


@cache
def cutouts() -> tuple[Cutout, ...]:
    """All of them in a fixed order; their files need not be there."""
    with open(TABLE, encoding="utf-8", newline="") as lines:
        return tuple(
            Cutout(row["file"], int(row["imagenet_class"]), row["imagenet_name"], row["sha256"])
            for row in csv.DictReader(lines)
        )


def fetch_cutouts() -> tuple[Cutout, ...]:
    """All of them, their files at hand now; CourseError when they cannot be had."""
    fetch(SOURCE)
    return cutouts()


def read_with_alpha(path: Path) -> np.ndarray:
    """Colour and alpha of an image file, (4, H, W) in 0…1; CourseError when it has no outline."""
    try:
        with Image.open(path) as image:
            if not image.has_transparency_data:
                raise CourseError(f"nothing in {path} is transparent; take another file")
            pixels = np.asarray(image.convert("RGBA"))
    except (OSError, SyntaxError) as error:
        raise CourseError(f"cannot read the image {path}: {error}; restore the file") from error
    return np.moveaxis(pixels, 2, 0).astype(np.float32) / 255
