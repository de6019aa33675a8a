"""Accuracy behind five defences, against attackers who do and do not know of them."""

import numpy as np
from matplotlib.figure import Figure

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.records.claims import Claim
from site_lib.records.measurement import Result
from site_lib.statistics.intervals import wilson_interval

KINDS = {
    "clean": "photograph",
    "tiny": "smallest attack",
    "naive": "attack that does not know",
    "adaptive": "attack that knows",
}


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=4.6 if style.narrow else 4.0)
    axes = figure.subplots()
    colours = (style.muted, style.series[2], style.series[0], style.series[1])
    markers = ("o", "^", "s", "D")
    names = result["defences"]
    for place, (kind, label) in enumerate(KINDS.items()):
        values = 100 * result[kind].mean(axis=1)
        y = np.arange(len(names)) + 0.19 * (place - 1.5)
        intervals = 100 * np.array([interval(row) for row in result[kind]])
        axes.hlines(y, intervals[:, 0], intervals[:, 1], color=colours[place], lw=1.3, alpha=0.7)
        axes.plot(values, y, markers[place], color=colours[place], ms=6, mec="none", label=label)
    axes.set_yticks(range(len(names)), labels(result))
    axes.set(xlim=(-3, 103), ylim=(len(names) - 0.4, -0.6), xlabel="right answers, %")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.hlines(np.arange(len(names) - 1) + 0.5, -3, 103, color=style.faint, lw=0.6)
    axes.grid(axis="x")
    figure.legend(
        *axes.get_legend_handles_labels(),
        loc="outside upper center",
        ncols=2 if style.narrow else 4,
        fontsize="small",
        handletextpad=0.2,
        columnspacing=1.2,
    )
    return figure


def labels(result: Result) -> list[str]:
    p = result.record["parameters"]
    words = {
        "none": "no defence",
        "rounding": f"{p['num_levels']} levels",
        "JPEG": f"JPEG {p['quality']}",
        "blur": f"blur, {p['sigma']:g} px",
        "random size": "random\nsize",
        "ensemble": "three\nnetworks",
    }
    return [words[name] for name in result["defences"]]


def interval(right: np.ndarray) -> tuple[float, float]:
    """95 % Wilson interval of an accuracy; means over draws count as the nearest whole number."""
    return wilson_interval(round(float(right.sum())), len(right))


def describe(result: Result) -> Description:
    m = result.metrics
    accuracy = m["accuracy"]
    guarded = [name for name in m["defences"] if name != "none"]
    tiny = min(accuracy["tiny"][name] for name in guarded)
    adaptive = max(accuracy["adaptive"][name] for name in guarded)
    naive = {name: accuracy["naive"][name] for name in guarded}
    best = max(naive, key=lambda name: naive[name])
    text = "; ".join(
        f"{name}: " + ", ".join(f"{kind} {100 * accuracy[kind][name]:.0f} %" for kind in KINDS)
        for name in m["defences"]
    )
    return Description(
        title="Defences against those who do not know of them",
        caption=(
            f"Right answers of EfficientNet-Lite0 behind five defences; {m['number']} photographs "
            "that it gets right undefended. Attacks on the bare network: the smallest one, and "
            f"PGD with an L2 budget of {m['epsilon']:g} ({m['distortion_levels']:.2f} grey levels "
            "root mean square) as 8-bit file. The attacker who knows attacks network and defence "
            "together, with the same budget. Lines: 95 % Wilson intervals."
        ),
        alt=f"Dot plot of accuracies. {text}.",
        table={
            "defence": m["defences"],
            **{kind: [accuracy[kind][name] for name in m["defences"]] for kind in KINDS},
        },
        claims=[
            Claim(
                "defends-smallest",
                "Against the smallest perturbations every defence looks good: at least "
                f"{100 * tiny:.0f} % of the answers are right again.",
                tiny,
                at_least=0.5,
            ),
            Claim(
                "defends-adaptive",
                "Against an attacker who knows the defence and has the same budget, the best of "
                f"them keeps {100 * adaptive:.0f} %.",
                adaptive,
                at_most=0.35,
            ),
            Claim(
                "defends-naive",
                f"Without that knowledge the best ({best}) would seem to keep "
                f"{100 * naive[best]:.0f} %.",
                naive[best] - accuracy["adaptive"][best],
                at_least=0.2,
            ),
        ],
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
