"""Read-out of categories against similarity to IT, one dot for each network."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.relations_with_biology import network_key
from figures_src.relations_with_biology.network_key import KINDS, LABELS
from figures_src.relations_with_biology.summaries import arrays_as_numbers, summary
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described
from site_lib.records.measurement import Result

AREAS = {"monkey": "IT of monkeys", "human": "IT of people"}
# Names of arrays, by the columns of the table.
COLUMNS = {"network": "names", "kind": "kind", "performance": "performance",
           "monkey_it": "monkey", "human_it": "human"}  # fmt: skip


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=5.2, narrow=8.6))
    panels = figure.subplots(*style.pick(wide=(1, 2), narrow=(2, 1)))
    for axes, (area, title) in zip(panels, AREAS.items(), strict=True):
        draw_networks(axes, result, area, style)
        draw_reference(axes, result, area, style)
        r, (low, high) = result[f"{area}_r_all"], result[f"{area}_interval_all"]
        written = f"r = {r:.2f} [{low:.2f}, {high:.2f}]".replace("-", "−")
        look = {"transform": axes.transAxes, "ha": "right", "weight": 600, "size": "small"}
        axes.text(0.98, 0.03, written, **look)
        axes.set(title=title, xlabel="categories read out (balanced accuracy, %)")
    for axes in panels[: style.pick(wide=1, narrow=2)]:
        axes.set_ylabel("similarity to IT (Spearman ρ)")
    network_key.draw_key(figure, style)
    return figure


def draw_networks(axes: Axes, result: Result, area: str, style: Style) -> None:
    """A line through each training, which ends in a disc; dots for all other networks."""
    x, y, kind = 100 * result["performance"], result[area], result["kind"]
    colours = network_key.colours_of_kinds(style)
    for family, (words, offset) in LABELS.items():
        start = (result["family"] == family) & (kind == "random")
        way = (result["family"] == family) & ~start
        xs, ys, colour = x[way], y[way], colours[kind[way][0]]
        axes.plot(xs[:-1], ys[:-1], "o", color=colour, ms=4, mew=0, zorder=3)
        axes.plot(xs[-1], ys[-1], "o", color=colour, ms=8, mew=0, zorder=4)
        if start.any():
            xs, ys = np.append(x[start].mean(), xs), np.append(y[start].mean(), ys)
        axes.plot(xs, ys, color=colour, lw=1, alpha=0.55, zorder=2)
        axes.annotate(
            words, (xs[-1], ys[-1]), offset, textcoords="offset points", va="center",
            size="x-small", color=colour, zorder=5,
        )  # fmt: skip
    for one, size in (("random", 5), ("optimised", 7)):
        chosen = kind == one
        axes.plot(x[chosen], y[chosen], "o", color=colours[one], ms=size, mew=0, alpha=0.85)
    axes.annotate(
        "Lite0, 1, 2", (x[chosen].mean(), y[chosen].min()), (0, -7), textcoords="offset points",
        size="small", weight=600, color=style.trained, ha="center", va="top",
    )  # fmt: skip


def draw_reference(axes: Axes, result: Result, area: str, style: Style) -> None:
    """Chance, and what people's IT reaches: for each other, or for the IT of monkeys."""
    chance = 100 * result.metrics["chance"]
    axes.axvline(chance, color=style.faint, lw=0.8, zorder=0)
    if area == "human":
        label, (low, top) = "noise ceiling", result["human_ceiling"]
        axes.axhspan(low, top, color=style.faint, alpha=0.7, lw=0, zorder=0)
    else:
        label, top = "mean of 15 people", float(result["people_to_monkey"])
        axes.axhline(top, color=style.muted, lw=0.8, ls=(0, (4, 3)))
    axes.set(xlim=(chance - 6, 100), ylim=(None, top * 1.15))
    look: Any = {"color": style.muted, "size": "small", "va": "bottom"}
    axes.text(chance + 1, top, label, **look)
    axes.text(chance + 1, 0.6, "chance", transform=axes.get_xaxis_transform(), **look)


def gain(result: Result, family: str, values: str) -> float:
    """What an architecture gains from random weights, mean of its seeds, to the end."""
    random = (result["family"] == family) & (result["kind"] == "random")
    return float(result[values][result["names"] == family][0] - result[values][random].mean())


def describe(result: Result) -> Description:
    kind, per_cent = result["kind"], 100 * result["performance"]
    # At the end of its training a network is called as its architecture; some have no training.
    ended = result["names"] == result["family"]
    ended |= kind == "random"
    read_out = {one: summary(per_cent[ended & (kind == one)]) for one in KINDS}
    mean = {a: {one: float(result[a][kind == one].mean()) for one in KINDS} for a in AREAS}
    here = result["family"][ended & (kind == "partly")].tolist()
    gains = {
        values: scale * np.array([gain(result, family, values) for family in here])
        for values, scale in (("performance", 100), ("monkey", 1), ("human", 1))
    }
    # Binomial, for a share like those of the networks trained here.
    share = read_out["partly"]["mean"]
    error = float(np.sqrt(share * (100 - share) / result.metrics["num_photographs"]))
    numbers = {
        "count": {one: int((kind == one).sum()) for one in KINDS},
        "read_out": read_out,
        "mean": mean,
        "means_differ_by": mean["monkey"]["optimised"] - mean["monkey"]["random"],
        "num_here": len(here),
        "gain": {values: summary(by_family) for values, by_family in gains.items()},
        "two_layers": {values: float(g[here.index("two-layers")]) for values, g in gains.items()},
        "error": error,
        "two_errors": 2 * error,
    }
    return described(
        __file__,
        result.numbers | arrays_as_numbers(result) | numbers,
        table={column: result[name].tolist() for column, name in COLUMNS.items()},
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
