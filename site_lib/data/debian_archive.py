"""Reader of Debian packages (``.deb``), with nothing but Python.

A package is an ``ar`` archive of three parts; the last, ``data.tar`` in some compression, holds
the files. They are read, not installed.
"""

import io
import lzma
import tarfile
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path

from site_lib.common.errors import CourseError

MAGIC = b"!<arch>\n"
HEADER = 60  # bytes: name 16, time 12, owner 6, group 6, mode 8, size 10, and two that end it
END_OF_HEADER = b"`\n"


def read_files(package: Path, names: Collection[str]) -> dict[str, bytes]:
    """Files of a package by their paths, without a slash before them: name → its bytes.

    Names that the package does not have are left out. Raises CourseError for what is no package,
    is cut off, or is packed in a way that this Python cannot unpack.
    """
    data = _data_part(package.read_bytes(), package.name)
    found: dict[str, bytes] = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            for entry in archive:
                name = entry.name.removeprefix("./")
                file = archive.extractfile(entry) if name in names else None
                if file is not None:
                    found[name] = file.read()
    except (tarfile.TarError, lzma.LZMAError, zlib.error, EOFError, OSError) as error:
        raise CourseError(f"cannot unpack {package.name}: {error}") from error
    return found


def _data_part(content: bytes, name: str) -> bytes:
    """The part with the files; CourseError when there is none."""
    for part, data in _parts(content, name):
        if part.startswith("data.tar"):
            return data
    raise CourseError(f"{name} is no Debian package: it has no data.tar")


def _parts(content: bytes, name: str) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each part of an ``ar`` archive."""
    if not content.startswith(MAGIC):
        raise CourseError(f"{name} is no Debian package: it does not begin with '!<arch>'")
    place = len(MAGIC)
    while place < len(content):
        header = content[place : place + HEADER]
        size = header[48:58].strip()
        if len(header) < HEADER or header[58:] != END_OF_HEADER or not size.isdigit():
            raise CourseError(f"{name} is damaged: one of its parts has no header")
        start, end = place + HEADER, place + HEADER + int(size)
        if end > len(content):
            raise CourseError(f"{name} is cut off after {len(content)} bytes")
        yield header[:16].decode("ascii", errors="replace").strip().rstrip("/"), content[start:end]
        place = end + end % 2  # parts begin at even places
