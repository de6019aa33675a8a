"""The atlas as pictures and as patches, cell by cell, and how well a stranger matches them."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.can_you_trust_them.strips import strips
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.galleries import encoded, show
from site_lib.drawing.words import described, network_label, with_intervals
from site_lib.records.measurement import Result

KINDS = ("nearest patch", "picture", "picture by\nrandom weights", "another\ncell’s picture")
GAP = 0.04  # of a cell's side, between cells
MARGIN = 0.3  # inches above a mosaic, for its title
SHOWN = {"pictures": "made visible", "patches": "patch nearest to the mean"}


def draw(result: Result, *, style: Style) -> Figure:
    ratio = result.numbers["rows"] / result.numbers["columns"]
    mosaics = ratio * style.width / style.pick(wide=2, narrow=1) + MARGIN
    dots = style.pick(wide=1.9, narrow=2.4)
    figure = style.figure(height=style.pick(wide=1, narrow=2) * mosaics + dots)
    above, below = figure.subfigures(
        2, 1, squeeze=False, height_ratios=(figure.get_figheight() - dots, dots)
    ).flat
    panels = above.subplots(*style.pick(wide=(1, 2), narrow=(2, 1)))
    for axes, (name, title) in zip(panels, SHOWN.items(), strict=True):
        show(axes, mosaic(result[name][0], result, style.background))
        axes.set_title(title)
    matched(below.subplots(), result, style)
    return figure


def mosaic(pixels: np.ndarray, result: Result, background: str) -> np.ndarray:
    """Pictures of all cells (cells, S, S, 3), with gaps in the background's colour."""
    rows, columns = result.numbers["rows"], result.numbers["columns"]
    side = pixels.shape[1]
    step = side + round(GAP * side)
    colour = [int(background[k : k + 2], 16) for k in (1, 3, 5)]
    sheet = np.empty((rows * step, columns * step, 3), np.uint8)
    sheet[:] = colour
    for cell, picture in enumerate(pixels):
        top, left = (step * place for place in divmod(cell, columns))
        sheet[top : top + side, left : left + side] = picture
    return sheet[: side - step, : side - step]


def matched(axes: Axes, result: Result, style: Style) -> None:
    """Every cell's share of right matches by what the observer was shown, with the mean."""
    colours = (style.trained, style.trained, style.random, style.trained)
    strips(axes, dict(zip(KINDS, zip(shares(result), colours, strict=True), strict=True)), style)
    axes.axvline(0.5, color=style.muted, ls=(0, (4, 1.5)), lw=1)
    axes.set(xlim=(0, 1), xticks=[0, 0.25, 0.5, 0.75, 1])
    axes.set_xticklabels(["0 %", "25 %", "50 %,\nchance", "75 %", "100 %"])
    observer = network_label(result.numbers["observer"])
    axes.set_xlabel(f"{observer} finds the patch of the same cell")


def shares(result: Result) -> list[np.ndarray]:
    """Shares of right matches by cell, in the order of KINDS."""
    by_picture = result["by_picture"]
    return [
        result["by_patch"][0],
        by_picture[0],
        by_picture[1:].mean(axis=0),
        result["by_another"][0],
    ]


def describe(result: Result) -> Description:
    patch, picture, random, another = shares(result)
    cells = range(len(picture))
    numbers = {"patch": patch.mean(), "random": random.mean(), "another": another.mean()}
    numbers |= with_intervals(
        np.mean,
        picture=picture,
        ahead=patch - picture,
        trained=picture - random,
        lead=result["lead"][0],
    )
    columns = result.numbers["columns"]
    table = {
        "row": [cell // columns + 1 for cell in cells],
        "column": [cell % columns + 1 for cell in cells],
        "most_common_category": result.metrics["category"],
        "matched_by_patch": patch,
        "matched_by_picture": picture,
        "by_picture_of_another_cell": another,
    }
    files = {
        f"{{id}}/{file}.webp": encoded(mosaic(result[name][network], result, "#ffffff"), "webp",
                                       quality=75)
        for file, name, network in (
            ("pictures", "pictures", 0), ("patches", "patches", 0), ("random", "pictures", 1)
        )
    }  # fmt: skip
    return described(__file__, result.numbers | numbers, table=table, files=files)


if __name__ == "__main__":
    run_drawing(draw, describe)
