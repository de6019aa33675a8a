"""How many answers stand against the size of a change: noise, and changes made for the network."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.adversarial_examples.curves import name_beside
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.tables import columns
from site_lib.drawing.words import described
from site_lib.records.measurement import Result

BEYOND = 1e4  # outside the axes: where photographs stand that nothing here changes


@dataclass(frozen=True)
class Curve:
    """A name and where it stands: at what height of the curve, and how many points beside it."""

    name: str
    colour: int
    height: float
    offset: float


CURVES = {
    "minimal_norm_0": Curve("smallest\nattack", 1, 0.72, -16),
    "fgsm_0": Curve("FGSM", 3, 0.2, 12),
    "turned_l2": Curve("attack,\nturned", 2, 0.5, -20),
    "white_l2": Curve("white\nnoise", 0, 0.62, 14),
}


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=3.8, narrow=3.9))
    axes = figure.subplots()
    for name, curve in CURVES.items():
        draw_staircase(axes, np.sort(result[name]), curve, style)
    budget, right = result.numbers["l2_budgets"][-1], result["pgd_right"][-1].mean()
    axes.plot(budget, right, "D", color=style.foreground, ms=5.5, mec="none", zorder=3)
    name_beside(axes, "PGD", (budget, right), (8, 2))
    axes.set(xscale="log", xlim=(0.005, 320), ylim=(-0.03, 1.06))
    axes.set_xlabel("L2 of the change, pixels 0–1")
    axes.set_ylabel(f"share still right (n = {result.metrics['num_right']})")
    axes.set_yticks([0, 0.5, 1])
    axes.xaxis.set_major_formatter("{x:g}")
    axes.grid()
    return figure


def draw_staircase(axes: Axes, lengths: np.ndarray, curve: Curve, style: Style) -> None:
    """Share of photographs that stand, with the name beside it at some height."""
    lengths, colour = np.minimum(lengths, BEYOND), style.series[curve.colour]
    fallen = np.arange(len(lengths) + 1) / len(lengths)
    axes.step([0.001, *lengths], 1 - fallen, where="post", color=colour)
    at = float(np.interp(1 - curve.height, fallen[:-1], lengths))
    side = "right" if curve.offset < 0 else "left"
    name_beside(axes, curve.name, (at, curve.height), (curve.offset, 0), color=colour, ha=side,
                va="center")  # fmt: skip


def describe(result: Result) -> Description:
    m = result.numbers
    small = m["noise_l2"][0]
    numbers = {
        "half": {name: float(np.median(result[name])) for name in CURVES},
        "small": small,
        "stand": {name: int((result[name] > small).sum()) for name in CURVES},
        "fallen": int((result["pgd_right"][-1] == 0).sum()),
    }
    left = 1 - np.arange(1, m["num_right"] + 1) / m["num_right"]
    table = columns(
        {"change": name, "l2": float(size), "share_right": float(share)}
        for name in CURVES
        for size, share in zip(np.sort(result[name]), left, strict=True)
        if np.isfinite(size)
    )
    return described(__file__, m | numbers, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
