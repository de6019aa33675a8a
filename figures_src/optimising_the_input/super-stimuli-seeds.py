"""Every candidate of a few classes, and the one that the source chose."""

import numpy as np
from matplotlib.figure import Figure

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.galleries import gallery, verdict
from site_lib.records.claims import Claim
from site_lib.records.measurement import Result
from site_lib.statistics.intervals import wilson_interval

JUDGE = "efficientnet_lite2"
SHOWN = 6  # classes, the first ones


def draw(result: Result, *, style: Style) -> Figure:
    """The candidates of a class side by side, its name above the first; the choice in bold."""
    pixels = result["candidates"][:SHOWN]
    candidates = pixels.shape[1]
    names = result.metrics["classes"]
    ranks, probabilities = (
        result[f"{JUDGE}_candidate_{what}"][:SHOWN].ravel() for what in ("rank", "probability")
    )
    figure = gallery(
        pixels.reshape(-1, *pixels.shape[2:]),
        [names[i // candidates] if i % candidates == 0 else "" for i in range(ranks.size)],
        [verdict(*pair) for pair in zip(ranks, probabilities, strict=True)],
        style=style,
        columns=candidates if style.narrow else 2 * candidates,
    )
    for index, chosen in enumerate(result["choice"][:SHOWN]):
        label = figure.axes[index * candidates + chosen].xaxis.label
        label.set(color=style.foreground, weight=600)
    return figure


def describe(result: Result) -> Description:
    names = result.metrics["classes"]
    number, candidates = result["confidence"].shape
    ranks = result[f"{JUDGE}_candidate_rank"]
    first, total = int(np.sum(ranks == 1)), ranks.size
    return Description(
        title="Every candidate, and the choice",
        caption=(
            f"All {candidates} candidates of the first {SHOWN} classes. Below: the verdict of "
            "EfficientNet-Lite2, bold under the candidate of which EfficientNet-Lite0, the source, "
            "was surest when enlarged."
        ),
        alt=(
            f"{candidates} synthetic images of each of {min(SHOWN, number)} classes. Of the "
            f"{total} of all classes the judge has the right class first for {first}."
        ),
        table={
            "class": np.repeat(names, candidates).tolist(),
            "candidate": [1 + index % candidates for index in range(total)],
            "chosen": np.equal(np.arange(candidates)[None], result["choice"][:, None])
            .ravel()
            .tolist(),
            "source_confidence": result["confidence"].ravel().tolist(),
            "judge_rank": ranks.ravel().tolist(),
            "judge_probability": result[f"{JUDGE}_candidate_probability"].ravel().tolist(),
        },
        claims=[
            Claim(
                "super-stimuli-seeds",
                f"Of all {total} candidates, chosen or not, the judge has the right class first "
                f"for {first}.",
                first / total,
                at_least=0.75,
                interval=wilson_interval(first, total),
                interval_of="95 % interval of the share (Wilson)",
            )
        ],
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
