"""Growth of the receptive field with depth: arithmetic, gradients, and the random control."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from figures_src.what_units_see.curves import block_ticks
from site_lib.drawing.curves import banded
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described, with_intervals
from site_lib.records.measurement import Result

SIDES = (4, 16, 64, 224, 851)
CONTROLS = ("random", "shuffled")


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=4.2, narrow=4.0))
    axes = figure.subplots()
    side, last = result.metrics["input_side"], len(result["layers"]) - 1
    axes.axhline(side, color=style.muted, lw=0.8, ls=(0, (4, 3)))
    axes.plot(result["theoretical"], color=style.foreground, lw=1.4, marker="s", ms=3.5,
              label="theoretical")  # fmt: skip
    for kind, label, colour in (
        ("random", "effective, random weights", style.random),
        ("shuffled", "effective, shuffled weights", style.series[3]),
        ("trained", "effective, trained", style.trained),
    ):
        sides = result[kind]
        ends = sides.min(axis=1), sides.max(axis=1)
        banded(axes, sides.mean(axis=1), *ends, alpha=0.22, color=colour, marker="o", ms=4,
               label=label)  # fmt: skip
    axes.set(yscale="log", ylabel="side of the field (pixels)")
    axes.set(xlim=(-0.4, last + 0.4), ylim=(2.5, 1100))
    axes.set_yticks(SIDES, list(map(str, SIDES)))
    axes.yaxis.set_minor_locator(NullLocator())
    block_ticks(axes, [0, *range(1, last + 1, 4), last])
    axes.grid(axis="y")
    axes.text(0, side * 1.12, f"side of the image, {side}", color=style.muted, size="small")
    # The corner below the curves is free, and the order there is that of the curves.
    axes.legend(loc="lower right", labelcolor="linecolor", prop={"weight": 600})
    return figure


def describe(result: Result) -> Description:
    layers = result["layers"].tolist()
    halfway = len(layers) // 2
    trained = result["trained"]
    wider = {f"wider_{kind}": result[kind][halfway] / trained[halfway] for kind in CONTROLS}
    numbers = {
        "number": len(layers),
        "halfway": layers[halfway],
        **with_intervals(np.mean, **wider),
        "below_the_image": result.metrics["input_side"] - 1,
        "last_range": (trained[-1].min(), trained[-1].max()),
    }
    effective = {
        f"effective_{kind}_{name}": function(result[kind], axis=1)
        for kind in ("trained", *CONTROLS)
        for name, function in (("mean", np.mean), ("min", np.min), ("max", np.max))
    }
    table = {"layer": layers, "theoretical": result["theoretical"]} | effective
    return described(__file__, result.numbers | numbers, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
