"""Transistors on chips by year, the fit, and nervous systems on the same axis."""

import numpy as np
from matplotlib.figure import Figure

from figures_src.relations_with_biology.count_axes import (
    decades,
    draw_bands,
    draw_counts,
    recalled_mark,
)
from site_lib.data.facts import Fact, facts_as_table, facts_from_table, short_count
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.records.claims import Claim
from site_lib.records.measurement import Result
from site_lib.statistics.growth import Growth

FIRST, LAST = 1968, 2053
KINDS = (
    ("processor", ("CPU",), 0, "o"),
    ("graphics, accelerator", ("GPU", "accelerator"), 1, "o"),
    ("system on a chip", ("SoC",), 2, "o"),
    ("wafer", ("wafer",), 3, "s"),
)
# Where the name of a chip stands, from its mark: offset in points, alignment.
BELOW_RIGHT, LEFT = ((4, -9), "left"), ((-6, -3), "right")
LABELS = {"4004": BELOW_RIGHT, "8086": BELOW_RIGHT, "80486": BELOW_RIGHT, "WSE-1 to 3": LEFT}
LABELS_WIDE = {"Pentium 4": BELOW_RIGHT, "B200": ((-5, 0), "right")} | LABELS


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=5.4 if style.narrow else 5.2)
    axes = figure.subplots()
    m = result.metrics
    transistors, systems = families(result)
    decades(axes, 3, 15, 2 if style.narrow else 1)
    axes.set(xlim=(FIRST, LAST), xlabel="year of release", ylabel="transistors, or synapses")
    axes.set_xticks(range(1970, LAST, 20 if style.narrow else 10))
    draw_bands(axes, systems, style, left=FIRST + 0.6, right=LAST - 0.4, split=1e7)

    fit = Growth(m["doubling_time"], m["start"], m["num_chips"])
    seen = np.array([m["first_year"], m["last_year"]], float)
    ahead = np.array([m["last_year"], m["crossing"]])
    axes.plot(seen, fit.at(seen), color=style.foreground, lw=1.4)
    axes.plot(ahead, fit.at(ahead), color=style.foreground, lw=1.4, ls=(0, (1, 1.6)))
    axes.plot([m["crossing"]] * 2, [1e3, m["goal"]], color=style.muted, lw=0.8, ls=(0, (1, 2)))
    axes.plot(m["crossing"], m["goal"], marker="D", ms=5, color=style.foreground)
    axes.text(
        m["crossing"] - 0.8, 2e9, f"human cortex\nin {m['crossing']:.0f}, if the\nfit still held",
        ha="right", va="bottom", size="small",
    )  # fmt: skip
    low, high = m["doubling_interval"]
    axes.text(
        2004.5, 2e6,
        f"fit: doubles every\n{m['doubling_time']:.2f} years [{low:.2f}, {high:.2f}]",
        size="small", va="bottom",
    )  # fmt: skip

    for name, kinds, index, marker in KINDS:
        chosen = [fact for fact in transistors if fact.kind in kinds]
        draw_counts(axes, chosen, style.series[index], marker=marker, label=name)
    recalled_mark(axes, style.foreground)
    for fact in transistors:
        place = (LABELS if style.narrow else LABELS_WIDE).get(fact.label)
        if place:
            offset, align = place
            axes.annotate(
                fact.label,
                (fact.year, fact.value),
                xytext=offset,
                textcoords="offset points",
                ha=align,
                size="small",
            )
    figure.legend(
        loc="outside upper left", ncols=2 if style.narrow else 5, fontsize="small",
        handletextpad=0.1, columnspacing=1.0, borderpad=0.2,
    )  # fmt: skip
    return figure


def families(result: Result) -> tuple[list[Fact], list[Fact]]:
    """The chips, and the nervous systems that have a name in the figure."""
    facts = facts_from_table(result.arrays)
    transistors = [fact for fact in facts if fact.unit == "transistors"]
    return transistors, [fact for fact in facts if fact.unit == "synapses" and fact.label]


