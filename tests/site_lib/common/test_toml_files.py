"""Data files against their types."""

from pathlib import Path

import pytest

from site_lib.common.errors import CourseError
from site_lib.common.toml_files import checked, read_toml


def written(folder: Path, content: bytes) -> Path:
    """A file with this content."""
    path = folder / "data.toml"
    path.write_bytes(content)
    return path


def test_content_has_the_type(tmp_path: Path) -> None:
    path = written(tmp_path, "name = 'Größe'\n".encode())
    assert read_toml(path, dict[str, str]) == {"name": "Größe"}
    assert checked([1, 2], tuple[int, ...], "x") == (1, 2)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"name = 3", "Expected `str`, got `int`"),
        (b"name = 'a'\nname = 'b'", "Cannot overwrite a value"),
        (b"name = ", "Invalid value"),
        (b"name = '\xfc'", "codec can't decode"),
    ],
)
def test_what_is_wrong_is_named_with_the_file(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(CourseError, match=rf"cannot read .*data\.toml: .*{message}"):
        read_toml(written(tmp_path, content), dict[str, str])


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"data\.toml.*; correct the file"):
        read_toml(tmp_path / "data.toml", dict[str, str])


def test_a_part_is_named_by_where_it_stands() -> None:
    with pytest.raises(CourseError, match="term 'a': Expected `str`, got `int`; correct the entry"):
        checked(3, str, "term 'a'")
