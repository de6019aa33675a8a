"""Weights between channels, predicted and measured, and the circuit of one unit."""

import numpy as np
from matplotlib.figure import Figure

from figures_src.can_you_trust_them.picture_rows import picture_rows
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described
from site_lib.records.measurement import Result
from site_lib.statistics.intervals import bootstrap


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=4.6, narrow=8.6))
    left, right = style.two_parts(figure, wide=(1.25, 1), narrow=(1, 1.45))
    scatter(left.subplots(2, 2), result, style)
    number = result.numbers["example_block"]
    weights = zip(result["example_predicted"], result["example_measured"], strict=True)
    words = [f"{signed(p)}\n({signed(m)})" for p, m in weights]
    rows = zip([f"unit {result.metrics['unit']}", *words], result["patches"], strict=True)
    grid = picture_rows(right, list(rows))
    for axes in grid[:, 0]:
        axes.yaxis.label.set(rotation=0, ha="right", va="center")
    grid[0, 0].yaxis.label.set_weight(600)
    right.suptitle(f"Unit {result.metrics['unit']} of block {number} and its inputs", size="medium")
    return figure


def scatter(panels: np.ndarray, result: Result, style: Style) -> None:
    """Every pair of channels, a panel for each block; all on one scale."""
    largest = float(np.abs([result["predicted"], result["measured"]]).max()) * 1.05
    blocks = result.numbers["blocks"]
    for axes in panels.flat[len(blocks) :]:
        axes.set_visible(False)
    for axes, block in zip(panels.flat, blocks, strict=False):
        of = result["block"] == block
        axes.axline((0, 0), slope=1, color=style.muted, lw=0.8, zorder=0)
        axes.plot(result["predicted"][of], result["measured"][of], "o", ms=2.2, alpha=0.5,
                  mec="none", color=style.trained, rasterized=True)  # fmt: skip
        r = correlation(result, "predicted", of)
        axes.set_title(f"block {block}, r = {r:.2f}", size="small")
        axes.set(xlim=(-largest, largest), ylim=(-largest, largest), aspect="equal")
        axes.set(xticks=(-0.2, 0, 0.2), yticks=(-0.2, 0, 0.2))
        axes.label_outer()
    figure = panels[0, 0].figure
    figure.supxlabel("weight, predicted", size="medium")
    figure.supylabel("weight, measured by ablation", size="medium")


def signed(weight: float) -> str:
    """A weight with its sign."""
    return f"{weight:+.2f}".replace("-", "−")


def correlation(result: Result, name: str, of: np.ndarray) -> float:
    return float(np.corrcoef(result[name][of], result["measured"][of])[0, 1])


def describe(result: Result) -> Description:
    blocks = result.numbers["blocks"]
    everything = [np.flatnonzero(result["block"] == block) for block in blocks]
    alone, predicted = (
        [correlation(result, name, of) for of in everything] for name in ("weights", "predicted")
    )
    worst = int(np.argmin(predicted))
    of = everything[worst]
    shuffled = np.random.default_rng(0).permutation(result["predicted"])
    numbers = {
        "number": len(result["measured"]),
        "worst": predicted[worst],
        "worst_block": blocks[worst],
        "interval": bootstrap(of, lambda drawn: correlation(result, "predicted", drawn), 0, 500,
                              clusters=result["channel"][of]),
        "largest_alone": max(alone),
        "shuffled": np.corrcoef(shuffled, result["measured"])[0, 1],
        "shown": len(result["example_predicted"]),
    }  # fmt: skip
    names = ("block", "channel", "weights", "predicted", "measured")
    table = {name: result[name] for name in names}
    return described(__file__, result.numbers | numbers, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
