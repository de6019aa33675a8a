"""Responses to a drifting grating by phase, and F1/F0 at every depth."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.relations_with_biology import depth_panels
from figures_src.relations_with_biology.summaries import summary
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described
from site_lib.records.measurement import Result

FAINT_TO_STRONG = (0.45, 0.7, 1.0)
COLUMNS = ("ratio", "ratio_low", "ratio_high", "complex", "num_answering")


def draw(result: Result, *, style: Style) -> Figure:
    figure, axes = depth_panels.panels(style)
    layers, curves = result["layers"].tolist(), result["example_phases"]
    depth_panels.draw_examples(axes, curves, layers, style, limit=180, alphas=FAINT_TO_STRONG)
    axes["b"].set_xlabel("phase of the grating, from the peak")
    draw_ratio(axes["d"], result, style)
    depth_panels.draw_share(axes["e"], result["complex"], layers, style)
    axes["e"].set_ylabel("complex units (%)")
    return figure


def draw_ratio(axes: Axes, result: Result, style: Style) -> None:
    layers, low, high = result["layers"].tolist(), result["ratio_low"][0], result["ratio_high"][0]
    x = np.arange(len(layers))
    axes.axhline(1, color=style.muted, lw=0.8, ls=(0, (4, 3)))
    for text, height, side in (("simple", 1.04, "bottom"), ("complex", 0.96, "top")):
        axes.text(x[-1], height, text, color=style.muted, size="small", ha="right", va=side)
    axes.fill_between(x, low, high, color=style.trained, alpha=0.2, lw=0)
    depth_panels.draw_curves(axes, result["ratio"], layers, style, every=2)
    axes.set(ylabel="F1 / F0", ylim=(0, 2.05))
    axes.text(-0.2, 0.36, "random weights", weight=600, color=style.random)
    axes.text(-0.2, 0.12, "trained", weight=600, color=style.trained)


def describe(result: Result) -> Description:
    layers, per_cent = result["layers"], 100 * result["complex"]
    trained, random = summary(per_cent[0]), summary(per_cent[1:].mean(axis=0))
    numbers = {
        "last": layers[-1],
        "most_complex": layers[per_cent[0].argmax()],
        "complex": trained,
        "random_complex": random,
        "rise": trained["highest"] - trained["first"],
        "above_random": trained["last"] - random["last"],
        "ratio": summary(result["ratio"][0]),
        "low_quarter": summary(result["ratio_low"][0]),
    }
    table = depth_panels.depth_table(result, COLUMNS)
    return described(__file__, result.numbers | numbers, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
