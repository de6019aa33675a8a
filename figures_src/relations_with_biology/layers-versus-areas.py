"""Every block against early visual cortex and IT, and what the best one depends on."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.relations_with_biology.areas_in_words import of_second, table, ticks
from site_lib.biology.conventions import CONVENTIONS
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.states import states
from site_lib.drawing.words import described, layer_label, network_label
from site_lib.records.measurement import Result
from site_lib.records.published_files import STATES

AREAS = {"EVC": "Early visual cortex", "IT": "IT"}
# How what is taken away from a response is called, in the order of the conventions.
NAMES = ("nothing", "response to empty ground", "mean over objects")
CENTRED = CONVENTIONS.index("centred")
HIGHEST = 0.58


def draw(result: Result, _matrices: Result, *, style: Style) -> Figure:
    """Of each area the curve, and below it where the best block lies by what is taken away."""
    figure = style.figure(height=style.pick(wide=5.4, narrow=9.4))
    layout = style.pick(wide=("ab;cd", (1.9, 1)), narrow=("a;c;b;d", (1.6, 1, 1.6, 1)))
    axes = figure.subplot_mosaic(layout[0], height_ratios=layout[1])
    for curve, places, (area, name) in zip("ab", "cd", AREAS.items(), strict=True):
        draw_curve(axes[curve], result, f"objects_{area}", style)
        draw_best(axes[places], result, f"objects_{area}", style)
        axes[curve].set_title(name)
        for one in (axes[curve], axes[places]):
            blocks = result[f"objects_{area}_trained"].shape[1]
            one.set_xticks(*ticks(blocks))
            one.set_xlim(-0.7, blocks - 0.3)
        axes[places].set_xlabel("block")
        if style.narrow or area == "EVC":
            axes[curve].set_ylabel("likeness to one person (ρ)")
    return figure


def draw_curve(axes: Axes, result: Result, key: str, style: Style) -> None:
    """The trained network without the mean over objects, its controls, and the noise ceiling."""
    small: dict[str, Any] = {"size": "small", "clip_on": False}
    curve = result[f"{key}_trained"][CENTRED]
    x = np.arange(len(curve))
    low, high = result[f"{key}_ceiling"]
    axes.axhspan(low, high, color=style.faint, alpha=0.55, lw=0, zorder=0)
    axes.text(0, high - 0.01, "noise ceiling", color=style.muted, va="top", **small)
    low, high = result[f"{key}_controls_range"][:, CENTRED]
    axes.fill_between(x, low, high, color=style.random, alpha=0.25, lw=0)
    axes.text(x[-1], -0.03, "random and shuffled weights", color=style.random, ha="right",
              va="top", **small)  # fmt: skip
    axes.axhline(0, color=style.faint, lw=0.8, zorder=0)
    axes.plot(x, curve, color=style.trained, lw=2.6, zorder=4)
    best = result[f"{key}_best"][CENTRED]
    axes.plot(best, curve[best], "o", ms=8, color=style.trained, mec=style.background, zorder=5)
    axes.annotate(
        f"block {best - 1}, ρ = {curve[best]:.2f}", (best, curve[best]), xytext=(0, 8),
        textcoords="offset points", ha="center", weight=600, color=style.trained, zorder=5,
    )  # fmt: skip
    axes.set(ylim=(-0.1, HIGHEST), yticks=np.arange(0, HIGHEST, 0.1))


def draw_best(axes: Axes, result: Result, key: str, style: Style) -> None:
    """The best block, its range and its likeness, in a row for each thing taken away."""
    for row, name in enumerate(NAMES):
        best, (first, last) = result[f"{key}_best"][row], result[f"{key}_best_range"][:, row]
        colour = style.trained if row == CENTRED else style.muted
        axes.plot([first, last], [row] * 2, color=colour, lw=2.2, solid_capstyle="round")
        axes.plot(best, row, "o", ms=7, color=colour, mec=style.background, zorder=5)
        words = f"{name}: ρ = {result[f'{key}_trained'][row][best]:.2f}"
        axes.text(-0.5, row - 0.2, words, size="small", color=colour, va="bottom")
    axes.set(ylim=(len(NAMES) - 0.6, -0.95), yticks=[])
    axes.spines["left"].set_visible(False)
    axes.set_title("Best block, by what is taken away", size="small", weight=400,
                   color=style.muted)  # fmt: skip


def describe(result: Result, matrices: Result) -> Description:
    folder = {STATES: to_compare(matrices)}
    second = result.numbers["second"]
    words = {"second_words": of_second(result.arrays, second, network_label(second))}
    return described(__file__, result.numbers | words, table=table(result), folder=folder)


def to_compare(matrices: Result) -> bytes:
    """For the page's switch: coarse matrices as bytes, 255 for a percentile of 100."""
    return states(
        layers=[layer_label(layer) for layer in matrices["layers"].tolist()],
        areas=matrices["areas"],
        categories=matrices.metrics["categories"],
        category=matrices["category"],
        **{
            name: np.round(2.55 * matrices[name]).astype(int)
            for name in ("trained", "random", "brains")
        },
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
