"""Read-out of categories against similarity to IT, one dot for each network."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from site_lib.claims import Claim
from site_lib.drawing import Description, run_drawing
from site_lib.figure_style import Style
from site_lib.provenance import Result

KINDS = {
    "random": ("random weights", "o"),
    "partly": ("student, 50 to 800 steps", "D"),
    "optimised": ("optimised", "o"),
}


def draw(result: Result, *, style: Style) -> Figure:
    if style.narrow:
        figure = style.figure(height=7.4)
        panels = figure.subplots(2, 1)
    else:
        figure = style.figure(height=4.1)
        panels = figure.subplots(1, 2)
    for axes, area, title in zip(
        panels, ("monkey", "human"), ("IT of monkeys", "IT of people"), strict=True
    ):
        draw_area(axes, result, area, style)
        axes.set_title(title)
        axes.set_xlabel("categories read out (balanced accuracy, %)")
    panels[0].set_ylabel("similarity to IT (Spearman ρ)")
    if style.narrow:
        panels[1].set_ylabel("similarity to IT (Spearman ρ)")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="outside lower center", ncols=1 if style.narrow else 3,
        fontsize="small", handletextpad=0.2,
    )  # fmt: skip
    return figure


def draw_area(axes: Axes, result: Result, area: str, style: Style) -> None:
    x, y = 100 * result["performance"], result[area]
    colours = {
        "random": style.random,
        "partly": style.series[3],
        "optimised": style.trained,
    }
    for kind, (label, marker) in KINDS.items():
        chosen = result["kind"] == kind
        axes.scatter(
            x[chosen], y[chosen], s=34, marker=marker, color=colours[kind], alpha=0.85, lw=0,
            label=label,
        )  # fmt: skip
    lite = np.char.startswith(result["names"].astype(str), "efficientnet")
    for label, chosen, offset, ha, va in (
        ("Lite0, 1, 2", lite & (result["kind"] == "optimised"), (0, -7), "center", "top"),
        ("student", result["names"] == "student", (6, 0), "left", "center"),
    ):
        axes.annotate(
            label, (x[chosen].mean(), y[chosen].min()), offset, textcoords="offset points",
            size="small", color=style.trained, ha=ha, va=va,
        )  # fmt: skip
    left = 100 * result.metrics["chance"]
    if area == "human":
        low, high = result["human_ceiling"]
        axes.axhspan(low, high, color=style.faint, alpha=0.7, lw=0, zorder=0)
        axes.text(left, high, "noise ceiling", color=style.muted, size="small", va="bottom")
        axes.set_ylim(None, high * 1.18)
    else:
        level = float(result["people_to_monkey"])
        axes.axhline(level, color=style.muted, lw=0.8, ls=(0, (4, 3)))
        axes.text(left, level, "mean of 15 people", color=style.muted, size="small", va="bottom")
        axes.set_ylim(None, level * 1.18)
    r, (low, high) = float(result[f"{area}_r"]), result[f"{area}_r_interval"]
    axes.text(
        0.98, 0.03, f"r = {r:.2f} [{low:.2f}, {high:.2f}]".replace("-", "−"),
        transform=axes.transAxes, ha="right", weight=600, size="small",
    )  # fmt: skip
    axes.axvline(left, color=style.faint, lw=0.8)
    axes.set_xlim(left - 6, 103)


def describe(result: Result) -> Description:
    m = result.metrics
    kind = result["kind"]
    performance = 100 * result["performance"]
    r = {area: float(result[f"{area}_r"]) for area in ("monkey", "human")}
    interval = {
        area: (float(low), float(high))
        for area in ("monkey", "human")
        for low, high in [result[f"{area}_r_interval"]]
    }
    means = {
        area: {one: float(result[area][kind == one].mean()) for one in KINDS}
        for area in ("monkey", "human")
    }
    within = {
        area: float(
            np.corrcoef(performance[kind == "random"], result[area][kind == "random"])[0, 1]
        )
        for area in ("monkey", "human")
    }
    top = {area: float(result[area].max()) for area in ("monkey", "human")}
    ceiling = result["human_ceiling"]
    lite = np.char.startswith(result["names"].astype(str), "efficientnet") & (kind == "optimised")
    return Description(
        title="Networks that tell categories apart are more like IT",
        caption=(
            f"Each of {m['num_networks']} dots is a network. Across: share of "
            f"{m['num_photographs']} photographs in {m['num_categories']} categories that a "
            "linear read-out of the layer before the classifier names rightly, each photograph "
            "held out (line: chance). Up: similarity of the RDM of "
            f"{m['num_objects']} *other* stimuli, objects on grey, to that of IT; the layer is "
            "chosen on one half of the objects and scored on the other. r: Pearson, with 95 % "
            "bootstrap interval over networks."
        ),
        alt=(
            f"Two scatter plots of {m['num_networks']} networks. Random networks lie at the lower "
            "left, optimised ones at the upper right, the student in between. "
            f"r = {r['monkey']:.2f} for monkeys, {r['human']:.2f} for people."
        ),
        table={
            "network": result["names"].tolist(),
            "kind": kind.tolist(),
            "performance": result["performance"].tolist(),
            "monkey_it": result["monkey"].tolist(),
            "human_it": result["human"].tolist(),
        },
        claims=[
            Claim(
                "models-r-monkey",
                f"Over {m['num_networks']} networks, category read-out and similarity to monkey "
                f"IT correlate at r = {r['monkey']:.2f}.",
                r["monkey"],
                at_least=0.3,
                interval=interval["monkey"],
                interval_of="95 % bootstrap over networks",
            ),
            Claim(
                "models-r-human",
                f"With the IT of people the correlation is r = {r['human']:.2f}.",
                r["human"],
                at_least=0.3,
                interval=interval["human"],
                interval_of="95 % bootstrap over networks",
            ),
            Claim(
                "models-means",
                f"Optimised networks reach {means['monkey']['optimised']:.2f} (monkeys) and "
                f"{means['human']['optimised']:.2f} (people) on average, networks with random "
                f"weights {means['monkey']['random']:.2f} and {means['human']['random']:.2f}.",
                means["monkey"]["optimised"] - means["monkey"]["random"],
                at_least=0.03,
            ),
            Claim(
                "models-within-random",
                f"Among the {m['num_random']} random networks alone, r is "
                f"{within['monkey']:.2f} (monkeys) and {within['human']:.2f} (people).".replace(
                    "-", "−"
                ),
                within["monkey"],
                at_least=-1,
                at_most=0.9,
            ),
            Claim(
                "models-below-ceiling",
                f"The best network reaches {top['human']:.2f} for people; the lower bound of the "
                f"noise ceiling is {float(ceiling[0]):.2f}.",
                top["human"] / float(ceiling[0]),
                at_most=1,
            ),
            Claim(
                "models-three-trained",
                "The three networks trained on ImageNet read out "
                f"{performance[lite].min():.0f} to {performance[lite].max():.0f} % of the "
                f"photographs, the random ones {performance[kind == 'random'].min():.0f} to "
                f"{performance[kind == 'random'].max():.0f} %.",
                float(performance[lite].min() - performance[kind == "random"].max()),
                at_least=0,
            ),
        ],
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
