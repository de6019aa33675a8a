"""Dissimilarity matrices of IT, early visual cortex, pixels and blocks, side by side."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style, bare
from site_lib.drawing.words import described
from site_lib.records.measurement import Result

CATEGORIES = ("human bodies", "human faces", "animal bodies", "animal faces", "natural objects",
              "artificial objects")  # fmt: skip
# Titles, where the name of a matrix is too long for one.
TITLES = {"human early visual cortex": "human early cortex",
          "random weights, best block": "random weights"}  # fmt: skip


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=4.3, narrow=8.0))
    grid = figure.subplots(*style.pick(wide=(2, 4), narrow=(4, 2))).flatten()
    names, rhos, edges = (result[f"gallery_{k}"] for k in ("names", "with_monkey", "boundaries"))
    draw_key(grid[0], edges, style)
    for axes, matrix, name, rho in zip(grid[1:], result["gallery"], names, rhos, strict=True):
        shown = axes.imshow(matrix, cmap="cividis", vmin=0, vmax=100, interpolation="nearest")
        bare(axes)
        for edge in edges[1:-1] - 0.5:
            axes.axhline(edge, color=style.background, lw=0.8)
            axes.axvline(edge, color=style.background, lw=0.8)
        axes.set_title(TITLES.get(name, name), size="small")
        below = "" if name == "monkey IT" else f"ρ = {rho:.2f}".replace("-", "−")
        axes.set_xlabel(below, size="small", labelpad=2)
    bar = figure.colorbar(shown, ax=grid, orientation="horizontal", fraction=0.035, aspect=40)
    bar.set_label("dissimilarity (percentile)")
    bar.outline.set_visible(False)
    return figure


def draw_key(axes: Axes, edges: np.ndarray, style: Style) -> None:
    """Names of the categories, at the height that their rows have in every matrix."""
    bare(axes)
    axes.set(xlim=(0, edges[-1]), ylim=(edges[-1] - 0.5, -0.5), box_aspect=1)
    for name, low, high in zip(CATEGORIES, edges[:-1], edges[1:], strict=True):
        x, y = edges[-1], (low + high - 1) / 2
        axes.text(x, y, name, ha="right", va="center", size="small", color=style.muted)


def describe(result: Result) -> Description:
    names, gallery = result["gallery_names"], result["gallery"]
    rho = dict(zip(names.tolist(), result["gallery_with_monkey"].tolist(), strict=True))
    best, best_random = result["layers"][result["gallery_best"]]
    numbers = {
        "rho": rho,
        "best": best,
        "best_random": best_random,
        "above_pixels": rho["best block"] - rho["pixels"],
        "above_random": rho["best block"] - rho["random weights, best block"],
    }
    matrix, row, column = np.indices(gallery.shape).reshape(3, -1).tolist()
    table = {
        "matrix": names[matrix].tolist(),
        "row": row,
        "column": column,
        "percentile": gallery.flatten().tolist(),
    }
    return described(__file__, result.numbers | numbers, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
