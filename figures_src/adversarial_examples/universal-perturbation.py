"""One perturbation for all photographs, and how many answers it changes."""

import numpy as np
from matplotlib.figure import Figure

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style, bare
from site_lib.records.claims import Claim
from site_lib.records.measurement import Result
from site_lib.statistics.intervals import bootstrap


def draw(result: Result, *, style: Style) -> Figure:
    m = result.metrics
    if style.narrow:
        figure = style.figure(height=5.4)
        picture, plot = figure.subplots(2, 1, height_ratios=(1.7, 1))
    else:
        figure = style.figure(height=3.3)
        picture, plot = figure.subplots(1, 2, width_ratios=(1, 1.35))
    gain = 127 / m["level"]
    shown = 128 + gain * result["perturbations"][0].astype(float)
    picture.imshow(shown.clip(0, 255).astype(np.uint8))
    picture.set_title(f"difference × {gain:.1f}", weight="normal")
    bare(picture)
    rows = (("universal", "changed", style.series[1]), ("random\nsigns", "noise_changed",
            style.series[0]))  # fmt: skip
    for y, (_, key, colour) in enumerate(rows):
        by_seed = result[key].mean(axis=1)
        spread = np.linspace(-0.16, 0.16, len(by_seed))
        plot.plot(100 * by_seed, y + spread, "o", color=colour, ms=5, alpha=0.75, mec="none")
        low, high = bootstrap(result[key].mean(axis=0), np.mean, seed=0)
        plot.plot([100 * low, 100 * high], [y + 0.3, y + 0.3], color=colour)
        plot.plot(100 * by_seed.mean(), y + 0.3, "|", color=colour, ms=13, mew=2.4)
    plot.set_yticks(range(len(rows)), [name for name, _, _ in rows])
    plot.set(xlim=(-3, 103), ylim=(1.65, -0.5), xlabel="answers changed, %")
    plot.tick_params(axis="y", length=0)
    plot.spines["left"].set_visible(False)
    plot.grid(axis="x")
    return figure


def describe(result: Result) -> Description:
    m = result.metrics
    mean, noise = 100 * m["share_changed"], 100 * m["share_noise_changed"]
    low, high = bootstrap(result["changed"].mean(axis=0), np.mean, seed=0)
    return Description(
        title="One perturbation for all photographs",
        caption=(
            f"Left, one of {m['num_seeds']} perturbations made for EfficientNet-Lite0 from "
            f"{m['num_crops']} squares of {m['num_sources']} photographs, within ± {m['level']} "
            "grey levels, around mid-grey. Right, the share of "
            f"{m['number']} other photographs whose answer it changes: a dot for each seed, mean "
            "and 95 % bootstrap interval over photographs. Control: random signs of the same "
            "size."
        ),
        alt=(
            "A square of coloured, swirling texture, and a dot plot: over "
            f"{m['num_seeds']} seeds the universal perturbation changes {mean:.0f} % of the "
            f"answers, random signs {noise:.0f} %."
        ),
        table={
            "perturbation": ["universal"] * m["num_seeds"] + ["random signs"] * m["num_seeds"],
            "seed": [*range(m["num_seeds"])] * 2,
            "share_changed": [
                *result["changed"].mean(axis=1).tolist(),
                *result["noise_changed"].mean(axis=1).tolist(),
            ],
        },
        claims=[
            Claim(
                "universal-fools",
                f"One perturbation within ±{m['level']} grey levels changes {mean:.0f} % of the "
                f"answers on photographs that took no part; random signs change {noise:.0f} %.",
                m["share_changed"] - m["share_noise_changed"],
                at_least=0.1,
                interval=(low, high),
                interval_of="95 % bootstrap over photographs, of the first share",
            )
        ],
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
