"""Simulated sites: the depth that a regression finds against the depth that made them."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described
from site_lib.records.measurement import Result
from site_lib.statistics.intervals import bootstrap

MAKERS = ("trained", "random")


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=3.9, narrow=7.2))
    left, right = figure.subplots(*style.pick(wide=(1, 2), narrow=(2, 1)))
    colours = {"trained": style.trained, "random": style.random}
    for maker, colour in colours.items():
        draw_depths(left, result, maker, colour)
        best = np.median(result[maker], axis=2).max(axis=1)
        right.plot(result["source_depth"], best, "-o", color=colour, ms=5, lw=1.8)
    left.plot([0, 1], [0, 1], color=style.faint, lw=1, zorder=0)
    left.text(0.03, 0.95, "made from a trained network", color=style.trained, weight=600,
              size="small", transform=left.transAxes)  # fmt: skip
    left.text(0.03, 0.88, "from a random one", color=style.random, weight=600, size="small",
              transform=left.transAxes)  # fmt: skip
    left.set(title="Simulated sites: depth found", ylabel="depth of the best layer",
             xlim=(-0.05, 1.05), ylim=(-0.05, 1.2), yticks=[0, 0.5, 1])  # fmt: skip
    right.set(title="How well they are predicted", ylabel="correlation, median site", ylim=(0, 1))
    for axes in (left, right):
        axes.set(xlabel="depth that made them (0: stem, 1: last)", xticks=[0, 0.5, 1])
    return figure


def draw_depths(axes: Axes, result: Result, maker: str, colour: str) -> None:
    """Median and middle half of the depths found, by source."""
    found = depths_found(result, maker)
    low, middle, high = np.quantile(found, [0.25, 0.5, 0.75], axis=1)
    shift = 0.008 if maker == "random" else -0.008
    x = result["source_depth"] + shift
    axes.vlines(x, low, high, color=colour, lw=2, alpha=0.6)
    axes.plot(x, middle, "o", color=colour, ms=6, mew=0)


def depths_found(result: Result, maker: str) -> np.ndarray:
    """Depth of the layer that predicts each site best: (sources, sites)."""
    return result["depth"][result[maker].argmax(axis=1)]


def describe(result: Result) -> Description:
    numbers: dict = {"num_sources": len(result["sources"])}
    for maker in MAKERS:
        found = depths_found(result, maker)
        error = np.abs(found - result["source_depth"][:, None])
        # A guess that is the same for every site, the best there is.
        middle = np.abs(np.median(result["source_depth"]) - result["source_depth"]).mean()
        numbers[maker] = {
            "error": float(error.mean()),
            "error_interval": bootstrap(error.mean(axis=0), np.mean, 0),
            "worst": float(error.mean(axis=1).max()),
            "r": float(np.median(result[maker], axis=2).max(axis=1).mean()),
            "r_wrong": float(np.median(result[maker], axis=2).min()),
        }
        numbers["guess"] = float(middle)
    rows = [
        (maker, source, layer, float(np.median(result[maker][i, j])))
        for maker in MAKERS
        for i, source in enumerate(result["sources"].tolist())
        for j, layer in enumerate(result["layers"].tolist())
    ]
    columns = zip(
        ("made_from", "source", "layer", "median_r"), zip(*rows, strict=True), strict=True
    )
    return described(
        __file__, result.numbers | numbers, table={name: list(one) for name, one in columns}
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
