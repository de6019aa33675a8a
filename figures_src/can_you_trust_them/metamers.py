"""Metamers by depth, and how like their photographs they are to judges."""

import numpy as np
from matplotlib.figure import Figure

from figures_src.can_you_trust_them.picture_rows import picture_rows
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described, layer_label, network_label, with_intervals
from site_lib.records.measurement import Result

MARKERS = ("o", "s", "^")


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=4.2, narrow=7.8))
    left, right = style.two_parts(figure, wide=(1.1, 1), narrow=(1.15, 1))
    names = labels(result)
    shown = min(4, len(result["photographs"]))
    rows = [("photograph", result["photographs"][:shown])]
    rows += [(name, result["pixels"][k, 0, :shown]) for k, name in enumerate(names)]
    picture_rows(left, rows)
    axes = right.subplots()
    x = np.arange(len(names))
    for judge, name in enumerate(result.numbers["judges"]):
        for start, line in ((0, "-"), (1, (0, (4, 1.5)))):
            axes.plot(x, judged(result)[judge, :, start].mean(axis=1), ls=line, ms=4.5,
                      marker=MARKERS[judge], color=style.series[judge],
                      label=network_label(name) if start == 0 else None)  # fmt: skip
    axes.axhline(result["noise"][1:].mean(), color=style.muted, ls=":", label="noise")
    axes.set_xticks(x, names)
    axes.set(xlabel="matched at", ylabel="likeness to the photograph", ylim=(-0.1, None))
    axes.grid(axis="y")
    axes.legend(fontsize="small", loc="upper right")
    return figure


def labels(result: Result) -> list[str]:
    """Layers as they are called."""
    return [layer_label(name.removesuffix(".activation")) for name in result.numbers["layers"]]


def judged(result: Result) -> np.ndarray:
    """Likeness to the judges: (judges, layers, starts, photographs)."""
    return result["likeness"][1:]


def describe(result: Result) -> Description:
    like = judged(result)
    by_layer = like.mean(axis=(0, 2))  # (layers, photographs)
    missed = result["mismatch"].mean(axis=(1, 2))
    numbers = {
        "number": len(result["photographs"]),
        "names": labels(result),
        "judged": by_layer.mean(axis=1),
        "noise": result["noise"][1:].mean(),
        "missed": missed,
        **with_intervals(np.mean, falls=by_layer[0] - by_layer[-1]),
    }
    table = {"layer": result.numbers["layers"]} | {
        f"{name}_{start}": like[judge, :, s].mean(axis=1)
        for judge, name in enumerate(result.numbers["judges"])
        for s, start in enumerate(("noise", "photograph"))
    }
    table["mismatch"] = missed
    return described(__file__, result.numbers | numbers, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
