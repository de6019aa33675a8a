"""What rounding its weights does to a network's gradient, and the files that a browser loads."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from figures_src.adversarial_examples.curves import draw_curve, name_beside
from figures_src.adversarial_examples.live_files import live_files
from site_lib.drawing.curves import over_photographs
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described
from site_lib.records.measurement import Result
from site_lib.statistics.intervals import bootstrap

NETWORKS = {"trained": "trained weights", "random": "random weights"}
HALF = 16
# How many points above the end of its curve a name stands.
ABOVE = {"trained": 8, "random": -8}


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=3.2)
    axes = figure.subplots()
    bits = result.numbers["bits"]
    places = np.arange(len(bits))
    for name, words in NETWORKS.items():
        colour = getattr(style, name)
        middle = draw_curve(axes, places, result[f"{name}_signs"], np.mean, colour=colour)
        name_beside(axes, words, (places[-1], middle[-1]), (7, ABOVE[name]), color=colour,
                    va="center", annotation_clip=False)  # fmt: skip
    axes.axhline(0.5, color=style.muted, lw=0.8, ls=(0, (4, 3)))
    axes.text(
        places[-1], 0.505, "by chance", ha="right", color=style.muted, size="small", va="bottom"
    )
    axes.set_xticks(places, [f"{each}" if each < HALF else f"{each}\nfloating" for each in bits])
    axes.set(xlabel="bits for each weight", ylabel="gradient signs that stay", ylim=(0.48, 1.01))
    axes.set_xlim(-0.3, places[-1] + style.pick(wide=1.6, narrow=2.6))
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    axes.spines["bottom"].set_bounds(0, places[-1])
    axes.grid(axis="y")
    return figure


def describe(result: Result) -> Description:
    bits = result.numbers["bits"]
    table: dict[str, Any] = {"bits": bits}
    numbers: dict[str, Any] = {}
    for name in NETWORKS:
        curve = over_photographs(result[f"{name}_signs"], np.mean)
        for part, values in zip(("mean", "low", "high"), curve, strict=True):
            table[f"{name}_{part}"] = values
        table[f"{name}_same_answers"] = result[f"{name}_kept"].sum(axis=1)
        numbers[name] = dict(zip(map(str, bits), curve[0], strict=True))
    for short in (HALF, 8):
        signs = result["trained_signs"][bits.index(short)]
        numbers[f"interval_{short}"] = bootstrap(signs, np.mean, seed=0)
    folder = live_files(result)
    trained = (data for name, data in folder.items() if name.startswith("trained/"))
    numbers["megabytes"] = sum(map(len, trained)) / 1e6
    return described(__file__, result.numbers | numbers, table=table, folder=folder)


if __name__ == "__main__":
    run_drawing(draw, describe)
