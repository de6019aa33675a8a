"""How much a projection depends on the weights and on the unit that is asked."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style, legend_outside
from site_lib.drawing.tables import columns
from site_lib.drawing.words import described, network_title, with_intervals
from site_lib.records.measurement import Result
from site_lib.statistics.intervals import bootstrap

DEPTHS = (1, 2, 3)
RULES = ("deconvnet", "guided", "gradient")
QUESTIONS = {
    "across_weights": "Trained and random weights",
    "across_units": "Two units of one layer",
}


def draw(student: Result, lite: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=3.1, narrow=5.6))
    panels = figure.subplots(*style.pick(wide=(1, 2), narrow=(2, 1)), sharex=True)
    for axes, (question, title) in zip(panels, QUESTIONS.items(), strict=True):
        axes.set_title(title)
        draw_question(axes, (student, lite), question, style)
    for axes in style.pick(wide=panels, narrow=panels[1:]):
        axes.set_xlabel("agreement of the two projections")
    legend_outside(figure, panels[0], columns=style.pick(wide=4, narrow=2))
    return figure


def draw_question(axes: Axes, results: tuple[Result, ...], question: str, style: Style) -> None:
    """One row for each rule, one marker for each network, the baseline hollow."""
    looks = (style.trained, "o", -0.15), (style.series[2], "D", 0.15)
    for result, (colour, marker, below) in zip(results, looks, strict=True):
        name = network_title(result.numbers["model"])
        rows = np.arange(len(RULES)) + below
        found = [agreement(result, rule, question) for rule in RULES]
        same, other = np.mean(found, axis=1).T
        ends = [bootstrap(one[:, 0], np.mean, seed=0) for one in found]
        axes.hlines(rows, *np.transpose(ends), color=colour, lw=1.6)
        axes.scatter(same, rows, marker=marker, color=colour, s=42, zorder=3, label=name)
        axes.scatter(other, rows, marker=marker, facecolors=style.background, edgecolors=colour,
                     s=30, zorder=3, label="  other patch")  # fmt: skip
    axes.axvline(0, color=style.muted, lw=0.8)
    axes.set_yticks(range(len(RULES)), RULES)
    axes.set(ylim=(len(RULES) - 0.5, -0.5), xlim=(-0.15, 1), xticks=[0, 0.5, 1])
    axes.tick_params(axis="y", length=0, labelsize="medium")
    axes.grid(axis="x")


def agreement(result: Result, rule: str, question: str) -> np.ndarray:
    """(units of all depths, 2): agreement about the same patch, and about different ones."""
    return np.concatenate([result[f"depth_{depth}_{rule}_{question}"] for depth in DEPTHS])


def describe(student: Result, lite: Result) -> Description:
    results = {"plain": student, "lite0": lite}
    means = {
        question: {
            rule: {name: same_patch(one, rule, question).mean() for name, one in results.items()}
            for rule in RULES
        }
        for question in QUESTIONS
    }
    # Both claims are about the network where they hold least.
    excess = min(map(guided_minus_gradient, results.values()), key=np.mean)
    any_unit = min(
        (same_patch(one, "guided", "across_units") for one in results.values()), key=np.mean
    )
    numbers = {
        "number": len(excess),
        "num_patches": student.numbers["num_patches"],
        **with_intervals(np.mean, excess=excess, any_unit=any_unit),
    }
    return described(__file__, means | numbers, table=columns(rows(student, lite)))


def same_patch(result: Result, rule: str, question: str) -> np.ndarray:
    return agreement(result, rule, question)[:, 0]


def guided_minus_gradient(result: Result) -> np.ndarray:
    guided = same_patch(result, "guided", "across_weights")
    return guided - same_patch(result, "gradient", "across_weights")


def rows(*results: Result) -> Iterator[dict[str, Any]]:
    """The agreements of every unit."""
    for result, depth, rule, question in product(results, DEPTHS, RULES, QUESTIONS):
        units = result[f"depth_{depth}_units"].tolist()
        agreements = result[f"depth_{depth}_{rule}_{question}"].tolist()
        for unit, (same, other) in zip(units, agreements, strict=True):
            yield {
                "network": result.numbers["model"],
                "layer": result.numbers["layers"][depth - 1],
                "unit": unit,
                "rule": rule,
                "question": question,
                "same_patch": same,
                "other_patch": other,
            }


if __name__ == "__main__":
    run_drawing(draw, describe)
