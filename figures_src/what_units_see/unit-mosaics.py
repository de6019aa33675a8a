"""Units of one depth and the nine photographs that excite each most."""

from functools import partial

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.what_units_see.mosaics import draw_mosaics, patch_rows
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.picture_grid import label
from site_lib.drawing.tables import columns
from site_lib.drawing.words import described
from site_lib.records.measurement import Result

HEADING = 0.36
# What a person makes of the units, for readers who do not see the mosaics.
SEEN = {
    1: "Edges between two colours, such as blue above brown, or a single colour, or fine texture.",
    2: "A dark disc in a light ring: eyes, rivets, the letter O. Lattices, columns, yellow edges.",
    3: "Something upright before a plain ground: minarets, a digit, a goose. Red; rounded corners.",
    4: "Rings and rims, handles, spokes before the sky; faces of mammals; eyes of fish and cats.",
    5: "Arches, lattice towers, faces of apes and dogs, rims of gauges, handles of scissors.",
}


def draw(result: Result, *, depth: int, style: Style) -> Figure:
    title = partial(name_unit, result[f"depth_{depth}_units"], style)
    return draw_mosaics(result[f"depth_{depth}_patches"], title, style=style)


def name_unit(units, style: Style, axes: Axes, index: int, left: float, top: float) -> float:
    """Its number; returns where it ends."""
    height = HEADING * style.pick(wide=1, narrow=1.2)
    label(axes, left, top, f"unit {units[index]}", style.muted, height=height)
    return top + height


def describe(result: Result, *, depth: int) -> Description:
    (model, facts), prefix = *result.metrics.items(), f"depth_{depth}_"
    of_depth = {
        name.removeprefix(prefix): array
        for name, array in result.arrays.items()
        if name.startswith(prefix)
    }
    numbers = {
        "depth": depth,
        "seen": SEEN[depth],
        "layer": result.numbers["layers"][depth - 1],
        "side": result.numbers["patch_sides"][depth - 1],
        "shown": len(of_depth["units"]),
        "units": facts["num_channels"][depth - 1],
        "photographs": facts["num_photographs"],
        "crops": facts["num_crops"],
    }
    rows = patch_rows(of_depth, model, facts["sources"])
    return described(__file__, numbers, table=columns(rows))


if __name__ == "__main__":
    run_drawing(draw, describe)
