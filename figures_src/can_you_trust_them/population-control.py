"""Photographs and images that were made for neurons of V4, and what two encoders expect of them."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.can_you_trust_them.picture_rows import picture_rows
from figures_src.can_you_trust_them.strips import strips
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described, with_intervals
from site_lib.records.measurement import Result

ROWS = ("picked photograph", "stretch", "one-hot")


def draw(result: Result, *, style: Style) -> Figure:
    shown = style.pick(wide=min(6, len(result["pixels"][0])), narrow=4)
    pictures = style.pick(wide=0.55, narrow=0.8) * style.width
    figure = style.figure(height=pictures + style.pick(wide=2.7, narrow=4.6))
    above, below = figure.subfigures(
        2, 1, squeeze=False, height_ratios=(pictures, figure.get_figheight() - pictures)
    ).flat
    titles = [f"neuron {number}" for number in result["neuron"][:shown]]
    picture_rows(above, list(zip(ROWS, result["pixels"][:, :shown], strict=True)), titles)
    left, right = below.subplots(*style.pick(wide=(1, 2), narrow=(2, 1)))
    stretched(left, result, style)
    standing_out(right, result, style)
    return figure


def stretched(axes: Axes, result: Result, style: Style) -> None:
    """Responses in units of what the best photograph should give."""
    promised, judged = ratios(result, "own"), ratios(result, "judge")
    rows = {
        "stretch, promised": (promised["stretch"], style.trained),
        "stretch, judged": (judged["stretch"], style.trained),
        "by shuffled encoder": (judged["shuffled"], style.random),
        "noise": (judged["noise"], style.random),
    }
    strips(axes, rows, style)
    axes.axvline(1, color=style.muted, ls=(0, (4, 1.5)), lw=1)
    axes.set(xlim=(0, None), title="one neuron")
    axes.set_xlabel("response (best photograph: 1)")


def standing_out(axes: Axes, result: Result, style: Style) -> None:
    """Scores of one neuron among all."""
    promised, judged = scores(result, "own"), scores(result, "judge")
    rows = {
        "one-hot, promised": (promised["one_hot"], style.trained),
        "one-hot, judged": (judged["one_hot"], style.trained),
        "stretch, judged": (judged["stretch"], style.trained),
        "best photograph": (judged["photograph"], style.series[2]),
        "noise": (judged["noise"], style.random),
    }
    strips(axes, rows, style)
    chance = 1 / len(result["neuron"])
    axes.axvline(chance, color=style.muted, ls=(0, (4, 1.5)), lw=1)
    axes.set(xlim=(0, 1.02), title="one among many")
    axes.set_xlabel(f"one-hot score (chance: {chance:.2f})")


def rates(result: Result, viewer: str, kind: str) -> np.ndarray:
    """Spikes in 100 ms that an encoder expects: (images, neurons), not below 0."""
    mean, spread, _ = result["rate"]
    return np.maximum(result[f"{viewer}_{kind}"] * spread + mean, 0)


def ratios(result: Result, viewer: str) -> dict[str, np.ndarray]:
    """Expected response by neuron over that to the photograph which this encoder puts first.

    picked: the photograph that the encoder puts first which made the images.   another: images
    that were made for the other neurons, in the mean.
    """
    photographs = rates(result, viewer, "photograph")
    best = photographs.max(axis=0)
    each = np.arange(len(best))
    picked = result["own_photograph"].argmax(axis=0)
    stretch = rates(result, viewer, "stretch")
    others = (stretch.sum(axis=0) - stretch.diagonal()) / (len(best) - 1)
    found = {"stretch": stretch.diagonal(), "picked": photographs[picked, each], "another": others}
    found["shuffled"] = rates(result, viewer, "shuffled").diagonal()
    found["noise"] = rates(result, viewer, "noise").mean(axis=0)
    return {name: of_kind / best for name, of_kind in found.items()}


def scores(result: Result, viewer: str) -> dict[str, np.ndarray]:
    """One-hot scores by neuron of the images that were made for it, and the best photograph's."""
    found = {}
    for kind in ("one_hot", "stretch", "photograph", "noise"):
        z = result[f"{viewer}_{kind}"]
        weight = np.exp(z - z.max(axis=1, keepdims=True))
        found[kind] = weight / weight.sum(axis=1, keepdims=True)
    best = {"photograph": found.pop("photograph").max(axis=0)}
    noise = {"noise": found.pop("noise").mean(axis=0)}
    return best | noise | {kind: score.diagonal() for kind, score in found.items()}


def others(result: Result, kind: str) -> np.ndarray:
    """Mean response of all other neurons to the images made for each, to the judge, in standard
    deviations.
    """
    z = result[f"judge_{kind}"]
    return (z.sum(axis=1) - z.diagonal()) / (len(z) - 1)


def describe(result: Result) -> Description:
    promised, judged = ratios(result, "own"), ratios(result, "judge")
    expected, score = scores(result, "own"), scores(result, "judge")
    of_others = {kind: others(result, kind) for kind in ("one_hot", "stretch")}
    numbers = {
        "promised": promised["stretch"].mean(),
        "judged": {name: values.mean() for name, values in judged.items()},
        "score": {name: values.mean() for name, values in score.items()},
        "others": {kind: values.mean() for kind, values in of_others.items()},
        **with_intervals(
            np.mean,
            beyond=judged["stretch"] - 1,
            shuffled=judged["shuffled"],
            kept=promised["stretch"] - judged["stretch"],
            ahead=score["one_hot"] - score["photograph"],
            quiet=of_others["stretch"] - of_others["one_hot"],
        ),
    }
    table = {
        "neuron": result["neuron"],
        "r_of_the_encoder": result["r"][0],
        "r_of_the_judge": result["r"][1],
        "stretch_promised": promised["stretch"],
        **{f"{name}_judged": values for name, values in judged.items()},
        "one_hot_promised": expected["one_hot"],
        **{f"score_of_{name}": values for name, values in score.items()},
        **{f"others_at_{kind}": values for kind, values in of_others.items()},
    }
    return described(__file__, result.numbers | numbers, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
