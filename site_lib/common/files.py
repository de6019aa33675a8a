"""Files: where the project lies, hashes of contents, and writing that a killed program survives."""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from site_lib.common.errors import CourseError

ROOT = Path(__file__).resolve().parents[2]


def sha256_of_file(path: Path) -> str:
    """Hexadecimal SHA-256 of a file's bytes."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fingerprint(parts: Mapping[str, Any]) -> str:
    """Hexadecimal SHA-256 of JSON-able parts; equal parts in any order give the same hash."""
    canonical = json.dumps(parts, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def check_sha256(path: Path, expected: str) -> None:
    """CourseError when the file's SHA-256 does not begin with ``expected``."""
    found = sha256_of_file(path)
    if not found.startswith(expected):
        raise CourseError(
            f"{path} was altered: its SHA-256 is {found[:16]}…, expected {expected[:16]}…; "
            "delete it and reinstall the package or download the file again"
        )


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
