"""What a figure shows, from its data."""

from pathlib import Path

import pytest

from site_lib.common.errors import CourseError
from site_lib.site.long_descriptions import Column, in_words, read_table


def test_columns_say_what_they_hold(tmp_path: Path) -> None:
    """Numbers their range, words themselves."""
    path = tmp_path / "data.csv"
    path.write_text('depth,"name, short"\n-1.5,first\n20,"second, last"\n20,first\n', "utf-8")
    table = read_table(path)
    assert table.num_rows == 3
    assert table.columns == [
        Column("depth", "−1.5 to 20"),
        Column("name, short", "first, second, last"),
    ]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["3", "3.0"], "3"),
        (["1", "", "2", ""], "1 to 2; 2 empty"),
        (["", ""], "empty"),
        ([f"w{i}" for i in range(9)], "9 different values"),
        (["1", "two"], "1, two"),
    ],
)
def test_in_words(cells: list[str], expected: str) -> None:
    """One value, missing ones, many words, and words among numbers."""
    assert in_words(cells) == expected


@pytest.mark.parametrize("text", [None, "", "a,b\n"])
def test_missing_data_are_named(tmp_path: Path, text: str | None) -> None:
    """No file, nothing in it, or a heading alone."""
    path = tmp_path / "data.csv"
    if text is not None:
        path.write_text(text, "utf-8")
    with pytest.raises(CourseError, match=r"data\.csv"):
        read_table(path)
