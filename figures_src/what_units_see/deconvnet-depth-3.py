"""Units of depth 3: their nine best patches, and the way back to the pixels."""

from matplotlib.figure import Figure

from site_lib.drawing import Description, run_drawing
from site_lib.figure_style import Style
from site_lib.mosaics import describe_depth, draw_depth
from site_lib.provenance import Result

DEPTH = 3
SEEN = (
    "Arcs of coins, rows of bars, patches of green, points of light; "
    "gratings in EfficientNet-Lite0."
)


def draw(student: Result, lite: Result, *, style: Style) -> Figure:
    return draw_depth(student, lite, DEPTH, style)


def describe(student: Result, lite: Result) -> Description:
    return describe_depth(student, lite, DEPTH, SEEN)


if __name__ == "__main__":
    run_drawing(draw, describe)
