"""Distances between and within categories, by depth."""

import numpy as np
from matplotlib.figure import Figure

from figures_src.what_units_see.readouts import KINDS, ReadOuts, said_of
from site_lib.drawing.curves import banded
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style, legend_outside
from site_lib.drawing.words import described, network_title
from site_lib.records.measurement import Result


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=3.3, narrow=3.4))
    axes = figure.subplots()
    colours = dict(zip(KINDS, (style.trained, style.random, style.series[2]), strict=True))
    main, other = (ReadOuts(result, model) for model in result.numbers["models"])
    for kind, colour in colours.items():
        found = result[f"{main.model}_{kind}_separation"]
        ends = (found.min(axis=0), found.max(axis=0))
        if kind == "trained":
            ends = tuple(result[f"{main.model}_trained_separation_interval"][0].T)
        label = network_title(main.model) if kind == "trained" else f"{kind} weights"
        banded(axes, found.mean(axis=0), *ends, alpha=0.15, color=colour, label=label,
               lw=2.2 if kind == "trained" else 1.4)  # fmt: skip
    second, last = result[f"{other.model}_trained_separation"][0], len(main.depths) - 1
    banded(axes, second, second, second, alpha=0, color=style.trained, ls="--", lw=1.6,
           step=last / (len(second) - 1), label=network_title(other.model))  # fmt: skip
    shown = [0, *range(2, last - 1, 5), last]
    axes.set_xticks(shown, [main.depths[index].rpartition(".")[2] for index in shown])
    axes.axhline(1, color=style.faint, lw=0.8, zorder=0)
    axes.set(xlabel="block", ylabel="distance between / within categories")
    legend_outside(figure, axes, columns=style.pick(wide=4, narrow=2))
    return figure


def describe(result: Result) -> Description:
    main, other = (ReadOuts(result, model) for model in result.numbers["models"])
    intervals = result[f"{main.model}_trained_separation_interval"][0]
    found = {kind: result[f"{main.model}_{kind}_separation"] for kind in KINDS}
    best = int(found["trained"][0].argmax())
    numbers = {
        "main": network_title(main.model),
        "second": network_title(other.model),
        "trained": said_of(found["trained"][0], main.depths),
        "best_interval": intervals[best].tolist(),
        "other": said_of(result[f"{other.model}_trained_separation"][0], other.depths),
        "controls_best": float(max(found[kind].max() for kind in KINDS[1:])),
        "controls_last": float(np.mean([found[kind][:, -1].mean() for kind in KINDS[1:]])),
    }
    table = {"depth": main.depths}
    table |= {kind: values.mean(axis=0).tolist() for kind, values in found.items()}
    table |= {"trained_low": intervals[:, 0].tolist(), "trained_high": intervals[:, 1].tolist()}
    return described(__file__, result.numbers | numbers, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
