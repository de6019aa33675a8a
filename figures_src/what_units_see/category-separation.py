"""Distances between and within categories by depth, and a map of the last block."""

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.what_units_see.curves import banded, block_ticks
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style, legend_below
from site_lib.drawing.words import described
from site_lib.records.measurement import Result

CATEGORIES = {
    "face": ("faces", "o"),
    "body": ("bodies", "^"),
    "natObj": ("natural objects", "s"),
    "artiObj": ("artificial objects", "D"),
}
RATIOS = {
    "A": ("separation", "Photographs: ratio of distances"),
    "B": ("objects_separation", "92 objects: ratio of distances"),
}
MAPS = {"C": "trained", "D": "random weights"}


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=6.3, narrow=8.6))
    mosaic, heights = style.pick(wide=("AB;CD", [1, 1.15]), narrow=("A;B;C;D", [1, 1, 1.3, 1.3]))
    panels: dict[str, Axes] = figure.subplot_mosaic(mosaic, height_ratios=heights)
    for panel, (name, title) in RATIOS.items():
        draw_ratio(panels[panel], result, name, style)
        panels[panel].set_title(title)
    for index, (panel, weights) in enumerate(MAPS.items()):
        draw_map(panels[panel], result, index, style)
        panels[panel].set_title(f"92 objects, last block, {weights}")
    legend_below(figure, panels["C"], columns=style.pick(wide=4, narrow=2))
    return figure


def draw_ratio(axes: Axes, result: Result, name: str, style: Style) -> None:
    trained, random, interval = result[name][0], result[name][1:], result[f"{name}_interval"]
    mean, ends = random.mean(axis=0), (random.min(axis=0), random.max(axis=0))
    dots: dict[str, Any] = {"alpha": 0.2, "marker": "o", "ms": 3.5}
    banded(axes, trained, *interval.T, color=style.trained, **dots)
    banded(axes, mean, *ends, color=style.random, **dots)
    top, last, middle = interval.max(), len(trained) - 1, 6
    axes.set(xlim=(-0.4, last + 0.4), ylim=(1 - 0.08 * (top - 1), 1 + 1.05 * (top - 1)))
    block_ticks(axes, [0, *range(1, last + 1, 5)])
    axes.grid(axis="y")
    for words, place, above, colour in (
        ("trained", (middle, trained[middle]), 9, style.trained),
        ("random weights", (last, mean[-1]), 7, style.random),
    ):
        axes.annotate(words, place, (0, above), textcoords="offset points", color=colour,
                      weight=600, ha="right")  # fmt: skip


def draw_map(axes: Axes, result: Result, index: int, style: Style) -> None:
    """The 92 objects: warm colours for what lives, cold ones for what does not."""
    blue, orange, green, pink = style.series
    for colour, (key, (label, marker)) in zip(
        (orange, pink, green, blue), CATEGORIES.items(), strict=True
    ):
        x, y = result["objects_map"][index][result["objects_category"] == key].T
        axes.scatter(x, y, s=26, marker=marker, color=colour, alpha=0.85, lw=0, label=label)
    axes.set_aspect("equal", adjustable="datalim")
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set(visible=True, color=style.faint)


def describe(result: Result) -> Description:
    layers = result["depths"][1:].tolist()
    best = int(result["objects_separation"][0].argmax())
    numbers = {
        "number": len(layers),
        "best_layer": layers[best],
        "share": result["objects_map_share"],
        "photographs": ratios(result, "separation", -1),
        "objects": ratios(result, "objects_separation", best),
    }
    table = {"layer": layers}
    for name, key in (("photographs", "separation"), ("categories", "objects_separation")):
        table[f"{name}_trained"] = result[key][0].tolist()
        table[f"{name}_trained_low"] = result[f"{key}_interval"][:, 0].tolist()
        table[f"{name}_trained_high"] = result[f"{key}_interval"][:, 1].tolist()
        table[f"{name}_random_mean"] = result[key][1:].mean(axis=0).tolist()
    return described(__file__, result.numbers | numbers, table=table)


def ratios(result: Result, name: str, best: int) -> dict:
    """What is said of a curve: at the stem, at its best depth, in the last block."""
    trained, random = result[name][0].tolist(), result[name][1:]
    return {
        "stem": trained[0],
        "best": trained[best],
        "best_interval": result[f"{name}_interval"][best],
        "last": trained[-1],
        "random_last": random[:, -1].mean(),
    }


if __name__ == "__main__":
    run_drawing(draw, describe)
