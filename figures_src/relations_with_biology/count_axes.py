"""Counts of parts against time, with nervous systems as horizontal bands behind them."""

import itertools
from collections.abc import Iterable, Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullFormatter

from site_lib.data.facts import CHECKED, Fact, facts_as_table, facts_from_table
from site_lib.drawing.figure_style import Style
from site_lib.records.measurement import Result
from site_lib.statistics.growth import Growth

RECALLED_LINE = (0, (3, 2))
# By powers of ten. Exponents would be too small to read on a phone.
NUMERALS = {0: "one", 3: "thousand", 6: "million", 9: "billion", 12: "trillion",
            15: "quadrillion"}  # fmt: skip
# Where a name stands, from its mark: offset in points, alignment.
Place = tuple[tuple[int, int], str]


def things_and_systems(result: Result, unit: str) -> tuple[list[Fact], list[Fact]]:
    """What is counted in a unit, and the nervous systems that have a name in the figure."""
    facts = facts_from_table(result.arrays)
    things = [fact for fact in facts if fact.unit == unit]
    return things, [fact for fact in facts if fact.unit == "synapses" and fact.label]


def fact_table(result: Result) -> dict[str, list]:
    """All facts of a result, for publication."""
    return facts_as_table(facts_from_table(result.arrays))


def decades(axes: Axes, first: int, last: int) -> None:
    """Logarithmic axis from 10 ** first to 10 ** last that is read in words."""
    axes.set(yscale="log", ylim=(10.0**first, 10.0**last))
    named = {exponent: name for exponent, name in NUMERALS.items() if first <= exponent <= last}
    axes.set_yticks([10.0**exponent for exponent in named], list(named.values()))
    axes.yaxis.set_minor_locator(FixedLocator([10.0**e for e in range(first, last + 1)]))
    axes.yaxis.set_minor_formatter(NullFormatter())


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
        x, side = (left, "left") if fact.value > split else (right, "right")
        name = f"{fact.label} ({CHECKED['recalled']})" if fact.recalled else fact.label
        axes.annotate(
            name, (x, fact.value), xytext=(0, 1), textcoords="offset points", ha=side, va="bottom",
            color=style.muted, size="small",
        )  # fmt: skip


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


def draw_names(axes: Axes, facts: Iterable[Fact], places: Mapping[str, Place]) -> None:
    """Names beside their marks, where there is a place for them."""
    for fact in facts:
        if fact.label in places:
            offset, side = places[fact.label]
            axes.annotate(
                fact.label, (fact.year, fact.value), xytext=offset, textcoords="offset points",
                ha=side, size="small",
            )  # fmt: skip


def draw_growth(
    axes: Axes, fit: Growth, years: tuple[float, float], goal: float, style: Style
) -> None:
    """A fit through its years; dotted, it goes on to a goal, with a line down to the year."""
    crossing = fit.year_of(goal)
    for between, dashes in ((years, "-"), ((years[1], crossing), (0, (1, 1.6)))):
        x = np.array(between, float)
        axes.plot(x, fit.at(x), color=style.foreground, lw=1.4, ls=dashes)
    bottom = axes.get_ylim()[0]
    axes.plot([crossing] * 2, [bottom, goal], color=style.muted, lw=0.8, ls=(0, (1, 2)))
    axes.plot(crossing, goal, marker="D", ms=5, color=style.foreground)


def recalled_mark(axes: Axes, colour: str) -> None:
    """Entry of the legend that explains hollow marks."""
    axes.plot([], [], ls="none", marker="o", ms=4.2, mfc="none", mec=colour, mew=1.1,
              label=CHECKED["recalled"])  # fmt: skip


def legend_above(figure: Figure, *, columns: int) -> None:
    """All that has a label, above the axes."""
    figure.legend(
        loc="outside upper left", ncols=columns, fontsize="small", handletextpad=0.1,
        columnspacing=1.0, borderpad=0.2,
    )  # fmt: skip
