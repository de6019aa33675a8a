"""Committed measurements: read by everybody, measured again where the recordings are."""

import numpy as np
import pytest

from site_lib.common.errors import CourseError
from site_lib.data import recorded as module
from site_lib.data.recorded import recorded

ARRAYS = {"r": np.array([0.25, 0.5]), "names": np.array(["a", "b"]), "axis": np.array([1.0])}


@pytest.fixture
def at_hand(monkeypatch: pytest.MonkeyPatch):
    def choose(present: bool) -> None:
        monkeypatch.setattr(module, "at_hand", lambda _names: present)

    choose(True)
    return choose


def run(path, arrays, mode, **changes):
    keywords = {"settings": {"side": 8}, "tolerance": 0.01, "not_compared": ["axis"]} | changes
    return recorded(path, lambda: arrays, mode=mode, recordings=["cichy2014"], **keywords)


@pytest.fixture
def file(tmp_path, at_hand):
    run(tmp_path / "one.json", ARRAYS, "write")
    return tmp_path / "one.json"


def test_what_was_written_is_read_where_nothing_can_be_measured(file, at_hand):
    at_hand(False)

    def fails():
        raise AssertionError("there is nothing to measure")

    result = recorded(
        file,
        fails,
        mode="check",
        recordings=["cichy2014"],
        settings={"side": 8},
        tolerance=0.01,
    )
    assert result["r"].tolist() == [0.25, 0.5]
    assert result["names"].tolist() == ["a", "b"]
    assert [entry["name"] for entry in result.inputs] == [
        "recorded measurement: one.json",
        "recording: cichy2014/fmri_EVC_RDMs.npz",
        "recording: cichy2014/fmri_IT_RDMs.npz",
    ]


def test_a_small_difference_passes_and_the_committed_numbers_stay(file):
    again = run(file, ARRAYS | {"r": np.array([0.255, 0.5]), "axis": np.array([-1.0])}, "check")
    assert again["r"].tolist() == [0.25, 0.5]


@pytest.mark.parametrize(
    "changed",
    [{"r": np.array([0.3, 0.5])}, {"r": np.array([np.nan, 0.5])}, {"names": np.array(["a", "c"])}],
    ids=["value", "not a number", "name"],
)
def test_a_difference_beyond_the_tolerance_fails(file, changed):
    with pytest.raises(CourseError, match="differs from the recorded measurement"):
        run(file, ARRAYS | changed, "check")
    assert run(file, ARRAYS | changed, "read")["r"].tolist() == [0.25, 0.5]


def test_another_shape_fails(file):
    with pytest.raises(CourseError, match="shape"):
        run(file, ARRAYS | {"r": np.zeros(3)}, "check")


def test_other_settings_are_refused(file):
    with pytest.raises(CourseError, match="measure anew"):
        run(file, ARRAYS, "read", settings={"side": 16})


def test_writing_needs_the_recordings(tmp_path, at_hand):
    at_hand(False)
    with pytest.raises(CourseError, match=r"site_lib\.data\.recordings"):
        run(tmp_path / "one.json", ARRAYS, "write")


@pytest.mark.parametrize("text", ["", "{"], ids=["empty", "truncated"])
def test_a_damaged_record_is_one_clear_error(file, text):
    file.write_text(text)
    with pytest.raises(CourseError, match="restore it"):
        run(file, ARRAYS, "read")


def test_an_unknown_mode_lists_the_others(tmp_path):
    with pytest.raises(CourseError, match="check, read, write"):
        run(tmp_path / "one.json", ARRAYS, "measure")
