"""How many units keep their name on photographs that had no part in it, by depth."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from site_lib.drawing.curves import banded
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described, with_t_intervals
from site_lib.records.measurement import Result

# Line, and how much higher than its end the name stands, in heights of the panel.
KINDS = {"trained": ("-", 0.0), "random": ("-", -0.01), "shuffled": (":", 0.07)}


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=3.0, narrow=4.3))
    every, best = style.two_axes(figure)
    number = result.numbers["num_best"]
    every.set(title="Of all units", ylabel="keep their name", ylim=(0, 0.22))
    every.set_yticks([0, 0.1, 0.2], ["0 %", "10 %", "20 %"])
    best.set(title="Of the best, one of each category", ylabel=f"of {number} keep it")
    best.set(ylim=(-0.2, number + 0.2), yticks=range(0, number + 1, 2))
    draw_panel(every, result, "of_all", style)
    draw_panel(best, result, "of_best", style)
    return figure


def draw_panel(axes: Axes, result: Result, name: str, style: Style) -> None:
    """Means over the ways to halve the photographs, with their range."""
    blocks = [layer.split(".")[1] for layer in result.numbers["layers"]]
    for kind, (line, higher) in KINDS.items():
        values = of_kind(result, name, kind)
        colour = style.trained if kind == "trained" else style.random
        banded(axes, values.mean(axis=1), values.min(axis=1), values.max(axis=1), alpha=0.15,
               color=colour, ls=line, marker="o", ms=3.5)  # fmt: skip
        height = values[-1].mean() + higher * np.ptp(axes.get_ylim())
        axes.text(len(blocks) - 0.85, height, kind, color=colour, size="small", va="center")
    axes.set_xticks(range(len(blocks)), blocks)
    axes.set(xlabel="block", xlim=(-0.3, len(blocks) + 0.45))
    axes.spines["bottom"].set_bounds(0, len(blocks) - 1)
    axes.grid(axis="y")


def of_kind(result: Result, name: str, kind: str) -> np.ndarray:
    """Values of all networks of a kind and all splits: (depths, networks × splits)."""
    return np.concatenate(result[name][result["kinds"] == kind], axis=1)


def describe(result: Result) -> Description:
    layers = result.numbers["layers"]
    curves = {
        f"{name}_{kind}{end}": statistic(of_kind(result, name, kind), axis=1)
        for name in ("of_all", "of_best", "hits")
        for kind in KINDS
        for end, statistic in (("", np.mean), ("_low", np.min), ("_high", np.max))
    }
    trained, means = of_kind(result, "of_all", "trained"), curves["of_all_trained"]
    # Where names appear: the step that is largest, in the mean over splits.
    late = int(np.diff(means).argmax()) + 1
    control = max(curves["of_all_random"][-1], curves["of_all_shuffled"][-1])
    numbers = curves | {
        "early_block": layers[late - 1],
        "late_block": layers[late],
        "early": means[:late].max(),
        "late": means[late:].min(),
        "control": control,
        **with_t_intervals(
            rise=trained[late:].min(axis=0) - trained[:late].max(axis=0),
            best=of_kind(result, "of_best", "trained")[-1],
            ahead=trained[-1] - control,
        ),
    }
    table = {"layer": layers} | curves
    return described(__file__, result.numbers | numbers, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
