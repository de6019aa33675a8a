"""Single neurons of V4 with their images, and sites of V4 and IT as layers of VGG-16 predict them.

>>> day = cowley2023("201025")              # images, and what 89 neurons answered to them
>>> fits = bonnen2021()                     # fits by others, site by site and layer by layer
"""

import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from site_lib.common.checks import check_choice
from site_lib.data.recordings import (
    CADIEU_AREAS,
    V4_REPEATED,
    V4_SESSIONS,
    fetch,
    hashes,
    unreadable,
)

# How often an image was shown, the mean over images, as the authors state it.
NUM_REPEATS = {"190923": 14, "201025": 12, "210621": 16, "210325": 8}
ANIMALS = {"190923": "WE", "201025": "PE", "210621": "RA", "210325": "PE"}


@dataclass(frozen=True)
class V4Session:
    """One day of Cowley et al. (2026; the recordings are named after their preprint of 2023).

    images: (N, 112, 112, 3) uint8.   responses: (N, neurons), mean spike counts in 100 ms over
    repeats.   num_repeats: shown so often.   repeats: (repeats, N, neurons), NaN where an image
    was not shown; None where only the means were published.
    """

    images: np.ndarray
    responses: np.ndarray
    num_repeats: int
    repeats: np.ndarray | None


@dataclass(frozen=True)
class LayerFits:
    """How well layers of VGG-16 predict sites of Majaj et al. (2015), fitted by Bonnen et al.

    layers: 19 names.   r: "V4" → (19, 128), "IT" → (19, 168), correlations on held-out images.
    reliability: area → (100, sites), correlations of split halves of the repeats.
    """

    layers: tuple[str, ...]
    r: dict[str, np.ndarray]
    reliability: dict[str, np.ndarray]


def cowley2023(session: str) -> V4Session:
    """Images and responses of one session; CourseError for an unknown one, or a damaged file."""
    check_choice("session", session, V4_SESSIONS)
    paths = {path.name: path for path in fetch("cowley2023")}
    images = _pictures(paths[f"images_{session}.zip"])
    responses = _array(paths[f"responses_{session}.npy"])
    repeats = None
    if session == V4_REPEATED:
        repeats = _array(paths[f"responses_raw_{session}.npy"]).transpose(2, 1, 0)
    if responses.shape[1:] != (len(images),):
        path = paths[f"responses_{session}.npy"]
        unreadable(path, _sha256(path), f"{len(images)} images, responses {responses.shape}")
    return V4Session(images, responses.T, NUM_REPEATS[session], repeats)


def bonnen2021() -> LayerFits:
    """Correlations and reliabilities of all sites."""
    (path,) = fetch("bonnen2021")
    try:
        with np.load(path, allow_pickle=False) as archive:
            found = {name: archive[name] for name in archive.files}
        return LayerFits(
            tuple(found["layers"].tolist()),
            {area: found[f"{area.lower()}_r"][:, 0] for area in CADIEU_AREAS},
            {area: found[f"{area.lower()}_splithalf"] for area in CADIEU_AREAS},
        )
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, OSError, KeyError) as error:
        unreadable(path, _sha256(path), str(error))


def _pictures(path: Path) -> np.ndarray:
    """All JPEG files of an archive in the order of their names, which is that of the responses."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = sorted(name for name in archive.namelist() if name.endswith(".jpg"))
            return np.stack([_pixels(archive.read(name)) for name in names])
    except (zipfile.BadZipFile, zlib.error, UnidentifiedImageError, ValueError, OSError) as error:
        unreadable(path, _sha256(path), str(error))


def _pixels(data: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB"))


def _array(path: Path) -> np.ndarray:
    try:
        return np.load(path, allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        unreadable(path, _sha256(path), str(error))


def _sha256(path: Path) -> str:
    return hashes()[f"{path.parent.name}/{path.name}"]
