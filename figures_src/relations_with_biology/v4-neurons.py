"""Neurons of V4: how well every second block predicts them, and the best block of each."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.relations_with_biology.neurons_in_words import table
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.labels import names_in_corner
from site_lib.drawing.words import described
from site_lib.records.measurement import Result

# Line and marker of each animal.
LOOKS = (("-", "o"), ((0, (4, 1.5)), "s"), ((0, (1, 1.2)), "^"))


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=4.2, narrow=7.6))
    left, right = style.two_axes(figure, wide=(1.35, 1), narrow=(1.35, 1))
    draw_curves(left, result, style)
    draw_map(right, result, style)
    names = [layer.removeprefix("blocks.") for layer in result["layers_trained"].tolist()]
    for axes in (left, right):
        axes.set_xlabel("block of EfficientNet-Lite0")
        axes.set_xticks(range(len(names)), names)
    return figure


def draw_curves(axes: Axes, result: Result, style: Style) -> None:
    """Medians over the neurons of each animal, trained and controls."""
    m = result.numbers
    days = zip(m["sessions"], m["animals"], strict=True)
    ordinary = [day for day in days if day[0] != m["repeated"]]
    for (line, marker), (session, animal) in zip(LOOKS, ordinary, strict=True):
        low, high = result[f"{session}_trained_median_interval"]
        x = np.arange(len(low))
        axes.fill_between(x, low, high, color=style.trained, alpha=0.13, lw=0)
        for weights, colour in (("shuffled", style.muted), ("random", style.random)):
            control = np.median(result[f"{session}_{weights}"], axis=1)
            axes.plot(x, control, color=colour, lw=1.2, ms=3, ls=line, marker=marker)
        curve = np.median(result[f"{session}_trained"], axis=1)
        axes.plot(x, curve, color=style.trained, lw=2, ms=4.5, ls=line, marker=marker,
                  label=f"monkey {animal}")  # fmt: skip
    axes.set(title="How well a block predicts V4", ylabel="correlation, median neuron")
    axes.set_ylim(0, 0.7)
    axes.legend(loc="upper right", fontsize="small", labelcolor=style.muted, handlelength=2.4)
    names = {"trained": style.trained, "random weights": style.random,
             "shuffled weights": style.muted}  # fmt: skip
    names_in_corner(axes, names, 0.03, 0.16, step=0.055)


def draw_map(axes: Axes, result: Result, style: Style) -> None:
    """Share of all neurons whose best block is this one, with its interval over images."""
    share, (low, high) = 100 * result["share"], 100 * result["share_interval"]
    x = np.arange(len(share))
    axes.bar(x, share, color=style.trained, alpha=0.75, width=0.8)
    axes.vlines(x, low, high, color=style.foreground, lw=1.2)
    axes.set(title="Each neuron’s best block", ylabel="share of neurons (%)", ylim=(0, None))


def describe(result: Result) -> Description:
    return described(__file__, result.numbers, table=table(result))


if __name__ == "__main__":
    run_drawing(draw, describe)
