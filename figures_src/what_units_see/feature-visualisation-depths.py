"""What units of five depths would like best: synthetic images, and the best natural patch."""

from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.stats import bootstrap

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style, bare
from site_lib.drawing.picture_grid import LABEL, NETWORKS, depth_name, fit, label, picture
from site_lib.records.claims import Claim
from site_lib.records.measurement import Result

DEPTHS = range(1, 6)
# Lengths in units of one image's side.
GAP = 0.05
INSET = 0.36
# Lines of text by layout; pictures are larger on a wide page.
LINE = {"wide": 0.15, "narrow": LABEL}
HEADING = {"wide": 0.26, "narrow": 0.42}


def draw(student: Result, lite: Result, *, style: Style) -> Figure:
    """Depths from left to right, or from top to bottom on a phone."""
    figure = style.figure(height=1, layout=None)
    axes = figure.add_axes((0, 0, 1, 1))
    bare(axes)
    top = 0.0
    place = narrow_block if style.narrow else wide_block
    for result, (name, title) in zip((student, lite), NETWORKS.items(), strict=True):
        heading = HEADING[style.layout]
        axes.text(0, top + heading / 2, title, va="center", weight=600)
        top = place(axes, result, name, top + heading, style) + GAP
    columns = 4 if style.narrow else 5
    width = columns * (1 + GAP) - GAP
    fit(figure, axes, width, top - GAP, margin=GAP)
    return figure


def wide_block(axes: Axes, result: Result, name: str, top: float, style: Style) -> float:
    """Depths side by side, units below each other; returns where it ends."""
    line = LINE[style.layout]
    words = partial(label, axes, height=line)
    for column, depth in enumerate(DEPTHS):
        left, down = column * (1 + GAP), top
        units = result[f"depth_{depth}_units"]
        words(left, down, depth_name(result, name, depth), style.foreground)
        down += line
        for row, unit in enumerate(units):
            words(left, down, f"unit {unit}", style.trained)
            cell(axes, result, depth, row, left, down + line, style)
            down += line + 1 + GAP / 2
        words(left, down, "random weights", style.random)
        picture(axes, result[f"depth_{depth}_random_images"][0], left, down + line)
    return down + line + 1 + GAP


def narrow_block(axes: Axes, result: Result, name: str, top: float, style: Style) -> float:
    """Depths below each other, units side by side; returns where it ends."""
    line = LINE[style.layout]
    words = partial(label, axes, height=line)
    for depth in DEPTHS:
        words(0, top, depth_name(result, name, depth), style.foreground)
        top += line
        units = result[f"depth_{depth}_units"]
        for column, unit in enumerate(units):
            left = column * (1 + GAP)
            words(left, top, f"unit {unit}", style.trained)
            cell(axes, result, depth, column, left, top + line, style)
        left = len(units) * (1 + GAP)
        words(left, top, "random", style.random)
        picture(axes, result[f"depth_{depth}_random_images"][0], left, top + line)
        top += line + 1 + 2 * GAP
    return top


def cell(
    axes: Axes, result: Result, depth: int, row: int, left: float, top: float, style: Style
) -> None:
    """A synthetic image; in its corner the natural patch that the unit likes best."""
    picture(axes, result[f"depth_{depth}_trained_images"][row], left, top)
    x, y = left + 1 - INSET, top + 1 - INSET
    frame = [x - 0.02, left + 1]
    axes.fill_between(frame, y - 0.02, top + 1, color=style.background, lw=0, zorder=3)
    picture(axes, result[f"depth_{depth}_natural_patches"][row], x, y, INSET)


def ratios(result: Result) -> np.ndarray:
    """Activation by the synthetic image over that by the best natural patch: (depths, units)."""
    return np.stack(
        [result[f"depth_{d}_trained_response"] / result[f"depth_{d}_natural"] for d in DEPTHS]
    )


def describe(student: Result, lite: Result) -> Description:
    results = dict(zip(NETWORKS, (student, lite), strict=True))
    of_network = {name: ratios(result) for name, result in results.items()}
    every = np.concatenate([values.flatten() for values in of_network.values()])
    low, high = interval(every)
    stronger = int((every > 1).sum())
    deepest = {name: float(np.median(values[-1])) for name, values in of_network.items()}
    steps, crops = (student.metrics[f"student_{key}"] for key in ("num_steps", "num_crops"))
    table: dict[str, list] = {
        key: []
        for key in ("network", "layer", "unit", "natural", "synthetic", "ratio", "random_synthetic")
    }
    for name, result in results.items():
        for depth in DEPTHS:
            for row, unit in enumerate(result[f"depth_{depth}_units"].tolist()):
                controls = result[f"depth_{depth}_random_response"]
                values = (
                    name,
                    result.metrics[f"{name}_layers"][depth - 1],
                    unit,
                    float(result[f"depth_{depth}_natural"][row]),
                    float(result[f"depth_{depth}_trained_response"][row]),
                    float(of_network[name][depth - 1, row]),
                    float(controls[row]) if row < len(controls) else "",
                )
                for column, value in zip(table.values(), values, strict=True):
                    column.append(value)
    return Description(
        title="What units would like best",
        caption=(
            f"Images that began as noise and were changed in {steps} steps of gradient ascent, so "
            "that a unit of the mosaics answers as strongly as possible; in the corner, the "
            f"natural patch that it likes best among {crops} crops. One seed; the first "
            f"{student.metrics['student_num_units']} units of each mosaic, none left out; cut to "
            "the size of the patches, colours as they are. Control: the same recipe with random "
            "weights."
        ),
        alt=(
            "Synthetic images for units of five depths of two networks. Plain network: flat "
            "colours and edges, then bars, rows of stripes, pairs of round shapes. "
            "EfficientNet-Lite0: textures at first; at the last depth a mouth with teeth, the "
            "limbs of an animal, and a car. Random weights: clouds of colour."
        ),
        table=table,
        claims=[
            Claim(
                "visualised-stronger",
                f"{stronger} of the {len(every)} synthetic images excite their unit more than any "
                f"of {crops} crops of photographs does, in the median "
                f"{np.median(every):.1f} times as strongly.",
                float(np.median(every)),
                at_least=1.2,
                interval=(low, high),
                interval_of="95 % bootstrap over units",
            ),
            Claim(
                "visualised-beyond-natural",
                "At the last depth the median is "
                f"{deepest['efficientnet_lite0']:.0f} times for EfficientNet-Lite0 and "
                f"{deepest['student']:.1f} times for the plain network.",
                deepest["efficientnet_lite0"] / deepest["student"],
                at_least=2,
            ),
        ],
    )


def interval(values: np.ndarray) -> tuple[float, float]:
    """95 % bootstrap interval of the median."""
    found = bootstrap((values,), np.median, method="percentile", random_state=0)
    return float(found.confidence_interval.low), float(found.confidence_interval.high)


if __name__ == "__main__":
    run_drawing(draw, describe)
