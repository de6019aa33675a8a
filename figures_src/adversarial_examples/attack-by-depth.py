"""How far each block's answer moves: the attack, and noise of the same size."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.records.claims import Claim
from site_lib.records.measurement import Result
from site_lib.statistics.intervals import bootstrap

KINDS = {"adversarial": "adversarial", "turned": "the same, turned", "noise": "Gaussian noise"}


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=3.7)
    axes = figure.subplots()
    colours = dict(zip(KINDS, (style.series[1], style.series[2], style.series[0]), strict=True))
    depths = np.arange(len(result["layers"]))
    for kind, name in KINDS.items():
        median, low, high = curve(result, kind)
        axes.fill_between(depths, low, high, color=colours[kind], alpha=0.14, lw=0)
        axes.plot(depths, median, color=colours[kind], marker="o", ms=3.5, mec="none")
        axes.annotate(
            name,
            (depths[-1], median[-1]),
            xytext=(7, {"turned": 7, "noise": -7}.get(kind, 0)),
            textcoords="offset points",
            color=colours[kind],
            va="center",
            weight=600,
            size="small",
            annotation_clip=False,
        )
    shown = [0, 1, 6, 11, 16, len(depths) - 1]
    names = {"stem": "stem", "head": "head", "classifier": "logits"}
    labels = [
        names.get(layer, "block " * (index == 1) + layer.rpartition(".")[2])
        for index, layer in ((i, result["layers"][i]) for i in shown)
    ]
    labels[0] = "\n" + labels[0]
    axes.set_xticks(shown, labels)
    axes.set(yscale="log", ylabel="relative change ‖Δh‖ / ‖h‖", xlim=(-0.5, len(depths) + 5.5))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:g} %"))
    axes.spines["bottom"].set_bounds(0, depths[-1])
    axes.grid(axis="y")
    return figure


def curve(result: Result, kind: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Median over photographs and its 95 % bootstrap interval, by depth."""
    values = result[f"moved_{kind}"]
    intervals = np.array([bootstrap(row, np.median, seed=0) for row in values])
    return np.median(values, axis=1), intervals[:, 0], intervals[:, 1]


def describe(result: Result) -> Description:
    m = result.metrics
    curves = {kind: curve(result, kind) for kind in KINDS}
    attack, noise = curves["adversarial"][0], curves["noise"][0]
    ratio = result["moved_adversarial"][-1] / result["moved_noise"][-1]
    growth = attack[-1] / attack[0]
    return Description(
        title="A small push grows with depth, if it is the right one",
        caption=(
            "By how much the activations of each block of EfficientNet-Lite0 change, relative to "
            f"their norm, under the minimal-norm perturbation of each of {m['num_right'][0]} "
            "photographs; controls of the same L2 norm: the perturbation turned by quarter turns, "
            f"and Gaussian noise ({m['num_noises']} draws). Median and its 95 % bootstrap "
            "interval over photographs."
        ),
        alt=(
            f"Three curves over {len(attack)} layers, logarithmic. Adversarial: from "
            f"{100 * attack[0]:.2f} % at the stem to {100 * attack[-1]:.0f} % at the logits. "
            f"Gaussian noise: from {100 * noise[0]:.2f} % to {100 * noise[-1]:.2f} %. Turned "
            f"perturbation: {100 * curves['turned'][0][-1]:.2f} % at the logits."
        ),
        table={
            "layer": result["layers"].tolist(),
            **{
                f"{kind}_{part}": values.tolist()
                for kind, three in curves.items()
                for part, values in zip(("median", "low", "high"), three, strict=True)
            },
        },
        claims=[
            Claim(
                "depth-growth",
                f"The adversarial change grows from {100 * attack[0]:.2f} % of the activations "
                f"at the stem to {100 * attack[-1]:.0f} % at the logits, {growth:.0f}-fold.",
                float(growth),
                at_least=5,
            ),
            Claim(
                "depth-against-noise",
                f"There it is {np.median(ratio):.0f} times the change that noise of the same "
                "norm makes (median over photographs).",
                float(np.median(ratio)),
                at_least=5,
                interval=bootstrap(ratio, np.median, seed=0),
                interval_of="95 % bootstrap over photographs",
            ),
        ],
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
