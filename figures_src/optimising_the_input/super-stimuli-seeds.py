"""Three classes, six independent runs of each: nothing was picked."""

import numpy as np
from matplotlib.figure import Figure

from site_lib.claims import Claim
from site_lib.drawing import Description, run_drawing
from site_lib.figure_style import Style
from site_lib.galleries import gallery, verdict
from site_lib.intervals import wilson_interval
from site_lib.provenance import Result

JUDGE = "efficientnet_lite2"


def draw(result: Result, *, style: Style) -> Figure:
    names = result.metrics["classes"]
    kinds = list(dict.fromkeys(names))
    repeats = len(names) // len(kinds)
    # Stored repeat by repeat; a row shows one class.
    order = [repeat * len(kinds) + kind for kind in range(len(kinds)) for repeat in range(repeats)]
    ranks, probabilities = result[f"{JUDGE}_rank"], result[f"{JUDGE}_probability"]
    return gallery(
        [result["pixels"][index] for index in order],
        [names[index] if place % repeats == 0 else "" for place, index in enumerate(order)],
        [verdict(ranks[index], probabilities[index]) for index in order],
        style=style,
        columns=3 if style.narrow else repeats,
    )


def describe(result: Result) -> Description:
    names, ranks = result.metrics["classes"], result[f"{JUDGE}_rank"]
    number, kinds = len(names), list(dict.fromkeys(names))
    first = int(np.sum(ranks == 1))
    per_class = {k: int(np.sum(ranks[[name == k for name in names]] == 1)) for k in kinds}
    counted = ", ".join(f"{name} {count} of {number // len(kinds)}" for name, count in
                        per_class.items())  # fmt: skip
    return Description(
        title="The same class from other starts",
        caption=(
            f"{len(kinds)} classes, {number // len(kinds)} independent runs each, all shown. "
            f"Below: the verdict of EfficientNet-Lite2. Right class first: {counted}."
        ),
        alt=f"{number} synthetic images. The judge has the right class first: {counted}.",
        table={
            "class": names,
            "run": [1 + index // len(kinds) for index in range(number)],
            "source_rank": result["source_rank"].tolist(),
            "judge_rank": ranks.tolist(),
            "judge_probability": result[f"{JUDGE}_probability"].tolist(),
        },
        claims=[
            Claim(
                "super-stimuli-seeds",
                f"From other starts the judge has the right class first in {first} of {number} "
                "runs.",
                first / number,
                at_least=0.75,
                interval=wilson_interval(first, number),
                interval_of="95 % interval of the share (Wilson)",
            )
        ],
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
