"""Parameters of networks by year, with the course's own, and nervous systems on the same axis."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.relations_with_biology import count_axes
from site_lib.data.facts import short_count
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described
from site_lib.records.measurement import Result

FIRST = 1949
KINDS = (("images", 0), ("language", 2), ("other", 3))
BELOW_RIGHT, LEFT, RAISED = ((4, -10), "left"), ((-5, -3), "right"), ((-5, 2), "right")
LABELS = {"Perceptron": BELOW_RIGHT, "LeNet-5": BELOW_RIGHT, "Neocognitron": ((0, 5), "center"),
          "AlexNet": RAISED, "GPT-3": RAISED, "Switch-C": LEFT}  # fmt: skip
LABELS_WIDE = {"NETtalk": LEFT} | LABELS


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=5.2, narrow=5.4))
    axes = figure.subplots()
    networks, systems = count_axes.things_and_systems(result, "parameters")
    count_axes.decades(axes, 1, 15)
    axes.set(xlabel="year of publication", ylabel="parameters, or synapses")
    axes.set(xticks=range(1950, 2031, 20), xlim=(FIRST, style.pick(wide=2035, narrow=2047)))
    count_axes.draw_bands(axes, systems, style, left=FIRST + 0.6, right=2034, split=0)
    for kind, index in KINDS:
        chosen = [fact for fact in networks if fact.kind == kind]
        count_axes.draw_counts(axes, chosen, style.series[index], label=kind)
    count_axes.draw_names(axes, networks, style.pick(wide=LABELS_WIDE, narrow=LABELS))
    draw_ours(axes, result.numbers, style)
    count_axes.legend_above(figure, columns=style.pick(wide=4, narrow=2))
    return figure


def draw_ours(axes: Axes, m: dict, style: Style) -> None:
    """EfficientNet-Lite0: its parameters, and above them its connections."""
    ours = {"parameters": style.trained, "connections": style.background}
    axes.plot([m["year"]] * 2, [m[name] for name in ours], color=style.trained, lw=1.2)
    for name, face in ours.items():
        axes.plot(m["year"], m[name], marker="D", ms=6, mfc=face, mec=style.trained, mew=1.4)
        axes.annotate(
            f"{short_count(m[name])}\n{name}", (m["year"], m[name]), xytext=(9, 0),
            textcoords="offset points", va="center", size="small", weight=600,
            color=style.trained, linespacing=1.0,
        )  # fmt: skip
    axes.plot([], [], ls="none", marker="D", ms=6, color=style.trained, label="EfficientNet-Lite0")


def describe(result: Result) -> Description:
    m = result.metrics
    networks, systems = count_axes.things_and_systems(result, "parameters")
    synapses = {fact.label: fact.value for fact in systems}
    numbers = {
        "num_systems": len(systems),
        "fewest": min(fact.value for fact in networks),
        "short": {name: short_count(m[name]) for name in ("parameters", "connections", "largest")},
        "synapses": synapses,
        "of_larva": m["parameters"] / synapses["fruit fly, larva"],
        "of_fly": m["parameters"] / synapses["fruit fly"],
    }
    return described(__file__, result.numbers | numbers, table=count_axes.fact_table(result))


if __name__ == "__main__":
    run_drawing(draw, describe)
