"""Curves with bands: over 0, 1, 2, …, and of means or medians with bands of 95 %."""

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from site_lib.statistics.intervals import bootstrap

Statistic = Callable[..., np.ndarray]


def banded(
    axes: Axes,
    middle: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    *,
    alpha: float,
    step: float = 1,
    **line: Any,
) -> None:
    """A curve over 0, 1, 2, … with a band, ``alpha`` opaque, from ``low`` to ``high``.

    step: from one depth to the next, instead of 1.   line: ``color`` of both, and how the curve is
    drawn.
    """
    x = step * np.arange(len(middle))
    axes.fill_between(x, low, high, color=line["color"], alpha=alpha, lw=0)
    axes.plot(x, middle, **line)


def over_photographs(
    values: np.ndarray, statistic: Statistic
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each row of ``values``, one photograph a column: the statistic, and the low and high end
    of its 95 % bootstrap interval.
    """
    intervals = np.array([bootstrap(row, statistic, seed=0) for row in values])
    return statistic(values, axis=1), intervals[:, 0], intervals[:, 1]
