"""How every figure looks: two themes, two layouts, one typeface, colours for colour-blind eyes.

A drawing is a function ``draw(result, style) -> Figure``. It is called once for each variant:
light and dark, wide (a page, a slide) and narrow (a phone), and the page picks the one that
fits. Nothing here touches matplotlib's global settings.
"""

import base64
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any, Literal, TypeVar

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from PIL import Image

from site_lib.common.files import atomic_path, write_text
from site_lib.common.fonts import subset_as_woff2
from site_lib.common.packages import package_folder

Theme = Literal["light", "dark"]
Layout = Literal["wide", "narrow"]
Choice = TypeVar("Choice")

FONT = "Source Sans Pro"
FONT_FILES = {"normal": "SourceSansPro-Regular.ttf", "600": "SourceSansPro-Semibold.ttf"}
CSS_PIXELS_PER_INCH = 96
WIDTH_IN_CSS_PIXELS: dict[Layout, int] = {"wide": 720, "narrow": 360}
FONT_SIZE_IN_CSS_PIXELS: dict[Layout, float] = {"wide": 14, "narrow": 12.5}
TICK_SIZE_IN_CSS_PIXELS: dict[Layout, float] = {"wide": 11.7, "narrow": 11}
# Quality by pixels per CSS pixel. Two pixels in the place of one hide more of what compression
# does, and a phone, whose screen asks for them, has the slower line.
WEBP_QUALITY = {1: 80, 2: 65}


@dataclass(frozen=True)
class Style:
    """Colours and sizes of one variant of a figure.

    ``series`` are four colours that stay apart under the common colour-vision deficiencies
    (after Okabe and Ito) and reach a contrast of 3:1 on the background. ``trained`` and
    ``random`` keep their meaning through the whole course.
    """

    theme: Theme
    layout: Layout

    @property
    def dark(self) -> bool:
        return self.theme == "dark"

    @property
    def narrow(self) -> bool:
        return self.layout == "narrow"

    @property
    def width(self) -> float:
        """Width of the figure in inches."""
        return WIDTH_IN_CSS_PIXELS[self.layout] / CSS_PIXELS_PER_INCH

    @property
    def font_size(self) -> float:
        """Size of ordinary text in points."""
        return FONT_SIZE_IN_CSS_PIXELS[self.layout] * 72 / CSS_PIXELS_PER_INCH

    @property
    def tick_size(self) -> float:
        """Size of the numbers along an axis in points."""
        return TICK_SIZE_IN_CSS_PIXELS[self.layout] * 72 / CSS_PIXELS_PER_INCH

    @property
    def background(self) -> str:
        return "#1e2129" if self.dark else "#ffffff"

    @property
    def foreground(self) -> str:
        return "#e4e6eb" if self.dark else "#1f2328"

    @property
    def muted(self) -> str:
        """For axes, ticks and secondary labels; still 4.5:1 on the background."""
        return "#a4abb8" if self.dark else "#5b636e"

    @property
    def faint(self) -> str:
        """For grid lines and frames, which carry no information of their own."""
        return "#3a404c" if self.dark else "#d5d9df"

    @property
    def series(self) -> tuple[str, str, str, str]:
        if self.dark:
            return ("#56b4e9", "#f0a030", "#2fc79a", "#e79bcb")
        return ("#0072b2", "#c85200", "#00795a", "#a64d8b")

    @property
    def random(self) -> str:
        return self.series[0]

    @property
    def trained(self) -> str:
        return self.series[1]

    def pick(self, *, wide: Choice, narrow: Choice) -> Choice:
        """One of two, by the layout."""
        return narrow if self.narrow else wide

    def figure(
        self, height: float, *, layout: Literal["constrained"] | None = "constrained"
    ) -> Figure:
        """Empty figure of this variant's width; ``height`` is in inches.

        layout: None when the drawing places its axes itself.
        """
        return Figure(figsize=(self.width, height), layout=layout)

    def two_parts(
        self, figure: Figure, *, wide: tuple[float, float], narrow: tuple[float, float]
    ) -> tuple[SubFigure, SubFigure]:
        """Two parts of a figure: side by side in these proportions, or one upon the other."""
        if self.narrow:
            parts = figure.subfigures(2, 1, squeeze=False, height_ratios=narrow)
        else:
            parts = figure.subfigures(1, 2, squeeze=False, width_ratios=wide)
        return parts[0, 0], parts[-1, -1]

    def two_axes(
        self,
        figure: Figure | SubFigure,
        *,
        wide: tuple[float, float] = (1, 1),
        narrow: tuple[float, float] = (1, 1),
    ) -> tuple[Axes, Axes]:
        """Two pairs of axes: side by side in these proportions, or one upon the other."""
        if self.narrow:
            first, second = figure.subplots(2, 1, height_ratios=narrow)
        else:
            first, second = figure.subplots(1, 2, width_ratios=wide)
        return first, second

    def settings(self, salt: str) -> dict[str, Any]:
        """Matplotlib settings; ``salt`` makes the ids inside an SVG file repeatable."""
        return {
            "font.family": FONT,
            "font.size": self.font_size,
            "axes.titlesize": "medium",
            "axes.titleweight": 600,
            "axes.titlelocation": "left",
            "axes.labelsize": "medium",
            "axes.labelcolor": self.foreground,
            "axes.edgecolor": self.muted,
            "axes.facecolor": "none",
            "axes.linewidth": 0.8,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.axisbelow": True,
            "grid.color": self.faint,
            "grid.linewidth": 0.6,
            "xtick.color": self.muted,
            "ytick.color": self.muted,
            "xtick.labelcolor": self.muted,
            "ytick.labelcolor": self.muted,
            "xtick.labelsize": self.tick_size,
            "ytick.labelsize": self.tick_size,
            "text.color": self.foreground,
            "figure.facecolor": self.background,
            "savefig.facecolor": self.background,
            "lines.linewidth": 1.8,
            "lines.solid_capstyle": "round",
            "patch.linewidth": 0.8,
            "legend.frameon": False,
            # Four pixels along each axis; Lanczos takes eight, thrice the time, and looks the same.
            "image.interpolation": "spline16",
            "svg.fonttype": "none",
            "svg.hashsalt": salt,
            "axes.unicode_minus": True,
        }


