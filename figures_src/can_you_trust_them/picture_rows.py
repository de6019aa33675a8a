"""Rows of small pictures, each row with its name at the left."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure, SubFigure

from site_lib.drawing.galleries import show


def picture_rows(
    figure: Figure | SubFigure,
    rows: Sequence[tuple[str, Sequence[np.ndarray] | np.ndarray]],
    titles: Sequence[str] = (),
) -> np.ndarray:
    """Draw rows of square pictures (H, W, 3), named at the left; returns the grid of axes.

    titles: above the columns.
    """
    grid = figure.subplots(len(rows), len(rows[0][1]), squeeze=False)
    for line, (name, pictures) in zip(grid, rows, strict=True):
        for axes, pixels in zip(line, pictures, strict=True):
            show(axes, pixels)
        line[0].set_ylabel(name, size="small")
    for axes, title in zip(grid[0], titles, strict=False):
        axes.set_title(title, size="small", weight=400, loc="center")
    return grid
