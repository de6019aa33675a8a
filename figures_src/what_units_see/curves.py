"""Curves against depth: each with a band around it, over blocks that have names."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.axes import Axes

# Of a share, on axes from 0 to 1.
LABEL_HEIGHT = 0.085


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


def block_ticks(axes: Axes, shown: Iterable[int]) -> None:
    """Name some depths: the stem is depth 0, block 0 is depth 1."""
    shown = list(shown)
    axes.set_xticks(shown, ["stem" if depth == 0 else str(depth - 1) for depth in shown])
    axes.set_xlabel("block")


def name_ends(axes: Axes, ends: list[tuple[float, str, str]]) -> None:
    """Names of curves right of where they end, at 1, moved apart, with a line from each to its end.

    ends: height, name and colour of each.
    """
    ends = sorted(ends)
    for (end, name, colour), height in zip(ends, _apart([end[0] for end in ends]), strict=True):
        axes.plot([1.02, 1.06], [end, height], color=colour, lw=0.7, clip_on=False)
        axes.text(1.075, height, name, color=colour, size="small", va="center", weight=600)


def _apart(heights: list[float]) -> np.ndarray:
    """Ascending heights moved apart until neighbours are a label's height from each other."""
    moved = np.maximum(np.array(heights, dtype=float), -0.05)
    for _ in range(200):
        overlap = np.maximum(LABEL_HEIGHT - np.diff(moved), 0) / 2
        moved[:-1] -= overlap
        moved[1:] += overlap
        moved += max(-0.06 - moved[0], 0)
    return moved
