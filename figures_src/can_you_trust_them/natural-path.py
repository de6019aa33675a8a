"""How like photographs synthetic stimuli are, block by block, and the stimuli themselves."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.can_you_trust_them.picture_rows import picture_rows
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described
from site_lib.records.measurement import Result
from site_lib.statistics.intervals import bootstrap

RECIPES = {"plain": "no prior", "prior": "with priors", "photograph": "from a photograph"}
MARKERS = ("v", "o", "s")
SHOWN = ("hammer", "church", "tabby")


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=4.3, narrow=7.6))
    left, right = style.two_parts(figure, wide=(1.45, 1), narrow=(1, 1.1))
    axes = left.subplots()
    for name, label, colour, width in (
        ("same", "photographs, one class", style.foreground, 2.8),
        ("other", "photographs, two classes", style.muted, 1.4),
    ):
        curve(axes, result[name], colour, label=label, ls=(0, (4, 1.5)), lw=width)
    for index, (marker, label) in enumerate(zip(MARKERS, RECIPES.values(), strict=True)):
        curve(
            axes, result["stimulus"][index], style.series[index], label=label, marker=marker, lw=1.4
        )
    curve(axes, result["stimulus"][-1], style.muted, label="noise", ls=":")
    names, last = result.numbers["layers"], len(result["same"]) - 1
    depths = [0, *range(4, last - 1, 4), last]
    axes.set_xticks(depths, [names[d].removeprefix("blocks.") for d in depths])
    axes.set(xlabel="block", ylabel="similarity to photographs", ylim=(-0.12, None))
    axes.grid(axis="y")
    left.legend(*axes.get_legend_handles_labels(), fontsize="small",
                loc="outside lower center", ncols=2)  # fmt: skip
    classes = result["classes"].tolist()
    shown = [classes.index(name) for name in SHOWN if name in classes] or [0]
    made = zip(RECIPES.values(), result["thumbnails"], strict=False)
    rows = [("photograph", result["photographs"]), *made]
    picture_rows(right, [(name.replace(" a ", " a\n"), pixels[shown]) for name, pixels in rows])
    return figure


def curve(axes: Axes, similarity: np.ndarray, colour: str, **line) -> None:
    """Mean over classes at every layer; similarity: (layers, classes)."""
    axes.plot(similarity.mean(axis=1), color=colour, ms=4, **line)


def gap(result: Result) -> np.ndarray:
    """How far recipes fall short of photographs in the middle third: (recipes, classes)."""
    third = len(result["same"]) // 3
    return (result["same"] - result["stimulus"])[:, third : 2 * third].mean(axis=1)


def describe(result: Result) -> Description:
    short = gap(result)
    best = int(short[:3].mean(axis=1).argmin())
    third = len(result["same"]) // 3
    fooled = (result["source_plain_rank"] == 1) * 1.0 - (
        result["efficientnet_lite1_plain_rank"] == 1
    )
    numbers = {
        "number": len(result["classes"]),
        "middle": [result.numbers["layers"][i] for i in (third, 2 * third - 1)],
        "short": float(short[best].mean()),
        "interval": bootstrap(short[best], np.mean, seed=0),
        "plain_gap": float(fooled.mean()),
        "plain_interval": bootstrap(fooled, np.mean, seed=0),
        "closest": list(RECIPES.values())[best],
        "own": float(result["same"][third : 2 * third].mean()),
        "foreign": float(result["other"][third : 2 * third].mean()),
        "made": result["stimulus"][:, third : 2 * third].mean(axis=(1, 2)).tolist(),
        "best": float(result["stimulus"][best, third : 2 * third].mean()),
        "last": [float(result["stimulus"][1, -1].mean()), float(result["same"][-1].mean())],
    }
    table = {"layer": list(result.numbers["layers"])}
    table |= {name: result[name].mean(axis=1).tolist() for name in ("same", "other")}
    table |= {
        recipe: result["stimulus"][i].mean(axis=1).tolist()
        for i, recipe in enumerate(result.metrics["recipes"])
    }
    return described(__file__, result.numbers | numbers, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
