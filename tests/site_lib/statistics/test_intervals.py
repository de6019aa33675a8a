"""Intervals against their formula written out."""

import math

import numpy as np
import pytest

from site_lib.common.errors import CourseError
from site_lib.statistics.intervals import bootstrap, wilson_interval


@pytest.mark.parametrize(("successes", "total"), [(37, 40), (0, 12), (12, 12)])
def test_wilson_interval_is_the_published_formula(successes, total):
    z, share = 1.959964, successes / total
    middle = (share + z**2 / (2 * total)) / (1 + z**2 / total)
    half = z / (1 + z**2 / total) * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    assert wilson_interval(successes, total) == pytest.approx((middle - half, middle + half))


def test_wilson_interval_against_published_values():
    # Newcombe (1998), Statistics in Medicine 17:857, Table I, method 3.
    assert wilson_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert wilson_interval(15, 148) == pytest.approx((0.0624, 0.1605), abs=1e-4)
    assert wilson_interval(0, 20) == pytest.approx((0.0, 0.1611), abs=1e-4)


def test_bootstrap_of_a_mean_is_its_normal_interval():
    values = np.random.default_rng(0).normal(size=400)
    low, high = bootstrap(values, np.mean, seed=0)
    assert low == pytest.approx(values.mean() - 1.96 / 20, abs=0.03)
    assert high == pytest.approx(values.mean() + 1.96 / 20, abs=0.03)


@pytest.mark.parametrize(
    ("successes", "total", "message"),
    [
        (0, 0, "total must be a whole number from 1 on, not 0"),
        (13, 12, "successes must be a whole number from 0 to 12, not 13"),
        (-1, 12, "successes must be a whole number from 0 to 12"),
        (math.nan, 12, "successes must be a whole number from 0 to 12"),
        (3.5, 12, "successes must be a whole number from 0 to 12"),
    ],
)
def test_a_share_is_so_many_of_so_many(successes, total, message):
    with pytest.raises(CourseError, match=message):
        wilson_interval(successes, total)


def test_nothing_can_be_drawn_from_nan_or_from_nothing():
    for values in (np.array([1.0, np.nan]), np.array([])):
        with pytest.raises(CourseError, match="an interval needs values"):
            bootstrap(values, np.mean, seed=0)
    with pytest.raises(CourseError, match="number of resamples must be a whole number from 1 on"):
        bootstrap(np.ones(3), np.mean, seed=0, number=0)
