"""Galleries of optimised images, each with the verdicts of the networks that looked at it."""

import io
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from site_lib.figure_style import Style, bare
from site_lib.provenance import Result

LINE = 0.17  # inches that a line of small text takes


def gallery(
    pixels: Sequence[np.ndarray] | np.ndarray,
    titles: Sequence[str],
    verdicts: Sequence[str],
    *,
    style: Style,
    columns: int,
    title_colour: str | None = None,
) -> Figure:
    """Images in rows, a title above and a verdict of one or more lines below each.

    pixels: (H, W, 3) uint8 arrays, all square.
    """
    rows = -(-len(pixels) // columns)
    lines = 1.4 + max(verdict.count("\n") + 1 for verdict in verdicts)
    panel = style.width / columns
    figure = style.figure(height=rows * (panel + lines * LINE))
    grid = figure.subplots(rows, columns, squeeze=False)
    for axes in grid.flat[len(pixels) :]:
        axes.set_visible(False)
    for axes, image, title, verdict in zip(grid.flat, pixels, titles, verdicts, strict=False):
        show(axes, image)
        axes.set_title(title, color=title_colour or style.foreground, size="medium")
        axes.set_xlabel(verdict, size="small", color=style.muted)
    return figure


def show(axes: Axes, image: np.ndarray) -> None:
    """An image with square pixels and nothing around it."""
    axes.imshow(image, interpolation="lanczos")
    bare(axes)


def ordinal(rank: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th …"""
    if rank % 100 in (11, 12, 13):
        return f"{rank}th"
    return f"{rank}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(rank % 10, 'th') }"


def percent(probability: float) -> str:
    """Probability with the digits that mean something."""
    if probability < 0.001:
        return "<0.1 %"
    return f"{100 * probability:.0f} %" if probability >= 0.1 else f"{100 * probability:.1f} %"


def verdict(rank: int, probability: float) -> str:
    """Place of the class and its probability: ``1st, 94 %``."""
    return f"{ordinal(int(rank))}, {percent(float(probability))}"


def verdict_columns(result: Result, viewers: Sequence[str]) -> dict[str, list]:
    """Columns of a table: every viewer's rank and probability of every image."""
    names = [f"{viewer}_{what}" for viewer in viewers for what in ("rank", "probability")]
    return {name: result[name].tolist() for name in names}


def encoded(pixels: np.ndarray, image_format: str, **options) -> bytes:
    """File of one image (H, W, 3) uint8; PNG is lossless."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, image_format, **options)
    return buffer.getvalue()
