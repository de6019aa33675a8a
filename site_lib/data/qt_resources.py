"""Reader of Qt's binary resource files (``.rcc``), of which GCompris is made.

A file of this kind holds a tree of folders. The layout is that of Qt's ``rcc`` tool: a header
(``qres``, a version, the places of three tables), then the tree, the names and the contents; all
numbers are big-endian.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from site_lib.common.errors import CourseError

MAGIC = b"qres"
VERSIONS = (1, 2, 3)
ZLIB, FOLDER, ZSTD = 1, 2, 4


@dataclass(frozen=True)
class _Node:
    """A line of the tree. first: of its children in a folder; of its contents in a file."""

    name: str
    flags: int
    num_children: int
    first: int


class QtResources:
    """A resource file's contents: which files are in it, and the bytes of each.

    Raises CourseError for what is no such file, is damaged, or is packed in a way that Python
    cannot unpack by itself (zstd).
    """

    def __init__(self, data: bytes) -> None:
        if data[:4] != MAGIC:
            raise CourseError("this is no resource file of Qt: it does not begin with 'qres'")
        self._data = data
        self._version, self._tree, self._contents, self._names = self._unpack(">4I", 4)
        if self._version not in VERSIONS:
            raise CourseError(f"resource files of Qt in version {self._version} are not known here")
        # From version 2 on each line of the tree ends with the time of its last change.
        self._line = 14 if self._version == 1 else 22
        self._files = dict(self._walk())

    @property
    def names(self) -> tuple[str, ...]:
        """Paths of the files, folders separated by slashes, in the order of the tree."""
        return tuple(self._files)

    def read(self, name: str) -> bytes:
        """Bytes of a file; CourseError when there is none of this name."""
        if name not in self._files:
            raise CourseError(f"the resource file has no {name}")
        node = self._files[name]
        start = self._contents + node.first
        (length,) = self._unpack(">I", start)
        stored = self._data[start + 4 : start + 4 + length]
        if len(stored) != length:
            raise CourseError(f"the resource file breaks off within {name}")
        if node.flags & ZSTD:
            raise CourseError(f"{name} is packed with zstd, which cannot be read here")
        return _inflated(stored, name) if node.flags & ZLIB else stored

    def _walk(self) -> Iterator[tuple[str, _Node]]:
        """Path and node of each file, in the order of the tree."""
        waiting, seen = [(0, "")], set()
        while waiting:
            index, folder = waiting.pop()
            node = self._node(index)
            if index in seen or node.num_children > len(self._data) // self._line:
                raise CourseError("the resource file is damaged: its tree has no end")
            seen.add(index)
            path = folder + node.name
            if not node.flags & FOLDER:
                yield path, node
                continue
            below = f"{path}/" if path else ""
            children = range(node.first, node.first + node.num_children)
            waiting += [(child, below) for child in reversed(children)]

    def _node(self, index: int) -> _Node:
        place = self._tree + index * self._line
        name, flags, num_children, first = self._unpack(">IHII", place)
        if not flags & FOLDER:  # a country and a language stand there
            num_children = 0
        return _Node(self._name(name) if index else "", flags, num_children, first)

    def _name(self, offset: int) -> str:
        place = self._names + offset
        (length,) = self._unpack(">H", place)
        # Four bytes of a hash lie between.
        letters = self._data[place + 6 : place + 6 + 2 * length]
        return letters.decode("utf-16-be", errors="replace")

    def _unpack(self, layout: str, place: int) -> tuple[int, ...]:
        try:
            return struct.unpack_from(layout, self._data, place)
        except struct.error:
            raise CourseError("the resource file is damaged: it breaks off") from None


def _inflated(stored: bytes, name: str) -> bytes:
    """What Qt's qCompress packed: the length in four bytes, then zlib."""
    try:
        return zlib.decompress(stored[4:])
    except zlib.error as error:
        raise CourseError(f"the resource file is damaged in {name}: {error}") from None
