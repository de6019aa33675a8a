"""What a lab shows: rows of pictures, small plots, and sentences with computed numbers.

All of it is HTML or Markdown that fits a notebook as well as a page. Words are text, not pixels,
so that they follow the theme and can be read aloud; plots are drawn for light and dark at once.
"""

import base64
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape

import matplotlib as mpl
import numpy as np
from cycler import cycler
from IPython import get_ipython
from IPython.display import HTML, DisplayObject, Markdown, display
from matplotlib.axes import Axes
from torch import Tensor

from site_lib.common.errors import CourseError
from site_lib.common.files import fingerprint
from site_lib.drawing.figure_style import CSS_PIXELS_PER_INCH, Style, applied
from site_lib.drawing.galleries import encoded
from site_lib.drawing.picture_grid import FEW_PIXELS
from site_lib.images.images import as_bytes

LIGHT, DARK = Style("light", "wide"), Style("dark", "wide")
# Narrow enough for words in a plot to be legible on a phone.
PLOT_WIDTH = 440
WEBP_QUALITY = 78
# Inline, so that a downloaded notebook looks as the page does.
ROW = "display:flex;flex-wrap:wrap;gap:12px;margin-bottom:10px"
SMALL = "font-size:0.85em;line-height:1.35"


def say(text: str) -> None:
    """Show Markdown, such as a sentence with the numbers that were just computed."""
    _show(Markdown(text), text)


def pictures(
    images: Tensor,
    labels: Sequence[str] | None = None,
    *,
    alt: str,
    title: str = "",
    width: int = 140,
) -> None:
    """Show images side by side, as many as fit.

    images: (N, 3, H, W) in [0, 1].   labels: one below each, or none.   alt: what they show
    together, for those who do not see them.   title: a line above.   width: of each on the page,
    in CSS pixels. Up to a side of 16, pixels are shown as squares.
    """
    if labels is not None and len(labels) != len(images):
        raise CourseError(f"{len(images)} pictures need as many labels, not {len(labels)}")
    items = [
        _picture(pixels, label, f"{alt}: {label or number}", width)
        for number, (pixels, label) in enumerate(
            zip(as_bytes(images.detach()), labels or [""] * len(images), strict=True), start=1
        )
    ]
    heading = f'<div style="{SMALL}">{escape(title)}</div>' if title else ""
    row = f'<div role="group" aria-label="{escape(alt)}" style="{ROW}">{"".join(items)}</div>'
    _show(HTML(heading + row), f"[{title or alt}: {', '.join(labels or [])}]")


def _picture(pixels: np.ndarray, label: str, alt: str, width: int) -> str:
    few = max(pixels.shape[:2]) <= FEW_PIXELS
    file = encoded(pixels, "webp", lossless=few, quality=WEBP_QUALITY, method=6)
    scaling = ";image-rendering:pixelated" if few else ""
    height = round(width * pixels.shape[0] / pixels.shape[1])
    return (
        f'<div style="width:{width}px;{SMALL}">'
        f'<img alt="{escape(alt)}" width="{width}" height="{height}" '
        f'src="{_data_address(file, "image/webp")}" style="display:block{scaling}">'
        f"{escape(label)}</div>"
    )


def _data_address(file: bytes, media_type: str) -> str:
    return f"data:{media_type};base64,{base64.b64encode(file).decode()}"


@contextmanager
def plot(alt: str, *, height: int = 240) -> Iterator[Axes]:
    """Axes to draw on inside the ``with`` block; shown when it ends.

    alt: what the plot shows, for those who do not see it.   height: in CSS pixels.
    Colours ``C0`` to ``C3`` are the course's own; others are used as they are in both themes.
    """
    with applied(LIGHT, salt=fingerprint({"alt": alt})):
        mpl.rc("axes", prop_cycle=cycler(color=LIGHT.series))
        figure = LIGHT.figure(height / CSS_PIXELS_PER_INCH)
        figure.set_figwidth(PLOT_WIDTH / CSS_PIXELS_PER_INCH)
        axes = figure.subplots()
        yield axes
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    _show(HTML(_inline(buffer.getvalue(), alt)), f"[{alt}]")


def _show(rich: DisplayObject, words: str) -> None:
    """Show in a notebook; where a lab runs as a plain script, print words instead."""
    if get_ipython() is None:
        print(words)
    else:
        display(rich)


def _inline(source: str, alt: str) -> str:
    """An SVG file of matplotlib as part of a page, right in light and dark."""
    source = source[source.index("<svg") :]
    source = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", source, flags=re.DOTALL)
    # Matplotlib calls the parts of all plots alike; only what is referred to keeps its name.
    source = re.sub(r'<g id="[^"]*"', "<g", source)
    (view_box,) = re.findall(r'^<svg[^>]* (viewBox="[^"]*")', source)
    opening = (
        f'<svg role="img" aria-label="{escape(alt)}" {view_box} '
        f'width="{PLOT_WIDTH}" xmlns:xlink="http://www.w3.org/1999/xlink" '
        'style="display:block;max-width:100%;height:auto;stroke-linejoin:round;stroke-linecap:butt">'
    )
    source = opening + source[source.index(">") + 1 :]
    for light, dark in _pairs_of_colours():
        # Browsers that do not know `light-dark` keep the first of the two.
        both = rf"\1: {light}; \1: light-dark({light}, {dark})"
        source = re.sub(rf"(fill|stroke): {light}", both, source)
    return source


def _pairs_of_colours() -> list[tuple[str, str]]:
    names = ("foreground", "muted", "faint", "background")
    named = [(getattr(LIGHT, name), getattr(DARK, name)) for name in names]
    return named + list(zip(LIGHT.series, DARK.series, strict=True))
