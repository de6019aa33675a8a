"""How many answers stand against the size of a change: noise, and changes made for the network."""

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


# Name, colour, and where the name stands: at what height of the curve, how many points beside it.
CURVES = {
    "minimal_norm_0": ("smallest\nattack", 1, 0.72, -16),
    "fgsm_0": ("FGSM", 3, 0.2, 12),
    "turned_l2": ("attack,\nturned", 2, 0.5, -20),
    "white_l2": ("white\nnoise", 0, 0.62, 14),
}


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=3.8, narrow=3.9))
    axes = figure.subplots()
    for change, (name, colour, height, offset) in CURVES.items():
        at = draw_staircase(axes, result[change], height, style.series[colour]), height
        name_beside(axes, name, at, (offset, 0), va="center", color=style.series[colour])
    budget, right = result.numbers["l2_budgets"][-1], result["pgd_right"][-1].mean()
    axes.plot(budget, right, "D", color=style.foreground, ms=5.5, mec="none", zorder=3)
    name_beside(axes, "PGD", (budget, right), (8, 2))
    axes.set(xscale="log", xlim=(0.005, 320), xlabel="L2 of the change, pixels 0–1")
    axes.set(ylim=(-0.03, 1.06), yticks=[0, 0.5, 1])
    axes.set_ylabel(f"share still right (n = {result.metrics['num_right']})")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.grid()
    return figure


def draw_staircase(axes: Axes, lengths: np.ndarray, height: float, colour: str) -> float:
    """Share of photographs that stand; returns where it falls below a height."""
    lengths = np.minimum(np.sort(lengths), BEYOND)
    fallen = np.arange(len(lengths) + 1) / len(lengths)
    axes.step([0.001, *lengths], 1 - fallen, where="post", color=colour)
    return float(np.interp(1 - height, fallen[:-1], lengths))


def describe(result: Result) -> Description:
    number, small = result.numbers["num_right"], result.numbers["noise_l2"][0]
    numbers = {
        "half": {name: np.median(result[name]) for name in CURVES},
        "small": small,
        "stand": {name: (result[name] > small).sum() for name in CURVES},
        "fallen": (result["pgd_right"][-1] == 0).sum(),
    }
    left = 1 - np.arange(1, number + 1) / number
    table = columns(
        {"change": name, "l2": size, "share_right": share}
        for name in CURVES
        for size, share in zip(np.sort(result[name]), left, strict=True)
        if np.isfinite(size)
    )
    return described(__file__, result.numbers | numbers, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
