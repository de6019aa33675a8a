"""Units of one depth: their nine best patches, and the way back to the pixels."""

from matplotlib.figure import Figure

from figures_src.what_units_see.mosaics import describe_depth, draw_depth
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.records.measurement import Result

# What a person makes of the units, for readers who do not see the mosaics.
SEEN = {
    1: "Patches of one colour, and edges, each beside a filter-like blob or bar.",
    2: "Patches of green, stripes, and edges of one side; "
    "corners, stars and stripes in EfficientNet-Lite0.",
    3: "Arcs of coins, rows of bars, patches of green, points of light; "
    "gratings in EfficientNet-Lite0.",
    4: "Rings and coins, points of light, gravel, fur; "
    "arcs of coins and wheels in EfficientNet-Lite0.",
    5: "Coins and rings, points of light, gravel; muzzles, legs and cars in EfficientNet-Lite0.",
}


def draw(student: Result, lite: Result, *, depth: int, style: Style) -> Figure:
    return draw_depth(student, lite, depth, style)


def describe(student: Result, lite: Result, *, depth: int) -> Description:
    return describe_depth(student, lite, depth, SEEN[depth])


if __name__ == "__main__":
    run_drawing(draw, describe)
