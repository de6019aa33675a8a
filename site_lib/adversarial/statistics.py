"""Intervals for what was measured on a few photographs. Needs no torch."""

import math
from collections.abc import Callable

import numpy as np


def wilson_interval(number: int, total: int) -> tuple[float, float]:
    """95 % interval of a share, ``number`` of ``total`` (Wilson, 1927)."""
    z = 1.959964
    share, weight = number / total, 1 / (1 + z**2 / total)
    half = z * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    middle = share + z**2 / (2 * total)
    return max(0.0, weight * (middle - half)), min(1.0, weight * (middle + half))


def bootstrap(
    values: np.ndarray, statistic: Callable[..., np.ndarray], seed: int, number: int = 2000
) -> tuple[float, float]:
    """95 % percentile interval of a statistic of the rows of ``values``, drawn again.

    statistic: called with the drawn values, (number, N, …), and ``axis=1``.
    """
    drawn = np.random.default_rng(seed).integers(len(values), size=(number, len(values)))
    low, high = np.quantile(statistic(values[drawn], axis=1), [0.025, 0.975])
    return float(low), float(high)


def level_for_half(levels: np.ndarray, shares: np.ndarray) -> float:
    """Level at which a falling share crosses one half, on a logarithmic scale; inf if never."""
    below = np.flatnonzero(shares < 0.5)
    if not len(below):
        return math.inf
    after = int(below[0])
    if after == 0:
        return float(levels[0])
    before = after - 1
    part = (shares[before] - 0.5) / (shares[before] - shares[after])
    return float(np.exp(np.log(levels[before]) * (1 - part) + np.log(levels[after]) * part))
