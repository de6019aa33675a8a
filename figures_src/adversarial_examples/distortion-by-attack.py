"""How far each photograph is from a wrong answer, by attack and network."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.adversarial_examples.papers import ALEXNET_DISTORTION, DEEPFOOL_RELATIVE
from figures_src.adversarial_examples.rows import name_rows
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.tables import columns
from site_lib.drawing.words import described, listed, network_label
from site_lib.records.measurement import Result
from site_lib.statistics.intervals import bootstrap

ATTACKS = {
    "minimal_norm": "smallest found",
    "deepfool": "DeepFool",
    "fgsm": "FGSM, one step",
    "lbfgs": "L-BFGS, to ostrich",
}
GREY_LEVEL = 1 / 255


def samples(result: Result) -> list[tuple[str, int, np.ndarray]]:
    """(attack, number of the network, distortions of the photographs that were right)."""
    scale, others = result.numbers["root_n"], range(1, len(result.numbers["models"]))
    found = [(attack, 0, result[f"{attack}_0"]) for attack in ATTACKS if attack != "lbfgs"]
    found.append(("lbfgs", 0, scale * result["lbfgs_distortion"][result["lbfgs_success"]]))
    found += [("minimal_norm", network, result[f"minimal_norm_{network}"]) for network in others]
    return [(attack, network, each[np.isfinite(each)] / scale) for attack, network, each in found]


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=3.9, narrow=4.6))
    axes = figure.subplots()
    rows = samples(result)
    places = [index + 0.5 * (network > 0) for index, (_, network, _) in enumerate(rows)]
    labels = [
        ATTACKS[attack] if network == 0 else f"smallest, {names(result)[network]}"
        for attack, network, _ in rows
    ]
    colours = [style.series[1 if network else 0] for _, network, _ in rows]
    for y, colour, (*_, values) in zip(places, colours, rows, strict=True):
        draw_row(axes, y, values, colour)
    bottom = places[-1] + 0.6
    axes.set(xscale="log", xlim=(1e-5, 0.1), ylim=(bottom, -0.9))
    axes.set_xlabel("distortion √(mean (x′ − x)²), pixels 0–1")
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:f}".rstrip("0"))
    name_rows(axes, places, labels)
    mark(axes, ALEXNET_DISTORTION, "AlexNet (paper)", -0.6, "left", style)
    mark(axes, GREY_LEVEL, "1 grey level", -0.6, "right", style)
    return figure


def draw_row(axes: Axes, y: float, values: np.ndarray, colour: str) -> None:
    """Dots, a bar at their median and a line for its interval."""
    spread = np.random.default_rng(0).uniform(-0.28, 0.28, len(values))
    axes.plot(values, y + spread, "o", ms=3.8, color=colour, alpha=0.5, mec="none")
    axes.plot(bootstrap(values, np.median, seed=0), [y, y], color=colour, lw=2)
    axes.plot(np.median(values), y, "|", color=colour, ms=17, mew=2.6)


def mark(axes: Axes, x: float, words: str, y: float, side: str, style: Style) -> None:
    """A line across all rows; it runs at this side of its words."""
    axes.axvline(x, color=style.muted, lw=0.8, ls=(0, (3, 3)), zorder=0)
    axes.annotate(words, (x, y), xytext=(4 if side == "left" else -4, 0), ha=side, va="center",
                  textcoords="offset points", color=style.muted, size="small")  # fmt: skip


def names(result: Result) -> list[str]:
    return [
        network_label(model).removeprefix("EfficientNet-").removesuffix(" 0.25")
        for model in result.numbers["models"]
    ]


def describe(result: Result) -> Description:
    m, rows = result.metrics, samples(result)
    of_first = {attack: values for attack, network, values in rows if network == 0}
    median = {attack: float(np.median(values)) for attack, values in of_first.items()}
    pair = np.stack([result["fgsm_0"], result["minimal_norm_0"]])
    fgsm, smallest = pair[:, np.isfinite(pair[0])]
    others = [(names(result)[network], len(values)) for _, network, values in rows if network]
    numbers = {
        "others": listed([f"{name} (n = {number})" for name, number in others]),
        "failed": int(np.isinf(result["fgsm_0"]).sum()),
        "median": median,
        "fgsm_times": float(np.median(fgsm / smallest)),
        "fgsm_interval": bootstrap(fgsm / smallest, np.median, seed=0),
        "ostrich_times": median["lbfgs"] / median["minimal_norm"],
        "ostrich_interval": bootstrap(of_first["lbfgs"], np.mean, seed=0),
        "deepfool_interval": bootstrap(result["deepfool_relative_l2"], np.mean, seed=0),
        "levels": median["minimal_norm"] / GREY_LEVEL,
        "quarter_level": GREY_LEVEL / 4,
        "interval": bootstrap(of_first["minimal_norm"], np.median, seed=0),
        "alexnet": ALEXNET_DISTORTION,
        "below": ALEXNET_DISTORTION / m["mean_lbfgs_distortion"],
        "reported": DEEPFOOL_RELATIVE,
    }
    table = columns(
        {"attack": attack, "network": names(result)[network], "distortion": value}
        for attack, network, values in rows
        for value in values.tolist()
    )
    return described(__file__, result.numbers | numbers, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
