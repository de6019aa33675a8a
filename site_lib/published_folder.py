"""A folder that one figure owns: too many files to be named in the catalogue one by one."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from site_lib.provenance import atomic_path, fingerprint, sha256_of_file


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
