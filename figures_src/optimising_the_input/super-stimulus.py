"""The super-stimulus of one class, on demand: make figure NAME=super-stimulus CLASS=…"""

from matplotlib.figure import Figure

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.galleries import encoded, gallery, verdict
from site_lib.records.measurement import Result


def draw(result: Result, *, style: Style) -> Figure:
    return gallery(result["pixels"], [result.metrics["class"]], [verdicts(result)], style=style,
                   columns=1)  # fmt: skip


def verdicts(result: Result) -> str:
    m = result.metrics
    return "\n".join(
        f"{name}: {verdict(m[f'{name}_rank'], m[f'{name}_probability'])}"
        for name in ("source", *m["judges"])
    )


def describe(result: Result) -> Description:
    m = result.metrics
    return Description(
        title=f"Super-stimulus: {m['class']}",
        caption=(
            f"Made from noise to be, for EfficientNet-Lite0, a {m['class']}, with the recipe of "
            "the published super-stimuli. Below: rank of that class among 1000, and its "
            "probability, for the network that was optimised and for networks that were not."
        ),
        alt=f"A synthetic image of the class {m['class']} ({m['class_index']}). {verdicts(result)}",
        table={
            "network": ["source", *m["judges"]],
            "rank": [m[f"{name}_rank"] for name in ("source", *m["judges"])],
            "probability": [m[f"{name}_probability"] for name in ("source", *m["judges"])],
        },
        files={"{id}.png": encoded(result["pixels"][0], "png", optimize=True)},
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
