"""What units of five depths would like best: synthetic images, and the best natural patch."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from site_lib.drawing import picture_grid as grid
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.tables import columns
from site_lib.drawing.words import described, network_title
from site_lib.records.measurement import Result
from site_lib.statistics.intervals import bootstrap

DEPTHS = range(1, 6)
# Lengths in units of one image's side.
GAP = 0.05
PITCH = 1 + GAP
INSET = 0.36


def draw(student: Result, lite: Result, *, style: Style) -> Figure:
    """Depths from left to right, or from top to bottom on a phone."""
    figure, axes = grid.canvas(style)
    top = 0.0
    for result in (student, lite):
        title = network_title(result.numbers["model"])
        # Pictures are larger on a wide page, so that words are smaller beside them.
        top = grid.heading(axes, 0, top, title, height=style.pick(wide=0.26, narrow=0.42))
        top = draw_network(axes, result, top, style) + GAP
    width = style.pick(wide=5, narrow=4) * PITCH - GAP
    grid.fit(figure, axes, width, top - GAP, margin=GAP)
    return figure


def draw_network(axes: Axes, result: Result, top: float, style: Style) -> float:
    """Its units and a control, by depth; returns where it ends."""
    line = style.pick(wide=0.15, narrow=grid.LABEL)
    words = partial(grid.label, axes, height=line)
    # From one depth, and from one unit, to the next: to the right, and down.
    next_depth, next_unit = style.pick(
        wide=[(PITCH, 0), (0, line + 1 + GAP / 2)], narrow=[(0, 2 * (line + GAP) + 1), (PITCH, 0)]
    )
    for depth in DEPTHS:
        left, down = (depth - 1) * next_depth[0], top + (depth - 1) * next_depth[1]
        words(left, down, grid.depth_name(result, depth), style.foreground)
        down += line
        for row, unit in enumerate(result[f"depth_{depth}_units"]):
            words(left, down, f"unit {unit}", style.trained)
            grid.picture(axes, result[f"depth_{depth}_trained_images"][row], left, down + line)
            inset(axes, result[f"depth_{depth}_natural_patches"][row], left, down + line, style)
            left, down = left + next_unit[0], down + next_unit[1]
        words(left, down, style.pick(wide="random weights", narrow="random"), style.random)
        grid.picture(axes, result[f"depth_{depth}_random_images"][0], left, down + line)
    return down + line + style.pick(wide=1 + GAP, narrow=1 + 2 * GAP)


def inset(axes: Axes, pixels: np.ndarray, left: float, top: float, style: Style) -> None:
    """A picture in the lower right corner of the one that is at this place."""
    x, y = left + 1 - INSET, top + 1 - INSET
    frame = [x - 0.02, left + 1]
    axes.fill_between(frame, y - 0.02, top + 1, color=style.background, lw=0, zorder=3)
    grid.picture(axes, pixels, x, y, INSET)


def describe(student: Result, lite: Result) -> Description:
    results = {"student": student, "efficientnet_lite0": lite}
    every = np.concatenate([ratios(result).flatten() for result in results.values()])
    deepest = {name: float(np.median(ratios(result)[-1])) for name, result in results.items()}
    numbers = {
        "number": len(every),
        "stronger": int((every > 1).sum()),
        "median": float(np.median(every)),
        "median_interval": bootstrap(every, np.median, seed=0),
        "deepest": deepest,
        "deepest_ratio": deepest["efficientnet_lite0"] / deepest["student"],
    }
    table = columns(row for name, result in results.items() for row in rows(name, result))
    return described(__file__, student.numbers | numbers, table=table)


def ratios(result: Result) -> np.ndarray:
    """Activation by the synthetic image over that by the best natural patch: (depths, units)."""
    return np.stack(
        [result[f"depth_{d}_trained_response"] / result[f"depth_{d}_natural"] for d in DEPTHS]
    )


def rows(name: str, result: Result) -> Iterator[dict[str, Any]]:
    """How strongly which image excites each unit of a network."""
    for depth, of_depth in zip(DEPTHS, ratios(result).tolist(), strict=True):
        units, natural, synthetic, random = (
            result[f"depth_{depth}_{array}"].tolist()
            for array in ("units", "natural", "trained_response", "random_response")
        )
        for row, unit in enumerate(units):
            yield {
                "network": name,
                "layer": result.numbers["layers"][depth - 1],
                "unit": unit,
                "natural": natural[row],
                "synthetic": synthetic[row],
                "ratio": of_depth[row],
                "random_synthetic": random[row] if row < len(random) else "",
            }


if __name__ == "__main__":
    run_drawing(draw, describe)
