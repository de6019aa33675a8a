"""What is light in an occlusion map, and what it is compared with."""

import runpy
from types import SimpleNamespace

import numpy as np
import pytest

from site_lib.common.files import ROOT
from site_lib.records.measurement import Result

SCRIPT = ROOT / "figures_src" / "what_units_see" / "occlusion-maps.py"


@pytest.fixture(scope="module")
def script():
    return runpy.run_path(str(SCRIPT))


def test_light_lies_where_hiding_costs(script):
    pixels = np.full((224, 224, 3), 200, dtype=np.uint8)
    lost = np.zeros((4, 4))
    lost[1, 2] = 3
    lost[3, 0] = -5
    settings = SimpleNamespace(numbers={"square": 56, "stride": 56})
    found = script["lit"](pixels, lost, lost, settings)
    middle = found[28::56, 28::56, 0]
    assert middle[1, 2] == 200
    others = np.delete(middle.ravel(), 6)
    # A neighbour gets less than half of the light, for the border is soft.
    assert (np.abs(others.astype(int) - script["GREY"]) < 36).all()
    assert (others == script["GREY"]).sum() >= 7
    # What costs a unit a tenth of what its own photograph does is fainter.
    fainter = script["lit"](pixels, 0.1 * lost, lost, settings)
    assert script["GREY"] < fainter[28::56, 28::56, 0][1, 2] < script["GREY"] + 0.3 * 72


def test_a_control_is_measured_by_its_own_photograph(script):
    arrays = {"lost": np.array([[[2.0]], [[1.0]]]), "lost_of_other": np.array([[[1.0]], [[6.0]]]),
              "answers": np.array([4.0, 5.0])}  # fmt: skip
    assert script["taken"](arrays, 0) == pytest.approx(2 / 4)
    assert script["taken_of_other"](arrays, 0) == pytest.approx(1 / 5)
    assert script["taken_of_other"](arrays, 1) == pytest.approx(6 / 4)
    assert script["in_words"](1.5) == "all"
    assert script["in_words"](0.06) == "6 %"


def test_partial_correlation_is_that_of_residuals(script):
    first, second, third = np.random.default_rng(0).normal(size=(3, 500))
    first, second = first + third, second + 0.5 * third
    both, of_first, of_second = (
        np.corrcoef(*pair)[0, 1] for pair in ((first, second), (first, third), (second, third))
    )
    residuals = [one - np.polyval(np.polyfit(third, one, 1), third) for one in (first, second)]
    expected = np.corrcoef(*residuals)[0, 1]
    assert script["partial_correlation"](both, of_first, of_second) == pytest.approx(expected)


def test_nearness_is_measured_from_the_unit(script):
    arrays = {"lost": np.zeros((1, 10, 10)), "centres": np.array([[21.5, 61.5]])}
    found = Result(arrays, {}, {"parameters": {"square": 44, "stride": 20}, "seed": 0})
    distance = script["distance_from_unit"](found, 0)
    assert distance.shape == (10, 10)
    assert distance[0, 2] == 0
    assert distance[3, 6] == pytest.approx(np.hypot(60, 80))
