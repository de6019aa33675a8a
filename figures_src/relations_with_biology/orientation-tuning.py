"""Orientation tuning of single units: three measures by depth, which do not agree."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.relations_with_biology import depth_panels
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described
from site_lib.records.measurement import Result

# What the axis says, by what the measure is multiplied, and where the axis ends.
MEASURES = {
    "width": ("half-width (degrees)", 1, 75),
    "variance": ("circular variance", 1, 1),
    "single": ("units with one peak (%)", 100, 105),
}


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=5.0, narrow=8.6))
    heights = style.pick(wide=[1, 1.4], narrow=[0.8, 1, 1, 1])
    mosaic = style.pick(wide="abc;def", narrow="abc;ddd;eee;fff")
    axes = figure.subplot_mosaic(mosaic, height_ratios=heights)
    for name, kind in zip("abc", depth_panels.LABELS, strict=True):
        draw_examples(axes[name], result, kind, style)
    axes["a"].set_ylabel("response")
    axes["b"].set_xlabel("orientation, from the best (degrees)")
    every = style.pick(wide=4, narrow=2)
    for name, (measured, (label, scale, top)) in zip("def", MEASURES.items(), strict=True):
        depth_panels.draw_curves(axes[name], result, measured, style, scale=scale, every=every)
        axes[name].set(ylabel=label, ylim=(0, top))
    # Where a half-width is only an upper bound.
    step = 180 / result.numbers["num_orientations"]
    axes["d"].axhspan(0, step, color=style.faint, alpha=0.6, lw=0, zorder=0)
    finer = f"finer than the gratings, {step:.0f}° apart"
    axes["d"].text(0, 0.32 * step, finer, size="small", color=style.muted, va="center")
    return figure


def draw_examples(axes: Axes, result: Result, kind: str, style: Style) -> None:
    """Tuning curves of three units of the first network of a kind."""
    colour = depth_panels.colours(style)[kind]
    curves = depth_panels.of_kind(result, "example_curves", kind)[0]
    for curve, alpha in zip(curves, (1.0, 0.7, 0.45), strict=True):
        x, closed = np.linspace(-90, 90, len(curve) + 1), np.append(curve, curve[0])
        axes.plot(x, closed, color=colour, lw=1.4, alpha=alpha)
    axes.axhline(0.5, color=style.muted, lw=0.6, ls=(0, (4, 3)))
    axes.set(xlim=(-90, 90), ylim=(0, 1.05), xticks=[-90, 0, 90], yticks=[0, 0.5, 1])
    title = style.pick(wide=depth_panels.LABELS[kind], narrow=kind)
    axes.set_title(title, size="small", color=colour)


def describe(result: Result) -> Description:
    numbers = {name: depth_panels.at_the_end(result, name) for name in MEASURES} | {
        "step": 180 / result.numbers["num_orientations"],
        "last": result["layers"][-1],
        "spread": np.ptp(result["width"][:, -1]),
        "spread_ends": (0, np.ptp(result["width_interval"][:, -1])),
        "oriented": result["num_oriented"][0, -1],
        "answering": result["num_answering"][0, -1],
    }
    table = depth_panels.depth_table(result, (*MEASURES, "num_oriented"))
    return described(__file__, result.numbers | numbers, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
