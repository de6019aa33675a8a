"""Resource files of Qt: read as they were packed, and one clear error for what is damaged."""

import struct

import numpy as np
import pytest

from site_lib.common.errors import CourseError
from site_lib.data.qt_resources import QtResources
from tests.site_lib.data.carrier_files import resource_file

FILES = {
    "a/b/one.webp": b"one" * 50,
    "a/b/two.webp": b"",
    "a/README": "Grüße".encode(),
    "c": b"\0\1",
}


@pytest.mark.parametrize("version", [1, 2, 3])
@pytest.mark.parametrize("packed", [False, True])
def test_every_file_comes_back(version, packed):
    resources = QtResources(resource_file(FILES, version=version, packed=packed))
    assert {name: resources.read(name) for name in resources.names} == FILES


def test_names_may_have_any_letter():
    assert QtResources(resource_file({"É/Ω.txt": b"x"})).names == ("É/Ω.txt",)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda data: b"rcc" + data, "does not begin with 'qres'"),
        (lambda data: data[:4] + b"\0\0\0\x09" + data[8:], "version 9"),
        (lambda data: data[:15], "breaks off"),
        (lambda data: data[:-30], "breaks off"),
    ],
)
def test_another_file_is_refused(change, words):
    with pytest.raises(CourseError, match=words):
        QtResources(change(resource_file(FILES)))


def test_what_is_not_there_or_cannot_be_unpacked_is_named():
    data = resource_file({"one": b"x" * 100})
    with pytest.raises(CourseError, match="has no two"):
        QtResources(data).read("two")
    # Its line of the tree: place of its name, flags, country, language, place of its contents.
    plain, zstd = (struct.pack(">IHHHI", 6, flags, 0, 1, 0) for flags in (0, 4))
    zstd = data.replace(plain, zstd)
    with pytest.raises(CourseError, match="one is packed with zstd"):
        QtResources(zstd).read("one")
    packed = resource_file({"one": b"x" * 100}, packed=True)
    place = packed.index(b"x\x9c")
    with pytest.raises(CourseError, match="damaged in one"):
        QtResources(packed[:place] + b"??" + packed[place + 2 :]).read("one")


@pytest.mark.parametrize("packed", [False, True])
def test_a_damaged_file_is_read_or_named_and_never_walked_for_ever(packed):
    whole = np.frombuffer(resource_file(FILES, packed=packed), dtype=np.uint8)
    rng, refused = np.random.default_rng(0), 0
    for _ in range(400):
        data = whole.copy()
        data[rng.integers(len(data), size=3)] = rng.integers(256, size=3)
        try:
            resources = QtResources(data.tobytes())
            for name in resources.names:
                resources.read(name)
        except CourseError:
            refused += 1
    assert 0 < refused < 400
