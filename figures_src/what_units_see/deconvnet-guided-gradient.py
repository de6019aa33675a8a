"""Three ways back to the pixels side by side, with trained and with random weights."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style, bare
from site_lib.drawing.picture_grid import LABEL, NETWORKS, depth_name, fit, label, picture
from site_lib.records.measurement import Result

DEPTHS = (1, 2, 3)
RULES = ("deconvnet", "guided", "gradient")
# Lengths in units of one picture's side.
GAP = 0.05
BETWEEN = 0.15
HEADING = 0.42


def draw(student: Result, lite: Result, *, style: Style) -> Figure:
    """A row for each unit: patch, projections, control; on a phone the control stands below."""
    figure = style.figure(height=1, layout=None)
    axes = figure.add_axes((0, 0, 1, 1))
    bare(axes)
    top = 0.0
    for result, (name, title) in zip((student, lite), NETWORKS.items(), strict=True):
        axes.text(0, top + HEADING / 2, title, va="center", weight=600)
        top += HEADING
        for depth in DEPTHS:
            unit = result[f"depth_{depth}_units"][0]
            words = f"{depth_name(result, name, depth)}, unit {unit}"
            label(axes, 0, top, words, style.foreground)
            top = row(axes, result, depth, top + LABEL, style) + GAP
    columns = 4 if style.narrow else 7
    gaps = 1 if style.narrow else 2
    width = columns * (1 + GAP) - GAP + gaps * BETWEEN
    fit(figure, axes, width, top - GAP, margin=GAP)
    return figure


def row(axes: Axes, result: Result, depth: int, top: float, style: Style) -> float:
    """One unit; returns where it ends."""
    picture(axes, result[f"depth_{depth}_patches"][0], 0, top + LABEL)
    label(axes, 0, top, "best patch", style.muted)
    left = 1 + GAP + BETWEEN
    projections(axes, result, depth, "own", left, top, style)
    if style.narrow:
        top += LABEL + 1 + GAP
        label(axes, 0, top + 0.5, "random", style.random)
        label(axes, 0, top + 0.5 + LABEL, "weights:", style.random)
    else:
        left += len(RULES) * (1 + GAP) + BETWEEN
        label(axes, left, top - LABEL, "random weights", style.random)
    projections(axes, result, depth, "random", left, top, style)
    return top + LABEL + 1 + GAP


def projections(
    axes: Axes, result: Result, depth: int, kind: str, left: float, top: float, style: Style
) -> None:
    """The three ways back from one unit, ``own`` or of the random network."""
    colour = style.trained if kind == "own" else style.random
    for column, rule in enumerate(RULES):
        x = left + column * (1 + GAP)
        label(axes, x, top, rule, colour)
        picture(axes, result[f"depth_{depth}_{rule}_{kind}"][0], x, top + LABEL)


def describe(student: Result, lite: Result) -> Description:
    table: dict[str, list] = {name: [] for name in ("network", "layer", "unit", "source")}
    for name, result in zip(NETWORKS, (student, lite), strict=True):
        for depth in DEPTHS:
            table["network"].append(name)
            table["layer"].append(result.metrics[f"{name}_layers"][depth - 1])
            table["unit"].append(int(result[f"depth_{depth}_units"][0]))
            source = int(result[f"depth_{depth}_sources"][0])
            table["source"].append(result.metrics[f"{name}_sources"][source])
    return Description(
        title="Three ways back to the pixels",
        caption=(
            "The best patch of the most selective unit of three layers, and its activation "
            "followed back by the deconvnet, by guided back-propagation and by the plain gradient; "
            "in the second set, with random weights, from the unit that answers most strongly at "
            "the same place. No averaging over noisy copies. Zero is mid-grey, each projection at "
            "its own contrast."
        ),
        alt=(
            "Six patches, each with six projections. Trained plain network: deconvnet and guided "
            "back-propagation draw the outlines of coins, the gradient gives coloured noise. "
            "Random weights: deconvnet and guided back-propagation still draw the coins, fainter; "
            "the gradient gives noise. EfficientNet-Lite0: the deconvnet gives a uniform grid, "
            "guided back-propagation fine lines; with random weights it draws the roof, the bird "
            "and the leaf more completely than with trained ones."
        ),
        table=table,
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
