"""Files of figures: what every drawing writes, and folders of files too many to be listed."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from site_lib.common.files import atomic_path, fingerprint, sha256_of_file

# Below the folder of a figure: what a reader can choose among, and the pictures of it in one file.
STATES, FRAMES = "states.json", "frames.webp"


def write_folder(folder: Path, files: Mapping[str, bytes]) -> dict[str, str | int]:
    """Make a folder hold exactly these files, by name below it; returns what describes it."""
    if folder.exists():
        shutil.rmtree(folder)
    for name, content in files.items():
        with atomic_path(folder / name) as temporary:
            temporary.write_bytes(content)
    return describe_folder(folder)


def describe_folder(folder: Path) -> dict[str, str | int]:
    """Number of files in a folder, and one hash over their names and contents."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    hashes = {path.relative_to(folder).as_posix(): sha256_of_file(path) for path in paths}
    return {"files": len(hashes), "sha256": fingerprint(hashes)}


def figure_files(figure_id: str, image_format: str) -> list[str]:
    """File names that a drawing writes: sidecar, data table, and every image variant."""
    scales = {"svg": [""], "webp": [".1x", ".2x"]}[image_format]
    images = [
        f"{figure_id}.{theme}.{layout}{scale}.{image_format}"
        for theme in ("light", "dark")
        for layout in ("wide", "narrow")
        for scale in scales
    ]
    return [f"{figure_id}.json", f"{figure_id}.csv", *images]
