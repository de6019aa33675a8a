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
LAST = "a larger image, and a choice"
QUALITY = 75  # of the large pictures, in percent


def rungs(
    ladder: Result, recipe: Result
) -> tuple[list[str], list[np.ndarray], dict[str, np.ndarray]]:
    """Names (R,), images (R,) of (classes, H, W, 3) and probabilities {viewer: (R, classes)}."""
    classes = ladder.metrics["ladder_class_indices"]
    rows = [recipe.metrics["class_indices"].index(index) for index in classes]

    def with_last(name: str) -> list[np.ndarray]:
        return [*ladder[name], recipe[name][rows]]

    probabilities = {viewer: np.array(with_last(f"{viewer}_probability")) for viewer in VIEWERS}
    return [*ladder.metrics["rungs"], LAST], with_last("pixels"), probabilities


def draw(ladder: Result, recipe: Result, *, style: Style) -> Figure:
    """A cell per rung: its images, and the three networks' probabilities along one axis.

    Cells follow each other downwards, on a page in two columns.
    """
    names, pixels, probabilities = rungs(ladder, recipe)
    classes = ladder.metrics["ladder_classes"]
    columns = style.pick(wide=2, narrow=1)
    rows = -(-len(names) // columns)
    widths = ([1] * len(classes) + [1.25]) * columns
    side = style.width / sum(widths)
    figure = style.figure(height=rows * (side + 0.34) + 0.4)
    grid = figure.subplots(rows, len(widths), width_ratios=widths)
    for index, name in enumerate(names):
        column, row = divmod(index, rows)
        cell = grid[row, column * (len(classes) + 1) :]
        for axes, image in zip(cell, pixels[index], strict=False):
            show(axes, image)
        cell[0].set_title(f"{index + 1}. {name}", size="medium")
        dots(cell[len(classes)], {v: p[index] for v, p in probabilities.items()}, style)
        if row == rows - 1:
            cell[len(classes)].set_xticks([0, 0.5, 1], ["0", "50", "100 %"])
    handles, _ = grid[0, len(classes)].get_legend_handles_labels()
    figure.legend(handles, [f"probability of “{name}”" for name in classes], ncols=columns * 2,
                  loc="outside lower right", fontsize="small", handletextpad=0.1,
                  columnspacing=1.0)  # fmt: skip
    return figure


def dots(axes: Axes, probabilities: dict[str, np.ndarray], style: Style) -> None:
    """Probability of the right class: a line for each network, a mark for each class."""
    places = range(len(VIEWERS))
    axes.hlines(places, 0, 1, color=style.faint, lw=0.8)
    looks = (("o", style.trained), ("D", style.random))
    for index, (marker, colour) in enumerate(looks):
        values = [of_viewer[index] for of_viewer in probabilities.values()]
        y = np.array(places) + 0.3 * index - 0.15
        axes.plot(values, y, marker, color=colour, ms=7, mew=0, clip_on=False, label=str(index))
    for share in (0, 0.5, 1):
        axes.axvline(share, color=style.faint, lw=0.8, zorder=0)
    axes.set_yticks(places, VIEWERS.values())
    axes.set(xlim=(0, 1), ylim=(len(VIEWERS) - 0.5, -0.5), xticks=[])
    axes.tick_params(length=0, pad=8)
    axes.spines[:].set_visible(False)


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
