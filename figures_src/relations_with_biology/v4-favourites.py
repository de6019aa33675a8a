"""Photographs of the course to which six neurons of V4 should answer most, and least."""

import numpy as np
from matplotlib.figure import Figure

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.picture_grid import canvas, fit, heading, label, picture
from site_lib.drawing.words import described, layer_label
from site_lib.records.measurement import Result

GAP, ABOVE, BELOW, HEAD = 0.06, 0.30, 0.16, 0.45


def draw(result: Result, *, style: Style) -> Figure:
    figure, axes = canvas(style)
    number = style.pick(wide=(4, 4), narrow=(3, 2))
    scale = style.pick(wide=1.0, narrow=1.25)
    second = number[0] * (1 + GAP) + 4 * GAP
    heading(axes, 0, 0, "should answer most", height=HEAD * scale)
    heading(axes, second, 0, "least", height=HEAD * scale)
    top = HEAD * scale
    for neuron in range(len(result["shown_neuron"])):
        name, r = result["shown_neuron"][neuron], result["shown_r"][neuron]
        words = f"Monkey {name}: {layer_label(result['shown_layer'][neuron])}, r = {r:.2f}"
        label(axes, 0, top, words, style.foreground, height=ABOVE * scale)
        top += ABOVE * scale
        for part, left in enumerate((0, second)):
            for place in range(number[part]):
                pixels = result["shown_pixels"][neuron, part, place]
                rate = result["shown_rates"][neuron, part, place]
                x = left + place * (1 + GAP)
                picture(axes, pixels, x, top)
                label(axes, x, top + 1, f"{max(rate, 0):.1f}", style.muted, height=BELOW * scale)
        top += 1 + BELOW * scale + GAP
    fit(figure, axes, second + number[1] * (1 + GAP) - GAP, top, margin=0.04)
    return figure


def describe(result: Result) -> Description:
    names, rates = result["shown_names"], result["shown_rates"]
    size, _, places = names.shape
    numbers = {
        "num_shown_neurons": size,
        "r": (result["shown_r"].min(), result["shown_r"].max()),
    }
    columns = {
        "neuron": np.repeat(result["shown_neuron"], 2 * places).tolist(),
        "layer": np.repeat(result["shown_layer"], 2 * places).tolist(),
        "answer": np.tile(np.repeat(["most", "least"], places), size).tolist(),
        "photograph": names.ravel().tolist(),
        "predicted_spikes_in_100_ms": rates.ravel().tolist(),
    }
    return described(__file__, result.numbers | numbers, table=columns)


if __name__ == "__main__":
    run_drawing(draw, describe)
