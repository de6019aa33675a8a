"""How many units keep their name on photographs that had no part in it, by depth."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.what_units_see.curves import banded
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described
from site_lib.records.measurement import Result
from site_lib.statistics.intervals import t_interval

KINDS = {"trained": "-", "random": "-", "shuffled": ":"}
# What is written where a curve ends, and how much higher, in heights of the panel.
NAMES = {"trained": "trained", "random": "random", "shuffled": "shuffled"}
LABELS = {"trained": 0.0, "random": -0.01, "shuffled": 0.07}


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=3.0, narrow=4.3))
    panels = figure.subplots(*style.pick(wide=(1, 2), narrow=(2, 1)))
    number = result.numbers["num_best"]
    panels[0].set(
        title="Of all units", ylabel="keep their name", ylim=(0, 0.22), yticks=[0, 0.1, 0.2]
    )
    draw_panel(panels[0], result, "of_all", style)
    panels[0].yaxis.set_major_formatter(lambda share, _: f"{share:.0%}".replace("%", " %"))
    panels[1].set(title="Of the best, one of each category", ylabel=f"of {number} keep it")
    panels[1].set(ylim=(-0.2, number + 0.2), yticks=range(0, number + 1, 2))
    draw_panel(panels[1], result, "of_best", style)
    return figure


def draw_panel(axes: Axes, result: Result, name: str, style: Style) -> None:
    """Means over the ways to halve the photographs, with their range."""
    blocks = [layer.split(".")[1] for layer in result.numbers["layers"]]
    for kind, line in KINDS.items():
        values = of_kind(result, name, kind)
        colour = style.trained if kind == "trained" else style.random
        banded(axes, values.mean(axis=1), values.min(axis=1), values.max(axis=1), alpha=0.15,
               color=colour, ls=line, marker="o", ms=3.5)  # fmt: skip
        height = values[-1].mean() + LABELS[kind] * np.ptp(axes.get_ylim())
        axes.text(len(blocks) - 0.85, height, NAMES[kind], color=colour, size="small", va="center")
    axes.set_xticks(range(len(blocks)), blocks)
    axes.set(xlabel="block", xlim=(-0.3, len(blocks) + 0.45))
    axes.spines["bottom"].set_bounds(0, len(blocks) - 1)
    axes.grid(axis="y")


def of_kind(result: Result, name: str, kind: str) -> np.ndarray:
    """Values of all networks of a kind and all splits: (depths, networks × splits)."""
    return np.concatenate(result[name][result["kinds"] == kind], axis=1)


def describe(result: Result) -> Description:
    table: dict[str, Any] = {"layer": result.numbers["layers"]}
    ends: dict[str, Any] = {}
    for name in ("of_all", "of_best", "hits"):
        ends[name] = {}
        for kind in KINDS:
            values = of_kind(result, name, kind)
            table |= {
                f"{name}_{kind}": values.mean(axis=1).tolist(),
                f"{name}_{kind}_low": values.min(axis=1).tolist(),
                f"{name}_{kind}_high": values.max(axis=1).tolist(),
            }
            ends[name][kind] = {"first": float(values[0].mean()), "last": float(values[-1].mean())}
    best = of_kind(result, "of_best", "trained")[-1]
    trained = of_kind(result, "of_all", "trained")
    controls = [of_kind(result, "of_all", kind)[-1].mean() for kind in ("random", "shuffled")]
    # Where names appear: the step that is largest, in the mean over splits.
    late = int(np.diff(trained.mean(axis=1)).argmax()) + 1
    rise = trained[late:].min(axis=0) - trained[:late].max(axis=0)
    numbers = {
        "ends": ends,
        "block": result.numbers["layers"][-1],
        "first_block": result.numbers["layers"][0],
        "early_block": result.numbers["layers"][late - 1],
        "late_block": result.numbers["layers"][late],
        "early": float(trained[:late].mean(axis=1).max()),
        "late": float(trained[late:].mean(axis=1).min()),
        "rise": (float(rise.mean()), t_interval(rise)),
        "best": (float(best.mean()), t_interval(best)),
        "control": float(max(controls)),
        "ahead": (
            float(trained[-1].mean() - max(controls)),
            t_interval(trained[-1] - max(controls)),
        ),
    }
    return described(__file__, result.numbers | numbers, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
