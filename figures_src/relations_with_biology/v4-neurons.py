"""Neurons of V4: how well every second block predicts them, and the best block of each."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.relations_with_biology.neurons_in_words import table
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described
from site_lib.records.measurement import Result

HIGHEST = 0.7
LINES: dict[str, dict[str, Any]] = {
    "solid": {"ls": "-", "marker": "o"},
    "dashed": {"ls": (0, (4, 1.5)), "marker": "s"},
    "dotted": {"ls": (0, (1, 1.2)), "marker": "^"},
}


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=4.2, narrow=7.6))
    ratios: dict[str, Any] = style.pick(
        wide={"width_ratios": [1.35, 1]}, narrow={"height_ratios": [1.35, 1]}
    )
    left, right = figure.subplots(*style.pick(wide=(1, 2), narrow=(2, 1)), gridspec_kw=ratios)
    draw_curves(left, result, style)
    draw_map(right, result, style)
    for axes in (left, right):
        axes.set_xlabel("block of EfficientNet-Lite0")
        axes.set_xticks(*ticks(result))
    return figure


def draw_curves(axes: Axes, result: Result, style: Style) -> None:
    """Medians over the neurons of each animal, trained and controls."""
    for look, (session, animal) in zip(LINES.values(), animals(result), strict=True):
        low, high = result[f"{session}_trained_median_interval"]
        x = np.arange(len(low))
        axes.fill_between(x, low, high, color=style.trained, alpha=0.13, lw=0)
        for weights, colour in (("shuffled", style.muted), ("random", style.random)):
            control = np.median(result[f"{session}_{weights}"], axis=1)
            axes.plot(x, control, color=colour, lw=1.2, ms=3, **look)
        curve = np.median(result[f"{session}_trained"], axis=1)
        axes.plot(x, curve, color=style.trained, lw=2, ms=4.5, label=f"monkey {animal}", **look)
    axes.set(ylim=(0, HIGHEST), title="How well a block predicts V4")
    axes.set_ylabel("correlation, median neuron")
    axes.legend(loc="upper right", fontsize="small", labelcolor=style.muted, handlelength=2.4)
    words = {"trained": style.trained, "random weights": style.random,
             "shuffled weights": style.muted}  # fmt: skip
    for row, (name, colour) in enumerate(words.items()):
        axes.text(0.03, 0.16 - 0.055 * row, name, color=colour, weight=600, size="small",
                  transform=axes.transAxes)  # fmt: skip


def draw_map(axes: Axes, result: Result, style: Style) -> None:
    """Share of all neurons whose best block is this one, with its interval over images."""
    share, (low, high) = 100 * result["share"], 100 * result["share_interval"]
    x = np.arange(len(share))
    axes.bar(x, share, color=style.trained, alpha=0.75, width=0.8)
    axes.vlines(x, low, high, color=style.foreground, lw=1.2)
    axes.set(title="Each neuron’s best block", ylim=(0, None))
    axes.set_ylabel("share of neurons (%)")


def animals(result: Result) -> list[tuple[str, str]]:
    """Session and animal of the days with ordinary photographs."""
    metrics = result.numbers
    pairs = zip(metrics["sessions"], metrics["animals"], strict=True)
    return [(session, animal) for session, animal in pairs if session != metrics["repeated"]]


def ticks(result: Result) -> tuple[np.ndarray, list[str]]:
    """Every layer that was read, by the number of its block."""
    names = [layer.removeprefix("blocks.") for layer in result["layers_trained"].tolist()]
    return np.arange(len(names)), names


def describe(result: Result) -> Description:
    return described(__file__, result.numbers, table=table(result))


if __name__ == "__main__":
    run_drawing(draw, describe)
