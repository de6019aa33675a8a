"""Transistors on chips by year, the fit, and nervous systems on the same axis."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.relations_with_biology import count_axes
from site_lib.data.facts import short_count
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described
from site_lib.records.measurement import Result
from site_lib.statistics.growth import Growth

FIRST, LAST = 1968, 2053
KINDS = {"processor": ("o", "CPU"), "graphics, accelerator": ("o", "GPU", "accelerator"),
         "system on a chip": ("o", "SoC"), "wafer": ("s", "wafer")}  # fmt: skip
BELOW_RIGHT, LEFT, RAISED = ((4, -9), "left"), ((-6, -3), "right"), ((-5, 2), "right")
LABELS = {"4004": BELOW_RIGHT, "8086": RAISED, "80486": RAISED, "WSE-1 to 3": LEFT}
LABELS_WIDE = {"Pentium 4": BELOW_RIGHT, "B200": ((-5, 0), "right")} | LABELS


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=5.2, narrow=5.4))
    axes = figure.subplots()
    transistors, systems = count_axes.things_and_systems(result, "transistors")
    count_axes.decades(axes, 3, 15)
    axes.set(xlabel="year of release", ylabel="transistors, or synapses")
    axes.set(xticks=range(1970, LAST, style.pick(wide=10, narrow=20)), xlim=(FIRST, LAST))
    count_axes.draw_bands(axes, systems, style, left=FIRST + 0.6, split=1e7,
                          right=result.metrics["crossing"] - 0.8)  # fmt: skip
    draw_fit(axes, result.metrics, style)
    for (name, (marker, *kinds)), colour in zip(KINDS.items(), style.series, strict=True):
        chosen = [fact for fact in transistors if fact.kind in kinds]
        count_axes.draw_counts(axes, chosen, colour, marker=marker, label=name)
    count_axes.recalled_mark(axes, style.foreground)
    count_axes.draw_names(axes, transistors, style.pick(wide=LABELS_WIDE, narrow=LABELS))
    count_axes.legend_above(figure, columns=style.pick(wide=5, narrow=2))
    return figure


def draw_fit(axes: Axes, m: dict, style: Style) -> None:
    fit = Growth(m["doubling_time"], m["start"], m["num_chips"])
    count_axes.draw_growth(axes, fit, (m["first_year"], m["last_year"]), m["goal"], style)
    reached = f"human cortex\nin {m['crossing']:.0f}, if the\nfit still held"
    axes.text(m["crossing"] - 0.8, 2e9, reached, ha="right", va="bottom", size="small")
    low, high = m["doubling_interval"]
    doubling = f"fit: doubles every\n{m['doubling_time']:.2f} years [{low:.2f}, {high:.2f}]"
    axes.text(2004.5, 2e6, doubling, va="bottom", size="small")


def describe(result: Result) -> Description:
    m = result.metrics
    before, recent = (m["choices"][name] for name in ("before", "recent"))
    transistors, systems = count_axes.things_and_systems(result, "transistors")
    counts = {name: m[name] for name in ("largest_chip", "largest_wafer", "goal", "mouse_cortex")}
    counts["fewest"] = min(fact.value for fact in transistors)
    numbers = {
        "num_systems": len(systems),
        "num_devices": len(transistors),
        "short": {name: short_count(count) for name, count in counts.items()},
        "slower_by": recent["doubling_time"] - before["doubling_time"],
        "sources_move_it": m["crossing_high"] - m["crossing_low"],
        "choices_move_it": m["crossing_latest_choice"] - m["crossing_earliest_choice"],
        "mouse_cortices": m["largest_chip"] / m["mouse_cortex"],
    }
    return described(__file__, result.numbers | numbers, table=count_axes.fact_table(result))


if __name__ == "__main__":
    run_drawing(draw, describe)
