"""How far each block's answer moves: the attack, and noise of the same size."""

import numpy as np
from matplotlib.figure import Figure

from figures_src.adversarial_examples.curves import draw_curve, name_beside
from site_lib.drawing.curves import over_photographs
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described, layer_label, with_intervals
from site_lib.records.measurement import Result

KINDS = {"adversarial": "adversarial", "turned": "the same, turned", "noise": "Gaussian noise"}
# How many points above the end of its curve a name stands: two curves end close together.
ABOVE = {"adversarial": 0, "turned": 7, "noise": -7}


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=3.7)
    axes = figure.subplots()
    colours = dict(zip(KINDS, (style.series[1], style.series[2], style.series[0]), strict=True))
    depths = np.arange(len(result["layers"]))
    for kind, name in KINDS.items():
        median = draw_curve(axes, depths, result[f"moved_{kind}"], np.median, colour=colours[kind])
        name_beside(axes, name, (depths[-1], median[-1]), (7, ABOVE[kind]), color=colours[kind],
                    va="center", annotation_clip=False)  # fmt: skip
    shown = [0, 1, 6, 11, 16, depths[-1]]
    stem, first, *others, _ = (layer_label(result["layers"][depth]) for depth in shown)
    numbers = [name.removeprefix("block ") for name in others]
    axes.set_xticks(shown, [f"\n{stem}", first, *numbers, "logits"])
    axes.set(yscale="log", ylabel="relative change ‖Δh‖ / ‖h‖", xlim=(-0.5, len(depths) + 5.5))
    axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:g} %")
    axes.spines["bottom"].set_bounds(0, depths[-1])
    axes.grid(axis="y")
    return figure


def describe(result: Result) -> Description:
    curves = {kind: over_photographs(result[f"moved_{kind}"], np.median) for kind in KINDS}
    stem = {kind: median[0] for kind, (median, *_) in curves.items()}
    logits = {kind: median[-1] for kind, (median, *_) in curves.items()}
    ratio = result["moved_adversarial"][-1] / result["moved_noise"][-1]
    growth = result["moved_adversarial"][-1] / result["moved_adversarial"][0]
    numbers = {
        "num_layers": len(result["layers"]),
        "stem": stem,
        "logits": logits,
        **with_intervals(np.median, growth=growth, ratio=ratio),
    }
    table = {"layer": result["layers"]}
    for kind, curve in curves.items():
        for part, values in zip(("median", "low", "high"), curve, strict=True):
            table[f"{kind}_{part}"] = values
    return described(__file__, result.numbers | numbers, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
