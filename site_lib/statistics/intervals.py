"""Confidence intervals. Needs no torch."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import stats

from site_lib.common.checks import check_finite, check_number, check_shapes


def wilson_interval(successes: int, total: int) -> tuple[float, float]:
    """95 % interval of a share, such as 37 of 40 (Wilson, 1927); within [0, 1]."""
    check_number("total", total, low=1, whole=True)
    check_number("successes", successes, low=0, high=total, whole=True)
    interval = stats.binomtest(successes, total).proportion_ci(0.95, method="wilson")
    return float(interval.low), float(interval.high)


def t_interval(sample: np.ndarray) -> tuple[float, float]:
    """95 % interval of the mean of a few values (N,), by Student's t; CourseError for one value."""
    check_shapes(sample=(sample, "N"))
    check_number("number of values", len(sample), low=2)
    check_finite("sample", sample)
    mean, error = sample.mean(), sample.std(ddof=1) / np.sqrt(len(sample))
    half = stats.t.ppf(0.975, len(sample) - 1) * error
    return float(mean - half), float(mean + half)


def bootstrap(
    sample: np.ndarray,
    statistic: Callable[..., Any],
    seed: int,
    number: int = 2000,
    *,
    clusters: np.ndarray | None = None,
) -> tuple[float, float]:
    """95 % percentile interval of a statistic, the sample drawn again with replacement.

    sample: (N,), values, or indices of what the statistic looks up.   statistic: of the values
    drawn; one that takes ``axis``, as those of numpy do, is quick.   clusters: (N,), labels of
    what is drawn together, such as networks of one architecture, which are no independent sample.
    Efron (1979), doi:10.1214/aos/1176344552. Raises CourseError for fewer than two values or
    clusters, and where a value or the statistic is not finite.
    """
    check_shapes(sample=(sample, "N"))
    check_number("number of resamples", number, low=1, whole=True)
    check_finite("sample", sample)
    if clusters is not None:
        check_shapes(sample=(sample, "N"), clusters=(clusters, "N"))
        members = [sample[clusters == label] for label in np.unique(clusters)]
        return bootstrap(
            np.arange(len(members)),
            lambda drawn: statistic(np.concatenate([members[i] for i in drawn])),
            seed,
            number,
        )
    check_number("number of values to draw from", len(sample), low=2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about what is not finite, which is refused below
        found = stats.bootstrap(
            (sample,), statistic, n_resamples=number, method="percentile", rng=seed
        )
    check_finite("the statistic's resamples", found.bootstrap_distribution)
    low, high = found.confidence_interval
    return float(low), float(high)
