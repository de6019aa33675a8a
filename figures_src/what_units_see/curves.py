"""Axes of curves against depth: blocks that have names, shares, and names of the curves."""

from collections.abc import Iterable

from matplotlib.axes import Axes

from site_lib.drawing.figure_style import Style
from site_lib.drawing.labels import apart

# Of a share, on axes from 0 to 1.
LABEL_HEIGHT, LOWEST_LABEL = 0.085, -0.06


def block_ticks(axes: Axes, shown: Iterable[int]) -> None:
    """Name some depths: the stem is depth 0, block 0 is depth 1."""
    shown = list(shown)
    axes.set_xticks(shown, ["stem" if depth == 0 else str(depth - 1) for depth in shown])
    axes.set_xlabel("block")


def axes_of_shares(axes: Axes, depths: list[str], style: Style) -> None:
    """Axes of shares from chance to perfection, over depths from 0 to 1, with room for names."""
    axes.set(xlim=(-0.03, style.pick(wide=1.52, narrow=1.4)), ylim=(-0.09, 1.05))
    axes.set(yticks=[0, 0.5, 1], yticklabels=["0, chance", "0.5", "1, perfect"])
    axes.hlines([0, 0.5, 1], 0, 1, color=style.faint, lw=0.6, zorder=0)
    axes.spines["bottom"].set_bounds(0, 1)
    last = len(depths) - 1
    shown = [0, *range(2, last - 1, 5), last]
    names = [depths[index].rpartition(".")[2] for index in shown]
    axes.set_xticks([index / last for index in shown], names)
    axes.set_xlabel("block")
    axes.xaxis.label.set_x(0.33)


def name_ends(axes: Axes, ends: list[tuple[float, str, str]]) -> None:
    """Names of curves right of where they end, at 1, moved apart, with a line from each to its end.

    ends: height, name and colour of each.
    """
    ends = sorted(ends)
    heights = apart((end[0] for end in ends), distance=LABEL_HEIGHT, lowest=LOWEST_LABEL)
    for (end, name, colour), height in zip(ends, heights, strict=True):
        axes.plot([1.02, 1.06], [end, height], color=colour, lw=0.7, clip_on=False)
        axes.text(1.075, height, name, color=colour, size="small", va="center", weight=600)
