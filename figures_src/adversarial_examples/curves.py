"""Curves of means or medians over photographs, with bands of 95 %, and names beside them."""

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from site_lib.statistics.intervals import bootstrap

Statistic = Callable[..., np.ndarray]


def over_photographs(
    values: np.ndarray, statistic: Statistic
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each row of ``values``, one photograph a column: the statistic, and the low and high end
    of its 95 % bootstrap interval.
    """
    intervals = np.array([bootstrap(row, statistic, seed=0) for row in values])
    return statistic(values, axis=1), intervals[:, 0], intervals[:, 1]


def draw_curve(
    axes: Axes, x: np.ndarray, values: np.ndarray, statistic: Statistic, *, colour: str
) -> np.ndarray:
    """Draw the statistic of each row of ``values`` and its band; returns the statistic."""
    middle, low, high = over_photographs(values, statistic)
    axes.fill_between(x, low, high, color=colour, alpha=0.14, lw=0)
    axes.plot(x, middle, color=colour, marker="o", ms=3.5, mec="none")
    return middle


def name_beside(
    axes: Axes, name: str, at: tuple[float, float], offset: tuple[float, float], **text: Any
) -> None:
    """Small words, in bold, so many points beside a place in the axes."""
    axes.annotate(
        name, at, xytext=offset, textcoords="offset points", size="small", weight=600, **text
    )
