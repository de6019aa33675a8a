"""Every candidate of a few classes, and the one that the source chose."""

import numpy as np
from matplotlib.figure import Figure

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.galleries import gallery, verdicts
from site_lib.drawing.words import described
from site_lib.records.measurement import Result

JUDGE = "efficientnet_lite2"
SHOWN = 6  # classes, the first ones


def draw(result: Result, *, style: Style) -> Figure:
    """The candidates of a class side by side, its name above the first; the choice in bold."""
    pixels = result["candidates"][:SHOWN]
    candidates = pixels.shape[1]
    names = result.metrics["classes"][:SHOWN]
    figure = gallery(
        pixels.reshape(-1, *pixels.shape[2:]),
        [name if place == 0 else "" for name in names for place in range(candidates)],
        verdicts(result, f"{JUDGE}_candidate"),
        style=style,
        columns=style.pick(wide=2 * candidates, narrow=candidates),
    )
    for index, chosen in enumerate(result["choice"][:SHOWN]):
        label = figure.axes[index * candidates + chosen].xaxis.label
        label.set(color=style.foreground, weight=600)
    return figure


def describe(result: Result) -> Description:
    number, candidates = result["confidence"].shape
    ranks = result[f"{JUDGE}_candidate_rank"]
    return described(
        __file__,
        {
            "shown": min(SHOWN, number),
            "candidates": candidates,
            "first": int(np.sum(ranks == 1)),
            "total": ranks.size,
        },
        table={
            "class": np.repeat(result.metrics["classes"], candidates).tolist(),
            "candidate": [*range(1, candidates + 1)] * number,
            "chosen": (np.arange(candidates) == result["choice"][:, None]).ravel().tolist(),
            "source_confidence": result["confidence"].ravel().tolist(),
            "judge_rank": ranks.ravel().tolist(),
            "judge_probability": result[f"{JUDGE}_candidate_probability"].ravel().tolist(),
        },
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
