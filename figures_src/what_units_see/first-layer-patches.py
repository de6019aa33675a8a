"""First-layer filters beside the nine places in photographs that excite each most."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from figures_src.what_units_see.filter_pictures import metrics_of, stretched, units_spread
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.picture_grid import canvas, fit, heading, picture
from site_lib.drawing.tables import columns
from site_lib.drawing.words import described
from site_lib.records.measurement import Result
from site_lib.statistics.intervals import bootstrap

# Lengths in units of a patch's side.
LINE = 0.06
GRID = 3 + 2 * LINE
FILTER = 1.05
BETWEEN, HEADING = 0.25, 0.7
SHOWN = {"lite": 4, "student": 8, "random": 4}  # half of them where there is less room
TITLES = {
    "lite": "EfficientNet-Lite0: filters of 3 × 3 pixels, framed in the patches",
    "student": "plain network: filters of 11 × 11 pixels, as large as the patches",
    "random": "control: the plain network's filters before training",
}


def draw(lite: Result, student: Result, lite_tuning: Result, student_tuning: Result, *,
         style: Style) -> Figure:  # fmt: skip
    """Rows of filters, each beside (on a phone: above) its nine patches."""
    figure, axes = canvas(style)
    per_row = style.pick(wide=4, narrow=2)
    wide, high = style.pick(wide=(FILTER + 2 * LINE + GRID, GRID),
                            narrow=(GRID, FILTER + LINE + GRID))  # fmt: skip
    shown = {name: number // style.pick(wide=1, narrow=2) for name, number in SHOWN.items()}
    bottom = 0.0
    for name, result, tuning in (
        ("lite", lite, lite_tuning), ("student", student, student_tuning),
        ("random", student, student_tuning),
    ):  # fmt: skip
        bottom = heading(axes, 0, bottom, TITLES[name], height=HEADING)
        kind = "random" if name == "random" else "trained"
        for index, unit in enumerate(units_spread(tuning, kind, shown[name])):
            row, column = divmod(index, per_row)
            place = column * (wide + BETWEEN), bottom + row * (high + BETWEEN)
            draw_unit(axes, result, kind, unit, *place, style)
        bottom += -(-shown[name] // per_row) * (high + BETWEEN)
    fit(figure, axes, per_row * (wide + BETWEEN) - BETWEEN, bottom - BETWEEN, margin=LINE)
    return figure


def draw_unit(axes: Axes, result: Result, kind: str, unit: int, left: float, top: float,
              style: Style) -> None:  # fmt: skip
    """A filter and its patches; a frame around the field where a patch shows more."""
    filters = stretched(result[f"{kind}_filters"][0])
    down = style.pick(wide=(GRID - FILTER) / 2, narrow=0)
    picture(axes, filters[unit], left, top + down, FILTER)
    x, y = style.pick(wide=(left + FILTER + 2 * LINE, top), narrow=(left, top + FILTER + LINE))
    patches = result[f"{kind}_patches"][0][unit]
    side, field = patches.shape[1], filters.shape[1]
    for rank, (patch, corner) in enumerate(
        zip(patches, result[f"{kind}_fields"][0][unit], strict=True)
    ):
        row, column = divmod(rank, 3)
        at = x + column * (1 + LINE), y + row * (1 + LINE)
        picture(axes, patch, *at)
        if field < side:
            first = at[0] + corner[1] / side, at[1] + corner[0] / side
            for colour, width in (("black", 2.2), ("white", 1.0)):
                axes.add_patch(Rectangle(first, field / side, field / side, fill=False,
                                         edgecolor=colour, linewidth=width, zorder=4))  # fmt: skip


def describe(lite: Result, student: Result, lite_tuning: Result,
             student_tuning: Result) -> Description:  # fmt: skip
    named = {"lite": ("efficientnet_lite0", lite, lite_tuning),
             "plain": ("student", student, student_tuning)}  # fmt: skip
    numbers: dict[str, Any] = {}
    rows = []
    for key, (model, result, tuning) in named.items():
        numbers[key] = metrics_of(result, f"{model}_patches")
        for kind in ("trained", "random"):
            apart = orientations_apart(result, tuning, kind)
            numbers[key][kind] = {
                "num_oriented": len(apart),
                "apart": float(np.median(apart)),
                "ends": list(bootstrap(apart, np.median, seed=0)),
            }
            rows += patch_rows(result, model, kind, numbers[key]["sources"])
    numbers["photographs"] = len(numbers["plain"]["sources"])
    return described(__file__, numbers, table=columns(rows))


def orientations_apart(result: Result, tuning: Result, kind: str) -> np.ndarray:
    """Degrees, 0 to 90, between the best grating and the edges in the patches; oriented filters."""
    oriented = tuning[f"{kind}_group"][0] == "oriented"
    apart = result[f"{kind}_edge_orientation"][0] - tuning[f"{kind}_orientation"][0]
    return np.abs((apart[oriented] + 90) % 180 - 90)


def patch_rows(result: Result, model: str, kind: str, sources: list[str]) -> list[dict[str, Any]]:
    """Where each patch is from, and how strongly its filter answered."""
    arrays = (result[f"{kind}_{name}"][0] for name in ("sources", "boxes", "scores"))
    return [
        {"network": model, "weights": kind, "filter": unit, "rank": rank, "source": sources[source],
         "top": top, "left": left, "size": size, "response": response}
        for unit, of_unit in enumerate(zip(*(array.tolist() for array in arrays), strict=True))
        for rank, (source, (top, left, size), response) in enumerate(zip(*of_unit, strict=True), 1)
    ]  # fmt: skip


if __name__ == "__main__":
    run_drawing(draw, describe)
