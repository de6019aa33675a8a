"""Regions of a network's answers in a plane through one photograph."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.tables import columns
from site_lib.drawing.words import described
from site_lib.records.measurement import Result

NUM_NAMED = 4


def draw(result: Result, *, style: Style) -> Figure:
    further = result.numbers["far"] / result.numbers["near"]
    figure = style.figure(height=style.pick(wide=3.9, narrow=6.9))
    near, far = figure.subplots(*style.pick(wide=(1, 2), narrow=(2, 1)))
    draw_map(near, result, "near", style)
    near.set_title("Near the photograph")
    draw_map(far, result, "far", style)
    far.set_title(f"{further:.0f} times further out")
    return figure


def draw_map(axes: Axes, result: Result, panel: str, style: Style) -> None:
    classes, steps = result[f"{panel}_classes"], result[f"{panel}_steps"]
    regions = [classes == index for index in most_common(result)]
    colours = [*(style.series[k] for k in (0, 1, 3, 2)), style.muted][: len(regions)]
    axes.pcolormesh(
        steps, steps, np.select(regions, range(len(regions)), len(regions)), vmin=-0.5,
        vmax=len(regions) + 0.5, cmap=ListedColormap([*colours, style.faint]), alpha=0.55,
        rasterized=True,
    )  # fmt: skip
    axes.set_aspect("equal")
    axes.plot(0, 0, "o", color=style.foreground, ms=5)
    for index, region in zip(most_common(result), regions, strict=True):
        name = result.metrics["class_names"][str(index)].replace(" ", "\n")
        write_in(axes, region, steps, name, at_dot=index == result.metrics["label_index"])
    axes.set_xlabel(f"along the perturbation, L2 (± {result.numbers[panel]:g})")
    axes.set_ylabel("along noise, L2")


def most_common(result: Result) -> list[int]:
    """The photograph's class, then the largest other regions."""
    classes = np.concatenate([result["near_classes"].ravel(), result["far_classes"].ravel()])
    values, counts = np.unique(classes, return_counts=True)
    label = result.metrics["label_index"]
    others = [int(v) for v in values[np.argsort(-counts)] if v != label]
    return [label, *others[:NUM_NAMED]]


def write_in(axes: Axes, region: np.ndarray, steps: np.ndarray, name: str, at_dot: bool) -> None:
    """A name at the point of its region that is nearest to the region's centre, or else to the left
    of the dot; a small region stays without.
    """
    down, across = np.nonzero(region & (np.abs(steps) < 0.87 * steps.max()))
    if len(down) < 0.01 * region.size:
        return
    y, x = (len(steps) / 2, len(steps) / 4) if at_dot else (down.mean(), across.mean())
    centre = int(np.argmin((down - y) ** 2 + (across - x) ** 2))
    axes.text(steps[across[centre]], steps[down[centre]], name, ha="center", va="center",
              size="small", weight=600, clip_on=True)  # fmt: skip


def describe(result: Result) -> Description:
    m = result.numbers
    ends = m["random_stays_within"] is not None
    reach = m["random_stays_within"] if ends else m["far"]
    words = {"beyond": "" if ends else "more than ", "reach": reach, "ratio": reach / m["distance"]}
    names, maps = m["class_names"], {panel: result[f"{panel}_classes"] for panel in ("near", "far")}
    steps = {panel: result[f"{panel}_steps"].tolist() for panel in maps}
    table = columns(
        {"panel": panel, "along_perturbation": x, "along_noise": y, "class": names[str(index)]}
        for panel, classes in maps.items()
        for y, row in zip(steps[panel], classes, strict=True)
        for x, index in zip(steps[panel], row, strict=True)
    )
    return described(__file__, m | words, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
