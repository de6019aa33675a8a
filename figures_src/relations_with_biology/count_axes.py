"""Counts of parts against time, with nervous systems as horizontal bands behind them."""

import itertools
from collections.abc import Iterable

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullLocator

from site_lib.data.facts import CHECKED, Fact
from site_lib.drawing.figure_style import Style

RECALLED_LINE = (0, (3, 2))


def decades(axes: Axes, first: int, last: int, step: int) -> None:
    """Logarithmic axis from 10 ** first to 10 ** last with a tick every ``step`` decades."""
    axes.set(yscale="log", ylim=(10.0**first, 10.0**last))
    axes.yaxis.set_major_locator(FixedLocator([10.0**e for e in range(first, last + 1, step)]))
    axes.yaxis.set_minor_locator(NullLocator())


def draw_bands(
    axes: Axes, systems: Iterable[Fact], style: Style, *, left: float, right: float, split: float
) -> None:
    """A line at each count, and a band over the range of its sources; dashed when recalled.

    Names stand above their line, from ``left`` on for counts above ``split`` and up to ``right``
    below it, in axis units.
    """
    # Bands that adjoin differ in depth.
    depths = itertools.cycle((0.1, 0.2))
    for fact in systems:
        if fact.disputed:
            axes.axhspan(fact.low, fact.high, color=style.muted, alpha=next(depths), lw=0, zorder=0)
        dashes = RECALLED_LINE if fact.recalled or fact.recalled_bound else "-"
        axes.axhline(fact.value, color=style.muted, lw=0.8, ls=dashes, zorder=0.5)
        above = fact.value > split
        axes.annotate(
            f"{fact.label} ({CHECKED['recalled']})" if fact.recalled else fact.label,
            (left if above else right, fact.value),
            xytext=(0, 1),
            textcoords="offset points",
            ha="left" if above else "right",
            va="bottom",
            color=style.muted,
            size="small",
        )


def draw_counts(
    axes: Axes, facts: Iterable[Fact], colour: str, *, marker: str = "o", label: str = ""
) -> None:
    """One mark for each fact, hollow when recalled, with the range of its sources."""
    facts = list(facts)
    for fact in facts:
        if fact.disputed:
            dashes = RECALLED_LINE if fact.recalled_bound else "-"
            axes.plot([fact.year] * 2, [fact.low, fact.high], color=colour, lw=1, ls=dashes)
    for recalled, face in ((False, colour), (True, "none")):
        chosen = [fact for fact in facts if fact.recalled is recalled]
        axes.plot(
            [fact.year for fact in chosen],
            [fact.value for fact in chosen],
            ls="none",
            marker=marker,
            ms=4.2,
            mfc=face,
            mec=colour,
            mew=1.1 if recalled else 0,
            label="_" if recalled else label,
        )


def recalled_mark(axes: Axes, colour: str) -> None:
    """Entry of the legend that explains hollow marks."""
    axes.plot([], [], ls="none", marker="o", ms=4.2, mfc="none", mec=colour, mew=1.1,
              label=CHECKED["recalled"])  # fmt: skip
