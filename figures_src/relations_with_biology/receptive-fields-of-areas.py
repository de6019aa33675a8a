"""Receptive fields of blocks in degrees of visual angle, and how fast they grow, beside areas'."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator

from figures_src.relations_with_biology.depth_panels import LABELS, colours
from site_lib.biology.conventions import CONVENTIONS
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described
from site_lib.records.measurement import Result
from site_lib.statistics.intervals import bootstrap

# Diameter over eccentricity in macaques, Freeman & Simoncelli (2011); recalled, not at hand.
SLOPES = {"V1": 0.21, "V2": 0.46, "V4": 0.84}
# Extremes in area TE, Op de Beeck & Vogels (2000), in their abstract.
IT_RANGE = (2.8, 26.0)
# Linear size of fields in V4 over that in V1, Desimone & Schein (1987), in their abstract.
V4_OVER_V1 = (4.0, 7.0)
TICKS = (0.1, 0.3, 1, 3, 10, 30)


def draw(
    result: Result, areas: Result, *, style: Style, degrees: float, eccentricity: float
) -> Figure:
    figure = style.figure(height=style.pick(wide=4.0, narrow=6.8))
    left, right = figure.subplots(
        *style.pick(wide=(1, 2), narrow=(2, 1)),
        width_ratios=style.pick(wide=[1.25, 1], narrow=None),
        height_ratios=style.pick(wide=None, narrow=[1.35, 1]),
    )
    draw_sizes(left, result, degrees, eccentricity, style)
    draw_growth(right, result, areas, eccentricity, style)
    return figure


def draw_sizes(
    axes: Axes, result: Result, degrees: float, eccentricity: float, style: Style
) -> None:
    """Sides by block, with a line for each area that has one size and a band for IT."""
    depth = np.arange(len(result["layers"]))
    heights = {name: slope * eccentricity for name, slope in SLOPES.items()}
    for height in heights.values():
        axes.axhline(height, color=style.muted, lw=0.8, ls=(0, (4, 3)))
    axes.axhspan(*IT_RANGE, color=style.faint, alpha=0.6, lw=0, zorder=0)
    heights["IT"] = float(np.sqrt(IT_RANGE[0] * IT_RANGE[1]))
    for name, height in heights.items():
        axes.text(-0.2, height, name, color=style.muted, va="bottom", weight=600, size="small")
    for kind, sides in sides_in_degrees(result, degrees).items():
        axes.plot(depth, sides, color=colours(style)[kind], marker="o", ms=3, label=LABELS[kind])
    axes.set(xlabel="block", ylabel="side of the field (degrees)", xlim=(-0.5, depth[-1] + 0.5))
    axes.set(yscale="log", ylim=(0.08, 40))
    axes.yaxis.set_major_locator(FixedLocator(TICKS))
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_locator(NullLocator())
    shown = range(1, len(depth), 4)
    axes.set_xticks([0, *shown], ["stem", *(str(d - 1) for d in shown)])
    axes.legend(loc="lower right", labelcolor="linecolor", prop={"weight": 600, "size": "small"})


def draw_growth(
    axes: Axes, result: Result, areas: Result, eccentricity: float, style: Style
) -> None:
    """Factors of growth: ranges of areas as bars, those of networks as points with intervals."""
    for row, (low, high) in enumerate((V4_OVER_V1, it_over_v1(eccentricity))):
        axes.plot([low, high], [row, row], color=style.muted, lw=7, solid_capstyle="butt")
    for row, steps in enumerate((nearest(areas), (0, -1)), start=2):
        for place, kind in zip((-0.22, 0, 0.22), LABELS, strict=True):
            found = growth(result, kind, *steps)
            ends = np.abs(np.array(found["ends"])[:, None] - found["mean"])
            axes.errorbar(found["mean"], row + place, xerr=ends, color=colours(style)[kind],
                          fmt="o", ms=5, capsize=3)  # fmt: skip
    early, late = (str(index - 1) for index in nearest(areas))
    nearest_blocks = f"block {early} → {late},\nnearest to EVC, IT"
    rows = ("V1 → V4,\nmacaque", "V1 → IT,\nmacaque", nearest_blocks, "stem →\nblock 15")
    axes.set_yticks(range(4), rows)
    axes.tick_params("y", length=0)
    axes.set(xscale="log", xlim=(1, 130), ylim=(3.5, -0.5), xlabel="growth of the field (times)")
    axes.xaxis.set_major_locator(FixedLocator((1, 3, 10, 30, 100)))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_locator(NullLocator())
    axes.grid(axis="x")


def sides_in_degrees(result: Result, degrees: float) -> dict[str, np.ndarray]:
    """Effective sides by depth, mean over photographs, of an image that spans ``degrees``."""
    per_pixel = degrees / result.metrics["input_side"]
    return {kind: per_pixel * result[kind].mean(axis=1) for kind in reversed(LABELS)}


def it_over_v1(eccentricity: float) -> tuple[float, float]:
    """Range of sizes in IT over the mean size in V1."""
    low, high = (size / (SLOPES["V1"] * eccentricity) for size in IT_RANGE)
    return low, high


def nearest(areas: Result) -> tuple[int, int]:
    """Depths that come nearest to early visual cortex and to IT, each unit's mean taken away.

    The head, which adds no neighbours, has the fields of the last block.
    """
    centred, last = CONVENTIONS.index("centred"), len(areas["layers"]) - 2
    early, late = (min(int(areas[f"objects_{area}_best"][centred]), last) for area in ("EVC", "IT"))
    return early, late


def growth(result: Result, kind: str, before: int, after: int) -> dict[str, Any]:
    """Mean factor between two depths, and its bootstrap interval over photographs."""
    factors = result[kind][after] / result[kind][before]
    return {"mean": float(factors.mean()), "ends": bootstrap(factors, np.mean, seed=0)}


def describe(result: Result, areas: Result, *, degrees: float, eccentricity: float) -> Description:
    layers, sides = result["layers"].tolist(), sides_in_degrees(result, degrees)
    early, late = nearest(areas)
    numbers = {
        "degrees": degrees,
        "eccentricity": eccentricity,
        "num_depths": len(layers),
        "stem": sides["trained"][0],
        "last": sides["trained"][-1],
        "early": layers[early],
        "late": layers[late],
        "between": {kind: growth(result, kind, early, late) for kind in LABELS},
        "whole": {kind: growth(result, kind, 0, -1) for kind in LABELS},
        "v4": V4_OVER_V1,
        "it": it_over_v1(eccentricity),
        "IT": IT_RANGE,
        "sizes": {name: slope * eccentricity for name, slope in SLOPES.items()},
    }
    columns = {f"effective_{kind}_degrees": values.tolist() for kind, values in sides.items()}
    return described(__file__, result.numbers | numbers, table={"layer": layers} | columns)


if __name__ == "__main__":
    run_drawing(draw, describe)
