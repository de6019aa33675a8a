"""Records of figures: whole ones are read as they are, damaged ones are one clear error."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from site_lib.common.errors import CourseError
from site_lib.records.sidecars import (
    MAX_BYTES,
    MAX_DEPTH,
    largest_picture,
    read_sidecar,
    sidecars,
)
from tests.records import figure_record


def test_whole_records_are_read_by_id(tmp_path: Path) -> None:
    records = {
        "one": figure_record("one", metrics={"deep": {"losses": [0.5, 1]}, "of": "a_b"}),
        "two": figure_record("two", folder={"files": 3, "sha256": "ab"}, later="unknown key"),
    }
    for name, record in reversed(records.items()):
        (tmp_path / f"{name}.json").write_text(json.dumps(record, indent=1))
    (tmp_path / "one.csv").write_text("a,b\n")
    assert list(sidecars(tmp_path).items()) == list(records.items())


def test_one_of_several_runs_is_called_by_its_folder_too(tmp_path: Path) -> None:
    (tmp_path / "bear.json").write_text(json.dumps(figure_record("animal/bear")))
    assert read_sidecar(tmp_path / "bear.json")["id"] == "animal/bear"


def without(*keys: str) -> Callable[[dict], Any]:
    """Takes a key out of a record, or out of the first entry of one of its lists."""

    def changed(record: dict) -> dict:
        inner = record if len(keys) == 1 else record[keys[0]][0]
        del inner[keys[-1]]
        return record

    return changed


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda record: [record], "Expected `object`, got `array`"),
        (without("caption"), "missing required field `caption`"),
        (without("experiments", "profile"), "missing required field `profile` - at `$.experiments"),
        (lambda record: record | {"id": 5}, "Expected `str`, got `int` - at `$.id`"),
        (lambda record: record | {"claims": {}}, "Expected `array`, got `object`"),
        (lambda record: record | {"experiments": []}, "length >= 1 - at `$.experiments`"),
        (lambda record: record | {"metrics": {"loss": float("nan")}}, "JSON is malformed"),
        (lambda record: record | {"metrics": {"loss": float("inf")}}, "JSON is malformed"),
        (lambda record: record | {"metrics": {"n": 10**400}}, "a number is too large"),
        (lambda record: record | {"id": "two"}, "is the record of the figure 'two'"),
    ],
)
def test_a_record_that_is_not_one_is_refused(
    tmp_path: Path, change: Callable[[dict], Any], words: str
) -> None:
    path = tmp_path / "one.json"
    path.write_text(json.dumps(change(figure_record("one"))))
    with pytest.raises(CourseError) as caught:
        read_sidecar(path)
    assert words in str(caught.value)
    assert str(caught.value).startswith(str(path))
    assert str(caught.value).endswith("; run `make figures`")


@pytest.mark.parametrize(
    "data", [b"", b"{", b"<!doctype html>", b"\xff", b'"\\ud800"', b"[" * 100_000, b"9" * 5000]
)
def test_what_is_no_record_at_all_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "one.json").write_bytes(data)
    with pytest.raises(CourseError, match=r"one.json is not the record of a figure \(.+\); look"):
        sidecars(tmp_path, remedy="look")


def nested(levels: int) -> Any:
    return {"in": nested(levels - 1)} if levels else 1


def test_a_record_that_is_nested_too_deeply_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_text(json.dumps(figure_record("one", metrics=nested(MAX_DEPTH - 1))))
    assert read_sidecar(path)["metrics"] == nested(MAX_DEPTH - 1)
    path.write_text(json.dumps(figure_record("one", metrics=nested(MAX_DEPTH))))
    with pytest.raises(CourseError, match=r"one.json is not .* more than 32 levels deep\); run"):
        read_sidecar(path)


def test_a_record_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    with open(tmp_path / "one.json", "wb") as file:
        file.truncate(1000 * MAX_BYTES)  # takes no room on the disk
    with pytest.raises(CourseError, match=r"one.json is not .* \(larger than 5000000 bytes\)"):
        read_sidecar(tmp_path / "one.json")


def test_a_folder_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"cannot read .*: File name too long; run"):
        sidecars(tmp_path / ("a" * 300))


def test_a_record_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "one.json").mkdir()
    with pytest.raises(CourseError, match=r"cannot read .*one.json: Is a directory; run `make"):
        sidecars(tmp_path)


def test_the_largest_picture_is_the_sharpest_of_a_wide_page() -> None:
    """In the theme that is asked for."""
    images = [
        {"theme": theme, "layout": layout, "scale": scale, "file": f"{theme}.{layout}.{scale}x"}
        for theme in ("dark", "light")
        for layout in ("wide", "narrow")
        for scale in (2, 1)
    ]
    assert largest_picture({"images": images}, "light")["file"] == "light.wide.2x"
    assert largest_picture({"images": images}, "dark")["file"] == "dark.wide.2x"
