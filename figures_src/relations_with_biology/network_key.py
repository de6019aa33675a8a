"""How networks are marked where many are compared: colours by kind, lesions in words."""

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from site_lib.drawing.figure_style import Style

KINDS = {
    "random": "random weights",
    "partly": "trained here, and the way there",
    "graft": "on first blocks of Lite0",
    "lesion": "damaged by degrees",
    "optimised": "optimised on ImageNet",
}
LESIONS = {
    "late": "last blocks forgotten",
    "noise": "noise on weights",
    "permuted": "filters exchanged",
    "silenced": "filters silenced",
}


def colours_of_kinds(style: Style) -> dict[str, str]:
    """Colour of each kind of network."""
    colours = (style.random, style.series[3], style.series[2], style.muted, style.trained)
    return dict(zip(KINDS, colours, strict=True))


def draw_key(figure: Figure, style: Style) -> None:
    """Colours of kinds."""
    colours = colours_of_kinds(style)
    handles = [
        Line2D([], [], color=colours[kind], marker="o", ls="", mew=0, ms=6, label=words)
        for kind, words in KINDS.items()
    ]
    figure.legend(
        handles=handles, loc="outside lower center", ncols=style.pick(wide=3, narrow=1),
        fontsize="small", handletextpad=0.2, columnspacing=1.2,
    )  # fmt: skip