def describe(result: Result) -> Description:
    m = result.metrics
    transistors, systems = families(result)
    interval_of = f"95 % bootstrap over the {m['num_chips']} chips"
    before, recent = (m["choices"][name]["doubling_time"] for name in ("before", "recent"))
    return Description(
        title="Transistors on a chip and synapses in a nervous system",
        caption=(
            f"{len(transistors)} devices by year of release, and {len(systems)} nervous systems "
            "(line: the count; band: from the smallest to the largest count in the sources). "
            f"Solid line: least-squares fit of the logarithm for the {m['num_chips']} chips, "
            "wafers left out; dotted: the same line carried on. Square brackets: "
            f"{interval_of}. Hollow or dashed: recalled, not checked. Logarithmic axis."
        ),
        alt=(
            f"Scatter plot on a logarithmic axis, {m['first_year']} to {m['last_year']}: "
            f"transistors on a chip rise along a straight line from "
            f"{short_count(min(fact.value for fact in transistors))} to "
            f"{short_count(m['largest_chip'])}, wafers up to {short_count(m['largest_wafer'])}. "
            "Horizontal lines and bands: "
            + "; ".join(f"{fact.label} {short_count(fact.value)}" for fact in systems)
            + f". The line, carried on, meets human cortex in {m['crossing']:.0f}."
        ),
        table=facts_as_table(facts_from_table(result.arrays)),
        claims=[
            Claim(
                "transistors-doubling-time",
                f"From {m['first_year']} to {m['last_year']} the number of transistors on a chip "
                f"doubled every {m['doubling_time']:.2f} years.",
                m["doubling_time"],
                # Moore's "every two years", to within a quarter of a year.
                at_least=1.75,
                at_most=2.25,
                interval=tuple(m["doubling_interval"]),
                interval_of=interval_of,
            ),
            Claim(
                "transistors-reach-human-cortex",
                f"Carried on, the fit reaches the {short_count(m['goal'])} synapses of human "
                f"cortex in {m['crossing']:.0f}.",
                m["crossing"],
                at_least=2040,
                at_most=2050,
                interval=tuple(m["crossing_interval"]),
                interval_of=interval_of,
            ),
            Claim(
                "transistors-crossing-by-synapse-count",
                "With the smallest and the largest published count of human cortex the year is "
                f"{m['crossing_low']:.0f} or {m['crossing_high']:.0f}: the sources' disagreement "
                f"moves it by {m['crossing_high'] - m['crossing_low']:.0f} years.",
                m["crossing_high"] - m["crossing_low"],
                at_most=15,
            ),
            Claim(
                "transistors-crossing-by-choice",
                "Other choices of chips put it between "
                f"{m['crossing_earliest_choice']:.0f} and {m['crossing_latest_choice']:.0f}.",
                m["crossing_latest_choice"] - m["crossing_earliest_choice"],
                at_most=10,
            ),
            Claim(
                "transistors-recently-slower",
                f"Chips since {m['recent']} alone doubled every {recent:.2f} years, those before "
                f"every {before:.2f}.",
                recent - before,
                at_least=0.1,
            ),
            Claim(
                "transistors-pass-mouse-cortex",
                f"The chip with the most transistors, with {short_count(m['largest_chip'])}, has "
                f"passed the count of synapses in the cortex of a mouse, "
                f"{short_count(m['mouse_cortex'])}.",
                m["largest_chip"] / m["mouse_cortex"],
                at_least=1,
            ),
            Claim(
                "wafer-share-of-human-cortex",
                f"A whole wafer, {short_count(m['largest_wafer'])} transistors, has "
                f"{100 * m['largest_wafer_share']:.1f} % of the count of human cortex.",
                m["largest_wafer_share"],
                at_most=0.1,
            ),
        ],
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
