"""How networks are marked where many are compared: colours by kind, letters by architecture."""

import itertools

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from site_lib.drawing.figure_style import Style

KINDS = {
    "random": "random weights",
    "partly": "trained here, and the way there from random weights",
    "graft": "first blocks from Lite0, the rest trained here",
    "optimised": "optimised on ImageNet",
}
# Networks that were trained here; the letter marks them.
TRAINED_HERE = {
    "student": "A plain network",
    "two-layers": "B two layers",
    "plain": "C VGG-like",
    "residual": "D ResNet-like",
    "separated": "E MobileNet-like",
    "graft-5": "F new tail on 5 blocks of Lite0",
    "graft-9": "G on 9 blocks",
}


def colours_of_kinds(style: Style) -> dict[str, str]:
    """Colour of each kind of network."""
    colours = (style.random, style.series[3], style.series[2], style.trained)
    return dict(zip(KINDS, colours, strict=True))


def draw_key(figure: Figure, style: Style) -> None:
    """Colours by legend; letters in its title."""
    handles = [
        Line2D([], [], color=colour, marker="o", ls="", mew=0, ms=5 if kind == "random" else 9,
               label=KINDS[kind])
        for kind, colour in colours_of_kinds(style).items()
    ]  # fmt: skip
    breaks = style.pick(wide=(0, 4, 7), narrow=(0, 3, 5, 7))
    lines = [" · ".join([*TRAINED_HERE.values()][a:b]) for a, b in itertools.pairwise(breaks)]
    legend = figure.legend(
        handles=handles, loc="outside lower center", ncols=style.pick(wide=2, narrow=1),
        fontsize="small", handletextpad=0.2, title="\n".join(lines), title_fontsize="small",
        alignment="left",
    )  # fmt: skip
    legend.get_title().set_linespacing(1.4)
