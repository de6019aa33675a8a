"""The control: the same search and the same projection in the untrained plain network."""

from matplotlib.figure import Figure

from figures_src.what_units_see.mosaics import draw_mosaics, patch_rows
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.tables import columns
from site_lib.drawing.words import described
from site_lib.records.measurement import Result

DEPTHS = (2, 3, 5)


def draw(result: Result, *, style: Style) -> Figure:
    blocks = [(f"random weights, layer {depth}", result, depth) for depth in DEPTHS]
    return draw_mosaics(blocks, style=style)


def describe(result: Result) -> Description:
    shown = len(result["depth_2_units"])
    numbers = {
        "depths": ", ".join(map(str, DEPTHS)),
        "shown": shown,
        "all_shown": shown * len(DEPTHS),
    }
    sources = result.metrics["random_sources"]
    rows = (
        row
        for depth in DEPTHS
        for row in patch_rows(result, depth, f"random, layer {depth}", sources)
    )
    return described(__file__, result.numbers | numbers, table=columns(rows))


if __name__ == "__main__":
    run_drawing(draw, describe)
