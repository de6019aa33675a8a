"""Mosaics of units: nine patches each, alone or beside their projections."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from site_lib.drawing.figure_style import Style
from site_lib.drawing.picture_grid import canvas, fit

# Lengths in units of one tile's side.
LINE = 0.06
GRID = 3 + 2 * LINE
BETWEEN = 0.3


def draw_mosaics(
    patches: np.ndarray,
    title: Callable[[Axes, int, float, float], float],
    *,
    hits: np.ndarray | None = None,
    style: Style,
) -> Figure:
    """Nine patches of each unit, three units side by side, or two where there is less room.

    patches: (units, 9, H, W, 3).   title: writes what stands above a unit, given the axes, its
    number, left and top, and returns where it ends.   hits: (units, 9), patches with a bar below.
    """
    figure, axes = canvas(style)
    per_row = style.pick(wide=3, narrow=2)
    top = bottom = 0.0
    for index, tiles in enumerate(patches):
        row, column = divmod(index, per_row)
        if column == 0:
            top = bottom + (BETWEEN if row else 0)
        left = column * (GRID + BETWEEN)
        below = title(axes, index, left, top)
        draw_grid(axes, tiles, left, below)
        if hits is not None:
            for place in np.flatnonzero(hits[index]):
                down, across = divmod(int(place), 3)
                x, y = left + across * (1 + LINE), below + down * (1 + LINE) + 1
                axes.plot([x, x + 1], [y, y], color=style.trained, lw=3, zorder=4,
                          solid_capstyle="butt")  # fmt: skip
        bottom = below + GRID
    fit(figure, axes, per_row * (GRID + BETWEEN) - BETWEEN, bottom, margin=LINE)
    return figure


def draw_grid(axes: Axes, tiles: np.ndarray, left: float, top: float) -> None:
    """Nine tiles (9, H, W, 3) as three rows of three."""
    for index, tile in enumerate(tiles):
        row, column = divmod(index, 3)
        x, y = left + column * (1 + LINE), top + row * (1 + LINE)
        axes.imshow(tile, extent=(x, x + 1, y + 1, y))


def patch_rows(
    arrays: dict[str, np.ndarray], name: str, sources: list[str]
) -> Iterator[dict[str, Any]]:
    """Where each patch comes from and how strongly its unit answered.

    arrays: ``units``, ``sources``, ``boxes`` and ``scores`` of a depth.   name: what the column
    ``network`` says.   sources: names of the photographs by number.
    """
    units = (arrays[array].tolist() for array in ("units", "sources", "boxes", "scores"))
    for unit, from_sources, boxes, scores in zip(*units, strict=True):
        patches = zip(from_sources, boxes, scores, strict=True)
        for rank, (source, (top, left, size), activation) in enumerate(patches, 1):
            yield {
                "network": name,
                "unit": unit,
                "rank": rank,
                "source": sources[source],
                "top": top,
                "left": left,
                "size": size,
                "activation": activation,
            }
