"""Correlation of ranks. Needs no torch."""

import numpy as np
from scipy.stats import spearmanr

from site_lib.common.checks import check_finite


def rank_correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Spearman's correlation of two arrays of one shape, place by place; 0 where either is the same
    at all places, and says nothing.
    """
    check_finite("one", one)
    check_finite("other", other)
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return 0.0
    return float(spearmanr(one.ravel(), other.ravel()).statistic)
