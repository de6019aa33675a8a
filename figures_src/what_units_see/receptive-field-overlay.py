"""The receptive fields of six depths, drawn on one photograph."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from site_lib.data.photographs import photograph
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style, bare
from site_lib.drawing.galleries import encoded
from site_lib.drawing.states import states, strip
from site_lib.drawing.words import described, layer_label
from site_lib.records.measurement import Result
from site_lib.records.published_files import FRAMES, STATES

SHOWN = (2, 4, 6, 9, 12, 15)
# Outside what drives the unit the photograph keeps this share of its brightness.
FLOOR = 0.4
LIGHT_SIDE = 112  # of the light of one depth, in the file for the page's slider


def draw(result: Result, *, style: Style) -> Figure:
    rows, columns = style.pick(wide=(2, 3), narrow=(3, 2))
    figure = style.figure(height=rows * (style.width / columns + 0.32))
    for axes, block in zip(figure.subplots(rows, columns).flat, SHOWN, strict=True):
        draw_panel(axes, result, block)
    return figure


def draw_panel(axes: Axes, result: Result, block: int) -> None:
    """Photograph lit where gradients come from, with both fields outlined."""
    index = block + 1  # after the stem
    light = FLOOR + (1 - FLOOR) * glow(result["shown_energy"][index])
    axes.imshow(result["photograph"] / 255 * light[..., None])
    top, left, side = result["shown_field"][index]
    theoretical = result["theoretical"][index]
    corner = result["centre"][index] - theoretical / 2
    outline(axes, corner, corner, theoretical, (0, (4, 3)))
    outline(axes, left - 0.5, top - 0.5, side, "solid")
    axes.set_title(f"block {block}: {side} of {theoretical} px")
    bare(axes)


def outline(axes: Axes, left: float, top: float, side: float, line: str | tuple) -> None:
    """Square outline that shows on any background: a light line on a dark one."""
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


def describe(result: Result) -> Description:
    chosen = [block + 1 for block in SHOWN]  # after the stem
    sides = result["shown_field"][chosen, 2].tolist()
    theoretical = result["theoretical"][chosen].tolist()
    listed = {"blocks": SHOWN, "sides": sides, "theoretical": theoretical}
    numbers = {name: ", ".join(map(str, values)) for name, values in listed.items()}
    told = {"credit": photograph(result.numbers["photographs"][0]).credit}
    layers = result["layers"][chosen].tolist()
    table = {"layer": layers, "effective": sides, "theoretical": theoretical}
    folder = every_depth(result)
    return described(__file__, result.numbers | numbers | told, table=table, folder=folder)


def every_depth(result: Result) -> dict[str, bytes]:
    """For the page's slider: the photograph, the light of every depth, and both its squares.

    A square is (left, top, side) in pixels of the photograph.
    """
    lights = [FLOOR + (1 - FLOOR) * glow(energy) for energy in result["shown_energy"]]
    corners = result["centre"] - result["theoretical"] / 2
    top, left, side = result["shown_field"].T
    return {
        "photograph.webp": encoded(result["photograph"], "webp", quality=80, method=6),
        FRAMES: strip([*np.round(255 * np.stack(lights)).astype(np.uint8)], height=LIGHT_SIDE),
        STATES: states(
            side=len(result["photograph"]),
            percent=result.numbers["energy_percent"],
            layers=[layer_label(layer) for layer in result["layers"].tolist()],
            theoretical=np.stack([corners, corners, result["theoretical"]], axis=1),
            effective=np.stack([left - 0.5, top - 0.5, side], axis=1),
        ),
    }


if __name__ == "__main__":
    run_drawing(draw, describe)
