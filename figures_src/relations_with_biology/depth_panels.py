"""Panels that drawings about depth share: three examples above, two curves below."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import layer_label


def depth_ticks(axes: Axes, layers: Sequence[str], every: int) -> None:
    """Label every so many layers below an axis that counts blocks."""
    shown = range(0, len(layers), every)
    axes.set_xticks(shown, [layer_label(layers[i]).removeprefix("block ") for i in shown])
    axes.set_xlabel("block")


def panels(style: Style) -> tuple[Figure, dict[str, Any]]:
    """Empty panels: a, b and c for examples, d for a curve, e for a share of units."""
    figure = style.figure(height=6.6 if style.narrow else 5.0)
    mosaic, heights = ("abc;ddd;eee", [1, 1.4, 1.2]) if style.narrow else ("abc;dde", [1, 1.3])
    return figure, figure.subplot_mosaic(mosaic, height_ratios=heights)


def draw_share(axes: Axes, shares: np.ndarray, layers: Sequence[str], style: Style) -> None:
    """Shares of units, (networks, layers) in [0, 1], the trained network first, in per cent."""
    for values, colour in ((shares[1:].mean(axis=0), style.random), (shares[0], style.trained)):
        axes.plot(np.arange(len(layers)), 100 * values, color=colour, marker="o", ms=3.5)
    axes.set_ylim(0, 105)
    depth_ticks(axes, layers, 4)
