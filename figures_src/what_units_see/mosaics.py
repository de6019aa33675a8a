"""Mosaics in the arrangement of Zeiler & Fergus (2014): projections beside their patches."""

from collections.abc import Iterator

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from site_lib.drawing.figure_style import Style
from site_lib.drawing.picture_grid import canvas, heading
from site_lib.records.measurement import Result

# Lengths in units of one tile's side.
LINE = 0.06
BETWEEN = 0.25
HEADING = 0.62
BELOW = 0.45
GRID = 3 + 2 * LINE
UNIT = 2 * GRID + BETWEEN
BETWEEN_UNITS = 2.2 * BETWEEN


def draw_mosaics(blocks: list[tuple[str, Result, int]], *, style: Style) -> Figure:
    """Mosaics of several networks, one below the other; units side by side where there is room.

    blocks: heading, result and depth of each.
    """
    figure, axes = canvas(style)
    per_row = style.pick(wide=3, narrow=1)
    width = per_row * UNIT + (per_row - 1) * BETWEEN_UNITS
    top = 0.0
    for words, result, depth in blocks:
        top = heading(axes, 0, top, words, height=HEADING)
        units = result[f"depth_{depth}_units"]
        for index, unit in enumerate(units):
            row, column = divmod(index, per_row)
            left = column * (UNIT + BETWEEN_UNITS)
            above = top + row * (GRID + BELOW + HEADING)
            axes.text(left, above + HEADING / 2, f"unit {unit}", va="center", color=style.muted,
                      size="small")  # fmt: skip
            for kind, x in (("projections", left), ("patches", left + GRID + BETWEEN)):
                draw_grid(axes, result[f"depth_{depth}_{kind}"][index], x, above + HEADING)
        top += -(-len(units) // per_row) * (GRID + BELOW + HEADING)
    axes.set(xlim=(-BETWEEN, width + BETWEEN), ylim=(top, -BETWEEN / 2))
    figure.set_figheight(style.width * (top + BETWEEN / 2) / (width + 2 * BETWEEN))
    return figure


def draw_grid(axes: Axes, tiles: np.ndarray, left: float, top: float) -> None:
    """Nine tiles (9, H, W, 3) as three rows of three."""
    for index, tile in enumerate(tiles):
        row, column = divmod(index, 3)
        x, y = left + column * (1 + LINE), top + row * (1 + LINE)
        axes.imshow(tile, extent=(x, x + 1, y + 1, y), interpolation="lanczos")


def patch_rows(result: Result, depth: int, name: str, sources: list[str]) -> Iterator[dict]:
    """Where each patch of a depth comes from and how strongly its unit answered.

    name: what the column ``network`` says.   sources: names of the photographs by number.
    """
    arrays = ("units", "sources", "boxes", "scores")
    units = (result[f"depth_{depth}_{array}"].tolist() for array in arrays)
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
