"""Orientation tuning of single units, and its sharpness at every depth."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.relations_with_biology.depth_panels import depth_ticks, draw_share, panels
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import layer_label
from site_lib.records.claims import Claim
from site_lib.records.measurement import Result

SHOWN = (0, 4, 8)
# Half-width at half height of cells of macaque V1: half of the median full bandwidth of 40°
# given by De Valois, Yund & Hepler (1982); recalled, the paper was not at hand.
CORTEX = 20.0


def draw(result: Result, *, style: Style) -> Figure:
    figure, axes = panels(style)
    for name, layer in zip("abc", SHOWN, strict=True):
        draw_examples(axes[name], result, layer, style)
    axes["a"].set_ylabel("response")
    axes["b"].set_xlabel("orientation of the grating, from the best")
    draw_widths(axes["d"], result, style)
    draw_share(axes["e"], result["oriented"], result["layers"].tolist(), style)
    axes["e"].set_ylabel("oriented units (%)")
    return figure


def draw_examples(axes: Axes, result: Result, layer: int, style: Style) -> None:
    x = result["orientations"] - 90
    for index, curve in enumerate(result["example_curves"][layer]):
        axes.plot(
            np.append(x, 90), np.append(curve, curve[0]), color=style.trained, lw=1.4,
            alpha=(1.0, 0.7, 0.45)[index],
        )  # fmt: skip
    axes.set(xticks=[-90, 0, 90], yticks=[0, 1], ylim=(0, 1.05), xlim=(-90, 90))
    axes.set_xticklabels(["−90°", "0", "90°"])
    axes.set_title(layer_label(str(result["layers"][layer])), size="small")


def draw_widths(axes: Axes, result: Result, style: Style) -> None:
    x = np.arange(len(result["layers"]))
    axes.axhline(CORTEX, color=style.muted, lw=0.8, ls=(0, (4, 3)))
    axes.text(
        x[0] - 0.3, CORTEX - 0.8, "macaque V1", color=style.muted, size="small",
        va="top",
    )  # fmt: skip
    for kind, label, row in (("random", "random weights", 1), ("trained", "trained", 0)):
        colour = getattr(style, kind)
        middle = result["width"][1:].mean(axis=0) if row else result["width"][0]
        if not row:
            axes.fill_between(
                x, result["width_low"][0], result["width_high"][0], color=colour, alpha=0.2, lw=0
            )
        axes.plot(x, middle, color=colour, marker="o", ms=3.5, label=label)
    axes.set(ylabel="half-width (degrees)", ylim=(0, 70))
    depth_ticks(axes, result["layers"].tolist(), 2)
    axes.legend(loc="upper right", labelcolor="linecolor", prop={"weight": 600})


def describe(result: Result) -> Description:
    m = result.metrics
    layers = [str(layer) for layer in result["layers"]]
    width, oriented = result["width"], 100 * result["oriented"]
    deepest = len(layers) - 1
    random = width[1:].mean(axis=0)
    sharper = int((random < width[0]).sum())
    low, high = float(width[0].min()), float(width[0].max())
    return Description(
        title="Tuning to orientation sharpens with depth, and needs no training",
        caption=(
            "Above: tuning curves of three units in each of three layers of EfficientNet-Lite0, "
            "turned so that the best orientation is in the middle; those at the quartiles of their "
            "layer's half-width, sharp to broad from strong to faint. Below: half-width at half "
            "height of the oriented units (median; band: middle half of the units), and share of "
            f"units that are oriented. {m['num_gratings']} gratings of lightness; units at the "
            "centre of the map, after the depthwise convolution and its ReLU6. Blue: mean of "
            f"{m['num_random']} networks with random weights."
        ),
        alt=(
            "Nine tuning curves with a single peak. Median half-width, trained: from "
            f"{low:.0f} to {high:.0f} degrees; cells of macaque V1 about {CORTEX:.0f}. Share of "
            f"oriented units: {oriented[0, 0]:.0f} per cent in the stem, "
            f"{oriented[0, -1]:.0f} in {layer_label(layers[-1])}."
        ),
        table={
            "layer": layers,
            **{
                f"{name}_{kind}": values.tolist()
                for name in ("width", "width_low", "width_high", "oriented")
                for kind, values in (
                    ("trained", result[name][0]),
                    ("random_mean", result[name][1:].mean(axis=0)),
                )
            },
        },
        claims=[
            Claim(
                "orientation-sharpens",
                f"The median half-width of the oriented units falls from {width[0, 0]:.0f}° in "
                f"the stem to {width[0, -1]:.0f}° in {layer_label(layers[-1])}.",
                float(width[0, 0] - width[0, -1]),
                at_least=20,
            ),
            Claim(
                "orientation-random-sharper",
                f"With random weights it falls from {random[0]:.0f}° to {random[-1]:.0f}°, and is "
                f"smaller than after training in {sharper} of {m['num_layers']} layers.",
                float(sharper),
                at_least=len(layers) / 2,
            ),
            Claim(
                "orientation-shares",
                f"Oriented are {oriented[0, 0]:.0f} % of the units of the stem and "
                f"{oriented[0].min():.0f} to {oriented[0].max():.0f} % in the layers shown; with "
                f"random weights {oriented[1:].min():.0f} to {oriented[1:].max():.0f} %.",
                float(oriented[0, deepest]),
                at_least=20,
            ),
        ],
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
