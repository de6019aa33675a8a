"""First-layer filters as pictures, placed in titled blocks."""

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from site_lib.records.measurement import Result

# What is measured of each filter and published with it.
MEASURED = (
    "group",
    "orientation",
    "frequency",
    "colour",
    "selectivity",
    "edge_versus_flat",
    "amplitude",
    "flat_amplitude",
)


def stretched(filters: np.ndarray) -> np.ndarray:
    """Filters (K, H, W, 3) as pictures in [0, 1]: zero is mid-grey, each at full contrast."""
    return 0.5 + 0.5 * filters / np.abs(filters).max(axis=(1, 2, 3), keepdims=True)


def metrics_of(result: Result, model: str) -> dict[str, Any]:
    """The metrics of one network, without its name before each."""
    start = f"{model}_"
    return {k.removeprefix(start): v for k, v in result.metrics.items() if k.startswith(start)}


def place(
    axes: Axes,
    title: str,
    pictures: np.ndarray,
    *,
    left: float,
    top: float,
    per_row: int,
    pitch: float,
    heading: float,
) -> float:
    """Draw a titled block of pictures, left to right and then down; returns where it ends.

    Lengths are in units of a picture's side: ``pitch`` from one to the next, ``heading`` for the
    title.
    """
    axes.text(left, top + heading / 2, title, va="center")
    for index, picture in enumerate(pictures):
        row, column = divmod(index, per_row)
        x, y = left + column * pitch, top + heading + row * pitch
        # `none` keeps the pixels as squares at any size.
        axes.imshow(picture, extent=(x, x + 1, y + 1, y), interpolation="none")
    return top + heading + math.ceil(len(pictures) / per_row) * pitch
