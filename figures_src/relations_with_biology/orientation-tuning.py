"""Orientation tuning of single units: three measures by depth, which do not agree."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.relations_with_biology import depth_panels
from figures_src.relations_with_biology.depth_panels import LABELS, at_the_end, of_kind
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described
from site_lib.records.measurement import Result

STRONG_TO_FAINT = (1.0, 0.7, 0.45)


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=5.0, narrow=8.6))
    mosaic, heights = style.pick(
        wide=("abc;def", [1, 1.4]), narrow=("abc;ddd;eee;fff", [0.8, 1, 1, 1])
    )  # fmt: skip
    axes = figure.subplot_mosaic(mosaic, height_ratios=heights)
    for name, kind in zip("abc", LABELS, strict=True):
        draw_examples(axes[name], result, kind, style)
    axes["a"].set_ylabel("response")
    axes["b"].set_xlabel("orientation, from the best (degrees)")
    every = style.pick(wide=4, narrow=2)
    for name, measured, label, scale, top in (
        ("d", "width", "half-width (degrees)", 1, 75),
        ("e", "variance", "circular variance", 1, 1),
        ("f", "single", "units with one peak (%)", 100, 105),
    ):
        depth_panels.draw_curves(axes[name], result, measured, style, scale=scale, every=every)
        axes[name].set(ylabel=label, ylim=(0, top))
    draw_step(axes["d"], step(result), style)
    return figure


def step(result: Result) -> float:
    """Between neighbouring orientations of the gratings, in degrees."""
    return 180 / result.numbers["num_orientations"]


def draw_step(axes: Axes, degrees: float, style: Style) -> None:
    """Where a half-width is finer than the gratings, and so only an upper bound."""
    axes.axhspan(0, degrees, color=style.faint, alpha=0.6, lw=0, zorder=0)
    axes.text(0, 0.32 * degrees, f"finer than the gratings, {degrees:.0f}° apart",
              size="small", color=style.muted, va="center")  # fmt: skip


def draw_examples(axes: Axes, result: Result, kind: str, style: Style) -> None:
    """Tuning curves of three units of the first network of a kind."""
    colour = depth_panels.colours(style)[kind]
    for curve, alpha in zip(
        of_kind(result, "example_curves", kind)[0], STRONG_TO_FAINT, strict=True
    ):
        x, closed = np.linspace(-90, 90, len(curve) + 1), np.append(curve, curve[0])
        axes.plot(x, closed, color=colour, lw=1.4, alpha=alpha)
    axes.axhline(0.5, color=style.muted, lw=0.6, ls=(0, (4, 3)))
    axes.set(xlim=(-90, 90), ylim=(0, 1.05), xticks=[-90, 0, 90], yticks=[0, 0.5, 1])
    axes.set_xticklabels(["−90", "0", "90"])
    axes.set_title(style.pick(wide=LABELS[kind], narrow=kind), size="small", color=colour)


def describe(result: Result) -> Description:
    width, (low, high) = result["width"], result["width_interval"][0, [0, -1]].T
    last = width[:, -1]
    spread = float(np.ptp(last))
    ends = result["width_interval"][:, -1]
    numbers = {
        "step": step(result),
        "last": result["layers"][-1],
        "shown": result.numbers["example_layer"],
        "width": at_the_end(result, "width"),
        "fall": float(width[0, 0] - width[0, -1]),
        "fall_ends": (float(low[0] - high[1]), float(high[0] - low[1])),
        "spread": spread,
        "spread_ends": (0.0, float(np.ptp(ends))),
        "variance": at_the_end(result, "variance"),
        "single": at_the_end(result, "single"),
        "oriented": int(result["num_oriented"][0, -1]),
        "answering": int(result["num_answering"][0, -1]),
    }
    table = depth_panels.depth_table(result, ("width", "variance", "single", "num_oriented"))
    return described(__file__, result.numbers | numbers, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
