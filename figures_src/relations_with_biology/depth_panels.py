"""Panels that drawings about depth share: curves of a trained network and of its controls."""

from collections.abc import Iterable, Sequence

import numpy as np
from matplotlib.axes import Axes

from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import layer_label
from site_lib.records.measurement import Result

LABELS = {"trained": "trained", "random": "random weights", "shuffled": "shuffled weights"}


def colours(style: Style) -> dict[str, str]:
    """Colour of the trained network and of each control."""
    return {"trained": style.trained, "random": style.random, "shuffled": style.series[3]}


def of_kind(result: Result, name: str, kind: str) -> np.ndarray:
    """An array of a result, (networks, …), of the networks of one kind."""
    return result[name][result["kinds"] == kind]


def draw_curves(
    axes: Axes, result: Result, name: str, style: Style, *, every: int, scale: float = 1
) -> None:
    """Values by layer: every control thin, the trained network thick with its interval.

    every: so many layers have a label.   scale: of the values, 100 for per cent.
    """
    layers = result["layers"].tolist()
    x = np.arange(len(layers))
    for kind, colour in reversed(colours(style).items()):
        width = 2.2 if kind == "trained" else 1
        for index, curve in enumerate(of_kind(result, name, kind)):
            label = LABELS[kind] if index == 0 else None
            axes.plot(x, scale * curve, color=colour, lw=width, marker="o", ms=3, label=label)
    low, high = scale * of_kind(result, f"{name}_interval", "trained")[0].T
    axes.fill_between(x, low, high, color=style.trained, alpha=0.2, lw=0)
    depth_ticks(axes, layers, every)


def depth_ticks(axes: Axes, layers: Sequence[str], every: int) -> None:
    """Label every so many layers below an axis that counts blocks."""
    shown = range(0, len(layers), every)
    axes.set_xticks(shown, [layer_label(layers[i]).removeprefix("block ") for i in shown])
    axes.set_xlabel("block")


def depth_table(result: Result, names: Iterable[str]) -> dict[str, list]:
    """Columns of arrays (networks, layers): the mean of the networks of each kind."""
    table = {"layer": result["layers"].tolist()}
    for name in names:
        for kind in LABELS:
            table[f"{name}_{kind}"] = of_kind(result, name, kind).mean(axis=0).tolist()
    return table


def at_the_end(result: Result, name: str) -> dict[str, object]:
    """Values in the last layer: of each kind (mean of the networks), and the trained one's gaps.

    ``below`` and ``above``: how far the trained network is below the lowest control, and above the
    highest; ``fall`` and ``rise``: how far below its own ``first`` layer, and above it.
    ``…_ends``: the same between the ends of their intervals.
    """
    first, *_, trained = of_kind(result, name, "trained")[0]
    (first_low, first_high), *_, (low, high) = of_kind(result, f"{name}_interval", "trained")[0]
    controls = result[name][result["kinds"] != "trained"][:, -1]
    lows, highs = result[f"{name}_interval"][result["kinds"] != "trained"][:, -1].T
    return {
        **{kind: float(of_kind(result, name, kind)[:, -1].mean()) for kind in LABELS},
        "first": float(first),
        "fall": float(first - trained),
        "fall_ends": (float(first_low - high), float(first_high - low)),
        "rise": float(trained - first),
        "rise_ends": (float(low - first_high), float(high - first_low)),
        "below": float(controls.min() - trained),
        "below_ends": (float(lows.min() - high), float(highs.max() - low)),
        "above": float(trained - controls.max()),
        "above_ends": (float(low - highs.max()), float(high - lows.min())),
    }
