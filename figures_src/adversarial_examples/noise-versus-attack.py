"""Accuracy against the size of a change: noise, and changes made for the network."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.adversarial_examples.curves import draw_curve, name_beside
from site_lib.adversarial.statistics import level_for_half
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.tables import columns
from site_lib.drawing.words import described
from site_lib.records.measurement import Result

BEYOND = 1e4  # outside the axes: where photographs stand that an attack cannot change


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=3.8, narrow=3.9))
    axes = figure.subplots()
    blue, red, green, violet = style.series
    draw_attack(axes, survivors(result, "minimal_norm"), "minimal\nnorm", 0.72, -14, red)
    draw_attack(axes, survivors(result, "fgsm"), "FGSM", 0.3, 14, violet)
    budgets, right = result.numbers["l2_budgets"], result["pgd_right"].mean(axis=1)
    axes.plot(budgets, right, "D", color=style.foreground, ms=4.5, mec="none")
    name_beside(axes, "PGD", (budgets[-1], right[-1]), (6, 5))
    x, right = result["gaussian_l2"], result["gaussian_right"].mean(axis=1)
    y = draw_curve(axes, x, right, np.mean, colour=blue)
    name_beside(axes, "Gaussian noise", (x[1], y[1]), (4, 7), color=blue, ha="left", va="bottom")
    x, right = result["turned_l2"], result["turned_right"].mean(axis=1)
    y = draw_curve(axes, x, right, np.mean, colour=green)
    name_beside(axes, "perturbation,\nturned", (x[2], y[2]), (-5, -8), color=green, ha="right",
                va="top")  # fmt: skip
    axes.set(xscale="log", xlim=(0.015, 130), ylim=(-0.03, 1.16))
    axes.set_xlabel("L2 of the change, pixels 0–1")
    axes.set_ylabel(f"share still right (n = {result.metrics['num_right'][0]})")
    axes.set_yticks([0, 0.5, 1])
    axes.xaxis.set_major_formatter("{x:g}")
    axes.grid()
    return figure


def survivors(result: Result, attack: str) -> np.ndarray:
    """Ascending L2 at which each photograph falls; photographs that never do are at infinity."""
    norms = result[f"{attack}_0"]
    return np.sort(norms[~np.isnan(norms)])


def draw_attack(
    axes: Axes, lengths: np.ndarray, name: str, height: float, offset: float, colour: str
) -> None:
    """Share of photographs that stand: a staircase, with its name beside it at some height."""
    lengths = np.minimum(lengths, BEYOND)
    fallen = np.arange(len(lengths) + 1) / len(lengths)
    x = [0.01, *lengths, lengths[-1] * 1.0001]
    axes.step(x, [*(1 - fallen), 0], where="post", color=colour)
    at = float(np.interp(1 - height, fallen[:-1], lengths))
    side = "right" if offset < 0 else "left"
    name_beside(axes, name, (at, height), (offset, 0), color=colour, ha=side, va="center")


def describe(result: Result) -> Description:
    m, number = result.numbers, result.numbers["num_right"][0]
    left = 1 - np.arange(1, number + 1) / number
    curves = {
        "minimal norm": (survivors(result, "minimal_norm"), left),
        "FGSM": (survivors(result, "fgsm"), left),
        "PGD": (m["l2_budgets"], result["pgd_right"].mean(axis=1)),
        "Gaussian noise": (result["gaussian_l2"], result["gaussian_right"].mean(axis=(1, 2))),
        "turned perturbation": (result["turned_l2"], result["turned_right"].mean(axis=(1, 2))),
    }
    x, right = curves["Gaussian noise"]
    half, half_noise = float(np.median(curves["minimal norm"][0])), level_for_half(x, right)
    level = half_noise if np.isfinite(half_noise) else float(x[-1])
    numbers = {
        "half": half,
        "level": level,
        "ratio": level / half,
        "more_than": "" if np.isfinite(half_noise) else "more than ",
        # Size of the change and share right, by curve.
        "first": {name: (x[0], float(right[0])) for name, (x, right) in curves.items()},
        "last": {name: (x[-1], float(right[-1])) for name, (x, right) in curves.items()},
        "fallen": int((result["pgd_right"][-1] == 0).sum()),
    }
    table = columns(
        {"change": name, "l2": float(size), "share_right": float(share)}
        for name, curve in curves.items()
        for size, share in zip(*curve, strict=True)
    )
    return described(__file__, m | numbers, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
