"""How much a projection depends on the weights and on the unit that is asked."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.stats import bootstrap

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.picture_grid import NETWORKS
from site_lib.records.claims import Claim
from site_lib.records.measurement import Result

DEPTHS = (1, 2, 3)
RULES = ("deconvnet", "guided", "gradient")
QUESTIONS = {
    "across_weights": "Trained and random weights",
    "across_units": "Two units of one layer",
}
MARKERS = {"student": "o", "efficientnet_lite0": "D"}


def draw(student: Result, lite: Result, *, style: Style) -> Figure:
    figure = style.figure(height=5.6 if style.narrow else 3.1)
    panels = figure.subplots(*((2, 1) if style.narrow else (1, 2)), sharex=True)
    results = dict(zip(NETWORKS, (student, lite), strict=True))
    for axes, (question, title) in zip(panels, QUESTIONS.items(), strict=True):
        axes.set_title(title)
        draw_question(axes, results, question, style)
    panels[-1].set_xlabel("agreement of the two projections")
    if not style.narrow:
        panels[0].set_xlabel("agreement of the two projections")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="outside lower center", ncols=2 if style.narrow else 4,
        fontsize="small", handletextpad=0.2, columnspacing=1.2,
    )  # fmt: skip
    return figure


def draw_question(axes: Axes, results: dict[str, Result], question: str, style: Style) -> None:
    """One row for each rule, one marker for each network, the baseline hollow."""
    for place, (name, result) in enumerate(results.items()):
        colour = (style.trained, style.series[2])[place]
        rows = np.arange(len(RULES)) + 0.3 * place - 0.15
        found = np.stack([values(result, rule, question) for rule in RULES])
        means = found.mean(axis=1)
        ends = np.array([interval(one[:, 0]) for one in found])
        axes.hlines(rows, *ends.T, color=colour, lw=1.6)
        axes.scatter(
            means[:, 0], rows, marker=MARKERS[name], color=colour, s=42, zorder=3,
            label=NETWORKS[name],
        )  # fmt: skip
        axes.scatter(
            means[:, 1], rows, marker=MARKERS[name], facecolors=style.background,
            edgecolors=colour, s=30, zorder=3, label="  other patch",
        )  # fmt: skip
    axes.axvline(0, color=style.muted, lw=0.8)
    axes.set_yticks(range(len(RULES)), RULES)
    axes.set(ylim=(len(RULES) - 0.5, -0.5), xlim=(-0.15, 1), xticks=[0, 0.5, 1])
    axes.tick_params(axis="y", length=0, labelsize="medium")
    axes.grid(axis="x")


def values(result: Result, rule: str, question: str) -> np.ndarray:
    """(units of all depths, 2): agreement about the same patch, and about different ones."""
    return np.concatenate([result[f"depth_{depth}_{rule}_{question}"] for depth in DEPTHS])


def interval(sample: np.ndarray) -> tuple[float, float]:
    """95 % bootstrap interval of the mean."""
    found = bootstrap((sample,), np.mean, method="percentile", random_state=0)
    return float(found.confidence_interval.low), float(found.confidence_interval.high)


def describe(student: Result, lite: Result) -> Description:
    results = dict(zip(NETWORKS, (student, lite), strict=True))
    table: dict[str, list] = {
        name: []
        for name in ("network", "layer", "unit", "rule", "question", "same_patch", "other_patch")
    }
    for name, result in results.items():
        for depth in DEPTHS:
            layer = result.metrics[f"{name}_layers"][depth - 1]
            for rule in RULES:
                for question in QUESTIONS:
                    rows = result[f"depth_{depth}_{rule}_{question}"].tolist()
                    units = result[f"depth_{depth}_units"].tolist()
                    for unit, (same, other) in zip(units, rows, strict=True):
                        cells = (name, layer, unit, rule, question, same, other)
                        for column, cell in zip(table.values(), cells, strict=True):
                            column.append(cell)
    means = {
        (name, rule, question): float(values(result, rule, question)[:, 0].mean())
        for name, result in results.items()
        for rule in RULES
        for question in QUESTIONS
    }
    excess = {
        name: values(result, "guided", "across_weights")[:, 0]
        - values(result, "gradient", "across_weights")[:, 0]
        for name, result in results.items()
    }
    weaker = min(excess, key=lambda name: excess[name].mean())
    others = {
        name: values(result, "guided", "across_units")[:, 0] for name, result in results.items()
    }
    lower = min(others, key=lambda name: others[name].mean())
    said = {
        question: "; ".join(
            f"{NETWORKS[name]} "
            + ", ".join(f"{rule} {means[name, rule, question]:.2f}" for rule in RULES)
            for name in results
        )
        for question in QUESTIONS
    }
    number = len(excess[weaker])

    def two(rule: str, question: str) -> str:
        return " and ".join(f"{means[name, rule, question]:.2f}" for name in results)

    return Description(
        title="What projections depend on",
        caption=(
            "Agreement of two projections of the same patch: rank correlation of what they draw, "
            "once each is divided by its own fading towards the edge of the field. Left (above "
            "on a phone): from a trained unit and from a unit of a network with random weights. "
            "Right: from two units of the same trained layer. Hollow: two different patches of "
            f"the unit. {number} units from three layers of each network, "
            f"{student.metrics['student_num_patches']} patches each; bars: 95 % bootstrap over "
            "units."
        ),
        alt=(
            f"Dot plots. Agreement of trained and random weights: {said['across_weights']}. Of two "
            f"units: {said['across_units']}. Hollow marks, for different patches, lie lower."
        ),
        table=table,
        claims=[
            Claim(
                "projections-random-weights",
                "Made with trained and with random weights, guided projections agree to "
                f"{two('guided', 'across_weights')} (plain network, EfficientNet-Lite0), "
                f"those of the deconvnet to {two('deconvnet', 'across_weights')}, plain gradients "
                f"to {two('gradient', 'across_weights')}, where 1 would be the same picture.",
                float(excess[weaker].mean()),
                at_least=0.05,
                interval=interval(excess[weaker]),
                interval_of=f"95 % bootstrap over {number} units, of guided minus gradient, in "
                "the network where it is less",
            ),
            Claim(
                "projections-any-unit",
                "Asked at the same place, two units of one layer give guided projections that "
                f"agree to {two('guided', 'across_units')}, and gradients that agree to "
                f"{two('gradient', 'across_units')}.",
                float(others[lower].mean()),
                at_least=0.3,
                interval=interval(others[lower]),
                interval_of=f"95 % bootstrap over {number} units, of guided, in the network "
                "where it is less",
            ),
        ],
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
