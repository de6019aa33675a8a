"""Intervals against their formula written out."""

import math

import numpy as np
import pytest
from scipy.stats import ttest_1samp

from site_lib.common.errors import CourseError
from site_lib.statistics.intervals import bootstrap, t_interval, wilson_interval


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


def test_t_interval_is_that_of_the_t_test():
    values = np.random.default_rng(0).normal(1, 2, size=5)
    expected = ttest_1samp(values, 0).confidence_interval(0.95)
    assert t_interval(values) == pytest.approx((expected.low, expected.high))


def test_bootstrap_of_a_mean_is_its_normal_interval():
    values = np.random.default_rng(0).normal(size=400)
    low, high = bootstrap(values, np.mean, seed=0)
    assert low == pytest.approx(values.mean() - 1.96 / 20, abs=0.03)
    assert high == pytest.approx(values.mean() + 1.96 / 20, abs=0.03)


def test_indices_are_drawn_as_the_values_are():
    values = np.random.default_rng(0).normal(size=30)
    by_index = bootstrap(np.arange(30), lambda drawn: values[drawn].mean(), seed=3)
    assert by_index == pytest.approx(bootstrap(values, np.mean, seed=3))
    assert by_index != pytest.approx(bootstrap(values, np.mean, seed=4))


def test_copies_in_a_cluster_make_the_interval_no_narrower():
    values = np.random.default_rng(0).normal(size=12)
    copies, cluster = np.repeat(values, 5), np.repeat(np.arange(12), 5)
    once, together = bootstrap(values, np.mean, 0), bootstrap(copies, np.mean, 0, clusters=cluster)
    assert together == pytest.approx(once)
    assert np.ptp(bootstrap(copies, np.mean, 0)) < 0.6 * np.ptp(together)


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


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_values_and_statistics_that_are_not_finite_have_no_interval(wrong):
    values = np.array([1.0, wrong, 2.0])
    for interval in (t_interval, lambda sample: bootstrap(sample, np.mean, seed=0)):
        with pytest.raises(CourseError, match="sample must be finite"):
            interval(values)
    with pytest.raises(CourseError, match="the statistic's resamples must be finite"):
        bootstrap(np.arange(3), lambda drawn: wrong if drawn[0] == 1 else 0.0, seed=0)


def test_nothing_can_be_drawn_from_one_value_or_not_at_all():
    one = np.ones(1)
    with pytest.raises(CourseError, match="number of values must be a number from 2 on, not 1"):
        t_interval(one)
    for refused in (
        lambda: bootstrap(one, np.mean, seed=0),
        lambda: bootstrap(np.ones(3), np.mean, seed=0, clusters=np.zeros(3)),
    ):
        with pytest.raises(CourseError, match=r"number of values to draw from must be .* not 1"):
            refused()
    with pytest.raises(CourseError, match=r"sample must have the shape \(N\)"):
        bootstrap(np.array([]), np.mean, seed=0)
    with pytest.raises(CourseError, match="number of resamples must be a whole number from 1 on"):
        bootstrap(np.ones(3), np.mean, seed=0, number=0)


def test_every_value_has_a_cluster():
    with pytest.raises(CourseError, match=r"clusters must have the shape \(N\) with N = 3"):
        bootstrap(np.ones(3), np.mean, seed=0, clusters=np.zeros(2))
