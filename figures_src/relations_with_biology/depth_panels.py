"""Panels that drawings about depth share: three examples above, two curves below."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import layer_label
from site_lib.records.measurement import Result

SHOWN = (0, 4, 8)  # layers that give the examples


def panels(style: Style) -> tuple[Figure, dict[str, Any]]:
    """Empty panels: a, b and c for examples, d for a curve, e for a share of units."""
    figure = style.figure(height=style.pick(wide=5.0, narrow=6.6))
    mosaic, heights = style.pick(
        wide=("abc;dde", [1, 1.3]), narrow=("abc;ddd;eee", [1, 1.4, 1.2])
    )  # fmt: skip
    return figure, figure.subplot_mosaic(mosaic, height_ratios=heights)


def draw_examples(
    axes: Mapping[str, Axes],
    curves: np.ndarray,
    layers: Sequence[str],
    style: Style,
    *,
    limit: int,
    alphas: Sequence[float],
) -> None:
    """Curves (layers, units, angles) of three layers, in panels a, b and c.

    limit: in degrees; a curve runs from −limit to limit, where it comes back to its beginning.
    alphas: opacity of each unit's curve.
    """
    for name, layer in zip("abc", SHOWN, strict=True):
        for curve, alpha in zip(curves[layer], alphas, strict=True):
            x, closed = np.linspace(-limit, limit, len(curve) + 1), np.append(curve, curve[0])
            axes[name].plot(x, closed, color=style.trained, lw=1.4, alpha=alpha)
        axes[name].set(xlim=(-limit, limit), ylim=(0, 1.05), yticks=[0, 1])
        axes[name].set_xticks([-limit, 0, limit], [f"−{limit}°", "0", f"{limit}°"])
        axes[name].set_title(layer_label(layers[layer]), size="small")
    axes["a"].set_ylabel("response")


def draw_curves(
    axes: Axes, values: np.ndarray, layers: Sequence[str], style: Style, *, every: int
) -> None:
    """Values (networks, layers): the mean of the networks with random weights, and the first."""
    curves = {
        "random weights": (values[1:].mean(axis=0), style.random),
        "trained": (values[0], style.trained),
    }
    for label, (curve, colour) in curves.items():
        axes.plot(np.arange(len(layers)), curve, color=colour, marker="o", ms=3.5, label=label)
    depth_ticks(axes, layers, every)


def draw_share(axes: Axes, shares: np.ndarray, layers: Sequence[str], style: Style) -> None:
    """Shares of units, (networks, layers) in [0, 1], the trained network first, in per cent."""
    draw_curves(axes, 100 * shares, layers, style, every=4)
    axes.set_ylim(0, 105)


def depth_ticks(axes: Axes, layers: Sequence[str], every: int) -> None:
    """Label every so many layers below an axis that counts blocks."""
    shown = range(0, len(layers), every)
    axes.set_xticks(shown, [layer_label(layers[i]).removeprefix("block ") for i in shown])
    axes.set_xlabel("block")


def depth_table(result: Result, names: Iterable[str]) -> dict[str, list]:
    """Columns of arrays (networks, layers): the trained network and the mean of the others."""
    table = {"layer": result["layers"].tolist()}
    for name in names:
        table[f"{name}_trained"] = result[name][0].tolist()
        table[f"{name}_random_mean"] = result[name][1:].mean(axis=0).tolist()
    return table
