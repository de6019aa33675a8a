"""How far a moved photograph goes, in distances between photographs, by depth."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.what_units_see.curves import banded
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described
from site_lib.records.measurement import Result
from site_lib.statistics.intervals import bootstrap

SHOWN = {
    "shift 24": "shifted by 24 px",
    "zoom 1.2": "enlarged 1.2 times",
    "turn 10": "turned by 10°",
    "turn 180": "upside down",
}
LINES = {"trained": "-", "random": "-", "shuffled": ":"}


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=2.7, narrow=4.6))
    panels = figure.subplots(*style.pick(wide=(1, 4), narrow=(2, 2)), sharex=True, sharey=True)
    for axes, (move, title) in zip(panels.flat, SHOWN.items(), strict=True):
        for kind in LINES:
            draw_kind(axes, result, move, kind, style)
        axes.set_title(title, size="small")
        axes.set_xticks([0, 4, 9, 14, 18], ["stem", "3", "8", "13", "answer"])
        axes.tick_params(axis="x", labelrotation=40)
        axes.set(ylim=(0, 1.12), yticks=[0, 0.5, 1])
        axes.grid(axis="y")
    first = panels.flat[0]
    first.text(10.6, 0.36, "trained", color=style.trained, size="small", ha="right")
    first.text(18, 1.04, "random, shuffled", color=style.random, size="small", ha="right")
    figure.supxlabel("block", size="medium")
    figure.supylabel("distance moved", size="medium")
    return figure


def draw_kind(axes: Axes, result: Result, move: str, kind: str, style: Style) -> None:
    """A curve of medians that ends with the answer; of the trained network, with a band."""
    middle, low, high = curve(result, move, kind)
    trained = kind == "trained"
    colour = style.trained if trained else style.random
    banded(axes, middle, low, high, alpha=0.18 * trained, color=colour, ls=LINES[kind])
    axes.plot(len(middle) - 1, middle[-1], "o", color=colour, ms=4)


def curve(result: Result, move: str, kind: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Median over photographs by depth, and its 95 % bootstrap interval."""
    (number,) = np.flatnonzero(result["moves"] == move)
    of_kind = result["distances"][result["kinds"] == kind][:, :, number].mean(axis=0)
    ends = np.array([bootstrap(depth, np.median, seed=0) for depth in of_kind])
    return np.median(of_kind, axis=1), ends[:, 0], ends[:, 1]


def describe(result: Result) -> Description:
    table: dict[str, Any] = {"depth": result["depths"].tolist()}
    said: dict[str, Any] = {}
    for move in SHOWN:
        said[move] = {}
        for kind in LINES:
            parts = dict(zip(("median", "low", "high"), curve(result, move, kind), strict=True))
            table |= {f"{move} {kind} {part}": one.tolist() for part, one in parts.items()}
            said[move][kind] = {"largest": float(parts["median"].max())} | {
                part: float(one[-1]) for part, one in parts.items()
            }
    shift, upside_down = (said[move]["trained"] for move in ("shift 24", "turn 180"))
    numbers = {
        "said": said,
        "shift_ends": [shift["low"], shift["high"]],
        "upside_down_ends": [upside_down["low"], upside_down["high"]],
        "controls": min(said["shift 24"][kind]["median"] for kind in ("random", "shuffled")),
    }
    return described(__file__, result.numbers | numbers, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
