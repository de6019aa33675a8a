"""How much further noise has to go than the smallest attack: measured, and for flat boundaries."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.adversarial_examples.curves import name_beside
from figures_src.adversarial_examples.rows import name_rows
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.tables import columns
from site_lib.drawing.words import described, with_intervals
from site_lib.records.measurement import Result
from site_lib.statistics.intervals import bootstrap

KINDS = {
    "white": "white noise",
    "coarse": "coarse noise",
    "spectrum": "spectrum of\na photograph",
    "photograph": "another\nphotograph",
}
# Where directions stand that meet no other answer, in multiples of the smallest change.
NEVER = 2e4


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=4.0, narrow=7.4))
    scatter, rows = figure.subplots(*style.pick(wide=(1, 2), narrow=(2, 1)))
    draw_photographs(scatter, result, style)
    draw_kinds(rows, result, style)
    return figure


def draw_photographs(axes: Axes, result: Result, style: Style) -> None:
    """Distance along white noise against the smallest change, and the line of the theory."""
    root = result.numbers["root_n"]
    pairs = {
        "linear classifier\nof pixels": ("linear_smallest", "linear_white", 2, (3, 8000)),
        "Lite0": ("minimal_norm_0", "white_l2", 0, (0.4, 300)),
    }
    for name, (smallest, along, colour, at) in pairs.items():
        x, y = result[smallest], np.minimum(result[along], NEVER * result[smallest])
        kept = np.isfinite(result[along])
        axes.plot(x[kept], y[kept], "o", ms=4, mec="none", alpha=0.6, color=style.series[colour])
        name_beside(axes, name, at, (0, 0), color=style.series[colour], ha="right",
                    va="bottom")  # fmt: skip
    ends = np.array([0.001, 100.0])
    axes.plot(ends, root * ends, color=style.foreground, lw=1.2)
    name_beside(axes, f"√n = {root:.0f}", (1, root), (8, -10), va="top")
    axes.set(xscale="log", yscale="log", xlim=(0.006, 80), ylim=(3, 1e5))
    axes.set(xlabel="smallest change, L2", ylabel="along white noise, L2")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter("{x:g}")
    axes.grid()


def draw_kinds(axes: Axes, result: Result, style: Style) -> None:
    """For each kind of noise a dot for each photograph, median and interval, and the flat wall."""
    for y, kind in enumerate(KINDS):
        values = ratios(result, kind)
        spread = np.random.default_rng(0).uniform(-0.2, 0.2, len(values))
        axes.plot(values, y + spread, "o", ms=3.4, mec="none", alpha=0.4, color=style.series[0])
        axes.plot(bootstrap(values, np.median, seed=0), [y, y], color=style.series[0], lw=2)
        axes.plot(np.median(values), y, "|", color=style.series[0], ms=19, mew=2.6)
        axes.plot(flat_wall(result, kind), y, "D", color=style.series[1], ms=6, mec="none")
    at = (flat_wall(result, "spectrum"), list(KINDS).index("spectrum"))
    name_beside(axes, "flat wall", at, (-7, 0), color=style.series[1], va="center")
    axes.axvline(result.numbers["root_n"], color=style.foreground, lw=1.2, zorder=0)
    name_rows(axes, range(len(KINDS)), list(KINDS.values()))
    axes.set(xscale="log", xlim=(8, NEVER), ylim=(len(KINDS) - 0.5, -0.6))
    axes.set_xlabel("along noise ÷ smallest change")
    axes.xaxis.set_major_formatter("{x:g}")


def ratios(result: Result, kind: str) -> np.ndarray:
    """How many times as far as the smallest change; where nothing happens, as far as was tried."""
    longest = result.numbers["noise_l2"][-1]
    return np.minimum(result[f"{kind}_l2"], longest) / result["minimal_norm_0"]


def flat_wall(result: Result, kind: str) -> float:
    """The same where one flat wall stands across the perturbation, for a usual angle to it."""
    return float(1 / np.sqrt(np.mean(result[f"{kind}_cosine"] ** 2)))


def describe(result: Result) -> Description:
    root = result.numbers["root_n"]
    white, spectrum = ratios(result, "white"), ratios(result, "spectrum")
    linear = np.minimum(result["linear_white"] / result["linear_smallest"], NEVER)
    numbers = {
        "num_linear": len(linear),
        "ratio": {kind: float(np.median(ratios(result, kind))) for kind in KINDS},
        "gap_interval": bootstrap(white, np.median, seed=0),
        "order": [root / 10**0.5, root * 10**0.5],
        **with_intervals(np.median, linear=linear, natural=spectrum / white),
        "expected": flat_wall(result, "spectrum") / root,
    }
    table = columns(
        {"noise": kind, "smallest_l2": smallest, "along_noise_l2": along}
        for kind, first, second in (
            *((kind, "minimal_norm_0", f"{kind}_l2") for kind in KINDS),
            ("white, linear classifier", "linear_smallest", "linear_white"),
        )
        for smallest, along in zip(result[first], result[second], strict=True)
        if np.isfinite(along)
    )
    return described(__file__, result.numbers | numbers, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
