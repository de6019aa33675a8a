"""How networks are marked where many are compared: colours by kind, names beside the dots."""

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from site_lib.drawing.figure_style import Style

KINDS = {
    "random": "random weights",
    "partly": "trained here, and the way there from random weights",
    "graft": "first blocks from Lite0, the rest trained here",
    "optimised": "optimised on ImageNet",
}
# What stands beside the end of a training here, and where: points right of and above the dot.
LABELS = {
    "student": ("plain network", (7, 2)),
    "two-layers": ("two layers", (3, 10)),
    "plain": ("VGG-like", (-6, -11)),
    "residual": ("ResNet-like", (7, 6)),
    "separated": ("MobileNet-like", (5, -9)),
    "graft-5": ("graft, 5 blocks", (5, -10)),
    "graft-9": ("graft, 9 blocks", (7, 5)),
}


def colours_of_kinds(style: Style) -> dict[str, str]:
    """Colour of each kind of network."""
    colours = (style.random, style.series[3], style.series[2], style.trained)
    return dict(zip(KINDS, colours, strict=True))


def draw_key(figure: Figure, style: Style) -> None:
    """Colours of the kinds."""
    handles = [
        Line2D([], [], color=colour, marker="o", ls="", mew=0, ms=5 if kind == "random" else 9,
               label=KINDS[kind])
        for kind, colour in colours_of_kinds(style).items()
    ]  # fmt: skip
    figure.legend(
        handles=handles, loc="outside lower center", ncols=style.pick(wide=2, narrow=1),
        fontsize="small", handletextpad=0.2, alignment="left",
    )  # fmt: skip
