"""Three ways back to the pixels side by side, with trained and with random weights."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from site_lib.drawing import picture_grid as grid
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.tables import columns
from site_lib.drawing.words import described, network_title
from site_lib.records.measurement import Result

DEPTHS = (1, 2, 3)
# Lengths in units of one picture's side.
GAP, BETWEEN, HEADING = 0.05, 0.15, 0.42
PITCH = 1 + GAP


def draw(student: Result, lite: Result, *, style: Style) -> Figure:
    """A row for each unit: patch, projections, control; on a phone the control stands below."""
    figure, axes = grid.canvas(style)
    top = 0.0
    for result in (student, lite):
        title = network_title(result.numbers["model"])
        top = grid.heading(axes, 0, top, title, height=HEADING)
        for depth in DEPTHS:
            unit = f"unit {result[f'depth_{depth}_units'][0]}"
            words = f"{grid.depth_name(result, depth)}, {unit}"
            grid.label(axes, 0, top, words, style.foreground)
            top = draw_unit(axes, result, depth, top + grid.LABEL, style) + GAP
    width = style.pick(wide=7 * PITCH + 2 * BETWEEN, narrow=4 * PITCH + BETWEEN) - GAP
    grid.fit(figure, axes, width, top - GAP, margin=GAP)
    return figure


def draw_unit(axes: Axes, result: Result, depth: int, top: float, style: Style) -> float:
    """One unit; returns where it ends."""
    grid.picture(axes, result[f"depth_{depth}_patches"][0], 0, top + grid.LABEL)
    grid.label(axes, 0, top, "best patch", style.muted)
    left = PITCH + BETWEEN
    for kind, colour in (("own", style.trained), ("random", style.random)):
        if kind == "random" and style.narrow:
            top += grid.LABEL + PITCH
            grid.label(axes, 0, top + 0.5, "random", colour)
            grid.label(axes, 0, top + 0.5 + grid.LABEL, "weights:", colour)
        elif kind == "random":
            left += 3 * PITCH + BETWEEN
            grid.label(axes, left, top - grid.LABEL, "random weights", colour)
        for column, rule in enumerate(("deconvnet", "guided", "gradient")):
            x = left + column * PITCH
            grid.label(axes, x, top, rule, colour)
            grid.picture(axes, result[f"depth_{depth}_{rule}_{kind}"][0], x, top + grid.LABEL)
    return top + grid.LABEL + PITCH


def describe(student: Result, lite: Result) -> Description:
    results = {result.numbers["model"]: result for result in (student, lite)}
    rows = (
        {
            "network": name,
            "layer": result.numbers["layers"][depth - 1],
            "unit": int(result[f"depth_{depth}_units"][0]),
            "source": result.metrics[f"{name}_sources"][result[f"depth_{depth}_sources"][0]],
        }
        for name, result in results.items()
        for depth in DEPTHS
    )
    return described(__file__, {}, table=columns(rows))


if __name__ == "__main__":
    run_drawing(draw, describe)
