"""Accuracy against the size of a change: noise, and changes made for the network."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from site_lib.adversarial.statistics import level_for_half
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.records.claims import Claim
from site_lib.records.measurement import Result
from site_lib.statistics.intervals import bootstrap, wilson_interval

BEYOND = 1e4  # outside the axes: where photographs stand that an attack cannot change
NOISES = {"gaussian": "Gaussian noise", "turned": "perturbation,\nturned"}


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=3.9 if style.narrow else 3.8)
    axes = figure.subplots()
    colours = {
        "minimal_norm": style.series[1],
        "fgsm": style.series[3],
        "gaussian": style.series[0],
        "turned": style.series[2],
    }
    for attack, name, height in (("minimal_norm", "minimal\nnorm", 0.72), ("fgsm", "FGSM", 0.3)):
        lengths = np.minimum(survivors(result, attack), BEYOND)
        x = np.concatenate([[0.01], lengths, [lengths[-1] * 1.0001]])
        y = np.concatenate([[1.0], 1 - np.arange(1, len(lengths) + 1) / len(lengths), [0.0]])
        axes.step(x, y, where="post", color=colours[attack])
        at = float(np.interp(1 - height, np.arange(len(lengths)) / len(lengths), lengths))
        side = -1 if attack == "minimal_norm" else 1
        axes.annotate(
            name,
            (at, height),
            xytext=(14 * side, 0),
            textcoords="offset points",
            color=colours[attack],
            ha="right" if side < 0 else "left",
            va="center",
            weight=600,
            size="small",
        )
    budgets, stands = result.metrics["pgd_budgets"], result["pgd_right"].mean(axis=1)
    axes.plot(budgets, stands, "D", color=style.foreground, ms=4.5, mec="none")
    axes.annotate(
        "PGD",
        (budgets[-1], stands[-1]),
        xytext=(6, 5),
        textcoords="offset points",
        size="small",
        weight=600,
    )
    for kind, name in NOISES.items():
        x, mean, low, high = noise_curve(result, kind)
        axes.fill_between(x, low, high, color=colours[kind], alpha=0.14, lw=0)
        axes.plot(x, mean, color=colours[kind], marker="o", ms=3.5, mec="none")
        at, offset = (2, (-5, -8)) if kind == "turned" else (1, (4, 7))
        axes.annotate(
            name,
            (x[at], mean[at]),
            xytext=offset,
            textcoords="offset points",
            color=colours[kind],
            ha="right" if kind == "turned" else "left",
            va="top" if kind == "turned" else "bottom",
            weight=600,
            size="small",
        )
    axes.set(
        xscale="log",
        xlim=(0.015, 130),
        ylim=(-0.03, 1.16),
        xlabel="L2 of the change, pixels 0–1",
        ylabel=f"share still right (n = {result.metrics['num_right'][0]})",
    )
    axes.set_yticks([0, 0.5, 1])
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.grid()
    return figure


def survivors(result: Result, attack: str) -> np.ndarray:
    """Ascending L2 at which each photograph falls; photographs that never do are at infinity."""
    norms = result[f"{attack}_0"]
    return np.sort(norms[~np.isnan(norms)])


def noise_curve(result: Result, kind: str) -> tuple[np.ndarray, ...]:
    """L2, mean accuracy, and its 95 % bootstrap interval over photographs."""
    per_photograph = result[f"{kind}_right"].mean(axis=1)
    intervals = np.array([bootstrap(row, np.mean, seed=0) for row in per_photograph])
    return result[f"{kind}_l2"], per_photograph.mean(axis=1), intervals[:, 0], intervals[:, 1]


def describe(result: Result) -> Description:
    m = result.metrics
    number = m["num_right"][0]
    half = float(np.median(survivors(result, "minimal_norm")))
    x, mean, _, _ = noise_curve(result, "gaussian")
    x_turned, mean_turned, _, _ = noise_curve(result, "turned")
    half_noise = level_for_half(x, mean)
    reached = np.isfinite(half_noise)
    level = half_noise if reached else float(x[-1])
    ratio = level / half
    comparison = "" if reached else "more than "
    fallen = int((result["pgd_right"][-1] == 0).sum())
    low, high = wilson_interval(fallen, number)
    return Description(
        title="The gap between noise and attack",
        caption=(
            f"EfficientNet-Lite0, the {number} of {m['num_photographs']} labelled photographs that "
            "it gets right. Attacks: share that withstands every change up to this L2, found by "
            "the smallest one (steps) or by PGD at a budget (diamonds). Noise: mean over "
            f"{m['num_noises']} draws of Gaussian noise, and over five turned and mirrored "
            "copies of the minimal-norm perturbation, scaled; bands: 95 % bootstrap over "
            "photographs. L2 after clipping to [0, 1]."
        ),
        alt=(
            f"Falling curves over L2 from 0.02 to 130, logarithmic. Minimal-norm attack: half of "
            f"the photographs are lost at {half:.3f}. Gaussian noise: {mean[0]:.2f} still right "
            f"at {x[0]:.0f}, {mean[-1]:.2f} at {x[-1]:.0f}. Turned perturbations: "
            f"{mean_turned[0]:.2f} at {x_turned[0]:.0f}, {mean_turned[-1]:.2f} at "
            f"{x_turned[-1]:.0f}."
        ),
        table={
            "change": [
                *["minimal norm"] * number,
                *["FGSM"] * number,
                *["PGD"] * len(m["pgd_budgets"]),
                *["Gaussian noise"] * len(x),
                *["turned perturbation"] * len(x_turned),
            ],
            "l2": [
                *survivors(result, "minimal_norm").tolist(),
                *survivors(result, "fgsm").tolist(),
                *m["pgd_budgets"],
                *x.tolist(),
                *x_turned.tolist(),
            ],
            "share_right": [
                *(1 - np.arange(1, number + 1) / number).tolist() * 2,
                *result["pgd_right"].mean(axis=1).tolist(),
                *mean.tolist(),
                *mean_turned.tolist(),
            ],
        },
        claims=[
            Claim(
                "noise-gap",
                f"To change half of the answers, noise must be {comparison}{ratio:.0f} times as "
                f"large as the smallest attack: L2 {level:.0f} against {half:.3f}.",
                ratio,
                at_least=100,
            ),
            Claim(
                "noise-small-is-harmless",
                f"Gaussian noise of L2 {x[0]:.0f} leaves {100 * mean[0]:.0f} % of the answers as "
                "they were.",
                float(mean[0]),
                at_least=0.9,
            ),
            Claim(
                "noise-turned",
                f"The perturbation itself, turned and enlarged to L2 {x_turned[0]:.0f}, leaves "
                f"{100 * mean_turned[0]:.0f} %.",
                float(mean_turned[0]),
                at_least=0.5,
            ),
            Claim(
                "noise-pgd",
                f"PGD changes {fallen} of {number} answers within L2 {m['pgd_budgets'][-1]}.",
                fallen / number,
                at_least=0.7,
                interval=(low, high),
                interval_of="95 % Wilson, of the share",
            ),
        ],
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
