"""Pictures placed on one pair of axes, with words above them.

Lengths are in units of one picture's side; y runs downwards. The axes fill their figure and are
bare (see :func:`~site_lib.drawing.figure_style.bare`).
"""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from site_lib.drawing.figure_style import Style, bare
from site_lib.records.measurement import Result

# Up to this side, single pixels are shown as squares.
FEW_PIXELS = 16
LABEL = 0.22


def canvas(style: Style) -> tuple[Figure, Axes]:
    """A figure and the bare axes that fill it; :func:`fit` gives it its height."""
    figure = style.figure(height=1, layout=None)
    axes = figure.add_axes((0, 0, 1, 1))
    bare(axes)
    return figure, axes


def heading(axes: Axes, left: float, top: float, words: str, *, height: float) -> float:
    """Bold words in the line that begins at ``top``; returns where it ends."""
    axes.text(left, top + height / 2, words, va="center", weight=600)
    return top + height


def picture(axes: Axes, pixels: np.ndarray, left: float, top: float, side: float = 1) -> None:
    """Draw a square picture (H, W, 3)."""
    interpolation = "none" if len(pixels) <= FEW_PIXELS else None
    extent = (left, left + side, top + side, top)
    axes.imshow(pixels, extent=extent, interpolation=interpolation, zorder=3)


def label(
    axes: Axes, left: float, top: float, words: str, colour: str, *, height: float = LABEL
) -> None:
    """Small words in the line that begins at ``top``."""
    axes.text(left, top + height / 2, words, va="center", color=colour, size="small")


def fit(figure: Figure, axes: Axes, width: float, height: float, *, margin: float) -> None:
    """Set the axes' limits around what was placed; the figure keeps its width."""
    axes.set(xlim=(-margin, width + margin), ylim=(height + margin, -margin))
    ratio = (height + 2 * margin) / (width + 2 * margin)
    figure.set_figheight(figure.get_figwidth() * ratio)


# The rectifiers of the plain network's five layers.
STUDENT_LAYERS = ("features.2", "features.6", "features.10", "features.13", "features.16")


def depth_name(result: Result, depth: int) -> str:
    """Which layer or block a result's depth (from 1) is, and the side of its patches."""
    layer = result.numbers["layers"][depth - 1]
    side = result.numbers["patch_sides"][depth - 1]
    if layer in STUDENT_LAYERS:
        return f"layer {STUDENT_LAYERS.index(layer) + 1}, {side} px"
    return f"block {layer.split('.')[1]}, {side} px"
