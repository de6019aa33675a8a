"""Parameters of networks by year, with the course's own, and nervous systems on the same axis."""

from matplotlib.figure import Figure

from figures_src.relations_with_biology.count_axes import decades, draw_bands, draw_counts
from site_lib.data.facts import Fact, facts_as_table, facts_from_table, short_count
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.records.claims import Claim
from site_lib.records.measurement import Result

FIRST = 1949
KINDS = (("images", 0), ("language", 2), ("other", 3))
# Where the name of a network stands, from its mark: offset in points, alignment.
BELOW_RIGHT, LEFT = ((4, -10), "left"), ((-5, -3), "right")
RAISED = ((-5, 2), "right")
LABELS = {"Perceptron": BELOW_RIGHT, "LeNet-5": BELOW_RIGHT, "Neocognitron": ((5, 1), "left"),
          "AlexNet": RAISED, "GPT-3": RAISED, "Switch-C": LEFT}  # fmt: skip
LABELS_WIDE = {"NETtalk": LEFT} | LABELS


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=5.4 if style.narrow else 5.2)
    axes = figure.subplots()
    m = result.metrics
    networks, systems = families(result)
    decades(axes, 1, 15, 2)
    axes.set(
        xlim=(FIRST, 2047 if style.narrow else 2035),
        xlabel="year of publication",
        ylabel="parameters, or synapses",
    )
    axes.set_xticks(range(1950, 2031, 20))
    draw_bands(axes, systems, style, left=FIRST + 0.6, right=2034, split=0)
    for kind, index in KINDS:
        chosen = [fact for fact in networks if fact.kind == kind]
        draw_counts(axes, chosen, style.series[index], label=kind)
    for fact in networks:
        place = (LABELS if style.narrow else LABELS_WIDE).get(fact.label)
        if place:
            offset, align = place
            axes.annotate(fact.label, (fact.year, fact.value), xytext=offset, ha=align,
                          textcoords="offset points", size="small")  # fmt: skip

    ours = (m["parameters"], m["connections"])
    axes.plot([m["year"]] * 2, ours, color=style.trained, lw=1.2)
    for count, face in zip(ours, (style.trained, style.background), strict=True):
        axes.plot(m["year"], count, marker="D", ms=6, mfc=face, mec=style.trained, mew=1.4)
    for count, text in zip(ours, ("parameters", "connections"), strict=True):
        axes.annotate(
            f"{short_count(count)}\n{text}", (m["year"], count), xytext=(9, 0),
            textcoords="offset points", va="center", size="small", weight=600,
            color=style.trained, linespacing=1.0,
        )  # fmt: skip
    axes.plot([], [], ls="none", marker="D", ms=6, color=style.trained, label="EfficientNet-Lite0")
    figure.legend(
        loc="outside upper left", ncols=2 if style.narrow else 4, fontsize="small",
        handletextpad=0.1, columnspacing=1.0, borderpad=0.2,
    )  # fmt: skip
    return figure


def families(result: Result) -> tuple[list[Fact], list[Fact]]:
    """The networks, and the nervous systems that have a name in the figure."""
    facts = facts_from_table(result.arrays)
    networks = [fact for fact in facts if fact.unit == "parameters"]
    return networks, [fact for fact in facts if fact.unit == "synapses" and fact.label]


def describe(result: Result) -> Description:
    m = result.metrics
    networks, systems = families(result)
    fly = {fact.label: fact.value for fact in systems}
    return Description(
        title="Parameters of networks and synapses in nervous systems",
        caption=(
            f"{len(networks)} networks by year of publication and by what they were trained on, "
            f"EfficientNet-Lite0 as measured here, and {len(systems)} nervous systems (line: the "
            "count; band: from the smallest to the largest count in the sources). Filled diamond: "
            "parameters of EfficientNet-Lite0; open diamond: its connections, each use of a "
            f"weight counted, for one image of {m['input_side']} × {m['input_side']} pixels. "
            "Dashed: recalled, not checked. Logarithmic axis."
        ),
        alt=(
            "Scatter plot on a logarithmic axis: parameters of networks rise from "
            f"{min(f.value for f in networks)} in the 1950s to {short_count(m['largest'])} "
            f"({m['largest_name']}). EfficientNet-Lite0 has {short_count(m['parameters'])} "
            f"parameters and {short_count(m['connections'])} connections. Horizontal lines and "
            "bands: "
            + "; ".join(f"{fact.label} {short_count(fact.value)}" for fact in systems)
            + "."
        ),
        table=facts_as_table(facts_from_table(result.arrays)),
        claims=[
            Claim(
                "lite0-parameters-and-flies",
                f"EfficientNet-Lite0 has {short_count(m['parameters'])} parameters, "
                f"{m['parameters'] / fly['fruit fly, larva']:.1f} times the synapses of a fruit "
                f"fly's larva and {100 * m['parameters'] / fly['fruit fly']:.0f} % of those of "
                "the adult fly.",
                m["parameters"],
                at_least=fly["fruit fly, larva"],
                at_most=fly["fruit fly"],
            ),
            Claim(
                "lite0-connections",
                f"Counted without sharing, as synapses are, the same network has "
                f"{short_count(m['connections'])} connections, "
                f"{m['connections_per_parameter']:.0f} for each parameter.",
                m["connections_per_parameter"],
                at_least=10,
            ),
            Claim(
                "largest-network-and-human-cortex",
                f"The largest network of the table, {m['largest_name']}, has "
                f"{short_count(m['largest'])} parameters, {100 * m['largest_share']:.1f} % of the "
                f"synapses of human cortex ({100 * m['largest_share_of_low']:.0f} % of the "
                "smallest published count).",
                m["largest_share"],
                at_most=0.1,
            ),
        ],
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
