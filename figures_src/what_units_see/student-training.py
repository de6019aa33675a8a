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
from site_lib.statistics.intervals import bootstrap

# From the middle of one filter to that of the next, in sides of a filter.
PITCH = 1.1
# In inches.
LEFT, BELOW, GAP = 0.75, 0.5, 0.12


def draw(training: Result, learning: Result, tuning: Result, *, style: Style) -> Figure:
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
    draw_curves(curves, training, learning, style)
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


def draw_curves(axes: Axes, training: Result, learning: Result, style: Style) -> None:
    """Agreement at those rows whose weights were kept, downwards, and the control's at the end."""
    snapshots, places = training["snapshots"].tolist(), kept_in_both(training, learning)
    rows = [PITCH * snapshots.index(step) for step in (*places, snapshots[-1])]
    for kind, words, colour in (
        ("own", "its own", style.series[2]), ("held_out", "held out", style.trained),
    ):  # fmt: skip
        value, low, high = (
            100 * learning[f"agreement_{kind}{end}"][[*places.values(), -1]]
            for end in ("", "_low", "_high")
        )
        axes.plot(value, rows, marker="o", ms=4, color=colour, label=words)
        axes.hlines(rows, low, high, color=colour, lw=1.2)
    control = training["agreement_held_out"][training["names"].tolist().index("misled")]
    axes.plot(100 * control, rows[-1], marker="D", ms=5, ls="", color=style.random, label="control")
    axes.set(xlabel="agreement (%)", xlim=(-2, None), yticks=[])
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x")
    axes.legend(loc="upper right", labelcolor="linecolor", prop={"weight": 600})


def kept_in_both(training: Result, learning: Result) -> dict[int, int]:
    """Steps whose filters and whose weights were kept, and their places in ``learning``."""
    snapshots = training["snapshots"].tolist()
    steps = enumerate(learning["steps"].tolist())
    return {step: place for place, step in steps if step in snapshots}


def describe(training: Result, learning: Result, tuning: Result) -> Description:
    index = training["names"].tolist().index("misled")
    control = {
        key: float(training[key][index]) for key in training.arrays if key in learning.arrays
    }
    step, place = list(kept_in_both(training, learning).items())[-1]
    at_end, early = ({key: float(learning[key][index]) for key in control} for index in (-1, place))
    ends = {
        f"{key}_ends": [at_end[f"{key}_low"], at_end[f"{key}_high"]]
        for key in ("agreement_own", "agreement_held_out")
    }
    alike = likeness_to_end(training)
    of_early = alike[training["snapshots"].tolist().index(step)]
    numbers: dict[str, Any] = {
        "end": at_end | ends,
        "early": early | {"step": step, "alike": float(of_early.mean()),
                          "alike_ends": list(bootstrap(of_early, np.mean, seed=0))},
        "control": control,
    }  # fmt: skip
    steps = [*learning["steps"].tolist(), training.numbers["steps"]]
    table = {"step": steps} | {key: learning[key].tolist() for key in control}
    return described(__file__, training.numbers | numbers, table=table)


def likeness_to_end(training: Result) -> np.ndarray:
    """Cosine between each filter and what it becomes: (steps, units), 1 at the end."""
    filters = training["filters"].astype(float)
    filters = filters.reshape(*filters.shape[:2], -1)
    filters /= np.linalg.norm(filters, axis=2, keepdims=True)
    return (filters * filters[-1]).sum(axis=2)


if __name__ == "__main__":
    run_drawing(draw, describe)