def variants() -> list[Style]:
    """The four variants of every figure."""
    return [Style(theme, layout) for theme in ("light", "dark") for layout in ("wide", "narrow")]


@contextmanager
def applied(style: Style, salt: str) -> Iterator[None]:
    """Matplotlib settings of a variant, for the length of a ``with`` block."""
    _register_fonts()
    settings: Any = style.settings(salt)
    with mpl.rc_context(), _small_as(style.tick_size / style.font_size):
        mpl.rcdefaults()
        mpl.rcParams.update(settings)
        yield


@contextmanager
def _small_as(share: float) -> Iterator[None]:
    """What is called small has this share of the size of text: matplotlib's own is too small to
    read on a phone."""
    scales = font_manager.font_scalings
    before = scales["small"]
    scales["small"] = share
    try:
        yield
    finally:
        scales["small"] = before


def bare(axes: Axes) -> None:
    """Take away ticks and frame, for an image panel."""
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(False)


def legend_outside(
    figure: Figure | SubFigure,
    axes: Axes,
    *,
    columns: int,
    above: bool = False,
    lines: bool = False,
) -> None:
    """Name below or above a figure what one pair of its axes shows.

    lines: words stand further from a line than from a mark, which has room around it.
    """
    look: dict[str, Any] = {} if lines else {"handletextpad": 0.2, "columnspacing": 1.2}
    figure.legend(
        *axes.get_legend_handles_labels(), ncols=columns, fontsize="small",
        loc="outside upper center" if above else "outside lower center", **look,
    )  # fmt: skip


def save(figure: Figure, stem: Path, image_format: str) -> list[dict[str, Any]]:
    """Write a figure as ``<stem>.svg``, or as WebP at one and two pixels per CSS pixel.

    Returns one record per file: name, width and height in CSS pixels, scale.
    """
    width, height = (round(side * CSS_PIXELS_PER_INCH) for side in figure.get_size_inches())
    if image_format == "svg":
        path = stem.with_name(f"{stem.name}.svg")
        write_text(path, _svg(figure))
        return [{"file": path.name, "width": width, "height": height, "scale": 1}]
    records = []
    for scale, quality in WEBP_QUALITY.items():
        path = stem.with_name(f"{stem.name}.{scale}x.webp")
        with atomic_path(path) as temporary:
            picture = _pixels(figure, CSS_PIXELS_PER_INCH * scale)
            # The slowest method saves half a percent and takes twice as long.
            picture.save(temporary, "webp", quality=quality, method=4)
        records.append({"file": path.name, "width": width, "height": height, "scale": scale})
    return records


def _pixels(figure: Figure, dpi: float) -> Image.Image:
    """The drawn figure. Packing it into a PNG for the way would take longer than drawing it."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="rgba", dpi=dpi)
    width, height = (int(side * dpi) for side in figure.get_size_inches())
    return Image.frombytes("RGBA", (width, height), buffer.getvalue()).convert("RGB")


# ---------------------------------------------------------------------- fonts


@cache
def _font_path(weight: str) -> Path:
    return package_folder("font_source_sans_pro") / "files" / FONT_FILES[weight]


@cache
def _register_fonts() -> None:
    for weight in FONT_FILES:
        font_manager.fontManager.addfont(_font_path(weight))


def _svg(figure: Figure) -> str:
    """SVG source with text as text and the letters it needs embedded.

    A page cannot lend its fonts to an SVG shown through ``<img>``, so each file carries a
    subset of its own (a few kilobytes).
    """
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    source = buffer.getvalue()
    letters = set(unescape("".join(re.findall(r">([^<]+)<", source))))
    weights = [w for w in FONT_FILES if w == "normal" or re.search(r"font[^;\"]*\b600\b", source)]
    faces = "".join(_font_face(weight, "".join(sorted(letters))) for weight in weights)
    return source.replace("<defs>", f"<defs><style>{faces}</style>", 1)


@cache
def _font_face(weight: str, letters: str) -> str:
    font = subset_as_woff2(_font_path(weight), map(ord, letters), ["kern"])
    data = base64.b64encode(font).decode()
    return (
        f"@font-face{{font-family:'{FONT}';font-weight:{weight};"
        f"src:url(data:font/woff2;base64,{data}) format('woff2')}}"
    )
