"""Simulated sites: the depth that a regression finds against the depth that made them."""

import numpy as np
from matplotlib.figure import Figure

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.labels import names_in_corner
from site_lib.drawing.tables import columns
from site_lib.drawing.words import described, with_intervals
from site_lib.records.measurement import Result

# How far the marks of either kind stand beside the depth.
MAKERS = {"trained": -0.008, "random": 0.008}


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=3.9, narrow=7.2))
    left, right = style.two_axes(figure)
    for maker, colour in zip(MAKERS, (style.trained, style.random), strict=True):
        # Median and middle half of the depths found, by source.
        low, middle, high = np.quantile(depths_found(result, maker), [0.25, 0.5, 0.75], axis=1)
        x = result["source_depth"] + MAKERS[maker]
        left.vlines(x, low, high, color=colour, lw=2, alpha=0.6)
        left.plot(x, middle, "o", color=colour, ms=6, mew=0)
        best = np.median(result[maker], axis=2).max(axis=1)
        right.plot(result["source_depth"], best, "-o", color=colour, ms=5, lw=1.8)
    left.plot([0, 1], [0, 1], color=style.faint, lw=1, zorder=0)
    names = {"made from a trained network": style.trained, "from a random one": style.random}
    names_in_corner(left, names, 0.03, 0.95, step=0.07)
    left.set(title="Simulated sites: depth found", ylabel="depth of the best layer",
             xlim=(-0.05, 1.05), ylim=(-0.05, 1.2), yticks=[0, 0.5, 1])  # fmt: skip
    right.set(title="How well they are predicted", ylabel="correlation, median site", ylim=(0, 1))
    for axes in (left, right):
        axes.set(xlabel="depth that made them (0: stem, 1: last)", xticks=[0, 0.5, 1])
    return figure


def depths_found(result: Result, maker: str) -> np.ndarray:
    """Depth of the layer that predicts each site best: (sources, sites)."""
    return result["depth"][result[maker].argmax(axis=1)]


def describe(result: Result) -> Description:
    depths = result["source_depth"]
    # A guess that is the same for every site, the best there is.
    guess = np.abs(np.median(depths) - depths).mean()
    numbers: dict = {"num_sources": len(depths), "guess": guess}
    for maker in MAKERS:
        error = np.abs(depths_found(result, maker) - depths[:, None])
        medians = np.median(result[maker], axis=2)
        numbers[maker] = with_intervals(np.mean, error=error.mean(axis=0)) | {
            "worst": error.mean(axis=1).max(),
            "r": medians.max(axis=1).mean(),
            "r_wrong": medians.min(),
        }
    table = columns(
        {"made_from": maker, "source": source, "layer": layer, "median_r": np.median(sites)}
        for maker in MAKERS
        for source, by_layer in zip(result["sources"], result[maker], strict=True)
        for layer, sites in zip(result["layers"], by_layer, strict=True)
    )
    return described(__file__, result.numbers | numbers, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
