"""A result comes back as it was saved, and a damaged one is one clear error."""

from pathlib import Path

import numpy as np
import pytest

from site_lib.common.errors import CourseError
from site_lib.records.measurement import Measurement, load_result, save_result


def test_result_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    path = tmp_path / "result.npz"
    arrays = {"x": np.arange(6, dtype=np.uint8).reshape(2, 3), "empty": np.zeros((0, 2))}
    save_result(path, Measurement(arrays, {"n": 2}), {"profile": "draft", "é": None})
    result = load_result(path)
    assert result.metrics == {"n": 2}
    assert result.record == {"profile": "draft", "é": None}
    assert result.arrays.keys() == arrays.keys()
    for name, array in arrays.items():
        assert result[name].dtype == array.dtype
        np.testing.assert_array_equal(result[name], array)


@pytest.mark.parametrize(
    ("metrics", "message"),
    [
        ({"gain": float("nan")}, "metric gain is nan, so nothing was measured"),
        ({"n": 1, "median": {"pgd": [0.1, float("inf")]}}, r"metric median pgd\[1\] is inf"),
        ({"rank": np.float64("nan")}, "metric rank is nan"),
        ({"number": np.int64(3)}, r"metric number is of type int64; convert it with .*int\(\)"),
        ({"values": np.ones(2)}, r"metric values is of type ndarray.*\.tolist\(\)"),
    ],
)
def test_a_metric_that_is_no_number_is_named_and_the_earlier_result_stays(
    tmp_path: Path, metrics: dict, message: str
) -> None:
    path = tmp_path / "result.npz"
    save_result(path, Measurement({}, {"gain": 2.0}), {})
    with pytest.raises(CourseError, match=message):
        save_result(path, Measurement({}, metrics), {})
    assert load_result(path).metrics == {"gain": 2.0}


def test_an_array_that_could_not_be_read_back_is_not_saved(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="array 'x' holds Python objects"):
        save_result(tmp_path / "r.npz", Measurement({"x": np.array([None, 1])}, {}), {})
    # Unlike a metric, an array may say with NaN where nothing was measured.
    save_result(tmp_path / "r.npz", Measurement({"x": np.array([np.nan])}, {}), {})


def test_damaged_result_is_a_course_error(tmp_path: Path) -> None:
    path = tmp_path / "result.npz"
    values = np.random.default_rng(0).normal(size=1000)
    save_result(path, Measurement({"x": values}, {}), {})
    whole = path.read_bytes()
    middle = len(whole) // 2
    flipped = whole[:middle] + bytes([whole[middle] ^ 255]) + whole[middle + 1 :]
    for damaged in (b"", whole[:10], whole[:-100], flipped, b"not a result at all"):
        path.write_bytes(damaged)
        with pytest.raises(CourseError, match=r"damaged result .*delete it and rebuild"):
            load_result(path)
    path.unlink()
    with pytest.raises(CourseError, match=r"no result at .*make figures"):
        load_result(path)


def test_npz_of_someone_else_is_a_course_error(tmp_path: Path) -> None:
    np.savez(tmp_path / "other.npz", x=np.ones(2))
    with pytest.raises(CourseError, match="damaged result"):
        load_result(tmp_path / "other.npz")
