"""The small data files that authors edit: read, and checked against a type."""

from pathlib import Path
from typing import Any, TypeVar

import msgspec

from site_lib.common.errors import CourseError

Content = TypeVar("Content")


def read_toml(path: Path, kind: type[Content]) -> Content:
    """Content of a TOML file as a type that msgspec knows.

    Raises CourseError that names the place when the file is missing or damaged, or holds
    something else than the type says.
    """
    try:
        return msgspec.toml.decode(path.read_bytes(), type=kind)
    except (OSError, UnicodeDecodeError, msgspec.MsgspecError) as error:
        raise CourseError(f"cannot read {path}: {error}; correct the file") from None


def checked(value: Any, kind: type[Content], where: str) -> Content:
    """A part of such a file as a type; CourseError that begins with ``where`` otherwise."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise CourseError(f"{where}: {error}; correct the entry") from None
