"""The recipe of the super-stimuli on networks without what training arranged."""

import numpy as np
from matplotlib.figure import Figure

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.galleries import gallery, verdicts
from site_lib.drawing.words import described
from site_lib.records.measurement import Result

JUDGE = "efficientnet_lite2"


def draw(result: Result, *, style: Style) -> Figure:
    classes, kinds = result.numbers["classes"], result["kind"].tolist()
    titles = [f"{name}, {kind}" for name, kind in zip(2 * classes, kinds, strict=True)]
    return gallery(
        result["pixels"], titles, verdicts(result, JUDGE), style=style, columns=len(classes)
    )


def describe(result: Result) -> Description:
    classes, ranks = result.numbers["classes"], result[f"{JUDGE}_rank"].tolist()
    numbers = {
        "number": len(ranks),
        "of_each": len(classes),
        "ranks": ", ".join(map(str, ranks)),
        "first_five": sum(rank <= 5 for rank in ranks),
        "own": int(np.sum(result["source_rank"] == 1)),
    }
    return described(
        __file__,
        numbers,
        table={
            "weights": result["kind"].tolist(),
            "class": 2 * classes,
            "class_index": 2 * result.metrics["class_indices"],
            "source_rank": result["source_rank"].tolist(),
            "judge_rank": ranks,
            "judge_probability": result[f"{JUDGE}_probability"].tolist(),
        },
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
