"""Rows of dots, each with its name where an axis would be."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from numpy.typing import ArrayLike


def name_rows(axes: Axes, at: ArrayLike, names: Sequence[str]) -> None:
    """Names at the left instead of an axis, and a grid for the values."""
    axes.set_yticks(at, names)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x")
