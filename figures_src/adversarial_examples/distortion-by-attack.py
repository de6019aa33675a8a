"""How far each photograph is from a wrong answer, by attack and network."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.adversarial_examples.papers import ALEXNET_DISTORTION, DEEPFOOL_RELATIVE
from figures_src.adversarial_examples.rows import name_rows
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.tables import columns
from site_lib.drawing.words import described
from site_lib.records.measurement import Result
from site_lib.statistics.intervals import bootstrap

UNTARGETED = {"minimal_norm": "minimal norm", "deepfool": "DeepFool", "fgsm": "FGSM"}
ATTACKS = UNTARGETED | {"lbfgs": "L-BFGS to ostrich"}
GREY_LEVEL = 1 / 255


def samples(result: Result) -> list[tuple[str, int, np.ndarray]]:
    """(attack, number of the network, distortions of the photographs that were right)."""
    scale = (3 * result.numbers["side"] ** 2) ** 0.5
    found = []
    for attack in UNTARGETED:
        for network in range(len(result.numbers["models"])):
            norms = result[f"{attack}_{network}"]
            found.append((attack, network, norms[np.isfinite(norms)] / scale))
    found.append(("lbfgs", 0, result["lbfgs_distortion"][result["lbfgs_success"]]))
    return found


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=4.4, narrow=5.6))
    axes = figure.subplots()
    y, places, labels, colours = -0.6, [], [], []
    for attack, network, values in samples(result):
        y += 1 if network else 1.6
        name = short_names(result)[network].capitalize()
        places.append(y)
        labels.append(name if network else f"{ATTACKS[attack]}, {name}")
        colours.append(style.series[network % 4])
        draw_row(axes, y, values, colours[-1])
    axes.set(xscale="log", ylim=(y + 0.9, -0.5), xlabel="distortion √(mean (x′ − x)²), pixels 0–1")
    axes.xaxis.set_major_formatter("{x:g}")
    name_rows(axes, places, labels)
    for label, colour in zip(axes.get_yticklabels(), colours, strict=True):
        label.set_color(colour)
    mark(axes, ALEXNET_DISTORTION, "AlexNet,\nthe paper", y, "left", style)
    mark(axes, GREY_LEVEL, "1 grey level", 0.0, "right", style)
    return figure


def draw_row(axes: Axes, y: float, values: np.ndarray, colour: str) -> None:
    """Dots, a bar at their median and a line for its interval."""
    spread = np.random.default_rng(0).uniform(-0.28, 0.28, len(values))
    axes.plot(values, y + spread, "o", ms=3.4, color=colour, alpha=0.6, mec="none")
    axes.plot(bootstrap(values, np.median, seed=0), [y, y], color=colour, lw=1.4)
    axes.plot(np.median(values), y, "|", color=colour, ms=17, mew=2.6)


def mark(axes: Axes, x: float, words: str, y: float, side: str, style: Style) -> None:
    """A line across all rows; it runs at this side of its words."""
    axes.axvline(x, color=style.muted, lw=0.8, ls=(0, (3, 3)), zorder=0)
    axes.annotate(words, (x, y), xytext=(4 if side == "left" else -4, 0), ha=side, va="center",
                  textcoords="offset points", color=style.muted, size="small")  # fmt: skip


def short_names(result: Result) -> list[str]:
    return [model.replace("efficientnet_", "") for model in result.numbers["models"]]


def describe(result: Result) -> Description:
    m, names, rows = result.metrics, short_names(result), samples(result)
    of_first = {attack: values for attack, network, values in rows if network == 0}
    median = {attack: float(np.median(values)) for attack, values in of_first.items()}
    right = zip(m["num_right"], names, strict=True)
    numbers = {
        "right": ", ".join(f"{count} for {name}" for count, name in right),
        "failed": sum(int(np.isinf(result[f"fgsm_{k}"]).sum()) for k in range(len(names))),
        "median": median,
        "times": {attack: median[attack] / median["minimal_norm"] for attack in median},
        "levels": median["minimal_norm"] / GREY_LEVEL,
        "quarter_level": GREY_LEVEL / 4,
        "interval": bootstrap(of_first["minimal_norm"], np.median, seed=0),
        "alexnet": ALEXNET_DISTORTION,
        "below": ALEXNET_DISTORTION / m["mean_lbfgs_distortion"],
        "reported": DEEPFOOL_RELATIVE,
    }
    table = columns(
        {"attack": attack, "network": names[network], "distortion": value}
        for attack, network, values in rows
        for value in values.tolist()
    )
    return described(__file__, result.numbers | numbers, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
