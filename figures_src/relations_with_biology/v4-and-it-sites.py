"""Sites of V4 and IT against the layers of VGG-16: fits by others, redrawn."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from site_lib.drawing.curves import banded
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described
from site_lib.records.measurement import Result

AREAS = ("V4", "IT")
HIGHEST = 0.75


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=4.2, narrow=7.4))
    above, below = style.two_axes(figure, wide=(1.35, 1), narrow=(1.35, 1))
    colours = dict(zip(AREAS, (style.series[2], style.series[3]), strict=True))
    for area, colour in colours.items():
        draw_area(above, result, area, colour)
        draw_shares(below, result, area, style, colour)
    names = [layer.replace("_", ".") for layer in result["layers"].tolist()]
    shown = [index for index, name in enumerate(names) if name.startswith("pool") or name == "fc7"]
    for axes in (above, below):
        axes.set_xticks(shown, [names[index] for index in shown], rotation=45, ha="right")
        axes.set_xlabel("layer of VGG-16")
    above.set(title="How well a layer predicts sites", ylim=(0, HIGHEST))
    above.set_ylabel("correlation, median site")
    above.text(
        0.02, 0.2, "fits by Bonnen et al. (2021)", transform=above.transAxes, size="small",
        color=style.muted,
    )  # fmt: skip
    below.set(title="Each site’s best layer", ylabel="share of sites (%)", ylim=(0, None))
    return figure


def draw_area(axes: Axes, result: Result, area: str, colour: str) -> None:
    """The median over sites with its interval, and where it is highest."""
    curve, (low, high) = result[f"{area}_median"], result[f"{area}_interval"]
    best = int(result[f"{area}_best"])
    banded(axes, curve, low, high, alpha=0.18, color=colour, lw=2.4)
    axes.plot([best], [curve[best]], "o", ms=9, color=colour, mew=0)
    first, last = result[f"{area}_best_range"]
    height = 0.08 if area == "V4" else 0.04
    axes.plot([first, last], [height] * 2, color=colour, lw=3, solid_capstyle="round")
    axes.plot([best], [height], "o", ms=6, color=colour)
    axes.text(last + 0.6, height, f"{area} best here", color=colour, size="small", va="center")
    words = f"{area}, {int(result[f'{area}_num_sites'])} sites"
    x, y, side = {"V4": (0, 0.63, "left"), "IT": (len(curve) - 1, 0.67, "right")}[area]
    axes.text(x, y, words, ha=side, color=colour, weight=600)


def draw_shares(axes: Axes, result: Result, area: str, style: Style, colour: str) -> None:
    """Share of sites by their best layer."""
    share, (low, high) = 100 * result[f"{area}_share"], 100 * result[f"{area}_share_interval"]
    x = np.arange(len(share)) + (-0.2 if area == "V4" else 0.2)
    axes.bar(x, share, color=colour, width=0.4, alpha=0.8)
    axes.vlines(x, low, high, color=style.foreground, lw=0.8)


def describe(result: Result) -> Description:
    layers = result["layers"].tolist()
    numbers = {
        "later": int(result["later"]),
        "later_range": result["later_range"].tolist(),
        "num_layers": len(layers),
    }
    for area in AREAS:
        best = int(result[f"{area}_best"])
        first, last = (layers[index] for index in result[f"{area}_best_range"])
        numbers[area] = {
            "layer": layers[best],
            "first": first,
            "last": last,
            "r": float(result[f"{area}_median"][best]),
            "interval": result[f"{area}_interval"][:, best].tolist(),
            "num_sites": int(result[f"{area}_num_sites"]),
            "ceiling": float(result[f"{area}_ceiling"]),
        }
    table = {"layer": layers}
    for area in AREAS:
        table |= {
            f"{area.lower()}_median": result[f"{area}_median"].tolist(),
            f"{area.lower()}_low": result[f"{area}_interval"][0].tolist(),
            f"{area.lower()}_high": result[f"{area}_interval"][1].tolist(),
            f"{area.lower()}_share_best": result[f"{area}_share"].tolist(),
        }
    return described(__file__, result.numbers | numbers, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
