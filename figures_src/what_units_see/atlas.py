"""The unit atlas: one picture and one entry for each unit, and all units at a glance."""

from collections.abc import Iterator
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.what_units_see.atlas_files import atlas_files
from figures_src.what_units_see.atlas_layers import FALSE_DISCOVERIES, Layer, layers_of
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.picture_grid import canvas, fit, heading, label
from site_lib.drawing.tables import columns
from site_lib.drawing.words import described, network_title
from site_lib.records.measurement import Result

SHOWN_PER_LAYER = 8
# Lengths in units of one tile's side.
GAP, LABEL, HEADING, BETWEEN = 0.08, 0.55, 0.75, 0.6
WIDTH = SHOWN_PER_LAYER * (1 + GAP) - GAP


def draw(*results: Result, style: Style) -> Figure:
    """The first units of every layer; the first network beside the others, on a phone above."""
    figure, axes = canvas(style)
    left = top = bottom = 0.0
    for number, (network, layers) in enumerate(layers_of(results).items()):
        if number == 1 and not style.narrow:
            left, top = WIDTH + BETWEEN, 0.0
        below = heading(axes, left, top, network_title(network), height=HEADING)
        top = draw_layers(axes, layers, left, below, style)
        bottom = max(bottom, top)
    fit(figure, axes, left + WIDTH, bottom, margin=0)
    return figure


def draw_layers(axes: Axes, layers: list[Layer], left: float, top: float, style: Style) -> float:
    """Under the name of each, synthesised images above best patches; returns where it ends."""
    for layer in layers:
        label(axes, left, top, layer.title, style.muted, height=LABEL)
        top += LABEL
        for row, tiles in enumerate((layer["synthesised"], layer["patches"][:, 0])):
            y = top + row * (1 + GAP / 2)
            for column, tile in enumerate(tiles[:SHOWN_PER_LAYER]):
                x = left + column * (1 + GAP)
                axes.imshow(tile, extent=(x, x + 1, y + 1, y))
        top += 2 + 2 * GAP
    return top


def describe(*results: Result) -> Description:
    networks = layers_of(results)
    layers = [layer for of_network in networks.values() for layer in of_network]
    facts = layers[0].facts
    number = sum(len(layer.holds) for layer in layers)
    numbers = {
        "number": number,
        "shown": sum(min(len(layer.holds), SHOWN_PER_LAYER) for layer in layers),
        "shown_per_layer": SHOWN_PER_LAYER,
        "layers": len(layers),
        "photographs": len(facts["sources"]),
        "testing": facts["num_testing"],
        "categories": len(facts["categories"]),
        "holding": sum(int(layer.holds.sum()) for layer in layers),
        "false_discoveries": FALSE_DISCOVERIES,
    }
    return described(
        __file__,
        numbers,
        table=columns(row for layer in layers for row in rows(layer)),
        folder=atlas_files(networks),
    )


def rows(layer: Layer) -> Iterator[dict[str, Any]]:
    """Where each patch comes from, and what goes with its unit."""
    for index, unit in enumerate(layer["units"].tolist()):
        patches = zip(
            layer.sources_of(index),
            layer["boxes"][index].tolist(),
            layer["scores"][index].tolist(),
            strict=True,
        )
        for rank, (source, (top, left, size), activation) in enumerate(patches, 1):
            yield {
                "network": layer.network,
                "layer": layer.name,
                "unit": unit,
                "rank": rank,
                "source": source,
                "top": top,
                "left": left,
                "size": size,
                "activation": activation,
                "category": layer.category_of(index),
                "area": float(layer["area"][index]),
                "p": float(layer["p_values"][index]),
                "holds": bool(layer.holds[index]),
            }


if __name__ == "__main__":
    run_drawing(draw, describe)
