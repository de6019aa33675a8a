"""The recipe of the super-stimuli on a network that has learnt nothing."""

import numpy as np
from matplotlib.figure import Figure

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.galleries import gallery, verdicts
from site_lib.drawing.words import described
from site_lib.records.measurement import Result

JUDGE = "efficientnet_lite2"


def draw(result: Result, *, style: Style) -> Figure:
    names = result.metrics["classes"]
    return gallery(
        result["pixels"], names, verdicts(result, JUDGE), style=style,
        columns=style.pick(wide=len(names), narrow=2), title_colour=style.random,
    )  # fmt: skip


def describe(result: Result) -> Description:
    names, ranks = result.metrics["classes"], result[f"{JUDGE}_rank"].tolist()
    numbers = {
        "number": len(names),
        "ranks": ", ".join(map(str, ranks)),
        "first_five": sum(rank <= 5 for rank in ranks),
        "own": int(np.sum(result["source_rank"] == 1)),
    }
    return described(
        __file__,
        numbers,
        table={
            "class": names,
            "class_index": result.metrics["class_indices"],
            "source_rank": result["source_rank"].tolist(),
            "judge_rank": ranks,
            "judge_probability": result[f"{JUDGE}_probability"].tolist(),
        },
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
