"""Spaghetti that turn into dogs, step by step, and how many of them two networks see."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.galleries import LINE, encoded, show
from site_lib.drawing.words import described
from site_lib.records.measurement import Result

QUALITY = 100  # of the large file, in percent
VIEWERS = {"source": "solid", "judge": (0, (3, 1.6))}


def draw(result: Result, *, style: Style) -> Figure:
    steps = result.metrics["recipe"]["steps"]
    panels = style.pick(wide=wide_panels, narrow=narrow_panels)
    figure, stages, last, control, shares = panels(len(result["stage_pixels"]), style)
    draw_stages(stages, result, style)
    show(last, result["trained_pixels"])
    last.set_title(f"after {steps} steps", color=style.trained, size="medium")
    show(control, result["random_pixels"])
    control.set_title("the same with random weights", color=style.random, size="medium")
    draw_shares(shares, result, style)
    return figure


def wide_panels(number: int, style: Style) -> tuple[Figure, Any, Axes, Axes, Axes]:
    """Stages in a row; below, the last one large, beside it the control and the curves."""
    heights = [style.width / number + 2.6 * LINE, 0.64 * style.width + 2 * LINE]
    figure = style.figure(height=sum(heights))
    above, below = figure.subfigures(2, 1, squeeze=False, height_ratios=heights).flat
    left, right = below.subfigures(1, 2, width_ratios=[0.64, 0.36])
    top, bottom = right.subfigures(2, 1, height_ratios=[0.6, 0.4])
    return figure, above.subplots(1, number), left.subplots(), top.subplots(), bottom.subplots()


def narrow_panels(number: int, style: Style) -> tuple[Figure, Any, Axes, Axes, Axes]:
    """The last stage first, then how it came about, the control, and the curves."""
    rows = -(-number // 3)
    heights = [
        style.width + 2 * LINE,
        rows * (style.width / 3 + 2.8 * LINE),
        0.62 * style.width + 2 * LINE,
        1.9,
    ]
    figure = style.figure(height=sum(heights))
    parts = figure.subfigures(4, 1, squeeze=False, height_ratios=heights)
    last, strip, control, shares = parts.flat
    stages = strip.subplots(rows, 3).flat
    for axes in stages[number:]:
        axes.set_visible(False)
    return figure, stages[:number], last.subplots(), control.subplots(), shares.subplots()


def draw_stages(panels: np.ndarray, result: Result, style: Style) -> None:
    """The picture at every recorded step, above what the two networks see in it."""
    stages = zip(
        panels, result["stage_pixels"], result.metrics["recorded_steps"],
        100 * result["source_share"], 100 * result["judge_share"], strict=True,
    )  # fmt: skip
    for axes, image, step, source, judge in stages:
        show(axes, image)
        axes.set_title(f"step {step}" if step else "start", size="small")
        words = f"dogs {source:.0f} %, judge {judge:.0f} %"
        axes.set_xlabel(words, size="small", color=style.muted)


def draw_shares(axes: Axes, result: Result, style: Style) -> None:
    """Share of crops that each network calls a dog, step by step."""
    at = np.array(result.metrics["recorded_steps"])
    shares = {viewer: 100 * result[f"{viewer}_share"] for viewer in VIEWERS}
    colours = dict(zip(VIEWERS, style.series[1:], strict=False))
    for viewer, line in VIEWERS.items():
        axes.plot(at, shares[viewer], ls=line, color=colours[viewer], marker="o", ms=3.5)
    higher = "judge" if shares["judge"][-1] > shares["source"][-1] else "source"
    for viewer in VIEWERS:
        axes.annotate(
            viewer, (at[-1], shares[viewer][-1]), xytext=(4, 5 if viewer == higher else -5),
            textcoords="offset points", va="center", color=colours[viewer], size="small",
        )  # fmt: skip
    axes.set(ylabel="crops seen as dogs (%)", ylim=(-3, 103), xlim=(0, 1.25 * at[-1]))
    axes.set_xticks(np.linspace(0, at[-1], 3))
    axes.set_xlabel("step")
    axes.grid(axis="y")


def describe(result: Result) -> Description:
    m = result.numbers
    shares = {viewer: result[f"{viewer}_share"].tolist() for viewer in VIEWERS}
    numbers = {
        "wish": " or ".join(m["breeds"]),
        "sides": ", ".join(map(str, m["sides"])),
        "stages": len(m["recorded_steps"]),
        "before": {viewer: 100 * share[0] for viewer, share in shares.items()},
        "after": {viewer: 100 * share[-1] for viewer, share in shares.items()},
        "random": 100 * float(result["judge_random_share"]),
        "all_plates_but_one": m["num_plates"] - 1,
    }
    return described(
        __file__,
        m | numbers,
        table={
            "step": m["recorded_steps"],
            **{f"{viewer}_share": share for viewer, share in shares.items()},
        },
        files={
            "{id}/large.webp": encoded(result["trained_pixels"], "webp", quality=QUALITY, method=6)
        },
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
