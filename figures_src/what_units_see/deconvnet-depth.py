"""Units of one depth: their nine best patches, and the way back to the pixels."""

from typing import Any

from matplotlib.figure import Figure

from figures_src.what_units_see.mosaics import draw_mosaics, patch_rows
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.tables import columns
from site_lib.drawing.words import described, layer_label
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
    """The plain network's units of a depth above those of EfficientNet-Lite0."""
    block = layer_label(lite.numbers["layers"][depth - 1])
    blocks = [
        (f"plain network, layer {depth}", student, depth),
        (f"EfficientNet-Lite0, {block}", lite, depth),
    ]
    return draw_mosaics(blocks, style=style)


def describe(student: Result, lite: Result, *, depth: int) -> Description:
    results = {"student": student, "efficientnet_lite0": lite}
    plain, lite0 = (numbers_of(result, name, depth) for name, result in results.items())
    rows = (
        row
        for name, result in results.items()
        for row in patch_rows(result, depth, name, result.metrics[f"{name}_sources"])
    )
    numbers = {"depth": depth, "seen": SEEN[depth], "plain": plain, "lite0": lite0}
    return described(__file__, numbers, table=columns(rows))


def numbers_of(result: Result, name: str, depth: int) -> dict[str, Any]:
    """What is said of a network at a depth."""
    return {
        "layer": result.numbers["layers"][depth - 1],
        "shown": len(result[f"depth_{depth}_units"]),
        "units": result.metrics[f"{name}_num_channels"][depth - 1],
        "side": result.numbers["patch_sides"][depth - 1],
        "crops": result.metrics[f"{name}_num_crops"],
        "photographs": len(result.metrics[f"{name}_sources"]),
        "noisy": result.numbers["num_noisy"],
    }


if __name__ == "__main__":
    run_drawing(draw, describe)
