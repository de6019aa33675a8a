"""Galleries of optimised images, each with the verdicts of the networks that looked at it."""

import io
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from site_lib.drawing.figure_style import Style, bare
from site_lib.drawing.words import ordinal, percent
from site_lib.records.measurement import Result

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
    axes.imshow(image)
    bare(axes)


def verdict(rank: int, probability: float) -> str:
    """Place of the class and its probability: ``1st, 94 %``."""
    return f"{ordinal(int(rank))}, {percent(float(probability))}"


def verdicts(result: Result, viewer: str) -> list[str]:
    """A viewer's verdict on every image."""
    ranks, probabilities = (result[f"{viewer}_{what}"].ravel() for what in ("rank", "probability"))
    return [verdict(*both) for both in zip(ranks, probabilities, strict=True)]


def verdict_columns(result: Result, viewers: Sequence[str]) -> dict[str, list]:
    """Columns of a table: every viewer's rank and probability of every image."""
    names = [f"{viewer}_{what}" for viewer in viewers for what in ("rank", "probability")]
    return {name: result[name].tolist() for name in names}


def encoded(pixels: np.ndarray, image_format: str, **options) -> bytes:
    """File of one image (H, W, 3) uint8; PNG is lossless."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, image_format, **options)
    return buffer.getvalue()
