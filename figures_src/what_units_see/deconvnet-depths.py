"""Units of the plain network beside their way back to the pixels, and of random weights."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.what_units_see.mosaics import GRID, draw_grid, patch_rows
from site_lib.drawing import picture_grid as grid
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.tables import columns
from site_lib.drawing.words import described
from site_lib.records.measurement import Result

# Lengths in units of one tile's side.
WITHIN, BETWEEN, HEADING = 0.2, 0.5, 0.55
PAIR = 2 * GRID + WITHIN


def draw(student: Result, random: Result, *, style: Style) -> Figure:
    """A row for each layer, and the last with random weights; on a phone fewer, and shorter."""
    figure, axes = grid.canvas(style)
    number = style.pick(wide=2, narrow=1)
    layers = student.numbers["layers"]
    depths = range(style.pick(wide=1, narrow=2), len(layers) + 1)
    rows = [(student, depth, "trained") for depth in depths]
    top = 0.0
    for result, depth, kind in [*rows, (random, len(layers), "random weights")]:
        name = f"{grid.depth_name(result, depth)}, {kind}"
        top = grid.heading(axes, 0, top, name, height=HEADING)
        for unit in range(min(number, len(result[f"depth_{depth}_units"]))):
            draw_pair(axes, result, depth, unit, unit * (PAIR + BETWEEN), top)
        top += GRID + WITHIN
    grid.fit(figure, axes, number * (PAIR + BETWEEN) - BETWEEN, top - WITHIN, margin=0.05)
    return figure


def draw_pair(axes: Axes, result: Result, depth: int, unit: int, left: float, top: float) -> None:
    """What came back to the pixels beside the patches."""
    draw_grid(axes, result[f"depth_{depth}_projections"][unit], left, top)
    draw_grid(axes, result[f"depth_{depth}_patches"][unit], left + GRID + WITHIN, top)


def describe(student: Result, random: Result) -> Description:
    rows = []
    for name, result in {"student": student, "random": random}.items():
        for depth, layer in enumerate(result.numbers["layers"], 1):
            arrays = {
                part: result[f"depth_{depth}_{part}"]
                for part in ("units", "sources", "boxes", "scores")
            }
            sources = result.metrics[f"{name}_sources"]
            rows += [{"layer": layer} | row for row in patch_rows(arrays, name, sources)]
    numbers = {
        "depths": len(student.numbers["layers"]),
        "photographs": len(student.metrics["student_sources"]),
    }
    return described(__file__, student.numbers | numbers, table=columns(rows))


if __name__ == "__main__":
    run_drawing(draw, describe)
