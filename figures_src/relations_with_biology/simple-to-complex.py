"""F1/F0 over the units of three layers, and the share of complex ones by depth."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.relations_with_biology import depth_panels
from figures_src.relations_with_biology.depth_panels import at_the_end, of_kind
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described, layer_label
from site_lib.records.measurement import Result

SHOWN = (0, 4, -1)  # layers whose histograms stand above


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=5.0, narrow=5.8))
    axes = figure.subplot_mosaic("abc;ddd", height_ratios=[1, 1.25])
    for name, layer in zip("abc", SHOWN, strict=True):
        draw_histogram(axes[name], result, layer, style)
        axes[name].sharey(axes["a"])
    axes["a"].set_ylabel("units (%)")
    axes["b"].set_xlabel("F1 / F0")
    every = style.pick(wide=1, narrow=2)
    depth_panels.draw_curves(axes["d"], result, "complex", style, scale=100, every=every)
    axes["d"].set(ylabel="complex units (%)", ylim=(0, 100))
    axes["d"].legend(loc="upper left", labelcolor="linecolor", prop={"weight": 600})
    return figure


def draw_histogram(axes: Axes, result: Result, layer: int, style: Style) -> None:
    """Trained units as bars, those of each control as an outline."""
    edges = np.linspace(0, 2, result["ratio_counts"].shape[-1] + 1)
    for kind, colour in depth_panels.colours(style).items():
        counts = of_kind(result, "ratio_counts", kind)[:, layer].sum(axis=0)
        axes.stairs(100 * counts / counts.sum(), edges, color=colour, fill=kind == "trained",
                    alpha=0.75 if kind == "trained" else 1, lw=1.4)  # fmt: skip
    axes.axvline(1, color=style.muted, lw=0.8, ls=(0, (4, 3)))
    axes.set(xlim=(0, 2), xticks=[0, 1, 2])
    axes.set_xticklabels(["0", "1", "≥ 2"])
    axes.set_title(layer_label(result["layers"][layer]), size="small")


def describe(result: Result) -> Description:
    numbers = {
        "last": result["layers"][-1],
        "complex": at_the_end(result, "complex"),
        "num_stem": of_kind(result, "num_answering", "trained")[0, 0],
    }
    table = depth_panels.depth_table(result, ("ratio", "complex", "num_answering"))
    return described(__file__, result.numbers | numbers, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
