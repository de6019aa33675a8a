"""Responses to a drifting grating by phase, and F1/F0 at every depth."""

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


def draw(result: Result, *, style: Style) -> Figure:
    figure, axes = panels(style)
    for name, layer in zip("abc", SHOWN, strict=True):
        draw_examples(axes[name], result, layer, style)
    axes["a"].set_ylabel("response")
    axes["b"].set_xlabel("phase of the grating, from the peak")
    draw_ratio(axes["d"], result, style)
    draw_share(axes["e"], result["complex"], result["layers"].tolist(), style)
    axes["e"].set_ylabel("complex units (%)")
    return figure


def draw_examples(axes: Axes, result: Result, layer: int, style: Style) -> None:
    for index, response in enumerate(result["example_phases"][layer]):
        closed = np.append(response, response[0])
        axes.plot(
            np.linspace(-180, 180, len(closed)), closed, color=style.trained, lw=1.4,
            alpha=(0.45, 0.7, 1.0)[index],
        )  # fmt: skip
    axes.set(xticks=[-180, 0, 180], yticks=[0, 1], ylim=(0, 1.05), xlim=(-180, 180))
    axes.set_xticklabels(["−180°", "0", "180°"])
    axes.set_title(layer_label(str(result["layers"][layer])), size="small")


def draw_ratio(axes: Axes, result: Result, style: Style) -> None:
    x = np.arange(len(result["layers"]))
    axes.axhline(1, color=style.muted, lw=0.8, ls=(0, (4, 3)))
    for text, height, side in (("simple", 1.04, "bottom"), ("complex", 0.96, "top")):
        axes.text(x[-1], height, text, color=style.muted, size="small", ha="right", va=side)
    axes.fill_between(
        x, result["ratio_low"][0], result["ratio_high"][0], color=style.trained, alpha=0.2, lw=0
    )
    random = result["ratio"][1:].mean(axis=0)
    axes.plot(x, random, color=style.random, marker="o", ms=3.5)
    axes.plot(x, result["ratio"][0], color=style.trained, marker="o", ms=3.5)
    axes.set(ylabel="F1 / F0", ylim=(0, 2.05))
    depth_ticks(axes, result["layers"].tolist(), 2)
    for kind, height in (("random weights", 0.36), ("trained", 0.12)):
        axes.text(
            -0.2, height, kind, weight=600,
            color=style.trained if kind == "trained" else style.random,
        )  # fmt: skip


def describe(result: Result) -> Description:
    m = result.metrics
    layers = [str(layer) for layer in result["layers"]]
    ratio, share = result["ratio"], 100 * result["complex"]
    random = share[1:].mean(axis=0)
    top, last = int(share[0].argmax()), layer_label(layers[-1])
    return Description(
        title="With training, deeper units stop caring where the bars are",
        caption=(
            "Above: responses of three units in each of three layers to their best grating as it "
            "drifts through one cycle, turned so that the peak is in the middle; units at the "
            "quartiles of their layer's F1/F0, low to high from faint to strong. Below: F1/F0 "
            "(median; band: middle half of the units; values above 2 count as 2) and the share of "
            f"units below 1, which physiologists call complex. {m['num_phases']} phases; responses "
            "are counted from that to a grey field; flat tops are ReLU6 at its limit. Blue: mean "
            f"of {m['num_random']} networks with random weights."
        ),
        alt=(
            "Response curves: single-peaked in the stem, flatter deeper. Median F1/F0, trained: "
            f"{ratio[0, 0]:.2f} in the stem, {ratio[0, -1]:.2f} in {last}. Complex units: "
            f"{share[0, 0]:.0f} per cent in the stem, {share[0, -1]:.0f} per cent in "
            f"{last}; with random weights {random[-1]:.0f} per cent."
        ),
        table={
            "layer": layers,
            **{
                f"{name}_{kind}": values.tolist()
                for name in ("ratio", "ratio_low", "ratio_high", "complex", "num_answering")
                for kind, values in (
                    ("trained", result[name][0]),
                    ("random_mean", result[name][1:].mean(axis=0)),
                )
            },
        },
        claims=[
            Claim(
                "complex-rises",
                f"In the stem {share[0, 0]:.0f} % of the units are complex by this measure, and "
                f"{share[0, top]:.0f} % in {layer_label(layers[top])}.",
                float(share[0, top] - share[0, 0]),
                at_least=20,
            ),
            Claim(
                "complex-random",
                f"With random weights the share goes from {random[0]:.0f} % in the stem to "
                f"{random[-1]:.0f} % in {last}; trained, it is {share[0, -1]:.0f} % there.",
                float(share[0, -1] - random[-1]),
                at_least=10,
            ),
            Claim(
                "simple-stem",
                f"The quarter of the stem's units with the lowest F1/F0 ends at "
                f"{result['ratio_low'][0, 0]:.2f}; half-wave rectification of a sine gives "
                "π/2 ≈ 1.57.",
                float(result["ratio_low"][0, 0]),
                at_least=1,
            ),
        ],
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
