"""Where a figure comes from: hashes of its inputs, and the files that carry them.

An experiment writes one ``.npz`` file: its arrays, plus a JSON record of what was
measured, with what, on what. A drawing reads that file and writes a sidecar
``docs/figures/<id>.json`` from which the page takes caption, numbers and provenance card.
"""

import hashlib
import json
import math
import os
import platform
import subprocess
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from site_lib.errors import CourseError

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Measurement:
    """What an experiment returns.

    arrays: named numpy arrays, as drawn.   metrics: JSON-able numbers for captions and prose.
    weights: ``{"model", "sha256"}`` of every network used.   inputs: ``{"name", "sha256"}`` of
    every photograph or recording used.
    """

    arrays: dict[str, np.ndarray]
    metrics: dict[str, Any]
    weights: list[dict[str, str]] = field(default_factory=list)
    inputs: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Result:
    """A measurement read back from disk, with the record of how it was made."""

    arrays: dict[str, np.ndarray]
    metrics: dict[str, Any]
    record: dict[str, Any]

    def __getitem__(self, name: str) -> np.ndarray:
        return self.arrays[name]


# ---------------------------------------------------------------------- hashes


def sha256_of_file(path: Path) -> str:
    """Hexadecimal SHA-256 of a file's bytes."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fingerprint(parts: Mapping[str, Any]) -> str:
    """Hexadecimal SHA-256 of JSON-able parts; equal parts in any order give the same hash."""
    canonical = json.dumps(parts, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


@cache
def git_commit(root: Path = ROOT) -> str:
    """Commit that is checked out, marked ``+changes`` when the tree differs from it."""
    try:
        head = _git(root, "rev-parse", "HEAD")
        changes = _git(root, "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return head + ("+changes" if changes else "")


def _git(root: Path, *arguments: str) -> str:
    command = ["git", "-C", str(root), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def machine() -> str:
    """Processor architecture, number of cores and Python version, for the record."""
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


# ----------------------------------------------------------------------- files


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Yield a temporary path; move it over ``path`` only when the block succeeds.

    A killed or failed writer leaves the earlier file as it was. Raises CourseError when the
    folder cannot be written or the disk is full.
    """
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        os.close(handle)
        temporary = Path(name)
        yield temporary
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        raise CourseError(
            f"cannot write {path}: {error.strerror or error}; "
            "check that the folder is writable and that the disk has room"
        ) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file atomically."""
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def save_result(path: Path, measurement: Measurement, record: Mapping[str, Any]) -> None:
    """Write an experiment's arrays, metrics and record to one ``.npz`` file.

    Raises CourseError for a metric that JSON cannot hold, such as NaN, and for an array of
    Python objects.
    """
    _check_metrics("metric", measurement.metrics)
    for name, array in measurement.arrays.items():
        if np.asarray(array).dtype.hasobject:
            raise CourseError(f"array {name!r} holds Python objects; save numbers or text")
    text = json.dumps({"metrics": measurement.metrics, "record": record}, ensure_ascii=False)
    contents: dict[str, Any] = {**measurement.arrays, "__json__": np.array(text)}
    with atomic_path(path) as temporary, open(temporary, "wb") as file:
        np.savez_compressed(file, **contents)


def _check_metrics(name: str, value: Any) -> None:
    """CourseError that names the first metric which is neither text, truth nor finite number."""
    if isinstance(value, dict):
        for key, one in value.items():
            _check_metrics(f"{name} {key}", one)
    elif isinstance(value, list | tuple):
        for index, one in enumerate(value):
            _check_metrics(f"{name}[{index}]", one)
    elif isinstance(value, float) and not math.isfinite(value):
        raise CourseError(f"{name} is {value}, so nothing was measured; save None, or leave it out")
    elif not isinstance(value, str | int | float | None):
        kind = type(value).__name__
        raise CourseError(f"{name} is of type {kind}; convert it with float(), int() or .tolist()")


def load_result(path: Path) -> Result:
    """Read what :func:`save_result` wrote; CourseError when it is missing or damaged."""
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files if name != "__json__"}
            text = json.loads(str(archive["__json__"]))
    except FileNotFoundError:
        raise CourseError(f"no result at {path}; run its experiment (make figures)") from None
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, EOFError, OSError) as error:
        raise CourseError(f"damaged result {path} ({error}); delete it and rebuild") from error
    return Result(arrays, text["metrics"], text["record"])


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
