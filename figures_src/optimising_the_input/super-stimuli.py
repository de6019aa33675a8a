"""Super-stimuli of twelve classes, with the verdict of a network that took no part."""

import numpy as np
from matplotlib.figure import Figure

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.galleries import encoded, gallery, verdict_columns, verdicts
from site_lib.drawing.words import described
from site_lib.records.measurement import Result

JUDGE, TUNER, STRANGER = "efficientnet_lite2", "efficientnet_lite1", "mobilenet_v1"


def draw(result: Result, *, style: Style) -> Figure:
    return gallery(
        result["pixels"], result.metrics["classes"], verdicts(result, JUDGE), style=style,
        columns=style.pick(wide=4, narrow=2),
    )  # fmt: skip


def describe(result: Result) -> Description:
    names, indices = result.metrics["classes"], result.metrics["class_indices"]
    farthest = int(np.argmax(result[f"{STRANGER}_rank"]))
    judged = zip(names, verdicts(result, JUDGE), strict=True)
    numbers = {
        "number": len(names),
        "all_but_one": len(names) - 1,
        "judge": int(np.sum(result[f"{JUDGE}_rank"] == 1)),
        "tuner": int(np.sum(result[f"{TUNER}_rank"] == 1)),
        "stranger": int(np.sum(result[f"{STRANGER}_rank"] == 1)),
        "farthest": names[farthest],
        "farthest_rank": int(result[f"{STRANGER}_rank"][farthest]),
        "verdicts": "; ".join(f"{name} {verdict}" for name, verdict in judged),
    }
    return described(
        __file__,
        result.numbers | numbers,
        table={
            "class": names,
            "class_index": indices,
            **verdict_columns(result, ("source", TUNER, JUDGE, STRANGER)),
        },
        files={
            f"super-stimuli/{index}.png": encoded(pixels, "png", optimize=True)
            for index, pixels in zip(indices, result["pixels"], strict=True)
        },
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
