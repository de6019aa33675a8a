"""Recordings from brains by name: downloaded once, checked, and read into arrays.

>>> objects = kriegeskorte2008()            # 92 objects, monkey IT and human IT
>>> areas = cichy2014()                     # {"EVC": (15, 92, 92), "IT": (15, 92, 92)}

The files lie in a cache of this machine, or in the folder that the environment variable
COURSE_DATA names. ``python -m site_lib.data.recordings`` downloads what is missing. Results from
them are published, the stimuli never: real people are among them.
"""

import io
import os
import sys
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pooch
from PIL import Image, UnidentifiedImageError
from scipy.io import loadmat
from scipy.spatial.distance import squareform

from site_lib.common.command_line import errors_on_one_line
from site_lib.common.downloads import download
from site_lib.common.errors import CourseError, unknown_name
from site_lib.common.files import sha256_of_file
from site_lib.data.photographs import read_pixels

DATA_VARIABLE = "COURSE_DATA"
CACHE_NAME = "inside-a-trained-network"
HASHES = Path(__file__).with_name("recordings.sha256")
MAX_BYTES = 4_000_000_000

RSATOOLBOX = (
    "https://raw.githubusercontent.com/rsagroup/rsatoolbox/"
    "f1f83cadb7243492a1aae7460466e0f0140b20ac/demos/92imageData"
)
NET2BRAIN = (
    "https://raw.githubusercontent.com/ToastyDom/Net2Brain/"
    "897563d2a3a09396777a347e64798be342de2281/input_data"
)
CADIEU = "https://s3.amazonaws.com/cadieu-etal-ploscb2014"

AREAS = ("EVC", "IT")
CADIEU_AREAS = ("V4", "IT")
NUM_OBJECTS, NUM_PHOTOGRAPHS, NUM_PEOPLE = 92, 78, 15


@dataclass(frozen=True)
class RemoteFile:
    """A file of a recording.

    path: below the cache folder.   url: where it is downloaded from.   sha256: None where the
    file could not be had when this was written; then only its contents are checked.
    """

    path: str
    url: str
    sha256: str | None


