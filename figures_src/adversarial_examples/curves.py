"""Curves of means or medians over photographs, with bands of 95 %, and names beside them."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from site_lib.drawing.curves import Statistic, over_photographs


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
    """Small words, in bold, so many points beside a place in the axes: left of it if negative."""
    look = {"ha": "right" if offset[0] < 0 else "left", "size": "small", "weight": 600} | text
    axes.annotate(name, at, xytext=offset, textcoords="offset points", **look)
