"""What four learning rules achieve on two tasks, and how far they are from the gradient."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described
from site_lib.records.measurement import Result
from site_lib.statistics.intervals import t_interval

SHORT = ("BP", "FA", "DFA", "frozen")
BACK, FEEDBACK, DIRECT, FROZEN = range(4)  # rules by their place
FIRST, LAST = 0, -1  # hidden layers


def colours(style: Style) -> tuple[str, ...]:
    """One for each rule; the control has the colour of controls."""
    return style.trained, style.series[2], style.series[3], style.random


def draw(digits: Result, photographs: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=3.9, narrow=6.4))
    mosaic, widths = style.pick(wide=("abc", [1.0, 1.0, 1.5]), narrow=("ab;cc", [1.0, 1.0]))
    axes = figure.subplot_mosaic(mosaic, width_ratios=widths)
    draw_accuracy(axes["a"], digits, style, "handwritten digits")
    draw_accuracy(axes["b"], photographs, style, "photographs")
    axes["a"].set_ylabel("named, of new ones (%)")
    draw_angles(axes["c"], digits, style)
    return figure


def draw_accuracy(axes: Axes, result: Result, style: Style, title: str) -> None:
    """A point for each network, and mean and interval beside them."""
    accuracy = 100 * result["accuracy"]
    spread = np.linspace(-0.25, 0.05, accuracy.shape[1])
    for x, (values, colour) in enumerate(zip(accuracy, colours(style), strict=True)):
        axes.scatter(x + spread, values, s=7, color=colour, alpha=0.45, linewidths=0)
        ends = np.abs(np.array(t_interval(values))[:, None] - values.mean())
        axes.errorbar(x + 0.3, values.mean(), ends, color=colour, fmt="o", ms=4.5, capsize=3)
    axes.set_xticks(range(len(SHORT)), SHORT)
    for label, colour in zip(axes.get_xticklabels(), colours(style), strict=True):
        label.set(color=colour, weight=600)
    axes.tick_params("x", length=0)
    axes.set(xlim=(-0.5, len(SHORT) - 0.4))
    axes.set_title(title, size="small")
    axes.grid(axis="y")


def draw_angles(axes: Axes, result: Result, style: Style) -> None:
    """Degrees in the first hidden layer: means, with the range of all networks."""
    for rule in (FEEDBACK, DIRECT):
        angles, colour = result["angles"][rule, :, :, FIRST], colours(style)[rule]
        ends = angles.min(axis=1), angles.max(axis=1)
        axes.fill_between(result["step"], *ends, color=colour, alpha=0.2, lw=0)
        axes.plot(result["step"], angles.mean(axis=1), color=colour)
    axes.plot(result["step"], result["angles"][BACK, :, :, FIRST].mean(axis=1), color=style.trained)
    axes.axhline(90, color=style.muted, lw=0.8, ls=(0, (4, 3)))
    end = result["step"][-1]
    for height, words, colour in (
        (91.5, "a random direction", style.muted),
        (83, "FA: feedback alignment", colours(style)[FEEDBACK]),
        (42, "DFA: direct feedback alignment", colours(style)[DIRECT]),
        (3, "BP: back-propagation", style.trained),
    ):
        axes.text(end, height, words, color=colour, weight=600, size="small", ha="right")
    axes.set(xlabel="step of learning (digits)", ylabel="angle to the gradient (degrees)")
    axes.set(xlim=(0, end), ylim=(-2, 102), yticks=[0, 30, 60, 90])


def compared(values: np.ndarray) -> dict[str, Any]:
    """Mean over networks, and its interval."""
    return {"mean": float(values.mean()), "ends": t_interval(values)}


def describe(digits: Result, photographs: Result) -> Description:
    accuracy, angles = 100 * digits["accuracy"], digits["angles"]
    of_photographs = 100 * photographs["accuracy"]
    numbers = {
        "behind": compared(accuracy[BACK] - accuracy[FEEDBACK]),
        "ahead": compared(accuracy[FEEDBACK] - accuracy[FROZEN]),
        "ahead_photographs": compared(of_photographs[FEEDBACK] - of_photographs[FROZEN]),
        "start": compared(angles[FEEDBACK, 0, :, FIRST]),
        "end": compared(angles[FEEDBACK, -1, :, FIRST]),
        "end_last": compared(angles[FEEDBACK, -1, :, LAST]),
        "nearer": compared(angles[FEEDBACK, -1, :, FIRST] - angles[DIRECT, -1, :, FIRST]),
    }
    columns = {
        f"degrees_{name}": angles[rule, :, :, FIRST].mean(axis=1).tolist()
        for rule, name in enumerate(SHORT[:FROZEN])
    }
    return described(
        __file__,
        photographs.numbers | digits.numbers | numbers,
        table={"step": digits["step"].tolist(), **columns},
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
