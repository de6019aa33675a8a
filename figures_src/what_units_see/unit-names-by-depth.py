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

KINDS = {"trained": "-", "random": "-", "shuffled": ":"}


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=3.0, narrow=5.2))
    panels = figure.subplots(*style.pick(wide=(1, 2), narrow=(2, 1)))
    number = result.numbers["num_best"]
    draw_panel(panels[0], result, "of_all", style)
    panels[0].set(title="Of all units", ylabel="keep their name", ylim=(0, 0.3))
    panels[0].yaxis.set_major_formatter(lambda share, _: f"{share:.0%}".replace("%", " %"))
    draw_panel(panels[1], result, "of_best", style)
    panels[1].set(title="Of the best, one of each category", ylabel=f"of {number} keep it")
    panels[1].set(ylim=(-0.2, number + 0.2), yticks=range(0, number + 1, 2))
    return figure


def draw_panel(axes: Axes, result: Result, name: str, style: Style) -> None:
    """Means over the ways to halve the photographs, with their range."""
    blocks = [layer.split(".")[1] for layer in result.numbers["layers"]]
    for kind, line in KINDS.items():
        values = of_kind(result, name, kind)
        colour = style.trained if kind == "trained" else style.random
        banded(axes, values.mean(axis=1), values.min(axis=1), values.max(axis=1), alpha=0.15,
               color=colour, ls=line, marker="o", ms=3.5)  # fmt: skip
    axes.set_xticks(range(len(blocks)), blocks)
    axes.set(xlabel="block")
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
    controls = np.concatenate(
        [of_kind(result, "of_all", k) for k in ("random", "shuffled")], axis=1
    )
    ahead = of_kind(result, "of_all", "trained")[-1] - controls[-1].max()
    numbers = {
        "ends": ends,
        "block": result.numbers["layers"][-1],
        "first_block": result.numbers["layers"][0],
        "best": (float(best.mean()), [float(best.min()), float(best.max())]),
        "control": float(controls[-1].max()),
        "ahead": (float(ahead.mean()), [float(ahead.min()), float(ahead.max())]),
    }
    return described(__file__, result.numbers | numbers, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
