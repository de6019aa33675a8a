"""Accuracy behind five defences, against attackers who do and do not know of them."""

import numpy as np
from matplotlib.figure import Figure

from figures_src.adversarial_examples.rows import name_rows
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style, legend_outside
from site_lib.drawing.words import described, with_intervals
from site_lib.records.measurement import Result
from site_lib.statistics.intervals import wilson_interval

# What is shown, and its marker.
KINDS = {
    "clean": ("photograph", "o"),
    "tiny": ("smallest attack", "^"),
    "naive": ("attack that does not know", "s"),
    "adaptive": ("attack that knows", "D"),
}
LABELS = {
    "none": "no defence",
    "rounding": "{num_levels} levels",
    "JPEG": "JPEG {quality}",
    "blur": "blur, {sigma:g} px",
    "random size": "random\nsize",
    "ensemble": "three\nnetworks",
}


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=4.0, narrow=4.6))
    axes = figure.subplots()
    green, blue, orange = (style.series[place] for place in (2, 0, 1))
    colours = dict(zip(KINDS, (style.muted, green, blue, orange), strict=True))
    rows = np.arange(len(result["defences"]))
    for place, (kind, (label, marker)) in enumerate(KINDS.items()):
        y, mean = rows + 0.19 * (place - 1.5), 100 * result[kind].mean(axis=1)
        low, high = 100 * np.transpose([interval(right) for right in result[kind]])
        axes.hlines(y, low, high, color=colours[kind], lw=1.3, alpha=0.7)
        axes.plot(mean, y, marker, color=colours[kind], ms=6, mec="none", label=label)
    name_rows(axes, rows, [LABELS[name].format(**result.numbers) for name in result["defences"]])
    axes.set(xlim=(-3, 103), ylim=(len(rows) - 0.4, -0.6), xlabel="right answers, %")
    axes.hlines(rows[:-1] + 0.5, -3, 103, color=style.faint, lw=0.6)
    legend_outside(figure, axes, columns=style.pick(wide=4, narrow=2), above=True)
    return figure


def interval(right: np.ndarray) -> tuple[float, float]:
    """95 % Wilson interval of an accuracy; means over draws count as the nearest whole number."""
    return wilson_interval(round(float(right.sum())), len(right))


def describe(result: Result) -> Description:
    names, accuracy = result.metrics["defences"], result.metrics["accuracy"]
    guarded = [index for index, name in enumerate(names) if name != "none"]
    counts = {kind: result[kind].sum(axis=1).round().astype(int) for kind in KINDS}
    best = max(guarded, key=lambda index: counts["naive"][index])
    numbers = {
        "least_tiny": counts["tiny"][guarded].min(),
        "most_adaptive": counts["adaptive"][guarded].max(),
        "best": names[best],
        "seeming": result["naive"][best].mean(),
        **with_intervals(np.mean, loss=result["naive"][best] - result["adaptive"][best]),
    }
    shares = {kind: [accuracy[kind][name] for name in names] for kind in KINDS}
    return described(__file__, result.numbers | numbers, table={"defence": names} | shares)


if __name__ == "__main__":
    run_drawing(draw, describe)
