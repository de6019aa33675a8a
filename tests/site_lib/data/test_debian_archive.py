"""Packages of Debian: the files in them, and one clear error for what is none."""

from pathlib import Path

import pytest

from site_lib.common.errors import CourseError
from site_lib.data.debian_archive import read_files
from tests.site_lib.data.carrier_files import ar_archive, debian_package

FILES = {"usr/share/a": b"x" * 3001, "usr/share/b": b"", "usr/share/c": b"odd"}


def saved(folder: Path, content: bytes) -> Path:
    path = folder / "toy_1.0_all.deb"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("compression", ["xz", "gz", "bz2", ""])
def test_files_come_back_and_others_are_left_out(tmp_path, compression):
    path = saved(tmp_path, debian_package(FILES, compression=compression))
    assert read_files(path, FILES) == FILES
    assert read_files(path, {"usr/share/c", "usr/share/absent", "usr"}) == {"usr/share/c": b"odd"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no Debian package"),
        (b"PK\3\4 a wheel", "no Debian package"),
        (b"!<arch>\n", "it has no data.tar"),
        (ar_archive({"debian-binary": b"2.0\n"}), "it has no data.tar"),
        (b"!<arch>\n" + b"no header at all" * 9, "is damaged"),
        (ar_archive({"data.tar.zst": b"(\xb5/\xfd" + b"x" * 90}), "cannot unpack"),
        (ar_archive({"data.tar.xz": b"\xfd7zXZ\0" + b"x" * 90}), "cannot unpack"),
    ],
)
def test_what_is_no_package_is_named(tmp_path, content, words):
    with pytest.raises(CourseError, match=words) as caught:
        read_files(saved(tmp_path, content), FILES)
    assert "toy_1.0_all.deb" in str(caught.value)


def test_a_package_that_is_cut_off_is_refused_wherever_it_ends(tmp_path):
    whole = debian_package(FILES)
    for length in range(0, len(whole), 17):
        with pytest.raises(CourseError):
            read_files(saved(tmp_path, whole[:length]), FILES)
