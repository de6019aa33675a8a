"""The recipe of the super-stimuli on a network that has learnt nothing."""

import numpy as np
from matplotlib.figure import Figure

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.galleries import gallery, verdict
from site_lib.records.claims import Claim
from site_lib.records.measurement import Result

JUDGE = "efficientnet_lite2"


def draw(result: Result, *, style: Style) -> Figure:
    verdicts = [
        verdict(rank, probability)
        for rank, probability in zip(
            result[f"{JUDGE}_rank"], result[f"{JUDGE}_probability"], strict=True
        )
    ]
    names = result.metrics["classes"]
    return gallery(
        result["pixels"], names, verdicts, style=style, columns=2 if style.narrow else len(names),
        title_colour=style.random,
    )  # fmt: skip


def describe(result: Result) -> Description:
    names, ranks = result.metrics["classes"], result[f"{JUDGE}_rank"]
    number, first_five = len(names), int(np.sum(ranks <= 5))
    own = int(np.sum(result["source_rank"] == 1))
    return Description(
        title="The same recipe, random weights",
        caption=(
            "What the recipe makes of EfficientNet-Lite0 before training, for the first "
            f"{number} classes. Below: where the trained EfficientNet-Lite2 ranks the class that "
            f"was asked for. The random network itself puts it first for {own} of {number}."
        ),
        alt=(
            f"{number} images of coloured clouds and grain without objects. The judge ranks the "
            "wanted classes " + ", ".join(str(rank) for rank in ranks.tolist()) + "."
        ),
        table={
            "class": names,
            "class_index": result.metrics["class_indices"],
            "source_rank": result["source_rank"].tolist(),
            "judge_rank": ranks.tolist(),
            "judge_probability": result[f"{JUDGE}_probability"].tolist(),
        },
        claims=[
            Claim(
                "super-stimuli-random",
                f"Made with random weights, {first_five} of {number} reach even the judge's "
                "first five.",
                first_five,
                at_most=0,
            )
        ],
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
