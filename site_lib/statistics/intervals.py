"""Confidence intervals. Needs no torch."""

from collections.abc import Callable

import numpy as np
from scipy.stats import binomtest

from site_lib.common.checks import check_number
from site_lib.common.errors import CourseError


def wilson_interval(successes: int, total: int) -> tuple[float, float]:
    """95 % interval of a share, such as 37 of 40 (Wilson, 1927); within [0, 1]."""
    check_number("total", total, low=1, whole=True)
    check_number("successes", successes, low=0, high=total, whole=True)
    interval = binomtest(successes, total).proportion_ci(0.95, method="wilson")
    return float(interval.low), float(interval.high)


def bootstrap(
    values: np.ndarray, statistic: Callable[..., np.ndarray], seed: int, number: int = 2000
) -> tuple[float, float]:
    """95 % percentile interval of a statistic of the rows of ``values``, drawn again.

    statistic: called with the drawn values, (number, N, …), and ``axis=1``. Raises CourseError
    for no values and for NaN.
    """
    check_number("number of resamples", number, low=1, whole=True)
    if not len(values) or np.isnan(values).any():
        raise CourseError("an interval needs values, and none that is NaN; leave those out")
    drawn = np.random.default_rng(seed).integers(len(values), size=(number, len(values)))
    low, high = np.quantile(statistic(values[drawn], axis=1), [0.025, 0.975])
    return float(low), float(high)
