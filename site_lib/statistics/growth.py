"""Exponential growth: a straight line through logarithms, and what it says about the future.

    log₂ N(t) = (t − t₀) / T,        T: doubling time.

Fitted by ordinary least squares; intervals come from drawing the observations anew.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from site_lib.common.checks import check_finite, check_number, check_shapes
from site_lib.common.errors import CourseError
from site_lib.statistics.intervals import bootstrap


@dataclass(frozen=True)
class Growth:
    """``N(t) = 2 ** ((t − start) / doubling_time)``, times in years.

    start: year in which the fit is at one.   num: number of observations.
    """

    doubling_time: float
    start: float
    num: int

    def at(self, year: np.ndarray | float) -> np.ndarray | float:
        """Count that the fit gives for years."""
        return 2 ** ((year - self.start) / self.doubling_time)

    def year_of(self, count: float) -> float:
        """Year in which the fit reaches a count."""
        check_number("count", count, low=0, open_low=True)
        return self.start + self.doubling_time * math.log2(count)


def fit_growth(years: np.ndarray, counts: np.ndarray) -> Growth:
    """Least-squares fit of log₂ counts (N,) against years (N,).

    CourseError when the counts are not positive, lie in a single year, or do not grow.
    """
    check_shapes(years=(years, "N"), counts=(counts, "N"))
    check_finite("years", years)
    check_finite("counts", counts)
    if len(np.unique(years)) < 2 or np.min(counts) <= 0:
        raise CourseError("growth needs positive counts from at least two years")
    slope, intercept = np.polyfit(years - np.mean(years), np.log2(counts), 1)
    if slope <= 0:
        raise CourseError(f"these counts do not grow: {slope:.3g} doublings a year")
    return Growth(1 / slope, float(np.mean(years) - intercept / slope), len(years))


def growth_interval(
    statistic: Callable[[Growth], float],
    years: np.ndarray,
    counts: np.ndarray,
    *,
    num_bootstrap: int,
    seed: int,
) -> tuple[float, float]:
    """95 % percentile interval of a statistic of the fit, observations drawn with replacement.

    It tells how much the fit hangs on single observations. Which observations there are to
    draw from is not part of it.
    """
    check_shapes(years=(years, "N"), counts=(counts, "N"))
    return bootstrap(
        np.arange(len(years)),
        lambda drawn: statistic(fit_growth(years[drawn], counts[drawn])),
        seed,
        num_bootstrap,
    )
