"""One perturbation for all photographs, and how many answers it changes."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.adversarial_examples.rows import name_rows
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style, bare
from site_lib.drawing.tables import columns
from site_lib.drawing.words import described, with_intervals
from site_lib.records.measurement import Result
from site_lib.statistics.intervals import bootstrap

ROWS = {
    "changed": "universal",
    "moved_changed": "moved\nsideways",
    "shuffled_changed": "pixels\nshuffled",
    "noise_changed": "random\nsigns",
}


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=3.3, narrow=5.9))
    picture, plot = style.two_axes(figure, wide=(1, 1.35), narrow=(1.5, 1))
    gain = 127 / result.numbers["epsilon_levels"]
    shown = 128 + gain * result["perturbations"][0].astype(float)
    picture.imshow(shown.clip(0, 255).astype(np.uint8))
    picture.set_title(f"difference × {gain:.1f}", weight="normal")
    bare(picture)
    for y, (name, colour) in enumerate(zip(ROWS, (1, 1, 0, 0), strict=True)):
        draw_shares(plot, y, 100 * result[name], style.series[colour])
    name_rows(plot, range(len(ROWS)), list(ROWS.values()))
    plot.set(xlim=(-3, 103), ylim=(len(ROWS) - 0.35, -0.5), xlabel="answers changed, %")
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
    m, seeds = result.numbers, range(result.numbers["num_seeds"])
    by_photograph = {name: result[name].mean(axis=0) for name in ROWS}
    numbers = with_intervals(
        np.mean,
        gain=by_photograph["changed"] - by_photograph["shuffled_changed"],
        drift=by_photograph["changed"] - by_photograph["moved_changed"],
    )
    table = columns(
        {"perturbation": name, "seed": seed, "share_changed": result[name][seed].mean()}
        for name in ROWS
        for seed in seeds
    )
    return described(__file__, m | numbers, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
