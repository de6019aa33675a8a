"""A number by depth: the trained network beside its random control."""

import numpy as np
from matplotlib.figure import Figure

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described
from site_lib.records.measurement import Result

Y_LABEL = "mean response, at most 6"


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=3.2)
    axes = figure.subplots()
    depth = np.arange(len(result["layers"]))
    for kind, label in (("random", "random weights"), ("trained", "trained")):
        values, colour = result[kind], getattr(style, kind)
        low, high = values.min(axis=1), values.max(axis=1)
        axes.fill_between(depth, low, high, color=colour, alpha=0.22, lw=0)
        axes.plot(depth, values.mean(axis=1), color=colour, marker="o", ms=4, label=label)
    shown = [0, *range(1, len(depth) - 2, 5), len(depth) - 1]
    axes.set_xticks(shown, ["stem", *(str(d - 1) for d in shown[1:-1]), "head"])
    axes.set(xlabel="block", ylabel=Y_LABEL, ylim=(0, None))
    axes.grid(axis="y")
    figure.legend(loc="outside upper right", ncols=2, labelcolor="linecolor")
    return figure


def describe(result: Result) -> Description:
    m = result.metrics
    ratio = m["last_trained"] / m["last_random"]
    return described(
        __file__,
        result.numbers | {"num_depths": len(result["layers"]), "ratio": ratio},
        table={
            "layer": result["layers"].tolist(),
            "trained": result["trained"].mean(axis=1).tolist(),
            "random": result["random"].mean(axis=1).tolist(),
        },
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
