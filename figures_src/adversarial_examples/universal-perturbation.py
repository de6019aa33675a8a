"""One perturbation for all photographs, and how many answers it changes."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.adversarial_examples.rows import name_rows
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style, bare
from site_lib.drawing.words import described
from site_lib.records.measurement import Result
from site_lib.statistics.intervals import bootstrap


def draw(result: Result, *, style: Style) -> Figure:
    panels: dict[str, Any] = style.pick(
        wide={"ncols": 2, "width_ratios": (1, 1.35)},
        narrow={"nrows": 2, "height_ratios": (1.7, 1)},
    )
    figure = style.figure(height=style.pick(wide=3.3, narrow=5.4))
    picture, plot = figure.subplots(**panels)
    gain = 127 / result.numbers["epsilon_levels"]
    shown = 128 + gain * result["perturbations"][0].astype(float)
    picture.imshow(shown.clip(0, 255).astype(np.uint8))
    picture.set_title(f"difference × {gain:.1f}", weight="normal")
    bare(picture)
    draw_shares(plot, 0, 100 * result["changed"], style.series[1])
    draw_shares(plot, 1, 100 * result["noise_changed"], style.series[0])
    name_rows(plot, [0, 1], ["universal", "random\nsigns"])
    plot.set(xlim=(-3, 103), ylim=(1.65, -0.5), xlabel="answers changed, %")
    return figure


def draw_shares(axes: Axes, y: float, changed: np.ndarray, colour: str) -> None:
    """A dot for each seed, below them the mean and its interval over photographs."""
    by_seed = changed.mean(axis=1)
    spread = np.linspace(-0.16, 0.16, len(by_seed))
    axes.plot(by_seed, y + spread, "o", color=colour, ms=5, alpha=0.75, mec="none")
    interval = bootstrap(changed.mean(axis=0), np.mean, seed=0)
    axes.plot(interval, [y + 0.3, y + 0.3], color=colour)
    axes.plot(by_seed.mean(), y + 0.3, "|", color=colour, ms=13, mew=2.4)


def describe(result: Result) -> Description:
    m, number = result.numbers, result.numbers["num_seeds"]
    by_seed = [result[name].mean(axis=1) for name in ("changed", "noise_changed")]
    numbers = {
        "interval": bootstrap(result["changed"].mean(axis=0), np.mean, seed=0),
    }
    return described(
        __file__,
        m | numbers,
        table={
            "perturbation": ["universal"] * number + ["random signs"] * number,
            "seed": [*range(number)] * 2,
            "share_changed": np.concatenate(by_seed).tolist(),
        },
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