@dataclass(frozen=True)
class Recording:
    """What is known of a recording before it is read.

    citation: key in docs/references.bib.   licence: terms seen where it is downloaded from.
    shapes: what reading it gives.
    """

    name: str
    title: str
    citation: str
    licence: str
    shapes: str
    files: tuple[RemoteFile, ...]


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
    """The 78 photographs of Cichy et al. (2016) and what 15 people's brains made of them.

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
            _unreadable(self.archive, None, f"{self.image_names[index]}: {error}")


# --------------------------------------------------------------------- registry


@cache
def _hashes() -> dict[str, str]:
    lines = HASHES.read_text(encoding="utf-8").splitlines()
    return dict(line.split() for line in lines)


def _remote(path: str, folder: str) -> RemoteFile:
    return RemoteFile(path, f"{folder}/{Path(path).name}", _hashes()[path])


_ENTRIES = (
    Recording(
        "kriegeskorte2008",
        "92 objects: monkey IT (674 neurons) and human IT",
        "kriegeskorte2008matching",
        "MIT (repository rsagroup/rsatoolbox)",
        "stimuli (92, 175, 175, 3); two RDMs (92, 92)",
        (
            _remote(
                "kriegeskorte2008/Kriegeskorte_Neuron2008_supplementalData.mat",
                RSATOOLBOX,
            ),
        ),
    ),
    Recording(
        "cichy2014",
        "92 objects: fMRI of 15 people, early visual cortex and IT",
        "cichy2014resolving",
        "none stated (repository ToastyDom/Net2Brain)",
        "two areas, RDMs (15, 92, 92)",
        tuple(
            _remote(f"cichy2014/fmri_{area}_RDMs.npz", f"{NET2BRAIN}/brain_data/92images")
            for area in AREAS
        ),
    ),
    Recording(
        "cichy2016",
        "78 photographs: fMRI of 15 people, early visual cortex and IT",
        "cichy2016similarity",
        "none stated (repository ToastyDom/Net2Brain)",
        "78 stimuli (H, W, 3); two areas, RDMs (15, 78, 78)",
        (
            *(
                _remote(f"cichy2016/fmri_{area}_RDMs.npz", f"{NET2BRAIN}/brain_data/78images")
                for area in AREAS
            ),
            *(
                _remote(
                    f"cichy2016/stimuli/image_{number:02d}.jpg",
                    f"{NET2BRAIN}/stimuli_data/78images",
                )
                for number in range(1, NUM_PHOTOGRAPHS + 1)
            ),
        ),
    ),
    Recording(
        "cadieu2014",
        "1960 images: multi-unit sites of macaque V4 and IT",
        "cadieu2014deep",
        "none stated (authors' archive)",
        "responses V4 (1960, 128) and IT (1960, 168); stimuli",
        (
            RemoteFile(
                "cadieu2014/PLoSCB2014_data_20141216.zip",
                f"{CADIEU}/PLoSCB2014_data_20141216.zip",
                None,
            ),
        ),
    ),
)
RECORDINGS: dict[str, Recording] = {entry.name: entry for entry in _ENTRIES}


def recording(name: str) -> Recording:
    """Registry entry; CourseError lists the nearest names."""
    if name not in RECORDINGS:
        raise unknown_name("recording", name, RECORDINGS)
    return RECORDINGS[name]


# ------------------------------------------------------------------------ files


def data_folder() -> Path:
    """Where recordings lie: the folder named by COURSE_DATA, or the cache of this machine."""
    return Path(os.environ.get(DATA_VARIABLE) or pooch.os_cache(CACHE_NAME))


def at_hand(names: Iterable[str]) -> bool:
    """Whether every file of these recordings is on this machine already."""
    return all(
        (data_folder() / file.path).is_file() for name in names for file in recording(name).files
    )


def provenance_records(names: Iterable[str]) -> list[dict[str, str]]:
    """Name and SHA-256 of every file of these recordings, on this machine or not."""
    return [
        {"name": f"recording: {file.path}", "sha256": file.sha256 or "not pinned"}
        for name in names
        for file in recording(name).files
    ]


def fetch(name: str) -> list[Path]:
    """Files of a recording, in the registry's order; those that are missing are downloaded.

    Raises CourseError for a file that is damaged or cannot be downloaded.
    """
    return [_fetch_file(file) for file in recording(name).files]


def _fetch_file(file: RemoteFile) -> Path:
    path = data_folder() / file.path
    if path.is_file():
        if file.sha256 is not None and sha256_of_file(path) != file.sha256:
            _unreadable(path, file.sha256, "its SHA-256 is another")
        return path
    pooch.get_logger().setLevel("WARNING")
    try:
        pooch.retrieve(
            file.url,
            known_hash=f"sha256:{file.sha256}" if file.sha256 else None,
            fname=path.name,
            path=path.parent,
            downloader=_download,
        )
    except (OSError, ValueError, CourseError) as error:
        reason = str(error).splitlines()[0]
        raise CourseError(
            f"cannot download {file.url} ({reason}); expected SHA-256 {file.sha256}. Try again "
            f"later, or copy the file to {path}, or set {DATA_VARIABLE} to a folder with it"
        ) from error
    return path


def _download(url: str, output_file: str, _: object) -> None:
    """As pooch calls it, for a temporary file whose hash it checks before it keeps it."""
    with open(output_file, "wb") as file:
        download(url, file, max_bytes=MAX_BYTES)


def _unreadable(path: Path, sha256: str | None, reason: str) -> NoReturn:
    raise CourseError(
        f"{path} is damaged: {reason}; expected SHA-256 {sha256 or '(not pinned)'}. Delete it, "
        "and python -m site_lib.data.recordings downloads it again"
    )


# ---------------------------------------------------------------------- reading


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
        _unreadable(archive, None, "V4 and IT do not list the same images")
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
            _unreadable(path, _hashes()[f"{path.parent.name}/{path.name}"], str(error))
        if rdms.shape != (NUM_PEOPLE, num_stimuli, num_stimuli):
            _unreadable(path, _hashes()[f"{path.parent.name}/{path.name}"], f"shape {rdms.shape}")
        found[area] = rdms
    return found


def _matlab(source: Path | io.BytesIO, path: Path) -> dict[str, Any]:
    try:
        return loadmat(source, squeeze_me=True, struct_as_record=False)
    except (ValueError, TypeError, OSError, EOFError, zlib.error) as error:
        _unreadable(path, None, str(error))


def _opened(archive: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(archive)
    except (zipfile.BadZipFile, OSError) as error:
        _unreadable(archive, None, str(error))


def _member(archive: Path, name: str) -> io.BytesIO:
    try:
        with _opened(archive) as opened:
            return io.BytesIO(opened.read(name))
    except (zipfile.BadZipFile, zlib.error, OSError) as error:
        _unreadable(archive, None, f"{name}: {error}")


def _only(archive: Path, members: list[str], ending: str) -> str:
    """The member of an archive whose path ends so, in whatever folder it lies."""
    found = [name for name in members if f"/{name}".endswith(f"/{ending}")]
    if len(found) != 1:
        _unreadable(archive, None, f"{len(found)} files in it are called {ending}")
    return found[0]


def main() -> None:
    """Download the recordings that are named on the command line, or all."""
    with errors_on_one_line():
        for name in sys.argv[1:] or RECORDINGS:
            print(f"{name}: {len(fetch(name))} files in {data_folder() / name}")


if __name__ == "__main__":
    main()
