"""Super-stimuli of four classes, with the verdict of a network that took no part."""

import io

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from site_lib.claims import Claim
from site_lib.drawing import Description, run_drawing
from site_lib.figure_style import Style, bare
from site_lib.provenance import Result


def draw(result: Result, *, style: Style) -> Figure:
    names = result.metrics["classes"]
    number = len(names)
    columns = 2 if style.narrow else number
    rows_each = number // columns
    panel = style.width / columns
    figure = style.figure(height=2 * rows_each * (panel + 0.5) + 0.2)
    axes = figure.subplots(2 * rows_each, columns)
    for block, kind in enumerate(("trained", "random")):
        for index, name in enumerate(names):
            row, column = divmod(index, columns)
            panel_axes = axes[block * rows_each + row, column]
            panel_axes.imshow(result[f"{kind}_pixels"][index], interpolation="lanczos")
            bare(panel_axes)
            rank = result[f"{kind}_judge_rank"][index]
            probability = result[f"{kind}_judge_probability"][index]
            colour = style.trained if kind == "trained" else style.random
            title = name if kind == "trained" else f"{name}, random weights"
            panel_axes.set_title(title, color=colour)
            panel_axes.set_xlabel(
                f"judge: {ordinal(rank)}, {percent(probability)}", size="small", color=style.muted
            )
    return figure


def ordinal(rank: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th …"""
    if rank % 100 in (11, 12, 13):
        return f"{rank}th"
    return f"{rank}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(rank % 10, 'th') }"


def percent(probability: float) -> str:
    return "<0.1 %" if probability < 0.001 else f"{100 * probability:.1f} %"


def png(pixels: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "png", optimize=True)
    return buffer.getvalue()


def describe(result: Result) -> Description:
    m = result.metrics
    names, number = m["classes"], m["num_classes"]
    parameters = result.record["parameters"]
    judged = "; ".join(
        f"{name} {ordinal(rank)} at {percent(probability)}"
        for name, rank, probability in zip(
            names, result["trained_judge_rank"], result["trained_judge_probability"], strict=True
        )
    )
    return Description(
        title="Super-stimuli, judged by a network that took no part",
        caption=(
            f"Each image began as noise and was optimised for {parameters['num_steps']} steps to "
            "maximise one class of EfficientNet-Lite0. Under it: where EfficientNet-Lite2, which "
            f"never saw the optimisation, ranks that class among 1000. Below, the control: the "
            "same recipe on random weights. One seed, every image shown, as published (8 bits)."
        ),
        alt=(
            f"{number} synthetic images. For the judging network: {judged}. Below them, "
            f"{number} images made with random weights: coloured clouds without objects."
        ),
        table={
            "class": names * 2,
            "class_index": m["class_indices"] * 2,
            "weights": ["trained"] * number + ["random"] * number,
            **{
                f"{viewer}_{what}": [
                    *result[f"trained_{viewer}_{what}"].tolist(),
                    *result[f"random_{viewer}_{what}"].tolist(),
                ]
                for viewer in ("source", "judge")
                for what in ("rank", "probability")
            },
        },
        claims=[
            Claim(
                "super-stimuli-judge",
                f"A network that took no part puts the right class first for "
                f"{m['num_first_for_judge']} of {number} super-stimuli.",
                m["num_first_for_judge"],
                at_least=number - 1,
            ),
            Claim(
                "super-stimuli-random",
                f"Made with random weights, {m['num_random_first_five_for_judge']} of {number} "
                "reach even its first five.",
                m["num_random_first_five_for_judge"],
                at_most=0,
            ),
        ],
        files={
            f"super-stimuli/{class_index}.png": png(pixels)
            for class_index, pixels in zip(
                m["class_indices"], result["trained_pixels"], strict=True
            )
        },
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
