"""All filters of the first layer, sorted by what they were measured to respond to."""

from matplotlib.figure import Figure

from figures_src.what_units_see import filter_pictures as filters
from figures_src.what_units_see.filter_pictures import BELOW, GAP, HEADING, PITCH, place, tiles
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.picture_grid import canvas, fit, heading
from site_lib.drawing.words import described
from site_lib.records.measurement import Result

GROUPS = {
    "oriented": "oriented edges",
    "spot": "spots and fine texture",
    "flat": "flat areas",
    "silent": "silent",
}
MEASURED = (
    "group", "orientation", "frequency", "colour", "selectivity", "edge_versus_flat", "amplitude",
    "flat_amplitude",
)  # fmt: skip
# In units of a filter's side: from the trained filters to the random ones beside them.
BETWEEN = 0.6


def draw(lite: Result, student: Result, *, style: Style) -> Figure:
    """Small filters above, large ones below; controls to the right, or below on a phone."""
    figure, axes = canvas(style)
    columns, control_columns = style.pick(wide=(10, 5), narrow=(8, 8))
    width = style.pick(wide=16 * PITCH + BETWEEN, narrow=8 * PITCH) - GAP
    start = bottom = heading(axes, 0, 0, "EfficientNet-Lite0, 3 × 3 pixels", height=HEADING)
    for group, words in GROUPS.items():
        if len(chosen := tiles(lite, "trained", group)):
            bottom = place(axes, f"trained: {words} ({len(chosen)})", chosen, 0, bottom, columns)
    left, top = style.pick(wide=(width + GAP - control_columns * PITCH, start), narrow=(0, bottom))
    random, random_large = (tiles(result, "random", *GROUPS) for result in (lite, student))
    end = place(axes, "random weights", random, left, top, control_columns)
    top = max(bottom, end) + BELOW
    top = heading(axes, 0, top, "plain network, 11 × 11 pixels", height=HEADING)
    chosen = tiles(student, "trained", *GROUPS)
    bottom = place(axes, "trained: edges, spots, flat areas", chosen, 0, top, 8)
    left, top = style.pick(wide=(8 * PITCH + BETWEEN, top), narrow=(0, bottom))
    bottom = place(axes, "random weights", random_large, left, top, 8)
    fit(figure, axes, width, bottom - BELOW - GAP, margin=GAP)
    return figure


def describe(lite: Result, student: Result) -> Description:
    results = {"efficientnet_lite0": lite, "student": student}
    small, large = (filters.metrics_of(result, name) for name, result in results.items())
    for numbers in (small, large):
        counts = [f"{numbers[f'num_{group}_trained']} {words}" for group, words in GROUPS.items()]
        numbers["counted"] = ", ".join(counts)
    table = filters.filter_table(results, MEASURED, num_networks=1)
    del table["seed"]
    return described(__file__, {"small": small, "large": large}, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
