"""Names of curves: beside their ends, where none touches another, or in a corner."""

from collections.abc import Iterable, Mapping

import numpy as np
from matplotlib.axes import Axes

# Enough for labels that push each other over a whole axis.
ROUNDS = 200


def apart(heights: Iterable[float], *, distance: float, lowest: float) -> np.ndarray:
    """Ascending heights moved apart until neighbours are a distance from each other.

    lowest: where the first one may stand.
    """
    moved = np.maximum(np.array(list(heights), dtype=float), lowest)
    for _ in range(ROUNDS):
        overlap = np.maximum(distance - np.diff(moved), 0) / 2
        moved[:-1] -= overlap
        moved[1:] += overlap
        moved[0] = max(moved[0], lowest)
    return moved


def names_in_corner(
    axes: Axes, colours: Mapping[str, str], left: float, top: float, *, step: float
) -> None:
    """Names, one below the other, each in the colour of its curve.

    left, top: where the first one begins.   step: to the next; all are shares of the axes.
    """
    for row, (name, colour) in enumerate(colours.items()):
        axes.text(left, top - step * row, name, color=colour, weight=600, size="small",
                  transform=axes.transAxes)  # fmt: skip
