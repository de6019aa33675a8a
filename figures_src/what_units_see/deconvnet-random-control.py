"""The control: the same search and the same projection in the untrained plain network."""

from matplotlib.figure import Figure

from figures_src.what_units_see.mosaics import draw_mosaics, unit_table
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.records.measurement import Result

DEPTHS = (2, 3, 5)


def draw(result: Result, *, style: Style) -> Figure:
    blocks = [(f"random weights, layer {depth}", result, depth) for depth in DEPTHS]
    return draw_mosaics(blocks, style=style, per_row=1 if style.narrow else 3)


def describe(result: Result) -> Description:
    m = result.metrics
    shown = len(result["depth_2_units"])
    tables = [
        unit_table(result, depth, f"random, layer {depth}", m["random_sources"]) for depth in DEPTHS
    ]
    return Description(
        title="The same in a network that was never trained",
        caption=(
            f"{shown} units each of layers {', '.join(map(str, DEPTHS))} of the plain network with "
            f"random weights, chosen, searched ({m['random_num_crops']} crops) and projected "
            "by the same rules as the trained ones."
        ),
        alt=(
            f"Mosaics of {shown * len(DEPTHS)} units. The projections are noise, in which faint "
            "outlines of the photographs appear at the deeper layers; the patches share contrast "
            "or colour, not form."
        ),
        table={key: [cell for table in tables for cell in table[key]] for key in tables[0]},
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
