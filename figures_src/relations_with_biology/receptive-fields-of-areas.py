"""Receptive fields of blocks in degrees of visual angle, beside those of visual areas."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described, layer_label
from site_lib.records.measurement import Result

# Diameter over eccentricity in macaques, Freeman & Simoncelli (2011); recalled, not at hand.
SLOPES = {"V1": 0.21, "V2": 0.46, "V4": 0.84}
# Extremes in area TE, Op de Beeck & Vogels (2000); seen in a source that quotes them.
IT_RANGE = (2.8, 26.0)
TICKS = (0.1, 0.3, 1, 3, 10, 30)


def draw(result: Result, *, style: Style, degrees: float, eccentricity: float) -> Figure:
    figure = style.figure(height=style.pick(wide=4.2, narrow=4.6))
    axes = figure.subplots()
    depth = np.arange(len(result["layers"]))
    draw_areas(axes, depth[-1] + 0.6, eccentricity, style)
    sides = sides_in_degrees(result, degrees)
    axes.plot(
        depth, sides["theoretical"], color=style.foreground, lw=1.4, marker="s", ms=3.5,
        label="theoretical",
    )  # fmt: skip
    for kind, label in (("random", "effective, random weights"), ("trained", "effective, trained")):
        axes.plot(depth, sides[kind], color=getattr(style, kind), marker="o", ms=4, label=label)
    axes.set(xlabel="block", ylabel="side of the field (degrees)", xlim=(-0.4, depth[-1] + 0.5))
    axes.set(yscale="log", ylim=(0.08, 40))
    axes.yaxis.set_major_locator(FixedLocator(TICKS))
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_locator(NullLocator())
    shown = range(1, len(depth), 4)
    axes.set_xticks([0, *shown], ["stem", *(str(d - 1) for d in shown)])
    axes.legend(loc="lower right", labelcolor="linecolor", prop={"weight": 600})
    return figure


def draw_areas(axes: Axes, right: float, eccentricity: float, style: Style) -> None:
    """A line for each area that has one size, a band for IT; names at the right."""
    heights = {name: slope * eccentricity for name, slope in SLOPES.items()}
    for height in heights.values():
        axes.axhline(height, color=style.muted, lw=0.8, ls=(0, (4, 3)))
    axes.axhspan(*IT_RANGE, color=style.faint, alpha=0.6, lw=0, zorder=0)
    heights["IT"] = float(np.sqrt(IT_RANGE[0] * IT_RANGE[1]))
    for name, height in heights.items():
        axes.text(right, height, name, color=style.muted, va="center", weight=600)


def sides_in_degrees(result: Result, degrees: float) -> dict[str, np.ndarray]:
    """Sides of the fields by depth, mean over photographs, of an image that spans ``degrees``."""
    pixels = {kind: result[kind].mean(axis=1) for kind in ("random", "trained")}
    pixels["theoretical"] = result["theoretical"]
    per_pixel = degrees / result.metrics["input_side"]
    return {kind: per_pixel * sides for kind, sides in pixels.items()}


def passing(size: float, sides: np.ndarray, layers: list[str]) -> dict[str, Any]:
    """A size, and the first layer whose fields exceed it."""
    above = np.flatnonzero(sides > size)
    layer = layer_label(layers[above[0]]) if len(above) else "no block"
    return {"size": size, "depth": int(above[0]) if len(above) else -1, "layer": layer}


def describe(result: Result, *, degrees: float, eccentricity: float) -> Description:
    layers, sides = result["layers"].tolist(), sides_in_degrees(result, degrees)
    trained = sides["trained"]
    growth, growth_of_areas = float(trained[-1] / trained[0]), SLOPES["V4"] / SLOPES["V1"]
    numbers = {
        "degrees": degrees,
        "eccentricity": eccentricity,
        "num_depths": len(layers),
        "stem": trained[0],
        "last": trained[-1],
        "growth": growth,
        "growth_of_areas": growth_of_areas,
        "times_faster": growth / growth_of_areas,
        "IT": IT_RANGE,
        **{name: passing(k * eccentricity, trained, layers) for name, k in SLOPES.items()},
    }
    return described(
        __file__,
        result.numbers | numbers,
        table={
            "layer": layers,
            "theoretical_degrees": sides["theoretical"].tolist(),
            "effective_trained_degrees": trained.tolist(),
            "effective_random_degrees": sides["random"].tolist(),
        },
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
