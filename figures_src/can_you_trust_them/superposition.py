"""Crowded features in toy networks, and where wrong winners stand in a trained network."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style, bare
from site_lib.drawing.words import described, with_intervals
from site_lib.records.measurement import Result

LINES = (
    ("runner_up", "place before the attack", 1),
    ("neighbour", "neighbour in the class matrix", 0),
)


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=3.5, narrow=6.6))
    left, right = style.two_axes(figure)
    features, stored = result.numbers["num_features"], result["stored"]
    fine = np.linspace(max(2, stored.min()), max(stored.max(), 3), 100)
    left.plot(fine, np.sin(np.pi / fine), color=style.muted, label="sin(π/n), by geometry")
    jitter = np.random.default_rng(0).uniform(-0.12, 0.12, stored.shape)
    left.plot((stored + jitter).ravel(), result["changes"].ravel(), "o", ms=4, alpha=0.6,
              mec="none", color=style.trained, label="networks")  # fmt: skip
    left.set(xlabel="features kept in two dimensions, n", ylabel="smallest change", ylim=(0, 1.2))
    left.set_xticks(sorted(set(stored.ravel().tolist())))
    for place, (number, layout) in enumerate(zip(features, result["layouts"], strict=True)):
        polygon(left, (place + 0.5) / len(features), number, layout[:number], style)
    left.set_title("Toy networks")
    ranks(right, result, style)
    right.set_title("EfficientNet-Lite0")
    for axes in (left, right):
        axes.legend(fontsize="small", loc="upper center", bbox_to_anchor=(0.5, -0.19))
    return figure


def polygon(axes: Axes, x: float, number: int, layout: np.ndarray, style: Style) -> None:
    """The features of one toy network that was offered so many, at a share of the axes' width."""
    inset = axes.inset_axes((x - 0.09, 0.82, 0.18, 0.18))
    bare(inset)
    inset.patch.set_alpha(0)
    for end in layout:
        inset.plot([0, end[0]], [0, end[1]], color=style.trained, lw=1)
    inset.set(xlim=(-1.4, 1.4), ylim=(-1.4, 1.4), aspect="equal")
    inset.set_xlabel(f"{number} offered", size="small", labelpad=1)


def ranks(axes: Axes, result: Result, style: Style) -> None:
    """Share of wrong winners up to a rank, by two orders of the classes."""
    places = np.arange(1, result.metrics["num_classes"])
    for name, label, colour in LINES:
        share = up_to(places, result[name])
        axes.step(places, share, where="post", color=style.series[colour], label=label)
    axes.plot(places, places / len(places), color=style.muted, ls=(0, (4, 1.5)), label="chance")
    axes.set(xscale="log", xlabel="rank of the wrong winner", ylabel="share of photographs")
    axes.set_ylim(0, 1.02)
    axes.xaxis.set_major_formatter("{x:.0f}")


def up_to(places: np.ndarray, ranks: np.ndarray) -> np.ndarray:
    """Share of ranks (N,) up to each place."""
    return (ranks[:, None] <= places).mean(axis=0)


def describe(result: Result) -> Description:
    stored, changes = result["stored"], result["changes"]
    enough = stored >= 2
    off = changes[enough] / np.sin(np.pi / stored[enough]) - 1
    further = np.log(result["neighbour"]) - result["near_log_rank"]
    numbers = {
        "toys": enough.sum(),
        "off": np.median(off),
        "off_interval": (off.min(), off.max()),
        "usual": int(np.median(stored[-1])),
        "near": (result["neighbour"] <= 10).sum(),
        "chance": 10 / (result.metrics["num_classes"] - 1),
        "median": [np.median(result[name]) for name in ("neighbour", "runner_up")],
        "factor": np.exp(further.mean()),
        **with_intervals(np.mean, further=further),
    }
    places = np.arange(1, result.metrics["num_classes"])
    table = {"rank": places} | {name: up_to(places, result[name]) for name, *_ in LINES}
    return described(__file__, result.numbers | numbers, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
