"""The atlas as pictures and as patches, side by side, and large to zoom into."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style, bare
from site_lib.drawing.galleries import encoded
from site_lib.drawing.words import described
from site_lib.records.measurement import Result
from site_lib.statistics.intervals import bootstrap


def draw(result: Result, *, style: Style) -> Figure:
    rows, columns = result.numbers["rows"], result.numbers["columns"]
    ratio = rows / columns
    panel = style.width / style.pick(wide=2, narrow=1)
    figure = style.figure(height=style.pick(wide=1, narrow=2) * (panel * ratio + 0.35))
    panels = figure.subplots(*style.pick(wide=(1, 2), narrow=(2, 1)))
    for axes, name, title in zip(
        panels, ("pictures", "patches"), ("made visible", "patch nearest to the mean"), strict=True
    ):
        mosaic(axes, result, name, style)
        axes.set_title(title)
    return figure


def mosaic(axes: Axes, result: Result, name: str, style: Style) -> None:
    """One picture for each cell."""
    background = np.array([int(style.background[k : k + 2], 16) for k in (1, 3, 5)], np.uint8)
    axes.imshow(laid_out(result, name, background), interpolation="lanczos")
    bare(axes)


def laid_out(result: Result, name: str, background: np.ndarray) -> np.ndarray:
    """All cells in one image, empty ones in the background's colour."""
    side = result[name].shape[1]
    shape = (result.numbers["rows"] * side, result.numbers["columns"] * side, 3)
    sheet = np.broadcast_to(background, shape).copy()
    for (row, column), pixels in zip(result["place"], result[name], strict=True):
        sheet[row * side : (row + 1) * side, column * side : (column + 1) * side] = pixels
    return sheet


def describe(result: Result) -> Description:
    by_picture, by_patch = result["by_picture"], result["by_patch"]
    ahead = by_patch - by_picture
    numbers = {
        "judged": len(by_picture),
        "picture": float(by_picture.mean()),
        "picture_interval": bootstrap(by_picture, np.mean, seed=0),
        "patch": float(by_patch.mean()),
        "ahead": float(ahead.mean()),
        "ahead_interval": bootstrap(ahead, np.mean, seed=0),
        "shuffled": float(result["shuffled"].mean()),
    }
    table = {
        "by_picture": by_picture.tolist(),
        "by_patch": by_patch.tolist(),
        "by_picture_of_another_cell": result["shuffled"].tolist(),
    }
    white = np.full(3, 255, np.uint8)
    files = {
        f"{{id}}/{name}.webp": encoded(laid_out(result, name, white), "webp", quality=80)
        for name in ("pictures", "patches")
    }
    return described(__file__, result.numbers | numbers, table=table, files=files)


if __name__ == "__main__":
    run_drawing(draw, describe)
