"""How far a moved photograph goes, in distances between photographs, by depth."""

import numpy as np
from matplotlib.figure import Figure

from site_lib.drawing.curves import banded, over_photographs
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described
from site_lib.records.measurement import Result

SHOWN = {
    "shift 24": "shifted by 24 px",
    "zoom 1.2": "enlarged 1.2 times",
    "turn 10": "turned by 10°",
    "turn 180": "upside down",
}
LINES = {"trained": "-", "random": "-", "shuffled": ":"}


def draw(result: Result, *, style: Style) -> Figure:
    """Curves of medians that end with the answer; of the trained network, with a band."""
    figure = style.figure(height=style.pick(wide=2.7, narrow=4.6))
    panels = figure.subplots(*style.pick(wide=(1, 4), narrow=(2, 2)), sharex=True, sharey=True)
    for axes, (move, title) in zip(panels.flat, SHOWN.items(), strict=True):
        for kind in LINES:
            middle, *ends = curve(result, move, kind)
            colour, alpha = (style.trained, 0.18) if kind == "trained" else (style.random, 0)
            banded(axes, middle, *ends, alpha=alpha, color=colour, ls=LINES[kind])
            axes.plot(len(middle) - 1, middle[-1], "o", color=colour, ms=4)
        axes.set_title(title, size="small")
        axes.set_xticks([0, 4, 9, 14, 18], ["stem", "3", "8", "13", "answer"], rotation=40)
        axes.set(ylim=(0, 1.12), yticks=[0, 0.5, 1])
        axes.grid(axis="y")
    first = panels.flat[0]
    first.text(10.6, 0.36, "trained", color=style.trained, size="small", ha="right")
    first.text(18, 1.04, "random, shuffled", color=style.random, size="small", ha="right")
    figure.supxlabel("block", size="medium")
    figure.supylabel("distance moved", size="medium")
    return figure


def curve(result: Result, move: str, kind: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Median over photographs by depth, and its 95 % bootstrap interval."""
    (number,) = np.flatnonzero(result["moves"] == move)
    of_kind = result["distances"][result["kinds"] == kind][:, :, number].mean(axis=0)
    return over_photographs(of_kind, np.median)


def describe(result: Result) -> Description:
    curves = {f"{move} {kind}": curve(result, move, kind) for move in SHOWN for kind in LINES}
    table = {"depth": result["depths"]} | {
        f"{name} {part}": values
        for name, found in curves.items()
        for part, values in zip(("median", "low", "high"), found, strict=True)
    }
    answer = {name: [values[-1] for values in found] for name, found in curves.items()}
    numbers = {
        "answer": {name: median for name, (median, *_) in answer.items()},
        "largest": curves["shift 24 trained"][0].max(),
        "shift_ends": answer["shift 24 trained"][1:],
        "upside_down_ends": answer["turn 180 trained"][1:],
        "controls": min(answer[f"shift 24 {kind}"][0] for kind in ("random", "shuffled")),
    }
    return described(__file__, result.numbers | numbers, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
