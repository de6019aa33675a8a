"""Exponential growth against series whose doubling time is known."""

import numpy as np
import pytest
from scipy.stats import linregress

from site_lib.common.errors import CourseError
from site_lib.statistics.growth import fit_growth, growth_interval

YEARS = np.array([1971.0, 1975, 1975, 1984, 1999, 2013, 2025])
EXACT = 2300 * 2 ** ((YEARS - 1971) / 1.7)


def noisy(seed=0):
    """Years (200,) and counts (200,) that double every 1.7 years, with scatter."""
    generator = np.random.default_rng(seed)
    years = generator.uniform(1971, 2025, 200)
    return years, 2 ** ((years - 1950) / 1.7 + generator.normal(0, 1, 200))


def test_an_exact_series_gives_back_its_doubling_time():
    fit = fit_growth(YEARS, EXACT)
    assert fit.doubling_time == pytest.approx(1.7, rel=1e-9)
    assert fit.num == 7
    assert fit.at(1971.0) == pytest.approx(2300)
    assert fit.at(1971 + 1.7 * 10) == pytest.approx(2300 * 1024)
    assert fit.year_of(2300 * 2**20) == pytest.approx(1971 + 34)
    assert fit.at(fit.start) == pytest.approx(1)


def test_an_exact_series_has_no_uncertainty():
    low, high = growth_interval(
        lambda fit: fit.doubling_time, YEARS, EXACT, num_bootstrap=50, seed=0
    )
    assert low == pytest.approx(1.7)
    assert high == pytest.approx(1.7)


def test_the_fit_is_that_of_least_squares():
    years, counts = noisy()
    reference = linregress(years, np.log2(counts))
    fit = fit_growth(years, counts)
    assert fit.doubling_time == pytest.approx(1 / reference.slope)
    assert fit.start == pytest.approx(-reference.intercept / reference.slope)


def test_the_interval_is_as_wide_as_the_standard_error_says():
    """With independent scatter the bootstrap agrees with the textbook's formula."""
    years, counts = noisy()
    reference = linregress(years, np.log2(counts))
    low, high = growth_interval(
        lambda fit: 1 / fit.doubling_time, years, counts, num_bootstrap=1000, seed=0
    )
    assert low < 1 / 1.7 < high
    assert high - low == pytest.approx(2 * 1.96 * reference.stderr, rel=0.2)


@pytest.mark.parametrize(
    ("years", "counts", "message"),
    [
        ([2000.0, 2000], [1.0, 2], "two years"),
        ([2000.0, 2001], [0.0, 2], "positive"),
        ([2000.0, 2001], [2.0, 1], "do not grow"),
    ],
)
def test_what_does_not_grow_is_refused(years, counts, message):
    with pytest.raises(CourseError, match=message):
        fit_growth(np.array(years), np.array(counts))


@pytest.mark.parametrize(
    ("years", "counts", "message"),
    [
        ([2000.0, np.nan, 2002], [1.0, 2, 4], "years must be finite"),
        ([2000.0, 2001, 2002], [1.0, np.nan, 4], "counts must be finite"),
        ([2000.0, 2001, 2002], [1.0, 2], r"counts must have the shape \(N\) with N = 3"),
        ([], [], r"years must have the shape \(N\)"),
    ],
)
def test_a_hole_in_a_series_is_named(years, counts, message):
    with pytest.raises(CourseError, match=message):
        fit_growth(np.array(years), np.array(counts))


@pytest.mark.parametrize("count", [0, -1, np.nan])
def test_no_year_reaches_a_count_that_is_no_count(count):
    with pytest.raises(CourseError, match="count must be a number above 0"):
        fit_growth(YEARS, EXACT).year_of(count)


def test_an_interval_needs_a_resample():
    with pytest.raises(CourseError, match="number of resamples must be a whole number from 1 on"):
        growth_interval(lambda fit: fit.start, YEARS, EXACT, num_bootstrap=0, seed=0)
