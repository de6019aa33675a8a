"""How like photographs synthetic stimuli are, block by block, and the stimuli themselves."""

import numpy as np
from matplotlib.figure import Figure

from figures_src.can_you_trust_them.picture_rows import picture_rows
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style, legend_outside
from site_lib.drawing.words import described, with_intervals
from site_lib.records.measurement import Result

RECIPES = {"no prior": "v", "with priors": "o", "from a photograph": "s"}
DASHED = (0, (4, 1.5))
SHOWN = ("hammer", "church", "tabby")


def draw(result: Result, *, style: Style) -> Figure:
    """Means over classes by layer, and stimuli of some classes."""
    figure = style.figure(height=style.pick(wide=4.3, narrow=7.6))
    left, right = style.two_parts(figure, wide=(1.45, 1), narrow=(1, 1.1))
    axes = left.subplots()
    axes.plot(result["same"].mean(axis=1), color=style.foreground, lw=2.8, ls=DASHED,
              label="photographs, one class")  # fmt: skip
    axes.plot(result["other"].mean(axis=1), color=style.muted, lw=1.4, ls=DASHED,
              label="photographs, two classes")  # fmt: skip
    *made, noise = result["stimulus"].mean(axis=2)
    curves = zip(made, style.series, RECIPES.items(), strict=False)
    for similarity, colour, (label, marker) in curves:
        axes.plot(similarity, color=colour, label=label, marker=marker, ms=4, lw=1.4)
    axes.plot(noise, color=style.muted, label="noise", ls=":")
    names, last = result.numbers["layers"], len(result["same"]) - 1
    depths = [0, *range(4, last - 1, 4), last]
    axes.set_xticks(depths, [names[d].removeprefix("blocks.") for d in depths])
    axes.set(xlabel="block", ylabel="similarity to photographs", ylim=(-0.12, None))
    axes.grid(axis="y")
    legend_outside(left, axes, columns=2, lines=True)
    classes = result["classes"].tolist()
    shown = [classes.index(name) for name in SHOWN if name in classes] or [0]
    pictures = result["photographs"], *result["thumbnails"]
    rows = zip(("photograph", *RECIPES), pictures, strict=False)
    picture_rows(right, [(name.replace(" a ", " a\n"), pixels[shown]) for name, pixels in rows])
    return figure


def describe(result: Result) -> Description:
    third = len(result["same"]) // 3
    middle = slice(third, 2 * third)
    # How far recipes fall short of photographs: (recipes, classes).
    short = (result["same"] - result["stimulus"])[:, middle].mean(axis=1)
    best = int(short[:3].mean(axis=1).argmin())
    fooled = result["source_plain_rank"] == 1
    judged = result["efficientnet_lite1_plain_rank"] == 1
    numbers = {
        "number": len(result["classes"]),
        "middle": result.numbers["layers"][middle],
        "closest": list(RECIPES)[best],
        "own": result["same"][middle].mean(),
        "foreign": result["other"][middle].mean(),
        "made": result["stimulus"][:, middle].mean(axis=(1, 2)),
        "best": result["stimulus"][best, middle].mean(),
        **with_intervals(np.mean, short=short[best], plain_gap=fooled * 1.0 - judged),
    }
    table = {"layer": result.numbers["layers"]}
    table |= {name: result[name].mean(axis=1) for name in ("same", "other")}
    table |= zip(result.metrics["recipes"], result["stimulus"].mean(axis=2), strict=True)
    return described(__file__, result.numbers | numbers, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
