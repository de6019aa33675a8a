"""Orientation tuning of single units, and its sharpness at every depth."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.relations_with_biology import depth_panels
from figures_src.relations_with_biology.summaries import summary
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described
from site_lib.records.measurement import Result

# Half-width at half height of cells of macaque V1: half of the median full bandwidth of 40°
# given by De Valois, Yund & Hepler (1982); recalled, the paper was not at hand.
CORTEX = 20.0
STRONG_TO_FAINT = (1.0, 0.7, 0.45)


def draw(result: Result, *, style: Style) -> Figure:
    figure, axes = depth_panels.panels(style)
    layers, curves = result["layers"].tolist(), result["example_curves"]
    depth_panels.draw_examples(axes, curves, layers, style, limit=90, alphas=STRONG_TO_FAINT)
    axes["b"].set_xlabel("orientation of the grating, from the best")
    draw_widths(axes["d"], result, style)
    depth_panels.draw_share(axes["e"], result["oriented"], layers, style)
    axes["e"].set_ylabel("oriented units (%)")
    return figure


def draw_widths(axes: Axes, result: Result, style: Style) -> None:
    layers, low, high = result["layers"].tolist(), result["width_low"][0], result["width_high"][0]
    axes.axhline(CORTEX, color=style.muted, lw=0.8, ls=(0, (4, 3)))
    axes.text(-0.3, CORTEX - 0.8, "macaque V1", color=style.muted, size="small", va="top")
    axes.fill_between(np.arange(len(layers)), low, high, color=style.trained, alpha=0.2, lw=0)
    depth_panels.draw_curves(axes, result["width"], layers, style, every=2)
    axes.set(ylabel="half-width (degrees)", ylim=(0, 70))
    axes.legend(loc="upper right", labelcolor="linecolor", prop={"weight": 600})


def describe(result: Result) -> Description:
    width, random = result["width"][0], result["width"][1:].mean(axis=0)
    per_cent = 100 * result["oriented"]
    numbers = {
        "last": result["layers"][-1],
        "half_of_layers": len(result["layers"]) / 2,
        "cortex": CORTEX,
        "width": summary(width),
        "fall": float(width[0] - width[-1]),
        "random_width": summary(random),
        "sharper": int((random < width).sum()),
        "oriented": summary(per_cent[0]),
        "random_oriented": summary(per_cent[1:]),
    }
    table = depth_panels.depth_table(result, ("width", "width_low", "width_high", "oriented"))
    return described(__file__, result.numbers | numbers, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
