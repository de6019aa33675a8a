"""Figures of a published site, or in a folder: their records and pictures, within limits.

A site may be anybody's. So what it names is checked before anything is written, every file has a
largest size, and a server that makes no progress is given up.
"""

import io
import re
import reprlib
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from figures_src.engine.catalogue import figures_folder
from figures_src.engine.catalogue_schema import is_name
from figures_src.engine.picture_difference import MAX_BYTES as MAX_PICTURE_BYTES
from site_lib.common.downloads import NotThereError, download
from site_lib.common.errors import CourseError
from site_lib.common.files import atomic_path
from site_lib.records.published_files import figure_files
from site_lib.records.sidecars import MAX_BYTES as MAX_RECORD_BYTES
from site_lib.records.sidecars import REMEDY, parse_sidecar, sidecars
from site_lib.site.pages import LIST_OF_FIGURES

# The course has some fifty figures, whose records take less than a megabyte in all.
MAX_LIST_BYTES, MAX_RECORDS_BYTES, MAX_SITE_BYTES = 100_000, 50_000_000, 1_000_000_000
CHECK_ADDRESS = "check the address"


class _Site:
    """A site from which no more than so much is fetched in all."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")
        self.bytes_left = MAX_SITE_BYTES

    def fetch(self, path: str, *, max_bytes: int) -> bytes:
        """Contents of a file; CourseError as `download`."""
        buffer = io.BytesIO()
        download(f"{self.address}/{path}", buffer, max_bytes=min(max_bytes, self.bytes_left))
        self.bytes_left -= buffer.tell()
        return buffer.getvalue()


def published_folder(where: str, empty: Path) -> Path:
    """The folder with published figures: the one that is named, or one that they are fetched into.

    where: a folder, its address ``file:///…``, or the address of a site.   empty: an empty folder.
    """
    scheme = re.match(r"([a-z][a-z0-9+.-]*)://", where, re.I)
    match scheme and scheme[1].lower():
        case None:
            return Path(where)
        case "file":
            return Path(url2pathname(urlsplit(where).path))
        case "http" | "https":
            _download(_Site(where), empty)
            return empty
    raise CourseError(f"{where} is neither a folder nor an address that begins with http")


def read_records(folder: Path, *, remedy: str = REMEDY) -> dict[str, dict[str, Any]]:
    """Records of all figures in a folder, by id; CourseError when one is damaged, or there is none.

    remedy: what to do then, the end of the error.
    """
    records = sidecars(folder, remedy=remedy)
    if not records:
        raise CourseError(f"no figures in {folder}; {remedy}")
    for figure, record in records.items():
        _check_names(figure, record, f"{folder / figure}.json", remedy)
    return records


def is_picture(path: Path) -> bool:
    """Whether there is such a file, and it lies in its folder and is no link to somewhere else."""
    return path.is_file() and path.resolve().parent == path.parent.resolve()


def _download(site: _Site, folder: Path) -> None:
    """Fetch the records and pictures of all figures of a site into a folder.

    CourseError when there is no such site, or it is not as it should be.
    """
    try:
        listed = site.fetch(LIST_OF_FIGURES, max_bytes=MAX_LIST_BYTES)
    except NotThereError as error:
        raise CourseError(f"{error}; {CHECK_ADDRESS}") from error
    base, records_left = figures_folder().name, MAX_RECORDS_BYTES
    for figure in dict.fromkeys(listed.decode(errors="replace").split()):
        if not is_name(figure):
            shown = reprlib.repr(figure)
            raise CourseError(
                f"{site.address}/{LIST_OF_FIGURES} lists {shown}, which cannot be the name of a "
                f"figure; {CHECK_ADDRESS}"
            )
        source = f"{site.address}/{base}/{figure}.json"
        limit = min(MAX_RECORD_BYTES, records_left)
        data = site.fetch(f"{base}/{figure}.json", max_bytes=limit)
        records_left -= len(data)
        record = parse_sidecar(data, source, remedy=CHECK_ADDRESS)
        _check_names(figure, record, source, CHECK_ADDRESS)
        _write(folder / f"{figure}.json", data)
        for name in sorted({image["file"] for image in record["images"]}):
            with suppress(NotThereError):
                _write(folder / name, site.fetch(f"{base}/{name}", max_bytes=MAX_PICTURE_BYTES))


def _write(path: Path, data: bytes) -> None:
    with atomic_path(path) as temporary:
        temporary.write_bytes(data)


def _check_names(figure: str, record: dict[str, Any], source: str, remedy: str) -> None:
    """A record names its figure, and pictures as the drawings call them: nothing outside."""
    if record["id"] != figure or not is_name(figure):
        shown = reprlib.repr(record["id"])
        raise CourseError(f"{source} is the record of {shown}, not of {figure!r}; {remedy}")
    known = {name for form in ("svg", "webp") for name in figure_files(figure, form)[2:]}
    for image in record["images"]:
        if image["file"] not in known:
            shown = reprlib.repr(image["file"])
            raise CourseError(f"{source} names {shown}, no picture of {figure!r}; {remedy}")
