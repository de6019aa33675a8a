"""Ranks of classes drawn at random, and every failure."""

import numpy as np
from matplotlib.figure import Figure

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.galleries import gallery, verdict_columns
from site_lib.drawing.words import ordinal
from site_lib.records.claims import Claim
from site_lib.records.measurement import Result
from site_lib.statistics.intervals import wilson_interval

JUDGE, TUNER = "efficientnet_lite2", "efficientnet_lite1"
MOST_SHOWN, LONGEST = 40, 14


def draw(result: Result, *, style: Style) -> Figure:
    shown = range(min(MOST_SHOWN, len(result["pixels"])))
    names = [shortened(result.metrics["classes"][index]) for index in shown]
    ranks = result[f"{JUDGE}_rank"]
    figure = gallery(
        [result["pixels"][index] for index in shown],
        names,
        [ordinal(int(ranks[index])) for index in shown],
        style=style,
        columns=4 if style.narrow else 8,
    )
    for axes, name, rank in zip(figure.axes, names, ranks, strict=False):
        axes.set_title(name, size=7 if style.narrow else 8, weight=400)
        if rank > 1:
            axes.xaxis.label.set(color=style.foreground, weight=600)
    return figure


def shortened(name: str) -> str:
    """As much of a name as fits above a thumbnail; the data have all of it."""
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


def describe(result: Result) -> Description:
    names = result.metrics["classes"]
    number = len(names)
    first = {v: int(np.sum(result[f"{v}_rank"] == 1)) for v in (JUDGE, TUNER)}
    five = int(np.sum(result[f"{JUDGE}_rank"] <= 5))
    failures = [
        f"{name} ({ordinal(int(rank))})"
        for name, rank in zip(names, result[f"{JUDGE}_rank"], strict=True)
        if rank > 1
    ]
    return Description(
        title="The same recipe on classes that nobody chose",
        caption=(
            f"{number} classes drawn at random by a fixed seed, the recipe untouched, every image "
            "shown. Below each: its class's rank among 1000 for EfficientNet-Lite2, which took no "
            "part; bold where it is not first."
            + (f" Not first: {', '.join(failures)}." if failures else "")
        ),
        alt=(
            f"Thumbnails of {min(MOST_SHOWN, number)} synthetic images. The judge has the right "
            f"class first for {first[JUDGE]} of {number} and in its first five for {five}."
        ),
        table={
            "class": names,
            "class_index": result.metrics["class_indices"],
            **verdict_columns(result, ("source", TUNER, JUDGE)),
        },
        claims=[
            Claim(
                "super-stimuli-survey-first",
                f"For {first[JUDGE]} of {number} classes drawn at random the judge has the right "
                "one first.",
                first[JUDGE] / number,
                at_least=0.85,
                interval=wilson_interval(first[JUDGE], number),
                interval_of="95 % interval of the share (Wilson)",
            ),
            Claim(
                "super-stimuli-survey-first-five",
                f"It is among the judge's first five for {five} of {number}.",
                five / number,
                at_least=0.97,
                interval=wilson_interval(five, number),
                interval_of="95 % interval of the share (Wilson)",
            ),
        ],
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
