"""The super-stimulus of one class, on demand: make figure NAME=super-stimulus CLASS=…"""

from matplotlib.figure import Figure

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.galleries import encoded, gallery, verdict
from site_lib.drawing.words import described
from site_lib.records.measurement import Result


def draw(result: Result, *, style: Style) -> Figure:
    return gallery(result["pixels"], [result.metrics["class"]], [verdicts(result)], style=style,
                   columns=1)  # fmt: skip


def verdicts(result: Result) -> str:
    return "\n".join(f"{name}: {verdict(rank, chance)}" for name, rank, chance in networks(result))


def networks(result: Result) -> list[tuple[str, int, float]]:
    """Name, rank and probability for the source and for every judge."""
    m = result.numbers
    names = ["source", *m["judges"]]
    return [(name, m[f"{name}_rank"], m[f"{name}_probability"]) for name in names]


def describe(result: Result) -> Description:
    columns = zip(*networks(result), strict=True)
    return described(
        __file__,
        result.numbers | {"verdicts": verdicts(result)},
        table=dict(zip(("network", "rank", "probability"), columns, strict=True)),
        files={"{id}.png": encoded(result["pixels"][0], "png", optimize=True)},
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
