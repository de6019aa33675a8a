"""Every block against early visual cortex and IT, in three conventions, beside its controls."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from figures_src.relations_with_biology.areas_in_words import of_second, table, ticks
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.states import states
from site_lib.drawing.words import described, layer_label, network_label
from site_lib.records.measurement import Result
from site_lib.records.published_files import STATES

AREAS = {"EVC": "Early visual cortex", "IT": "IT"}
# How what is taken away from a response is called, in the order of the conventions.
NAMES = ("nothing", "response to empty ground", "mean over objects")
LOWEST, HIGHEST = -0.33, 0.56
# Heights of the rows that show where the best block lies.
ROWS = (-0.22, -0.26, -0.30)


def draw(result: Result, _matrices: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=4.7, narrow=8.4))
    panels = figure.subplots(*style.pick(wide=(1, 2), narrow=(2, 1)), sharey=True)
    for axes, (area, name) in zip(panels, AREAS.items(), strict=True):
        draw_area(axes, result, f"objects_{area}", style)
        axes.set_title(name)
        axes.set_xlabel("block")
    for axes in panels[: style.pick(wide=1, narrow=2)]:
        axes.set_ylabel("likeness to one person (ρ)")
    lines = panels[0].get_legend_handles_labels()[0]
    lines.append(
        Patch(color=style.muted, alpha=0.3, lw=0, label="same, random or shuffled weights")
    )
    figure.legend(
        handles=lines, title="Taken away from every response:", loc="outside lower center",
        ncols=style.pick(wide=4, narrow=2), fontsize="small", title_fontsize="small",
        alignment="left", handlelength=1.8, columnspacing=1.2,
    )  # fmt: skip
    return figure


def draw_area(axes: Axes, result: Result, key: str, style: Style) -> None:
    """Curves of the trained network, ranges of its controls, the ceiling, and the best blocks."""
    curves = result[f"{key}_trained"]
    x = np.arange(curves.shape[1])
    axes.axhline(0, color=style.faint, lw=0.8)
    draw_ceiling(axes, result[f"{key}_ceiling"], style)
    looks: tuple[dict[str, Any], ...] = (
        {"color": style.muted, "ls": (0, (1, 1.3)), "lw": 1.8},
        {"color": style.trained, "lw": 2.6, "zorder": 4},
        {"color": style.series[2], "ls": (0, (5, 1.5)), "lw": 2.2, "zorder": 4},
    )
    for index, (name, look) in enumerate(zip(NAMES, looks, strict=True)):
        axes.plot(x, curves[index], label=name, **look)
        if index:
            low, high = result[f"{key}_controls_range"][:, index]
            axes.fill_between(x, low, high, color=look["color"], alpha=0.2, lw=0)
        best, (first, last) = result[f"{key}_best"][index], result[f"{key}_best_range"][:, index]
        row: dict[str, Any] = {"color": look["color"], "zorder": 5, "clip_on": False}
        axes.plot([first, last], [ROWS[index]] * 2, lw=2.2, **row)
        axes.plot([best], [ROWS[index]], "o", ms=6, **row)
        if index:
            axes.plot([best], [curves[index][best]], "o", ms=6, mec=style.background, **row)
    axes.text(0, -0.19, "best block, 95 % range", size="small", color=style.muted, va="bottom")
    axes.set_xticks(*ticks(len(x)))
    axes.set(xlim=(-0.5, x[-1] + 0.5), ylim=(LOWEST, HIGHEST), yticks=np.arange(0, 0.6, 0.1))


def draw_ceiling(axes: Axes, ceiling: np.ndarray, style: Style) -> None:
    low, high = ceiling
    axes.axhspan(low, high, color=style.faint, alpha=0.55, lw=0, zorder=0)
    axes.text(0, high - 0.005, "noise ceiling", size="small", color=style.muted, va="top")


def describe(result: Result, matrices: Result) -> Description:
    folder = {STATES: to_compare(matrices)}
    second = result.numbers["second"]
    words = {"second_words": of_second(result.arrays, second, network_label(second))}
    return described(__file__, result.numbers | words, table=table(result), folder=folder)


def to_compare(matrices: Result) -> bytes:
    """For the page's switch: coarse matrices as bytes, 255 for a percentile of 100."""
    return states(
        layers=[layer_label(layer) for layer in matrices["layers"].tolist()],
        areas=matrices["areas"],
        categories=matrices.metrics["categories"],
        category=matrices["category"],
        **{
            name: np.round(2.55 * matrices[name]).astype(int)
            for name in ("trained", "random", "brains")
        },
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
