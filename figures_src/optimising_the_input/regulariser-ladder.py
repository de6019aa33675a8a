"""One prior after another, and what three networks make of the result."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.galleries import encoded, show
from site_lib.drawing.states import states
from site_lib.drawing.words import described, network_label, percent
from site_lib.records.measurement import Result
from site_lib.records.published_files import STATES

JUDGE = "efficientnet_lite2"
VIEWERS = {"source": "Lite0", "efficientnet_lite1": "Lite1", JUDGE: "Lite2"}
LAST = "and a choice among several"
QUALITY = 75  # of the large pictures, in percent


def rungs(ladder: Result, recipe: Result) -> tuple[list[str], np.ndarray, dict[str, np.ndarray]]:
    """Names (R,), images (R, classes, H, W, 3) and probabilities {viewer: (R, classes)}."""
    classes = ladder.metrics["ladder_class_indices"]
    rows = [recipe.metrics["class_indices"].index(index) for index in classes]

    def stacked(name: str) -> np.ndarray:
        return np.concatenate([ladder[name], recipe[name][rows][None]])

    probabilities = {viewer: stacked(f"{viewer}_probability") for viewer in VIEWERS}
    return [*ladder.metrics["rungs"], LAST], stacked("pixels"), probabilities


def draw(ladder: Result, recipe: Result, *, style: Style) -> Figure:
    """A row per rung: its images, and bars of the three networks' probabilities."""
    names, pixels, probabilities = rungs(ladder, recipe)
    classes = ladder.metrics["ladder_classes"]
    panel = style.pick(wide=1.35, narrow=1.05)
    figure = style.figure(height=len(names) * (panel + 0.32) + 0.5)
    widths = [panel] * len(classes) + [max(style.width - panel * len(classes) - 0.3, 1.2)]
    grid = figure.subplots(len(names), len(classes) + 1, width_ratios=widths)
    for row, name in enumerate(names):
        for axes, image in zip(grid[row], pixels[row], strict=False):
            show(axes, image)
        grid[row, 0].set_title(f"{row + 1}. {name}", loc="left", size="medium", weight=600)
        bars(grid[row, -1], {v: p[row] for v, p in probabilities.items()}, classes, style)
    return figure


def bars(
    axes: Axes, probabilities: dict[str, np.ndarray], classes: list[str], style: Style
) -> None:
    """Probability of the right class, one bar a network and class, the number beside it."""
    height = 0.0
    for viewer, label in VIEWERS.items():
        for index, value in enumerate(probabilities[viewer]):
            colour = style.foreground if viewer == "source" else style.trained
            axes.barh(height, value, 0.75, color=colour, alpha=1 if index == 0 else 0.6)
            # On a phone the order, which the caption states, has to do for the class.
            words = style.pick(wide=f"{label} {classes[index]}", narrow=label)
            axes.text(max(value, 0) + 0.03, height, f"{words} {percent(float(value))}",
                      va="center", size="small", color=style.muted)  # fmt: skip
            height += 1
        height += 0.4
    axes.set(xlim=(0, style.pick(wide=1.6, narrow=2.3)), ylim=(height - 0.8, -0.7))
    axes.set_axis_off()


def describe(ladder: Result, recipe: Result) -> Description:
    names, pixels, probabilities = rungs(ladder, recipe)
    classes = ladder.metrics["ladder_classes"]
    source, judged = probabilities["source"], probabilities[JUDGE]
    means = zip(names, source.mean(axis=1), judged.mean(axis=1), strict=True)
    numbers = {
        "number": len(classes),
        "rows": "; ".join(f"{n}: source {percent(s)}, judge {percent(j)}" for n, s, j in means),
        "sure": int(np.sum(source[0] > 0.9)),
        "most_without": float(judged[0].max()),
        "least_on_top": float(judged[-1].min()),
    }
    return described(
        __file__,
        ladder.numbers | numbers,
        table={
            "rung": np.repeat(names, len(classes)).tolist(),
            "class": classes * len(names),
            **{f"{v}_probability": values.ravel().tolist() for v, values in probabilities.items()},
        },
        folder={f"{row + 1}.webp": side_by_side(images) for row, images in enumerate(pixels)}
        | {
            STATES: states(
                rungs=names,
                classes=classes,
                viewers=[
                    network_label(ladder.numbers["model"] if v == "source" else v) for v in VIEWERS
                ],
                probabilities=np.stack([*probabilities.values()], axis=1),
            )
        },
    )


def side_by_side(images: np.ndarray) -> bytes:
    """The images of one rung in one file: (classes, H, W, 3) → WebP."""
    return encoded(np.concatenate(list(images), axis=1), "webp", quality=QUALITY, method=6)


if __name__ == "__main__":
    run_drawing(draw, describe)
