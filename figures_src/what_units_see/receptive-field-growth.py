"""Growth of the receptive field with depth: arithmetic, gradients, and the random control."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.records.claims import Claim
from site_lib.records.measurement import Result

SIDES = (4, 16, 64, 224, 851)


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=4.0 if style.narrow else 4.2)
    axes = figure.subplots()
    depth = np.arange(len(result["layers"]))
    side = result.metrics["input_side"]
    axes.axhline(side, color=style.muted, lw=0.8, ls=(0, (4, 3)))
    axes.plot(
        depth,
        result["theoretical"],
        color=style.foreground,
        lw=1.4,
        marker="s",
        ms=3.5,
        label="theoretical",
    )
    for kind, label in (("random", "effective, random weights"), ("trained", "effective, trained")):
        sides, colour = result[kind], getattr(style, kind)
        axes.fill_between(
            depth, sides.min(axis=1), sides.max(axis=1), color=colour, alpha=0.22, lw=0
        )
        axes.plot(depth, sides.mean(axis=1), color=colour, marker="o", ms=4, label=label)
    axes.set(
        yscale="log",
        xlabel="block",
        ylabel="side of the field (pixels)",
        xlim=(-0.4, depth[-1] + 0.4),
        ylim=(2.5, 1100),
    )
    axes.yaxis.set_major_locator(FixedLocator(SIDES))
    axes.yaxis.set_major_formatter(FixedFormatter([str(tick) for tick in SIDES]))
    axes.yaxis.set_minor_locator(NullLocator())
    shown = [0, *range(1, len(depth), 4), depth[-1]]
    axes.set_xticks(shown, ["stem" if d == 0 else str(d - 1) for d in shown])
    axes.grid(axis="y")
    axes.text(0, side * 1.12, f"side of the image, {side}", color=style.muted, size="small")
    # The corner below the curves is free, and the order there is that of the curves.
    axes.legend(loc="lower right", labelcolor="linecolor", prop={"weight": 600})
    return figure


def describe(result: Result) -> Description:
    m = result.metrics
    layers = [str(layer) for layer in result["layers"]]
    low, high = result["trained"][-1].min(), result["trained"][-1].max()
    halfway = len(layers) // 2
    ratio = result["random"].mean(axis=1) / result["trained"].mean(axis=1)
    return Description(
        title="Receptive fields grow with depth, less than arithmetic allows",
        caption=(
            f"Side of the receptive field of every block of EfficientNet-Lite0. Theoretical: from "
            f"kernels and strides. Effective: the smallest square that holds "
            f"{m['energy_percent']:.0f} % of the squared gradient of the central units, mean over "
            f"{m['num_photographs']} photographs (bands: their full range); control: "
            f"{m['num_random_networks']} networks with random weights."
        ),
        alt=(
            f"Line plot on a logarithmic scale against {len(layers)} depths. The theoretical side "
            f"grows from {m['stem_theoretical']} to {m['last_theoretical']} pixels and passes the "
            f"image side of {m['input_side']} at {m['first_block_beyond_image']}. The effective "
            f"side of the trained network stays below, from 3 to "
            f"{m['last_effective_trained']:.0f} pixels; with random weights it is wider at "
            "almost every depth."
        ),
        table={
            "layer": layers,
            "theoretical": result["theoretical"].tolist(),
            **{
                f"effective_{kind}_{name}": function(result[kind], axis=1).tolist()
                for kind in ("trained", "random")
                for name, function in (("mean", np.mean), ("min", np.min), ("max", np.max))
            },
        },
        claims=[
            Claim(
                "receptive-field-last",
                f"On paper, the last block of EfficientNet-Lite0 sees "
                f"{m['last_theoretical']} pixels, {m['last_theoretical'] / m['input_side']:.1f} "
                "times the side of its image.",
                m["last_theoretical"] / m["input_side"],
                at_least=1,
            ),
            Claim(
                "receptive-field-effective-last",
                f"In fact, {m['energy_percent']:.0f} % of what drives its central units lies in a "
                f"square of {m['last_effective_trained']:.0f} pixels.",
                m["last_effective_trained"],
                at_most=m["input_side"] - 1,
                interval=(float(low), float(high)),
                interval_of="smallest and largest photograph",
            ),
            Claim(
                "receptive-field-trained-narrower",
                f"Training narrows the effective field in {m['num_layers_trained_narrower']} of "
                f"{m['num_layers']} layers; half-way up ({layers[halfway]}) the random network's "
                f"is {ratio[halfway]:.1f} times as wide.",
                m["num_layers_trained_narrower"],
                at_least=13,
            ),
        ],
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
