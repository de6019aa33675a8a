"""Recordings from brains as arrays.

>>> objects = kriegeskorte2008()            # 92 objects, monkey IT and human IT
>>> areas = cichy2014()                     # {"EVC": (15, 92, 92), "IT": (15, 92, 92)}
"""

import io
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, UnidentifiedImageError
from scipy.io import loadmat
from scipy.spatial.distance import squareform

from site_lib.common.errors import CourseError
from site_lib.data.photographs import read_pixels
from site_lib.data.recordings import (
    AREAS,
    CADIEU_AREAS,
    NUM_OBJECTS,
    NUM_PEOPLE,
    NUM_PHOTOGRAPHS,
    fetch,
    hashes,
    unreadable,
)


@dataclass(frozen=True)
class Objects:
    """The 92 objects of Kriegeskorte et al. (2008).

    images: (92, 175, 175, 3) uint8.   flags: category → (92,) bool; categories overlap.
    monkey_it: (92, 92), 1 − correlation of 674 neurons of two monkeys.   human_it: (92, 92), the
    same of 316 voxels of four people.
    """

    images: np.ndarray
    flags: dict[str, np.ndarray]
    monkey_it: np.ndarray
    human_it: np.ndarray

    def categories(self, names: Iterable[str]) -> np.ndarray:
        """For each object the one of some categories that it belongs to: (92,)."""
        chosen = list(names)
        flags = np.stack([self.flags[name] for name in chosen], axis=1)
        if not (flags.sum(axis=1) == 1).all():
            raise CourseError(f"not every object belongs to exactly one of {chosen}")
        return np.array(chosen)[flags.argmax(axis=1)]


@dataclass(frozen=True)
class Photographs:
    """78 photographs and what 15 people's brains made of them.

    They seem to be one of the twin sets of Mohsenzadeh et al. (2019, doi:10.3390/vision3010008).

    images: 78 × (H, W, 3) uint8.   areas: "EVC" and "IT" → (15, 78, 78), 1 − correlation of
    voxels.
    """

    images: tuple[np.ndarray, ...]
    areas: dict[str, np.ndarray]


@dataclass(frozen=True)
class Sites:
    """Responses of Cadieu et al. (2014): 1960 images, multi-unit sites of macaque V4 and IT.

    responses: "V4" → (1960, 128), "IT" → (1960, 168).   categories: (1960,) names.
    training: (1960, 10) bool, the authors' ten splits.   image_names: members of the archive.
    """

    archive: Path
    responses: dict[str, np.ndarray]
    categories: np.ndarray
    training: np.ndarray
    image_names: tuple[str, ...]

    def image(self, index: int) -> np.ndarray:
        """Pixels of one stimulus, (H, W, 3) uint8."""
        data = _member(self.archive, self.image_names[index])
        try:
            with Image.open(data) as image:
                return np.asarray(image.convert("RGB"))
        except (UnidentifiedImageError, OSError, SyntaxError) as error:
            unreadable(self.archive, None, f"{self.image_names[index]}: {error}")


def kriegeskorte2008() -> Objects:
    """The 92 objects with the RDMs of monkey IT and of human IT."""
    (path,) = fetch("kriegeskorte2008")
    data = _matlab(path, path)
    names = [str(name) for name in data["categoryLabels"]]
    rdms = {str(entry.name): squareform(entry.RDM) for entry in data["RDMs_mIT_hIT_fig1"]}
    return Objects(
        np.stack([entry.image for entry in data["stimuli_92objs"]]),
        {name: data["categoryVectors"][:, i].astype(bool) for i, name in enumerate(names)},
        rdms["mIT_674neurons"],
        rdms["hITvisStim_316vx"],
    )


def cichy2014() -> dict[str, np.ndarray]:
    """RDMs of early visual cortex and IT of 15 people for the same 92 objects, same order."""
    return _areas(fetch("cichy2014"), NUM_OBJECTS)


def cichy2016() -> Photographs:
    """78 photographs with the RDMs of early visual cortex and IT of 15 people."""
    paths = fetch("cichy2016")
    images = tuple(read_pixels(path) for path in paths[len(AREAS) :])
    return Photographs(images, _areas(paths[: len(AREAS)], NUM_PHOTOGRAPHS))


def cadieu2014() -> Sites:
    """Responses of V4 and IT sites to 1960 images.

    Each row of ``meta`` is text: image file, category, and ten flags, 1 for training.
    """
    (archive,) = fetch("cadieu2014")
    with _opened(archive) as opened:
        members = opened.namelist()
    responses, rows = {}, []
    for area in CADIEU_AREAS:
        data = _matlab(
            _member(archive, _only(archive, members, f"NeuralData_{area}_multiunits.mat")), archive
        )
        responses[area] = np.asarray(data["features"], dtype=float)
        rows.append([str(row).split() for row in np.ravel(data["meta"])])
    if rows[0] != rows[1] or any(len(r) != len(rows[0]) for r in responses.values()):
        unreadable(archive, None, "V4 and IT do not list the same images")
    names = tuple(_only(archive, members, row[0]) for row in rows[0])
    return Sites(
        archive,
        responses,
        np.array([row[1] for row in rows[0]]),
        np.array([[flag == "1" for flag in row[2:]] for row in rows[0]]),
        names,
    )


def _areas(paths: list[Path], num_stimuli: int) -> dict[str, np.ndarray]:
    found = {}
    for area, path in zip(AREAS, paths, strict=True):
        try:
            with np.load(path, allow_pickle=False) as archive:
                (rdms,) = (archive[key] for key in archive.files)
        except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, OSError) as error:
            unreadable(path, hashes()[f"{path.parent.name}/{path.name}"], str(error))
        if rdms.shape != (NUM_PEOPLE, num_stimuli, num_stimuli):
            unreadable(path, hashes()[f"{path.parent.name}/{path.name}"], f"shape {rdms.shape}")
        found[area] = rdms
    return found


def _matlab(source: Path | io.BytesIO, path: Path) -> dict[str, Any]:
    try:
        return loadmat(source, squeeze_me=True, struct_as_record=False)
    except (ValueError, TypeError, OSError, EOFError, zlib.error) as error:
        unreadable(path, None, str(error))


def _opened(archive: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(archive)
    except (zipfile.BadZipFile, OSError) as error:
        unreadable(archive, None, str(error))


def _member(archive: Path, name: str) -> io.BytesIO:
    try:
        with _opened(archive) as opened:
            return io.BytesIO(opened.read(name))
    except (zipfile.BadZipFile, zlib.error, OSError) as error:
        unreadable(archive, None, f"{name}: {error}")


def _only(archive: Path, members: list[str], ending: str) -> str:
    """The member of an archive whose path ends so, in whatever folder it lies."""
    found = [name for name in members if f"/{name}".endswith(f"/{ending}")]
    if len(found) != 1:
        unreadable(archive, None, f"{len(found)} files in it are called {ending}")
    return found[0]
