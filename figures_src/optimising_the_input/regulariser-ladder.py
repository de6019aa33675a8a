"""One prior after another, and what three networks make of the result."""

import numpy as np
from matplotlib.figure import Figure

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.galleries import show
from site_lib.drawing.words import percent
from site_lib.records.claims import Claim
from site_lib.records.measurement import Result

JUDGE = "efficientnet_lite2"
VIEWERS = {"source": "Lite0", "efficientnet_lite1": "Lite1", JUDGE: "Lite2"}
LAST = "and a choice among several"


def rungs(ladder: Result, recipe: Result) -> tuple[list[str], np.ndarray, dict[str, np.ndarray]]:
    """Names (R,), images (R, classes, H, W, 3) and probabilities {viewer: (R, classes)}."""
    classes = ladder.metrics["ladder_class_indices"]
    rows = [recipe.metrics["class_indices"].index(index) for index in classes]
    pixels = np.concatenate([ladder["pixels"], recipe["pixels"][rows][None]])
    probabilities = {
        viewer: np.concatenate(
            [ladder[f"{viewer}_probability"], recipe[f"{viewer}_probability"][rows][None]]
        )
        for viewer in VIEWERS
    }
    return [*ladder.metrics["rungs"], LAST], pixels, probabilities


def draw(ladder: Result, recipe: Result, *, style: Style) -> Figure:
    """A row per rung: its images, and bars of the three networks' probabilities."""
    names, pixels, probabilities = rungs(ladder, recipe)
    classes = ladder.metrics["ladder_classes"]
    panel = 1.05 if style.narrow else 1.35
    figure = style.figure(height=len(names) * (panel + 0.32) + 0.5)
    widths = [panel] * len(classes) + [max(style.width - panel * len(classes) - 0.3, 1.2)]
    grid = figure.subplots(len(names), len(classes) + 1, width_ratios=widths)
    for row, name in enumerate(names):
        for column in range(len(classes)):
            show(grid[row, column], pixels[row, column])
        grid[row, 0].set_title(f"{row + 1}. {name}", loc="left", size="medium", weight=600)
        bars(grid[row, -1], {v: p[row] for v, p in probabilities.items()}, classes, style)
    return figure


def bars(axes, probabilities: dict[str, np.ndarray], classes: list[str], style: Style) -> None:
    """Probability of the right class, one bar a network and class, the number beside it."""
    height = 0.0
    for viewer, label in VIEWERS.items():
        for index, value in enumerate(probabilities[viewer]):
            colour = style.foreground if viewer == "source" else style.trained
            axes.barh(height, value, 0.75, color=colour, alpha=1 if index == 0 else 0.6)
            # On a phone the order, which the caption states, has to do for the class.
            words = [label] if style.narrow else [label, classes[index]]
            text = " ".join([*words, percent(float(value))])
            axes.text(max(value, 0) + 0.03, height, text, va="center", size="small",
                      color=style.muted)  # fmt: skip
            height += 1
        height += 0.4
    axes.set(xlim=(0, 2.3 if style.narrow else 1.6), ylim=(height - 0.8, -0.7))
    axes.set_axis_off()


def describe(ladder: Result, recipe: Result) -> Description:
    names, _, probabilities = rungs(ladder, recipe)
    classes = ladder.metrics["ladder_classes"]
    parameters = ladder.record["parameters"]
    judged, source = probabilities[JUDGE], probabilities["source"]
    bare_ends = int(np.sum(source[0] > 0.9))
    return Description(
        title="What the maximum looks like, prior by prior",
        caption=(
            f"The same two classes, {' and '.join(classes)}, and the same "
            f"{parameters['steps']} steps on EfficientNet-Lite0 under one prior after another. "
            "Bars: probability of the class for the network that was climbed (Lite0) and for two "
            f"that were not; the upper bar of a pair is {classes[0]}. Lite0 looks at the pixels "
            "as they were climbed, the judges at their own size. The last row comes from the "
            "super-stimuli below, all classes optimised together. One seed."
        ),
        alt=(
            "Rows of two synthetic images and probabilities. "
            + "; ".join(
                f"{name}: source {percent(float(source[row].mean()))}, judge "
                f"{percent(float(judged[row].mean()))}"
                for row, name in enumerate(names)
            )
            + "."
        ),
        table={
            "rung": np.repeat(names, len(classes)).tolist(),
            "class": classes * len(names),
            **{
                f"{viewer}_probability": values.ravel().tolist()
                for viewer, values in probabilities.items()
            },
        },
        claims=[
            Claim(
                "ladder-no-prior",
                f"Without a prior EfficientNet-Lite0 is at least 90 % sure of {bare_ends} of "
                f"{len(classes)} images, and the judge gives their classes "
                f"{percent(float(judged[0].max()))} at most.",
                float(judged[0].max()),
                at_most=0.05,
            ),
            Claim(
                "ladder-top",
                "At the top of the ladder the judge gives them "
                f"{percent(float(judged[-1].min()))} at least.",
                float(judged[-1].min()),
                at_least=0.1,
            ),
        ],
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
