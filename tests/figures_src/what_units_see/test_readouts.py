"""Numbers of the page on semantics, where they can be worked out by hand."""

import numpy as np
import pytest

from figures_src.what_units_see.readouts import ReadOuts, crossing, drawn, said_of
from site_lib.records.measurement import Result

DEPTHS = ["stem", "blocks.0", "blocks.1", "head"]


@pytest.fixture
def readouts():
    """Ten photographs; at each depth so many tenths of the error are left."""

    def left(*shares):
        return np.array([[np.full(10, 1 - share) for share in shares]])

    arrays = {
        "net_depths": np.array(DEPTHS),
        **{f"guessed_{about}": np.ones(10) for about in ("category", "luminance", "place")},
        "guessed_hue": np.ones(10),
        "guessed_orientation": np.ones(10),
        "net_trained_category": left(0.1, 0.3, 0.6, 0.8),
        "net_trained_luminance": left(0.9, 0.2, 0.7, 0.4),
        "net_trained_hue": left(0.5, 0.2, 0.1, 0.1),
        "net_trained_orientation": left(0.0, 0.1, 0.1, 0.1),
        "net_random_category": np.concatenate([left(0.1, 0.1, 0.1, 0.1), left(0.3, 0.1, 0.1, 0.1)]),
        "net_trained_place_on_grid": left(0.5, 0.5, 0.5, 0.5),
    }
    return ReadOuts(Result(arrays, {}, {}), "net")


def test_shares_are_of_the_error_without_looking(readouts):
    np.testing.assert_allclose(readouts.shares("trained", "category")[0], [0.1, 0.3, 0.6, 0.8])
    np.testing.assert_allclose(readouts.shares("trained", "place_on_grid"), 0.5)


def test_bands_are_over_photographs_or_over_networks(readouts):
    middle, low, high = readouts.band("random", "category")
    assert (middle[0], low[0], high[0]) == pytest.approx((0.2, 0.1, 0.3))
    # Photographs that are all alike leave no doubt.
    for part in readouts.band("trained", "category"):
        np.testing.assert_allclose(part, [0.1, 0.3, 0.6, 0.8])


def test_the_crossing_is_the_last_one(readouts):
    # Ahead in block 0, behind the luminance once more in block 1, ahead in the head.
    assert crossing(readouts) == "head"


def test_what_was_found_comes_before_what_is_drawn_again(readouts):
    found = drawn(readouts.result, np.linspace(0, 1, 10), "category")
    assert found[0] == pytest.approx(0.5)
    assert found[1:].std() == pytest.approx(np.linspace(0, 1, 10).std() / np.sqrt(10), rel=0.1)


def test_what_is_said_of_a_curve():
    said = said_of(np.array([0.1, 0.7, 0.2, 0.3]), DEPTHS)
    assert (said["stem"], said["best"], said["best_depth"], said["last"]) == (
        0.1,
        0.7,
        "blocks.0",
        0.3,
    )
    assert said["at"]["blocks_1"] == 0.2
