"""What four learning rules achieve, and how far their changes are from the gradient."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described
from site_lib.records.measurement import Result
from site_lib.statistics.intervals import t_interval

SHORT = ("back-\npropagation", "feedback\nalignment", "direct\nfeedback", "frozen\n(control)")
FIRST, LAST = 0, -1  # hidden layers
FEEDBACK, DIRECT = 1, 2  # rules by their place


def colours(style: Style) -> tuple[str, ...]:
    """One for each rule; the control is the colour of controls."""
    return style.trained, style.series[2], style.series[3], style.random


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=3.9, narrow=6.6))
    left, right = figure.subplots(*style.pick(wide=(1, 2), narrow=(2, 1)))
    draw_accuracy(left, 100 * result["accuracy"], style)
    draw_angles(right, result, style)
    return figure


def draw_accuracy(axes: Axes, accuracy: np.ndarray, style: Style) -> None:
    """A point for each network, and mean and interval beside them."""
    spread = np.linspace(-0.2, 0.12, accuracy.shape[1])
    for x, (values, colour) in enumerate(zip(accuracy, colours(style), strict=True)):
        axes.scatter(x + spread, values, s=9, color=colour, alpha=0.45, linewidths=0)
        ends = np.abs(np.array(t_interval(values))[:, None] - values.mean())
        axes.errorbar(x + 0.28, values.mean(), ends, color=colour, fmt="o", ms=5, capsize=3)
    axes.set_xticks(range(len(SHORT)), SHORT)
    axes.tick_params("x", length=0)
    axes.set(ylabel="new digits named (%)", xlim=(-0.5, len(SHORT) - 0.4))
    axes.grid(axis="y")


def draw_angles(axes: Axes, result: Result, style: Style) -> None:
    """Degrees in the first hidden layer: means, with the range of all networks."""
    for rule in (FEEDBACK, DIRECT):
        angles, colour = result["angles"][rule, :, :, FIRST], colours(style)[rule]
        ends = angles.min(axis=1), angles.max(axis=1)
        axes.fill_between(result["step"], *ends, color=colour, alpha=0.2, lw=0)
        axes.plot(result["step"], angles.mean(axis=1), color=colour)
    axes.plot(result["step"], result["angles"][0, :, :, FIRST].mean(axis=1), color=style.trained)
    axes.axhline(90, color=style.muted, lw=0.8, ls=(0, (4, 3)))
    end = result["step"][-1]
    for height, words, colour in (
        (91, "a random direction", style.muted),
        (83, "feedback alignment", colours(style)[FEEDBACK]),
        (47, "direct feedback", colours(style)[DIRECT]),
        (3, "back-propagation", style.trained),
    ):
        axes.text(end, height, words, color=colour, weight=600, size="small", ha="right")
    axes.set(xlabel="step of learning", ylabel="angle to the gradient (degrees)")
    axes.set(ylim=(-2, 102), yticks=[0, 30, 60, 90], xlim=(0, end))


def describe(result: Result) -> Description:
    accuracy, angles = 100 * result["accuracy"], result["angles"]
    differences = {
        "behind": accuracy[0] - accuracy[FEEDBACK],
        "behind_direct": accuracy[0] - accuracy[DIRECT],
        "ahead": accuracy[FEEDBACK] - accuracy[3],
        "start": angles[FEEDBACK, 0, :, FIRST],
        "end": angles[FEEDBACK, -1, :, FIRST],
        "end_last": angles[FEEDBACK, -1, :, LAST],
        "nearer": angles[FEEDBACK, -1, :, FIRST] - angles[DIRECT, -1, :, FIRST],
    }
    numbers = {
        name: {"mean": float(each.mean()), "ends": t_interval(each)}
        for name, each in differences.items()
    }
    columns = {f"degrees_{name}": angles[rule, :, :, FIRST].mean(axis=1).tolist()
               for rule, name in enumerate(("back", "feedback", "direct"))}  # fmt: skip
    return described(
        __file__,
        result.numbers | numbers,
        table={"step": result["step"].tolist(), **columns},
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
