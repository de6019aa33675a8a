"""Super-stimuli of twelve classes, with the verdict of a network that took no part."""

import numpy as np
from matplotlib.figure import Figure

from site_lib.claims import Claim
from site_lib.drawing import Description, run_drawing
from site_lib.figure_style import Style
from site_lib.galleries import encoded, gallery, verdict, verdict_columns
from site_lib.provenance import Result

JUDGE, TUNER = "efficientnet_lite2", "efficientnet_lite1"


def draw(result: Result, *, style: Style) -> Figure:
    verdicts = [verdict(*pair) for pair in judged(result, JUDGE)]
    return gallery(
        result["pixels"], result.metrics["classes"], verdicts, style=style,
        columns=2 if style.narrow else 4,
    )  # fmt: skip


def judged(result: Result, viewer: str) -> list[tuple[int, float]]:
    ranks, probabilities = result[f"{viewer}_rank"], result[f"{viewer}_probability"]
    return list(zip(ranks.tolist(), probabilities.tolist(), strict=True))


def describe(result: Result) -> Description:
    names = result.metrics["classes"]
    number = len(names)
    recipe = result.metrics["recipe"]
    first = {v: int(np.sum(result[f"{v}_rank"] == 1)) for v in (JUDGE, TUNER)}
    return Description(
        title="Super-stimuli, judged by a network that took no part",
        caption=(
            "Each image began as noise and was changed until EfficientNet-Lite0 was sure of the "
            f"class above it: {recipe['starts']} starts of {recipe['coarse_steps']} steps at "
            f"{recipe['coarse_side']} pixels, then {recipe['steps']} steps up to {recipe['side']} "
            f"pixels for {recipe['candidates']} of them. Shown is the candidate that this same "
            "network was surest of when enlarged. Below: where "
            "EfficientNet-Lite2 ranks that class among 1000, and with what probability; it took "
            "no part in the optimisation or the choice. One seed, as published (8 bits)."
        ),
        alt=(
            f"{number} synthetic images. For the judging network: "
            + "; ".join(
                f"{name} {verdict(*pair)}"
                for name, pair in zip(names, judged(result, JUDGE), strict=True)
            )
            + "."
        ),
        table={
            "class": names,
            "class_index": result.metrics["class_indices"],
            **verdict_columns(result, ("source", TUNER, JUDGE)),
        },
        claims=[
            Claim(
                "super-stimuli-judge",
                f"A network that took no part puts the right class first for {first[JUDGE]} of "
                f"{number} super-stimuli.",
                first[JUDGE],
                # One less than was found: where arithmetic rounds otherwise, the optimisation
                # takes another path, and the survey says how often a path fails.
                at_least=number - 1,
            ),
            Claim(
                "super-stimuli-tuner",
                f"EfficientNet-Lite1, by whose verdicts on other classes the recipe was tuned, "
                f"puts it first for {first[TUNER]}.",
                first[TUNER],
                at_least=number - 1,
            ),
        ],
        files={
            f"super-stimuli/{index}.png": encoded(pixels, "png", optimize=True)
            for index, pixels in zip(result.metrics["class_indices"], result["pixels"], strict=True)
        },
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
