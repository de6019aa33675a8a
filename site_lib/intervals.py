"""Confidence intervals of shares."""

from scipy.stats import binomtest


def wilson_interval(successes: int, total: int) -> tuple[float, float]:
    """95 % interval of a share, such as 37 of 40 (Wilson, 1927); within [0, 1]."""
    interval = binomtest(successes, total).proportion_ci(0.95, method="wilson")
    return float(interval.low), float(interval.high)
