"""All photographs, each near those that the last layer answers to alike, and a control."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.picture_grid import canvas, fit, heading
from site_lib.drawing.words import described
from site_lib.records.measurement import Result

# Categories of one colour, in the order of the colours of a series.
FAMILIES = {
    "animals": {"fish", "mammal", "bird", "other animal"},
    "buildings": {"building or monument", "dam"},
    "things of the hand": {"household object", "measuring device", "hand tool"},
    "landscapes": {"landscape", "solar power", "windmill"},
}
KINDS = {"trained": "Trained", "shuffled": "The same weights, shuffled"}
HEADING, BETWEEN = 0.7, 0.5
# Around each photograph, in its own pixels.
FRAME, SPACE = 4, 1


def draw(result: Result, *, style: Style) -> Figure:
    """One map below the other; the frames of photographs tell families of categories."""
    figure, axes = canvas(style)
    columns = style.pick(wide=19, narrow=12)
    top = key(axes, columns, style)
    for kind, title in KINDS.items():
        below = heading(axes, 0, top, title, height=HEADING * style.pick(wide=1, narrow=1.1))
        top = below + draw_map(axes, result, kind, columns, below, style) + BETWEEN
    fit(figure, axes, columns, top - BETWEEN, margin=0)
    return figure


def key(axes: Axes, columns: int, style: Style) -> float:
    """What the colours of the frames mean, in a row above the maps; its height."""
    starts = columns * np.array(style.pick(wide=[0, 0.17, 0.36, 0.62], narrow=[0, 0.24, 0.5, 0.75]))
    names = style.pick(wide=[*FAMILIES], narrow=["animals", "buildings", "things", "landscapes"])
    for start, name, colour in zip(starts, names, style.series, strict=False):
        axes.plot(start + 0.25, 0.35, "s", color=colour, ms=7, clip_on=False)
        axes.text(start + 0.6, 0.35, name, va="center")
    return HEADING + 0.2


def draw_map(
    axes: Axes, result: Result, kind: str, columns: int, top: float, style: Style
) -> float:
    """A map on a grid, as one picture; returns its height in rows."""
    cells = on_grid(points(result, kind), columns)
    rows, cell = int(cells[:, 1].max()) + 1, result["thumbnails"].shape[1] + 2 * (FRAME + SPACE)
    picture = np.tile(as_bytes(style.background), (rows * cell, columns * cell, 1))
    for (x, y), pixels, category in zip(
        cells, result["thumbnails"], result["categories"], strict=True
    ):
        colour = style.series[[category in family for family in FAMILIES.values()].index(True)]
        place = picture[y * cell : (y + 1) * cell, x * cell : (x + 1) * cell]
        place[SPACE:-SPACE, SPACE:-SPACE] = as_bytes(colour)
        place[SPACE + FRAME : -SPACE - FRAME, SPACE + FRAME : -SPACE - FRAME] = pixels
    axes.imshow(picture, extent=(0, columns, top + rows, top))
    return rows


def as_bytes(colour: str) -> np.ndarray:
    """Red, green and blue of a colour: (3,) uint8."""
    return np.round(255 * np.array(to_rgb(colour))).astype(np.uint8)


def points(result: Result, kind: str) -> np.ndarray:
    """Where the first network of a kind puts the photographs: (N, 2)."""
    return result[f"{result.numbers['models'][0]}_{kind}_map"][0]


def on_grid(places: np.ndarray, columns: int) -> np.ndarray:
    """A cell of its own for each point, with the least way to go in all: (N, 2), column and row."""
    rows = -(-len(places) // columns)
    cells = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), axis=-1).reshape(-1, 2)
    # Ranks fill the grid evenly, whatever the spread of the points.
    ranks = places.argsort(axis=0).argsort(axis=0) / (len(places) - 1)
    ways = cdist(ranks * [columns - 1, rows - 1], cells, "sqeuclidean")
    return cells[linear_sum_assignment(ways)[1]]


def describe(result: Result) -> Description:
    categories = result["categories"]
    _, counts = np.unique(categories, return_counts=True)
    chance = float((counts * (counts - 1)).sum() / len(categories) / (len(categories) - 1))
    alike = {kind: neighbours_alike(points(result, kind), categories) for kind in KINDS}
    numbers = {
        "alike": alike,
        "by_chance": chance * len(categories),
        "chance_share": chance,
    }
    table = {"photograph": result["names"].tolist(), "category": categories.tolist()}
    for kind in KINDS:
        for axis, values in zip("xy", points(result, kind).T, strict=True):
            table[f"{axis}_{kind}"] = values.tolist()
    return described(__file__, result.numbers | numbers, table=table)


def neighbours_alike(places: np.ndarray, categories: np.ndarray) -> int:
    """How many points have a nearest neighbour of their own category."""
    distances = cdist(places, places)
    np.fill_diagonal(distances, np.inf)
    return int((categories[distances.argmin(axis=1)] == categories).sum())


if __name__ == "__main__":
    run_drawing(draw, describe)
