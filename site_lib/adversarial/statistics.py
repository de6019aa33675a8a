"""Numbers read off curves of shares. Needs no torch."""

import math

import numpy as np


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
