"""Mosaics in the arrangement of Zeiler & Fergus (2014): projections beside their patches."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from site_lib.drawing.figure import Description
from site_lib.drawing.figure_style import Style, bare
from site_lib.records.measurement import Result

# Lengths in units of one tile's side.
LINE = 0.06
BETWEEN = 0.25
HEADING = 0.62
BELOW = 0.45


def draw_mosaics(blocks: list[tuple[str, Result, int]], *, style: Style, per_row: int) -> Figure:
    """Mosaics of several networks, one below the other.

    blocks: heading, result and depth of each.   per_row: units side by side.
    """
    figure = style.figure(height=1, layout=None)
    axes = figure.add_axes((0, 0, 1, 1))
    bare(axes)
    pair = 6 + 4 * LINE + BETWEEN
    width = per_row * pair + (per_row - 1) * 2.2 * BETWEEN
    top = 0.0
    for heading, result, depth in blocks:
        axes.text(0, top + HEADING / 2, heading, va="center", weight=600)
        top += HEADING
        units = result[f"depth_{depth}_units"]
        for index, unit in enumerate(units):
            row, column = divmod(index, per_row)
            left = column * (pair + 2.2 * BETWEEN)
            above = top + row * (3 + 2 * LINE + BELOW + HEADING)
            axes.text(left, above + HEADING / 2, f"unit {unit}", va="center", color=style.muted,
                      size="small")  # fmt: skip
            grid(axes, result[f"depth_{depth}_projections"][index], left, above + HEADING)
            grid(axes, result[f"depth_{depth}_patches"][index], left + 3 + 2 * LINE + BETWEEN,
                 above + HEADING)  # fmt: skip
        rows = -(-len(units) // per_row)
        top += rows * (3 + 2 * LINE + BELOW + HEADING)
    axes.set(xlim=(-BETWEEN, width + BETWEEN), ylim=(top, -BETWEEN / 2))
    figure.set_figheight(style.width * (top + BETWEEN / 2) / (width + 2 * BETWEEN))
    return figure


def grid(axes: Axes, tiles: np.ndarray, left: float, top: float) -> None:
    """Nine tiles (9, H, W, 3) as three rows of three."""
    for index, tile in enumerate(tiles):
        row, column = divmod(index, 3)
        x, y = left + column * (1 + LINE), top + row * (1 + LINE)
        axes.imshow(tile, extent=(x, x + 1, y + 1, y), interpolation="lanczos")


def unit_table(result: Result, depth: int, network: str, sources: list[str]) -> dict[str, list]:
    """One row per patch: where it comes from and how strongly the unit answered."""
    units = result[f"depth_{depth}_units"]
    table: dict[str, list] = {
        name: []
        for name in ("network", "unit", "rank", "source", "top", "left", "size", "activation")
    }
    for row, unit in enumerate(units.tolist()):
        for rank in range(9):
            top, left, size = result[f"depth_{depth}_boxes"][row, rank].tolist()
            source = sources[int(result[f"depth_{depth}_sources"][row, rank])]
            activation = float(result[f"depth_{depth}_scores"][row, rank])
            values = (network, unit, rank + 1, source, top, left, size, activation)
            for column, value in zip(table.values(), values, strict=True):
                column.append(value)
    return table


def draw_depth(student: Result, lite: Result, depth: int, style: Style) -> Figure:
    """The student's units of a depth above those of EfficientNet-Lite0."""
    layer = lite.metrics["efficientnet_lite0_layers"][depth - 1]
    blocks = [
        (f"plain network, layer {depth}", student, depth),
        (f"EfficientNet-Lite0, block {layer.split('.')[1]}", lite, depth),
    ]
    return draw_mosaics(blocks, style=style, per_row=1 if style.narrow else 3)


def describe_depth(student: Result, lite: Result, depth: int, seen: str) -> Description:
    """Words for a depth; ``seen`` says what a person makes of the units."""
    numbers = {
        name: (
            result.metrics[f"{name}_num_units"][depth - 1],
            result.metrics[f"{name}_patch_sides"][depth - 1],
            len(result[f"depth_{depth}_units"]),
        )
        for name, result in (("student", student), ("efficientnet_lite0", lite))
    }
    (all_units, side, shown), (all_lite, side_lite, shown_lite) = numbers.values()
    layer = lite.metrics["efficientnet_lite0_layers"][depth - 1]
    crops = student.metrics["student_num_crops"]
    tables = [
        unit_table(student, depth, "student", student.metrics["student_sources"]),
        unit_table(lite, depth, "efficientnet_lite0", lite.metrics["efficientnet_lite0_sources"]),
    ]
    return Description(
        title=f"What excites units at depth {depth}",
        caption=(
            f"Right of each pair: the nine patches, among {crops} crops of "
            f"{len(student.metrics['student_sources'])} photographs, that excite a unit most. "
            "Left: where in them its activation comes from. "
            f"Above, {shown} of {all_units} units of layer {depth} of the plain network, patches "
            f"of {side} pixels, projected by the deconvnet; below, {shown_lite} of {all_lite} "
            f"units of block {layer.split('.')[1]} of EfficientNet-Lite0, {side_lite} pixels, "
            "guided gradient averaged over "
            f"{lite.metrics['efficientnet_lite0_num_noisy']} noisy copies. "
            "Units chosen by their selectivity, not by eye. Zero is mid-grey, each projection at "
            "its own contrast. The data name the source of every patch."
        ),
        alt=(
            f"Mosaics of three by three tiles for {shown} units of the plain network and "
            f"{shown_lite} of EfficientNet-Lite0, projections beside photographs. {seen}"
        ),
        table={key: [*tables[0][key], *tables[1][key]] for key in tables[0]},
    )
