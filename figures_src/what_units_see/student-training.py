"""How the plain network's first layer comes about, beside what the network has learnt by then."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.what_units_see.filter_pictures import stretched, units_spread
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style, bare
from site_lib.drawing.words import described
from site_lib.records.measurement import Result
from site_lib.records.provenance import computed_on

# From the middle of one filter to that of the next, in sides of a filter.
PITCH = 1.1
# In inches.
LEFT, BELOW, GAP = 0.75, 0.5, 0.12


def draw(training: Result, tuning: Result, *, style: Style) -> Figure:
    """Rows are steps of training: filters to the left, agreement with the teacher to the right."""
    number, beside = style.pick(wide=(12, 1.9), narrow=(6, 1.25))
    steps = training["snapshots"]
    rows = len(steps) * PITCH
    width = style.width - LEFT - GAP - beside - GAP
    height = rows * width / (number * PITCH)
    whole = height + BELOW + GAP
    figure = style.figure(height=whole, layout=None)
    filters, curves = (
        figure.add_axes((left / style.width, BELOW / whole, wide / style.width, height / whole))
        for left, wide in ((LEFT, width), (LEFT + width + GAP, beside))
    )
    draw_filters(filters, training["filters"][:, units_spread(tuning, "trained", number)])
    filters.set_yticks(PITCH * np.arange(len(steps)), [f"{step:,}" for step in steps])
    filters.set_ylabel("training step")
    draw_curves(curves, training, style)
    for axes in (filters, curves):
        axes.set_ylim(rows - PITCH / 2, -PITCH / 2)
    return figure


def draw_filters(axes: Axes, filters: np.ndarray) -> None:
    """Filters (steps, units, 3, H, W), each stretched to its own largest weight."""
    bare(axes)
    axes.set_axis_on()
    for row, of_step in enumerate(filters):
        for column, picture in enumerate(stretched(np.moveaxis(of_step.astype(float), 1, -1))):
            x, y = PITCH * column, PITCH * row
            extent = (x - 0.5, x + 0.5, y + 0.5, y - 0.5)
            axes.imshow(picture, extent=extent, interpolation="none")
    axes.set_xlim(-PITCH / 2, PITCH * (filters.shape[1] - 0.5))
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)


def draw_curves(axes: Axes, training: Result, style: Style) -> None:
    """Agreement at the steps of the rows, downwards."""
    rows = PITCH * np.arange(len(training["snapshots"]))
    names = training["names"].tolist()
    for name, kind, words, colour in (
        ("student", "own", "its own", style.series[2]),
        ("student", "held_out", "held out", style.trained),
        ("misled", "held_out", "control", style.random),
    ):
        values = 100 * at_snapshots(training, names.index(name), f"curve_{kind}")
        axes.plot(values, rows, marker="o", ms=4, color=colour, label=words)
    axes.set(xlabel="agreement (%)", xlim=(-1, None), yticks=[])
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x")
    axes.legend(loc="upper right", labelcolor="linecolor", prop={"weight": 600})


def at_snapshots(training: Result, student: int, curve: str) -> np.ndarray:
    """A learning curve at the steps whose filters were kept."""
    steps = training["step"][student]
    return training[curve][student][np.searchsorted(steps, training["snapshots"])]


def describe(training: Result, tuning: Result) -> Description:
    numbers: dict[str, Any] = {
        "computed_on": computed_on(training.record),
        "minutes": training.metrics["training_seconds"] / 60,
    }
    for index, name in enumerate(training["names"].tolist()):
        numbers[name] = {
            key: float(training[key][index])
            for key in training.arrays
            if key.startswith(("agreement", "top5", "correlation")) and training[key].ndim == 1
        }
        numbers[name] |= {
            f"{key}_ends": [numbers[name][f"{key}_low"], numbers[name][f"{key}_high"]]
            for key in ("agreement_held_out", "top5_agreement_held_out", "agreement_own")
        }
    curves = ("step", "loss", "curve_own", "curve_held_out")
    table = {
        "network": np.repeat(training["names"], training["step"].shape[1]).tolist(),
        **{key: training[key].flatten().tolist() for key in curves},
    }
    return described(__file__, training.numbers | numbers, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
