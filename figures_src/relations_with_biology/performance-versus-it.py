"""Read-out of categories against similarity to IT, for whole and for damaged networks."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.relations_with_biology import network_key
from figures_src.relations_with_biology.models_in_words import COLUMNS, ROWS, numbers, residuals
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described
from site_lib.records.measurement import Result

ACROSS = "categories read out (%)"


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=7.2, narrow=13.6))
    panels = figure.subplots(*style.pick(wide=(2, 2), narrow=(4, 1))).flatten()
    for axes, area, title in zip(panels[:2], ("monkey", "human"),
                                 ("All networks, monkeys", "All networks, people"),
                                 strict=True):  # fmt: skip
        draw_all(axes, result, area, style)
        axes.set(title=title, xlabel=ACROSS, ylabel="similarity to IT (ρ)")
        write_r(axes, result, f"{area}_r_all", f"{area}_interval_all")
    draw_within(panels[2], result, style)
    draw_measures(panels[3], result, style)
    network_key.draw_key(figure, style)
    return figure


def draw_all(axes: Axes, result: Result, area: str, style: Style) -> None:
    """A dot for each network; larger at the end of a training."""
    x, y, kind = 100 * result["performance"], result[area], result["kind"]
    colours = network_key.colours_of_kinds(style)
    hurt = kind == "lesion"
    axes.plot(x[hurt], y[hurt], "o", color=colours["lesion"], ms=3.2, mew=0, alpha=0.45)
    draw_trend(axes, x, y, style)
    ends = result["names"] == result["family"]
    for one, size in (("random", 4.5), ("partly", 3), ("graft", 3), ("optimised", 8)):
        chosen = kind == one
        axes.plot(x[chosen], y[chosen], "o", color=colours[one], ms=size, mew=0, zorder=4)
        chosen &= ends
        axes.plot(x[chosen], y[chosen], "o", color=colours[one], ms=max(size, 7), mew=0, zorder=5)
    chance = 100 * result.metrics["chance"]
    axes.axvline(chance, color=style.faint, lw=0.8, zorder=0)
    axes.text(chance + 1, 0.98, "chance", transform=axes.get_xaxis_transform(), color=style.muted,
              size="small", va="top")  # fmt: skip
    axes.set(xlim=(chance - 6, 95))
    # The least similar of all stand apart: what happened to them is said.
    least = np.flatnonzero(hurt)[y[hurt].argmin()]
    axes.text(x[least] + 2.5, y[least], network_key.LESIONS[result["lesion"][least]],
              size="small", color=colours["lesion"], va="center")  # fmt: skip


def draw_within(axes: Axes, result: Result, style: Style) -> None:
    """The damaged architectures only, without the mean of each."""
    hurt, x, y = residuals(result, "monkey")
    colours = network_key.colours_of_kinds(style)
    kind = result["kind"][hurt]
    chosen = kind == "lesion"
    axes.plot(100 * x[chosen], y[chosen], "o", color=colours["lesion"], ms=3.2, mew=0, alpha=0.45)
    draw_trend(axes, 100 * x, y, style)
    for one in ("random", "partly", "optimised"):
        axes.plot(100 * x[kind == one], y[kind == one], "o", color=colours[one], ms=7, mew=0)
    axes.set(
        title="Within architectures, monkeys", xlabel="read-out, family mean removed (points)",
        ylabel="similarity, family mean removed",
    )  # fmt: skip
    write_r(axes, result, "monkey_r_within", "monkey_interval_within")


def draw_trend(axes: Axes, x: np.ndarray, y: np.ndarray, style: Style) -> None:
    """The straight line that fits best."""
    ends = np.array([x.min(), x.max()])
    axes.plot(ends, np.polyval(np.polyfit(x, y, 1), ends), color=style.foreground, lw=1.4)


def write_r(axes: Axes, result: Result, r: str, limits: str) -> None:
    low, high = result[limits]
    words = f"r = {result[r]:.2f} [{low:.2f}, {high:.2f}]".replace("-", "−")
    look: dict[str, Any] = {"ha": "right", "weight": 600, "size": "small"}
    axes.text(0.98, 0.03, words, transform=axes.transAxes, **look)


def draw_measures(axes: Axes, result: Result, style: Style) -> None:
    """r within architectures by area and by how network and brain are compared."""
    for row, (name, words) in enumerate(ROWS.items()):
        r, (low, high) = result[f"{name}_r_within"], result[f"{name}_interval_within"]
        colour = style.muted if name == "early" else style.trained
        axes.plot([low, high], [row] * 2, color=colour, lw=2.2, solid_capstyle="round")
        axes.plot([r], [row], "o", color=colour, ms=7, mew=0)
        axes.text(0.02, row - 0.3, words, size="small", color=style.foreground, va="bottom",
                  transform=axes.get_yaxis_transform())  # fmt: skip
    axes.set(ylim=(len(ROWS) - 0.4, -0.9), yticks=[], xlim=(0, 1))
    axes.set(title="The same, compared in other ways", xlabel="r within architectures")


def describe(result: Result) -> Description:
    return described(
        __file__,
        result.numbers | numbers(result),
        table={column: result[name].tolist() for column, name in COLUMNS.items()},
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
