"""Receptive fields of blocks in degrees of visual angle, beside those of visual areas."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import layer_label
from site_lib.records.claims import Claim
from site_lib.records.measurement import Result

# Diameter over eccentricity in macaques, Freeman & Simoncelli (2011); recalled, not at hand.
SLOPES = {"V1": 0.21, "V2": 0.46, "V4": 0.84}
# Extremes in area TE, Op de Beeck & Vogels (2000); seen in a source that quotes them.
IT_RANGE = (2.8, 26.0)
TICKS = (0.1, 0.3, 1, 3, 10, 30)


def draw(result: Result, *, style: Style, degrees: float, eccentricity: float) -> Figure:
    figure = style.figure(height=4.6 if style.narrow else 4.2)
    axes = figure.subplots()
    depth = np.arange(len(result["layers"]))
    per_pixel = degrees / result.metrics["input_side"]
    for name, slope in SLOPES.items():
        level = slope * eccentricity
        axes.axhline(level, color=style.muted, lw=0.8, ls=(0, (4, 3)))
        axes.text(depth[-1] + 0.6, level, name, color=style.muted, va="center", weight=600)
    axes.axhspan(*IT_RANGE, color=style.faint, alpha=0.6, lw=0, zorder=0)
    axes.text(
        depth[-1] + 0.6, float(np.sqrt(IT_RANGE[0] * IT_RANGE[1])), "IT", color=style.muted,
        va="center", weight=600,
    )  # fmt: skip
    axes.plot(
        depth, per_pixel * result["theoretical"], color=style.foreground, lw=1.4, marker="s",
        ms=3.5, label="theoretical",
    )  # fmt: skip
    for kind, label in (("random", "effective, random weights"), ("trained", "effective, trained")):
        colour = getattr(style, kind)
        axes.plot(
            depth, per_pixel * result[kind].mean(axis=1), color=colour, marker="o", ms=4,
            label=label,
        )  # fmt: skip
    axes.set(
        yscale="log", xlabel="block", ylabel="side of the field (degrees)",
        xlim=(-0.4, depth[-1] + 0.5), ylim=(0.08, 40),
    )  # fmt: skip
    axes.yaxis.set_major_locator(FixedLocator(TICKS))
    axes.yaxis.set_major_formatter(FixedFormatter([f"{tick:g}" for tick in TICKS]))
    axes.yaxis.set_minor_locator(NullLocator())
    shown = [0, *range(1, len(depth), 4)]
    axes.set_xticks(shown, ["stem" if d == 0 else str(d - 1) for d in shown])
    axes.legend(loc="lower right", labelcolor="linecolor", prop={"weight": 600})
    return figure


def first_above(values: np.ndarray, level: float) -> int | None:
    """Index of the first layer whose field exceeds a size; None when none does."""
    above = np.flatnonzero(values > level)
    return int(above[0]) if len(above) else None


def describe(result: Result, *, degrees: float, eccentricity: float) -> Description:
    layers = [str(layer) for layer in result["layers"]]
    per_pixel = degrees / result.metrics["input_side"]
    trained = per_pixel * result["trained"].mean(axis=1)
    levels = {name: slope * eccentricity for name, slope in SLOPES.items()} | {"IT": IT_RANGE[0]}
    reached = {name: first_above(trained, level) for name, level in levels.items()}
    where = {
        name: "no block" if index is None else layer_label(layers[index])
        for name, index in reached.items()
    }
    growth = {
        "network": trained[-1] / trained[0],
        "areas": SLOPES["V4"] / SLOPES["V1"],
    }
    return Description(
        title="Fields grow with depth in both, and faster in the network",
        caption=(
            "Receptive fields of EfficientNet-Lite0 if the image of "
            f"{result.metrics['input_side']} pixels spans {degrees:g}° of visual angle, which is "
            "our assumption: every curve would move up or down with it. Effective: smallest square "
            f"with {result.metrics['energy_percent']:.0f} % of the gradient energy, mean over "
            f"{result.metrics['num_photographs']} photographs. Dashed: mean diameters in macaques "
            f"at {eccentricity:g}° from the fovea (recalled from Freeman & Simoncelli, 2011); "
            "band: range in IT (Op de Beeck & Vogels, 2000)."
        ),
        alt=(
            f"Side of the receptive field in degrees against {len(layers)} depths, logarithmic. "
            f"Trained: from {trained[0]:.2f} to {trained[-1]:.1f} degrees. V1 "
            f"{levels['V1']:.1f}, V2 {levels['V2']:.1f}, V4 {levels['V4']:.1f}, IT "
            f"{IT_RANGE[0]:g} to {IT_RANGE[1]:g} degrees."
        ),
        table={
            "layer": layers,
            "theoretical_degrees": (per_pixel * result["theoretical"]).tolist(),
            "effective_trained_degrees": trained.tolist(),
            "effective_random_degrees": (per_pixel * result["random"].mean(axis=1)).tolist(),
        },
        claims=[
            Claim(
                "areas-fields-order",
                f"With {degrees:g}° for the image, the effective field passes the size of V1 "
                f"({levels['V1']:.1f}°) at {where['V1']}, of V2 ({levels['V2']:.1f}°) at "
                f"{where['V2']} and of V4 ({levels['V4']:.1f}°) at {where['V4']}.",
                float(-1 if reached["V2"] is None else reached["V2"]),
                at_least=1,
            ),
            Claim(
                "areas-fields-growth",
                f"From the stem to the last block the effective field grows "
                f"{growth['network']:.0f}-fold, from V1 to V4 the biological one "
                f"{growth['areas']:.0f}-fold.",
                float(growth["network"] / growth["areas"]),
                at_least=1,
            ),
        ],
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
