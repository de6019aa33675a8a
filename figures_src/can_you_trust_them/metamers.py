"""Metamers by depth, and how like their photographs they are to source and judges."""

import numpy as np
from matplotlib.figure import Figure

from figures_src.can_you_trust_them.picture_rows import picture_rows
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described, layer_label, network_label
from site_lib.records.measurement import Result
from site_lib.statistics.intervals import bootstrap

MARKERS = ("o", "s", "^")


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=4.2, narrow=7.8))
    if style.narrow:
        left, right = figure.subfigures(2, 1, height_ratios=(1.15, 1))
    else:
        left, right = figure.subfigures(1, 2, width_ratios=(1, 1.15))
    names = labels(result)
    shown = min(3, len(result["photographs"]))
    rows = [("photograph", result["photographs"][:shown])]
    rows += [(name, result["pixels"][k, 0, :shown]) for k, name in enumerate(names)]
    picture_rows(left, rows)
    axes = right.subplots()
    x = np.arange(len(names))
    for viewer, name in enumerate(result.metrics["viewers"]):
        label = network_label(name) + (" itself" if viewer == 0 else "")
        for start, line in ((0, "-"), (1, (0, (4, 1.5)))):
            axes.plot(x, result["likeness"][viewer, :, start].mean(axis=1), ls=line, ms=4.5,
                      marker=MARKERS[viewer], color=style.series[viewer],
                      label=label if start == 0 else None)  # fmt: skip
    axes.axhline(result["noise"].mean(), color=style.muted, ls=":", label="noise")
    axes.set_xticks(x, names)
    axes.set(xlabel="matched at", ylabel="likeness to the photograph", ylim=(-0.35, 1.05))
    axes.grid(axis="y")
    axes.legend(fontsize="small", loc="lower left")
    return figure


def labels(result: Result) -> list[str]:
    """Layers as they are called."""
    return [layer_label(layer) for layer in result.numbers["layers"]]


def describe(result: Result) -> Description:
    like = result["likeness"]
    judged = like[1:].mean(axis=(0, 2))  # (layers, photographs)
    own = like[0].mean(axis=1)
    lost = own[-1] - judged[-1]
    numbers = {
        "number": len(result["photographs"]),
        "names": labels(result),
        "own": [float(own[0].mean()), float(own[-1].mean())],
        "judged": [float(judged[0].mean()), float(judged[-1].mean())],
        "falls": float((judged[0] - judged[-1]).mean()),
        "falls_interval": bootstrap(judged[0] - judged[-1], np.mean, seed=0),
        "lost": float(lost.mean()),
        "lost_interval": bootstrap(lost, np.mean, seed=0),
        "noise": float(result["noise"].mean()),
        "missed": result["mismatch"].mean(axis=(1, 2)).tolist(),
    }
    table = {"layer": list(result.numbers["layers"])} | {
        f"{viewer}_{start}": like[v, :, s].mean(axis=1).tolist()
        for v, viewer in enumerate(result.metrics["viewers"])
        for s, start in enumerate(("noise", "photograph"))
    }
    return described(__file__, result.numbers | numbers, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
