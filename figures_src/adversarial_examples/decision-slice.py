"""Regions of a network's answers in planes through one photograph."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from scipy.ndimage import distance_transform_edt, minimum_filter

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
CLEAR = 0.1  # around the photograph, in half widths of a plane: no name stands there
MARGIN = 2  # pixels around a name


def draw(result: Result, *, style: Style) -> Figure:
    """The plane that shows most is the largest; names come last, when it is known what fits."""
    figure = style.figure(height=style.pick(wide=4.7, narrow=5.95))
    mosaic, widths, heights = style.pick(
        wide=("ab;ac", (2, 1), (1, 1)), narrow=("aa;bc", (1, 1), (2, 1))
    )
    axes = figure.subplot_mosaic(mosaic, width_ratios=widths, height_ratios=heights)
    panels = {"far": axes["a"], "near": axes["b"], "noises": axes["c"]}
    further = result.numbers["far"] / result.numbers["near"]
    classes = {plane: classes_of(result, plane) for plane in panels}
    for plane, one in panels.items():
        title, across = PLANES[plane]
        draw_plane(one, classes[plane], half_width(result, plane), palette(result, style), style)
        size = style.pick(wide=style.font_size, narrow=style.tick_size)
        one.set_title(title.format(further=further), size=size)
        one.set_xlabel(across, size="small")
        one.set_ylabel("along noise, L2", size="small")
    figure.draw_without_rendering()
    for plane, one in panels.items():
        write_names(one, classes[plane], result.metrics["class_names"], style)
    return figure


def classes_of(result: Result, plane: str) -> np.ndarray:
    """The class at each point that is coloured, row by row from below."""
    half = half_width(result, plane)
    steps = np.linspace(-half, half, FINENESS)
    up, across = np.meshgrid(steps, steps, indexing="ij")
    points = np.stack([up.ravel(), across.ravel()], axis=1)
    return answers_between(*measured(result, plane), points).reshape(up.shape)


def draw_plane(
    axes: Axes, classes: np.ndarray, half: float, colours: list[str], style: Style
) -> None:
    """The regions, their borders, and the photograph as a dot; half: half width of the plane."""
    steps = np.linspace(-half, half, FINENESS)
    axes.imshow(
        classes, origin="lower", extent=(-half, half, -half, half), cmap=ListedColormap(colours),
        vmin=-0.5, vmax=len(colours) - 0.5, alpha=0.5, interpolation="nearest",
    )  # fmt: skip
    for index in np.unique(classes):
        axes.contour(steps, steps, classes == index, [0.5], colors=style.background, linewidths=0.8)
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


def write_names(axes: Axes, classes: np.ndarray, names: Sequence[str], style: Style) -> None:
    """A name in each region, or beside it with a line to it where it would not fit.

    The axes must have their final size.
    """
    number, half = len(classes), axes.get_xlim()[1]
    cell = axes.get_window_extent().width / number
    shares = np.bincount(classes.ravel(), minlength=len(names)) / classes.size
    ground = classes == shares.argmax()
    taken = np.hypot(*np.meshgrid(*2 * [np.linspace(-1, 1, number)])) < CLEAR
    look: dict[str, Any] = {"ha": "center", "va": "center", "size": "small", "weight": 600}
    for index in np.argsort(-shares)[: np.count_nonzero(shares > SMALLEST)]:
        measure = axes.text(0, 0, names[index], **look)
        box = measure.get_window_extent()
        measure.remove()
        size = tuple(int((side + 2 * MARGIN) / cell) + 1 for side in (box.height, box.width))
        own = (classes == index) & ~taken
        depth = distance_transform_edt(np.pad(own, 1))[1:-1, 1:-1]
        heart = np.unravel_index(depth.argmax(), depth.shape)
        room = has_room(own, size)
        inside = bool(room.any())
        if inside:
            place = np.unravel_index((depth * room).argmax(), depth.shape)
        else:
            room = has_room(ground & ~taken, size)
            away = np.hypot(*(np.indices(room.shape) - np.array(heart)[:, None, None]))
            place = np.unravel_index(np.where(room, away, np.inf).argmin(), room.shape)
        (y, x), (to_y, to_x) = (half * (2 * np.array(one) / (number - 1) - 1)
                                for one in (place, heart))  # fmt: skip
        line = None if inside else {"arrowstyle": "-", "shrinkB": 0, "color": style.foreground}
        axes.annotate(names[index], (to_x, to_y), (x, y), arrowprops=line, **look)
        top, left = (max(one - side // 2, 0) for one, side in zip(place, size, strict=True))
        taken[top : top + size[0], left : left + size[1]] = True


def has_room(free: np.ndarray, size: tuple[int, ...]) -> np.ndarray:
    """Where the middle of a box of so many rows and columns can lie with only free points in it."""
    return minimum_filter(free, size=size, mode="constant", cval=False)


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
