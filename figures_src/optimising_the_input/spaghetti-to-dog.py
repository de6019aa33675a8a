"""Spaghetti that turn into dogs, step by step, and how many of them two networks see."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.galleries import LINE, encoded, show
from site_lib.records.claims import Claim
from site_lib.records.measurement import Result

QUALITY = 100  # of the large file, in percent


def draw(result: Result, *, style: Style) -> Figure:
    return draw_narrow(result, style) if style.narrow else draw_wide(result, style)


def draw_wide(result: Result, style: Style) -> Figure:
    """Stages in a row; below, the last one large, beside it the control and the curves."""
    number = len(result["stage_pixels"])
    strip, large = style.width / number + 2.6 * LINE, 0.64 * style.width + 2 * LINE
    figure = style.figure(height=strip + large)
    above, below = figure.subfigures(2, 1, squeeze=False, height_ratios=[strip, large])[:, 0]
    draw_stages(above.subplots(1, number), result, style)
    left, right = below.subfigures(1, 2, width_ratios=[0.64, 0.36])
    draw_last(left.subplots(), result, style)
    top, bottom = right.subfigures(2, 1, height_ratios=[0.6, 0.4])
    draw_control(top.subplots(), result, style)
    draw_shares(bottom.subplots(), result, style)
    return figure


def draw_narrow(result: Result, style: Style) -> Figure:
    """The last stage first, then how it came about, the control, and the curves."""
    stages = len(result["stage_pixels"])
    rows = -(-stages // 3)
    heights = [
        style.width + 2 * LINE,
        rows * (style.width / 3 + 2.8 * LINE),
        0.62 * style.width + 2 * LINE,
        1.9,
    ]
    figure = style.figure(height=sum(heights))
    last, strip, control, shares = figure.subfigures(4, 1, squeeze=False, height_ratios=heights)[
        :, 0
    ]
    draw_last(last.subplots(), result, style)
    grid = strip.subplots(rows, 3)
    for axes in grid.flat[stages:]:
        axes.set_visible(False)
    draw_stages(grid.flat[:stages], result, style)
    draw_control(control.subplots(), result, style)
    draw_shares(shares.subplots(), result, style)
    return figure


def draw_stages(axes_of_stages: np.ndarray, result: Result, style: Style) -> None:
    names = stage_names(result)
    pairs = zip(result["source_share"], result["judge_share"], strict=True)
    for axes, image, name, shares in zip(
        axes_of_stages, result["stage_pixels"], names, pairs, strict=True
    ):
        show(axes, image)
        axes.set_title(name, size="small")
        axes.set_xlabel(
            "dogs {:.0f} %, judge {:.0f} %".format(*(100 * share for share in shares)),
            size="small",
            color=style.muted,
        )


def stage_names(result: Result) -> list[str]:
    return ["start", *(f"step {step}" for step in result.metrics["recorded_steps"][1:])]


def draw_last(axes: Axes, result: Result, style: Style) -> None:
    show(axes, result["trained_pixels"])
    axes.set_title(
        f"after {result.metrics['recipe']['steps']} steps", color=style.trained, size="medium"
    )


def draw_control(axes: Axes, result: Result, style: Style) -> None:
    show(axes, result["random_pixels"])
    axes.set_title("the same with random weights", color=style.random, size="medium")


def draw_shares(axes: Axes, result: Result, style: Style) -> None:
    """Share of crops that each network calls a dog, step by step."""
    at = np.array(result.metrics["recorded_steps"])
    lines = (("source", "solid", style.series[1]), ("judge", (0, (3, 1.6)), style.series[2]))
    for viewer, line, colour in lines:
        axes.plot(at, 100 * result[f"{viewer}_share"], ls=line, color=colour, marker="o", ms=3.5)
    last = [100 * result[f"{viewer}_share"][-1] for viewer, *_ in lines]
    higher = int(last[1] > last[0])
    for index, (viewer, _, colour) in enumerate(lines):
        axes.annotate(
            viewer, (at[-1], last[index]), xytext=(4, 5 if index == higher else -5),
            textcoords="offset points", va="center", color=colour, size="small",
        )  # fmt: skip
    axes.set(ylabel="crops seen as dogs (%)", ylim=(-3, 103), xlim=(0, 1.25 * at[-1]))
    axes.set_xticks(np.linspace(0, at[-1], 3))
    axes.set_xlabel("step")
    axes.grid(axis="y")


def describe(result: Result) -> Description:
    m = result.metrics
    before = {v: 100 * float(result[f"{v}_share"][0]) for v in ("source", "judge")}
    after = {v: 100 * float(result[f"{v}_share"][-1]) for v in ("source", "judge")}
    wish = " or ".join(m["breeds"])
    random = 100 * float(result["judge_random_share"])
    return Description(
        title="From spaghetti to dogs",
        caption=(
            f"A rendered plate, changed for {m['recipe']['steps']} steps so that in random tiles "
            f"EfficientNet-Lite0 sees a {wish}, at {', '.join(map(str, m['sides']))} pixels one "
            f"after the other. Under each stage: share of {m['num_crops']} crops (a third to two "
            f"thirds of the picture wide) whose first class is one of ImageNet's {m['num_dogs']} "
            "dogs, for this network (source) and for EfficientNet-Lite2 (judge), which took no "
            "part. Below right, the control with random weights. One seed, contrast as optimised."
        ),
        alt=(
            f"A plate of spaghetti in {len(m['recorded_steps'])} stages; in the last, dogs' "
            f"faces look out of the pasta. Crops seen as dogs rise from {before['source']:.0f} to "
            f"{after['source']:.0f} percent for the source and from {before['judge']:.0f} to "
            f"{after['judge']:.0f} percent for the judge; with random weights {random:.0f} percent."
        ),
        table={
            "step": m["recorded_steps"],
            "source_share": result["source_share"].tolist(),
            "judge_share": result["judge_share"].tolist(),
        },
        claims=[
            Claim(
                "spaghetti-carbonara",
                f"EfficientNet-Lite0 puts carbonara first for {m['num_carbonara_first']} of "
                f"{m['num_plates']} rendered plates, one per seed.",
                m["num_carbonara_first"],
                at_least=m["num_plates"] - 1,
            ),
            Claim(
                "spaghetti-no-dogs",
                f"On the plate as rendered the judge sees a dog in {before['judge']:.0f} % of the "
                "crops.",
                before["judge"],
                at_most=5,
            ),
            Claim(
                "spaghetti-dogs-source",
                f"After the dream the network itself sees dogs in {after['source']:.0f} % of "
                "the crops.",
                after["source"],
                at_least=60,
            ),
            Claim(
                "spaghetti-dogs-judge",
                f"The judge, which took no part, sees dogs in {after['judge']:.0f} % of them.",
                after["judge"],
                at_least=25,
            ),
            Claim(
                "spaghetti-dogs-random",
                "In what random weights made of the plate the judge sees dogs in "
                f"{random:.0f} % of the crops.",
                random,
                at_most=10,
            ),
        ],
        files={
            "{id}/large.webp": encoded(result["trained_pixels"], "webp", quality=QUALITY, method=6)
        },
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
