"""95 % intervals over units and over networks."""

from collections.abc import Callable

import numpy as np
from scipy.stats import bootstrap
from scipy.stats import t as student_t


def resampling_interval(sample: np.ndarray, statistic: Callable) -> tuple[float, float]:
    """Of a statistic of the sample, by resampling."""
    found = bootstrap((sample,), statistic, method="percentile", random_state=0)
    return float(found.confidence_interval.low), float(found.confidence_interval.high)


def t_interval(sample: np.ndarray) -> tuple[float, float]:
    """Of the mean of a few values, by Student's t."""
    half = student_t.ppf(0.975, len(sample) - 1) * sample.std(ddof=1) / np.sqrt(len(sample))
    return float(sample.mean() - half), float(sample.mean() + half)
