"""Numbers read off curves of shares. Needs no torch."""

import math

import numpy as np

from site_lib.common.checks import check_finite
from site_lib.common.errors import CourseError


def level_for_half(levels: np.ndarray, shares: np.ndarray) -> float:
    """Level at which a falling share crosses one half, on a logarithmic scale; inf if never.

    levels: positive, increasing, one for each share.
    """
    check_finite("levels", levels)
    check_finite("shares", shares)
    if levels.shape != shares.shape or not len(levels) or (np.diff(levels, prepend=0) <= 0).any():
        raise CourseError(
            f"levels must be positive and increase, one for each of {len(shares)} shares, "
            f"not {levels.tolist()}"
        )
    below = np.flatnonzero(shares < 0.5)
    if not len(below):
        return math.inf
    after = int(below[0])
    if after == 0:
        return float(levels[0])
    before = after - 1
    part = (shares[before] - 0.5) / (shares[before] - shares[after])
    return float(np.exp(np.log(levels[before]) * (1 - part) + np.log(levels[after]) * part))
