"""Similarity of every block to early visual cortex and to IT, with the best block of each."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.relations_with_biology.summaries import arrays_as_numbers
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described
from site_lib.records.measurement import Result

# Stimuli and area, as the names of their arrays begin.
PANELS = {
    "people, 92 objects": ("objects_EVC", "objects_IT"),
    "people, 78 photographs": ("photographs_EVC", "photographs_IT"),
    "monkeys, 92 objects": ("objects_monkey",),
}
KEYS = [key for keys in PANELS.values() for key in keys]
STIMULI = ("objects", "photographs")
COLUMNS = ("mean", "mean_rdm", "low", "high", "best_share", "random_mean")


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=4.7, narrow=10.2))
    if style.narrow:
        pairs = figure.subplots(6, 1, height_ratios=[3, 1] * 3).reshape(3, 2)
    else:
        pairs = figure.subplots(2, 3, height_ratios=[3, 1], sharex="col").T
    for (above, below), (title, keys) in zip(pairs, PANELS.items(), strict=True):
        draw_curves(above, result, keys, style)
        draw_best(below, result, keys, style)
        above.set_title(title)
        above.tick_params(labelbottom=False)
        below.set_xlabel("block")
    for above, below in pairs[: style.pick(wide=1, narrow=3)]:
        above.set_ylabel("similarity of RDMs (Spearman ρ)")
        below.set_ylabel("is best (%)")
    return figure


def draw_curves(axes: Axes, result: Result, keys: Sequence[str], style: Style) -> None:
    x = block_axis(axes, result)
    axes.axhline(0, color=style.faint, lw=0.8)
    for index, key in enumerate(keys):
        area, (name, colour) = of_area(result, key), name_and_colour(key, style)
        axes.fill_between(x, *area.get("band", area["interval"]), color=colour, alpha=0.2, lw=0)
        axes.plot(x, area["mean"], color=colour, marker="o", ms=3)
        axes.plot(x, area["random_mean"], color=colour, lw=1.1, ls=(0, (2, 2)))
        if "ceiling" in area:
            left = x[-1] + 0.9 + 1.4 * index
            axes.fill_between([left, left + 1], *area["ceiling"], color=colour, lw=0)
        note(axes, 0.98 - 0.09 * index, name, color=colour, weight=600)
    if len(keys) > 1:
        note(axes, 0.98 - 0.09 * len(keys), "dashed: random weights", color=style.muted)
        note(axes, 1.0, "ceiling", x=0.98, ha="right", va="bottom", color=style.muted)


def note(axes: Axes, y: float, words: str, *, x: float = 0.03, va: str = "top", **look) -> None:
    axes.text(x, y, words, transform=axes.transAxes, size="small", va=va, **look)


def draw_best(axes: Axes, result: Result, keys: Sequence[str], style: Style) -> None:
    x = block_axis(axes, result)
    for index, key in enumerate(keys):
        share, (_, colour) = 100 * result[f"{key}_best_share"], name_and_colour(key, style)
        axes.bar(x + (index - 0.5) * 0.4, share, width=0.4, color=colour, lw=0)


def block_axis(axes: Axes, result: Result) -> np.ndarray:
    """Places of the layers along an axis, at whose right there is room for the ceilings."""
    x = np.arange(len(result["layers"]))
    shown = range(4, len(x) - 3, 4)
    axes.set_xticks([0, *shown, x[-1]], ["stem", *(str(one - 1) for one in shown), "head"])
    axes.set_xlim(-0.5, x[-1] + 4)
    return x


def name_and_colour(key: str, style: Style) -> tuple[str, str]:
    early = key.endswith("EVC")
    return ("early visual cortex", style.series[2]) if early else ("IT", style.series[3])


def of_area(result: Result, key: str) -> dict[str, np.ndarray]:
    """The arrays with the names that they have within an area, and its curves by layer."""
    area = {name.removeprefix(f"{key}_"): values for name, values in result.arrays.items()}
    area["mean"], area["random_mean"] = area["people"].mean(axis=1), area["random"].mean(axis=0)
    area["low"], area["high"] = area["interval"]
    return area


def nearest(area: dict[str, np.ndarray]) -> dict[str, Any]:
    """The block that is nearest to the mean RDM, and the highest similarities.

    first, last: it lies between them in 95 % of the bootstrap samples.
    """
    layers, best = area["layers"], int(area["mean_rdm"].argmax())
    low, high = np.searchsorted(area["best_share"].cumsum(), (0.025, 0.975))
    return {
        "depth": best,
        "layer": layers[best],
        "rho": float(area["mean_rdm"][best]),
        "first": layers[low],
        "last": layers[min(high, len(layers) - 1)],
        "people": float(area["mean"].max()),
        "random": float(area["random_mean"].max()),
    }


def describe(result: Result) -> Description:
    measured = arrays_as_numbers(result)
    areas = {key: of_area(result, key) for key in KEYS}
    found = {key: nearest(area) for key, area in areas.items()}
    monkey, people = found["objects_monkey"], found["objects_IT"]
    numbers = found | {
        "half": len(result["layers"]) / 2,
        "contrast": {name: float(result[f"{name}_order"].mean()) for name in STIMULI},
        "p": {name: in_words(measured[f"{name}_order_p"]) for name in STIMULI},
        "above_random": monkey["rho"] - monkey["random"],
        "of_ceiling": people["people"] / measured["objects_IT_ceiling"][0],
        "weighting_adds": measured["objects_monkey_weighted"] - measured["objects_monkey_single"],
    }
    table = {"layer": result["layers"].tolist()}
    for key, area in areas.items():
        table |= {f"{key}_{name}": area[name].tolist() for name in COLUMNS}
    return described(__file__, result.numbers | measured | numbers, table=table)


def in_words(p: float) -> str:
    return f"p = {p:.4f}" if p >= 0.0001 else "p < 0.0001"


if __name__ == "__main__":
    run_drawing(draw, describe)
