"""Recordings from brains by name: what is known of them, downloaded once and checked.

The files lie in a cache of this machine, or in the folder that the environment variable
COURSE_DATA names. ``python -m site_lib.data.recordings`` downloads what is missing. Results from
them are published, the stimuli never: real people are among them.
"""

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NoReturn

import pooch

from site_lib.common.command_line import errors_on_one_line
from site_lib.common.downloads import download
from site_lib.common.errors import CourseError, unknown_name
from site_lib.common.files import sha256_of_file

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
COWLEY = (
    "https://raw.githubusercontent.com/cowleygroup/V4_compact_models/"
    "f4552ad9d34a466ebc66658f72a08a8e5038f1cf/data_V4_responses"
)
CADIEU = "https://s3.amazonaws.com/cadieu-etal-ploscb2014"

AREAS = ("EVC", "IT")
CADIEU_AREAS = ("V4", "IT")
NUM_OBJECTS, NUM_PHOTOGRAPHS, NUM_PEOPLE = 92, 78, 15
# Days on which Cowley et al. recorded: a day each of three animals, and one with all repeats.
V4_SESSIONS = ("190923", "201025", "210621", "210325")
V4_REPEATED = "210325"


@dataclass(frozen=True)
class RemoteFile:
    """A file of a recording.

    path: below the cache folder.   url: where it is downloaded from; None where it is nowhere in
    this form.   sha256: None where the file could not be had when this was written; then only its
    contents are checked.
    """

    path: str
    url: str | None
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


# --------------------------------------------------------------------- registry


@cache
def hashes() -> dict[str, str]:
    """SHA-256 of the files by their paths below the cache folder."""
    lines = HASHES.read_text(encoding="utf-8").splitlines()
    return dict(line.split() for line in lines)


def _remote(path: str, folder: str) -> RemoteFile:
    return RemoteFile(path, f"{folder}/{Path(path).name}", hashes()[path])


def _v4_files() -> tuple[RemoteFile, ...]:
    """Images and mean responses of every session, then the repeats of one."""
    folders = {"images": "zip", "responses": "npy"}
    files = [
        (f"cowley2023/{what}_{session}.{ending}", what)
        for session in V4_SESSIONS
        for what, ending in folders.items()
    ]
    subfolder = {"images": "images", "responses": "responses_repeat_averaged"}
    repeats = RemoteFile(
        f"cowley2023/responses_raw_{V4_REPEATED}.npy",
        f"{COWLEY}/responses_raw/responses_{V4_REPEATED}.npy",
        hashes()[f"cowley2023/responses_raw_{V4_REPEATED}.npy"],
    )
    return (*(_remote(path, f"{COWLEY}/{subfolder[what]}") for path, what in files), repeats)


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
    # Called so before we knew better: its number of images and people is that of a twin set of
    # Mohsenzadeh et al. (2019). The name stays, since paths and records have it.
    Recording(
        "cichy2016",
        "78 photographs: fMRI of 15 people, early visual cortex and IT",
        "mohsenzadeh2019reliability",
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
        "cowley2023",
        "3 macaques: single neurons of V4 and the images that they saw",
        "cowley2026compact",
        "GPL-3.0 (repository cowleygroup/V4_compact_models); rights of the images not stated",
        "per session: images (N, 112, 112, 3), responses (N, neurons)",
        _v4_files(),
    ),
    # Others saved their fits as a pickle, which can run code; ours holds the numbers only.
    Recording(
        "bonnen2021",
        "multi-unit sites of V4 and IT, as 19 layers of VGG-16 predict them",
        "bonnen2021when",
        "none stated (repository neuroailab/mtl_perception)",
        "held-out correlations: V4 (19, 128), IT (19, 168)",
        (
            RemoteFile(
                "bonnen2021/vgg16_layer_fits_hvm.npz",
                None,
                hashes()["bonnen2021/vgg16_layer_fits_hvm.npz"],
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


def downloadable() -> list[str]:
    """Names of the recordings all of whose files can be downloaded."""
    return [one.name for one in RECORDINGS.values() if all(file.url for file in one.files)]


# ------------------------------------------------------------------------ files


def cache_folder() -> Path:
    """Where this machine keeps what was downloaded."""
    return Path(pooch.os_cache(CACHE_NAME))


def data_folder() -> Path:
    """Where recordings lie: the folder named by COURSE_DATA, or the cache of this machine."""
    by_hand = os.environ.get(DATA_VARIABLE)
    return Path(by_hand) if by_hand else cache_folder()


def source_folder(name: str) -> Path:
    """Where the files of a source from a package lie: the cache, unless a folder that was filled
    by hand (COURSE_DATA) has them; recordings may be kept where nothing can be written.
    """
    by_hand = data_folder() / name
    return by_hand if by_hand.is_dir() else cache_folder() / name


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
            unreadable(path, file.sha256, "its SHA-256 is another")
        return path
    if file.url is None:
        raise CourseError(
            f"{path} is not there and cannot be downloaded in this form; its numbers are committed "
            f"with the course. To measure anew, copy it there, or set {DATA_VARIABLE} to a folder "
            f"with it; expected SHA-256 {file.sha256}"
        )
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


def unreadable(path: Path, sha256: str | None, reason: str) -> NoReturn:
    """CourseError for a file of a recording that is there and damaged."""
    raise CourseError(
        f"{path} is damaged: {reason}; expected SHA-256 {sha256 or '(not pinned)'}. Delete it, "
        "and python -m site_lib.data.recordings downloads it again"
    )


def main() -> None:
    """Download the recordings that are named on the command line, or all that can be."""
    with errors_on_one_line():
        for name in sys.argv[1:] or downloadable():
            print(f"{name}: {len(fetch(name))} files in {data_folder() / name}")


if __name__ == "__main__":
    main()
