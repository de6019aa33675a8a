"""Regions of a network's answers in planes through one photograph."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from scipy.ndimage import distance_transform_edt

from site_lib.adversarial.statistics import answers_between
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.states import states
from site_lib.drawing.tables import columns
from site_lib.drawing.words import described
from site_lib.records.measurement import Result
from site_lib.records.published_files import STATES

# Title and horizontal axis of each plane; upwards it is the same noise in all of them.
PLANES = {
    "near": ("near the photograph", "along the attack, L2"),
    "far": ("{further:.0f} times further out", "along the attack, L2"),
    "noises": ("two noises, same scale", "along another noise, L2"),
}
NUM_VALUES = 3 * 224**2  # of an image as the network takes it
FINENESS = 301  # points along each side that are coloured, between those that were measured
FINE = 50  # steps of a published logit in 1
SMALLEST = 0.0005  # share of a plane below which a region stays without a name


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=3.9, narrow=10.4))
    columns: dict[str, Any] = {"ncols": 3, "width_ratios": (1, 1.7, 1)}
    panels = figure.subplots(**style.pick(wide=columns, narrow={"nrows": 3}))
    further = result.numbers["far"] / result.numbers["near"]
    for axes, (plane, (title, across)) in zip(panels, PLANES.items(), strict=True):
        draw_plane(axes, result, plane, style)
        axes.set_title(title.format(further=further), size="medium")
        axes.set_xlabel(across)
        if plane == "near" or style.narrow:
            axes.set_ylabel("along noise, L2")
    return figure


def draw_plane(axes: Axes, result: Result, plane: str, style: Style) -> None:
    """The regions, their borders and names, and the photograph as a dot."""
    half = half_width(result, plane)
    steps = np.linspace(-half, half, FINENESS)
    up, across = np.meshgrid(steps, steps, indexing="ij")
    points = np.stack([up.ravel(), across.ravel()], axis=1)
    classes = answers_between(*measured(result, plane), points).reshape(up.shape)
    colours = palette(result, style)
    axes.imshow(
        classes, origin="lower", extent=(-half, half, -half, half), cmap=ListedColormap(colours),
        vmin=-0.5, vmax=len(colours) - 0.5, alpha=0.5, interpolation="nearest",
    )  # fmt: skip
    for index in np.unique(classes):
        region = classes == index
        axes.contour(steps, steps, region, [0.5], colors=style.background, linewidths=0.8)
        if region.mean() > SMALLEST:
            write_in(axes, region, steps, result.metrics["class_names"][index])
    axes.plot(0, 0, "o", color=style.foreground, ms=5)


def measured(result: Result, plane: str) -> tuple[np.ndarray, np.ndarray]:
    """Logits at the points of a plane's grid, and the steps of the grid."""
    logits = result[f"{plane}_logits"]
    half = half_width(result, plane)
    return logits, np.linspace(-half, half, len(logits))


def half_width(result: Result, plane: str) -> float:
    """Of a plane, in L2."""
    return float(result.numbers["near" if plane == "near" else "far"])


def palette(result: Result, style: Style) -> list[str]:
    """A colour for each class; the largest regions have the clearest."""
    answers = [measured(result, plane)[0].argmax(axis=2).ravel() for plane in PLANES]
    number = len(result.metrics["class_names"])
    counts = np.bincount(np.concatenate(answers), minlength=number)
    greys = [style.muted, style.faint, style.foreground] * number
    clearest = [style.series[k] for k in (0, 1, 3, 2)] + greys
    return [clearest[rank] for rank in np.argsort(np.argsort(-counts))]


def write_in(axes: Axes, region: np.ndarray, steps: np.ndarray, name: str) -> None:
    """A name in its region, as far as it can be from the region's edge and the photograph."""
    framed = np.pad(region, 1)
    framed[1:-1, 1:-1][np.hypot(*np.meshgrid(steps, steps)) < 0.12 * steps.max()] = False
    depth = distance_transform_edt(framed)[1:-1, 1:-1]
    down, across = np.unravel_index(depth.argmax(), depth.shape)
    x, y, end = float(steps[across]), float(steps[down]), float(steps.max())
    side = "center" if abs(x) < 0.7 * end else "right" if x > 0 else "left"
    x = x if side == "center" else float(np.copysign(0.97 * end, x))
    axes.text(x, y, name, ha=side, va="center", size="small", weight=600)


def describe(result: Result) -> Description:
    m, names = result.numbers, result.metrics["class_names"]
    # Where the answer stays as far as was tried, it counts as that far.
    wall = np.minimum(result["wall"] / m["distance"], m["farthest_wall"])
    reach = min(float(result["along_noise"].min()), m["far"])
    numbers = {
        "wall": float(wall.mean()),
        "wall_ends": [float(wall.min()), float(wall.max())],
        "num_followed": len(wall),
        "reach": reach,
        "or_more": " and more" if reach == m["far"] else "",
        "times": reach / m["distance"],
        "order": (NUM_VALUES / 10) ** 0.5,
        "sideways": m["near"] / m["distance"],
    }
    table = columns(
        {"plane": plane, "up_l2": up, "across_l2": across, "class": names[index]}
        for plane in PLANES
        for logits, steps in [measured(result, plane)]
        for up, row in zip(steps.tolist(), logits.argmax(axis=2), strict=True)
        for across, index in zip(steps.tolist(), row, strict=True)
    )
    return described(__file__, m | numbers, table=table, folder={STATES: planes(result)})


def planes(result: Result) -> bytes:
    """For the page: logits at the points of every plane, row by row, in units of 1 / FINE.

    Of a plane, only those of classes that come first at one of its points.
    """
    names, further = result.metrics["class_names"], result.numbers["far"] / result.numbers["near"]
    listed = []
    for plane, (title, across) in PLANES.items():
        logits, steps = measured(result, plane)
        first = np.unique(logits.argmax(axis=2))
        listed.append({
            "title": title.format(further=further),
            "across": across,
            "half": float(steps[-1]),
            "points": len(steps),
            "classes": [names[index] for index in first],
            "logits": np.round(FINE * logits[..., first]).astype(int).ravel(),
        })  # fmt: skip
    return states(planes=listed, fine=FINE)


if __name__ == "__main__":
    run_drawing(draw, describe)
