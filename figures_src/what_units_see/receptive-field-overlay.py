"""The receptive fields of six depths, drawn on one photograph."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from site_lib.data.photographs import photograph
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style, bare
from site_lib.records.measurement import Result

SHOWN = ("blocks.2", "blocks.4", "blocks.6", "blocks.9", "blocks.12", "blocks.15")
# Outside what drives the unit the photograph keeps this share of its brightness.
FLOOR = 0.4


def draw(result: Result, *, style: Style) -> Figure:
    rows, columns = (3, 2) if style.narrow else (2, 3)
    panel = style.width / columns
    figure = style.figure(height=rows * (panel + 0.32))
    for axes, layer in zip(figure.subplots(rows, columns).flat, SHOWN, strict=True):
        draw_panel(axes, result, layer)
    return figure


def draw_panel(axes: Axes, result: Result, layer: str) -> None:
    """Photograph lit where gradients come from, with both fields outlined."""
    index = index_of(result, layer)
    pixels = result["photograph"] / 255
    light = FLOOR + (1 - FLOOR) * glow(result["shown_energy"][index])
    axes.imshow(pixels * light[..., None])
    top, left, side = result["shown_field"][index]
    height, width = light.shape
    theoretical = result["theoretical"][index]
    corner = result["centre"][index] - theoretical / 2
    outline(axes, corner, corner, theoretical, dashed=True)
    outline(axes, left - 0.5, top - 0.5, side, dashed=False)
    axes.set(
        title=f"block {layer.split('.')[1]}: {side} of {theoretical} px",
        xlim=(-0.5, width - 0.5),
        ylim=(height - 0.5, -0.5),
    )
    axes.title.set_fontweight("normal")
    bare(axes)


def outline(axes: Axes, left: float, top: float, side: float, *, dashed: bool) -> None:
    """Square outline that shows on any background: a light line on a dark one."""
    line = (0, (4, 3)) if dashed else "solid"
    for colour, width in (("black", 2.6), ("white", 1.2)):
        axes.add_patch(Rectangle((left, top), side, side, fill=False, ec=colour, lw=width, ls=line))


def glow(energy: np.ndarray) -> np.ndarray:
    """Gradient energy as light in [0, 1]: local averages, compressed by a cube root."""
    reach = max(3, round(0.03 * len(energy))) | 1
    kernel = np.hanning(reach + 2)[1:-1]
    kernel /= kernel.sum()
    for axis in (0, 1):
        energy = np.apply_along_axis(np.convolve, axis, energy, kernel, mode="same")
    return np.cbrt(energy / energy.max())


def index_of(result: Result, layer: str) -> int:
    return int(np.flatnonzero(result["layers"] == layer)[0])


def describe(result: Result) -> Description:
    m = result.metrics
    chosen = [index_of(result, layer) for layer in SHOWN]
    sides = result["shown_field"][chosen, 2].tolist()
    theoretical = result["theoretical"][chosen].tolist()
    credit = photograph(m["shown"]).credit
    blocks = ", ".join(layer.split(".")[1] for layer in SHOWN)
    return Description(
        title="What the unit at the centre sees, at six depths",
        caption=(
            f"Central units of blocks {blocks} of EfficientNet-Lite0. The photograph is lit where "
            "the gradient of the units comes from (cube root of the energy; the rest at "
            f"{100 * FLOOR:.0f} % brightness). Solid: effective field, the smallest square with "
            f"{m['energy_percent']:.0f} % of the energy. Dashed: theoretical field, beyond "
            f"the frame from block 9 on. Photograph: {credit}."
        ),
        alt=(
            "Six copies of a photograph of a cat's face. A bright patch at the centre grows from "
            f"panel to panel: effective sides of {', '.join(map(str, sides))} pixels, against "
            f"theoretical sides of {', '.join(map(str, theoretical))}."
        ),
        table={"layer": list(SHOWN), "effective": sides, "theoretical": theoretical},
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
