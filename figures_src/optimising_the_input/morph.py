"""One morph: start, middle, end, the control, and two networks' verdicts along the way."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from site_lib.data.photographs import PHOTOGRAPHS
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.galleries import LINE, encoded, show
from site_lib.drawing.words import ordinal, percent
from site_lib.records.claims import Claim
from site_lib.records.measurement import Result

VIEWERS = {"source": "solid", "judge": (0, (3, 1.6))}
STAGES = ("start", "middle", "end")
# A picture shares about 0.1 with an unrelated one.
MIN_SIMILARITY = 0.4


def draw(result: Result, *, pair: int, style: Style) -> Figure:
    columns = 2 if style.narrow else 4
    rows = 4 // columns
    panel = style.width / columns
    plot = 2.5 if style.narrow else 2.7
    figure = style.figure(height=rows * (panel + 3.4 * LINE) + plot)
    pictures, below = figure.subfigures(
        2, 1, squeeze=False, height_ratios=[rows * (panel + 3.4 * LINE), plot]
    )[:, 0]
    steps = result["steps"]
    middle = result.metrics["middle"]
    names = ["start", f"step {steps[middle]}", f"step {steps[-1]}", "random weights"]
    images = [*result["trained_pixels"][pair], result["random_pixels"][pair]]
    words = [*(verdict(result, pair, at) for at in (0, middle, -1)), control(result, pair)]
    grid = pictures.subplots(rows, columns)
    for axes, image, name, text in zip(grid.flat, images, names, words, strict=True):
        show(axes, image)
        colour = style.random if name == "random weights" else style.foreground
        axes.set_title(name, color=colour, size="medium")
        axes.set_xlabel(text, size="small", color=style.muted)
    draw_paths(below.subplots(), result, pair, style)
    return figure


def draw_paths(axes: Axes, result: Result, pair: int, style: Style) -> None:
    """Probability of both classes for both networks, at every recorded step."""
    start, target = classes(result, pair)
    for role, name, colour in (
        ("start", start, style.series[2]),
        ("target", target, style.series[1]),
    ):
        for viewer, line in VIEWERS.items():
            path = result[f"{viewer}_{role}_probability"][pair]
            axes.plot(result["steps"], path, color=colour, ls=line, label=f"{name}, {viewer}")
    axes.set(xlabel="step", ylabel="probability", ylim=(-0.02, 1.02), xlim=(0, result["steps"][-1]))
    axes.grid(axis="y")
    # Below the axes: curves may end anywhere inside.
    axes.figure.legend(
        loc="outside lower center", ncols=2, fontsize="small", handlelength=2.2,
        labelcolor="linecolor",
    )  # fmt: skip


def classes(result: Result, pair: int) -> tuple[str, str]:
    """Names of the start's class and of the target."""
    return result.metrics["start_classes"][pair], result.metrics["targets"][pair]


def verdict(result: Result, pair: int, at: int) -> str:
    """Which of the two classes the judge finds likelier, and how likely."""
    start, target = classes(result, pair)
    chances = [float(result[f"judge_{role}_probability"][pair, at]) for role in ("start", "target")]
    name, chance = max(zip((start, target), chances, strict=True), key=lambda both: both[1])
    return f"judge: {name}, {percent(chance)}"


def control(result: Result, pair: int) -> str:
    """How likely the judge finds the target in the control."""
    chance = percent(float(result["judge_random_probability"][pair]))
    return f"judge: {classes(result, pair)[1]}, {chance}"


def step_of_change(result: Result, pair: int) -> int:
    """The recorded step from which on the judge ranks the target first; the last if never."""
    behind = np.flatnonzero(result["judge_target_rank"][pair] > 1)
    return int(result["steps"][min(behind[-1] + 1, len(result["steps"]) - 1)])


def describe(result: Result, *, pair: int) -> Description:
    m = result.metrics
    start, target = classes(result, pair)
    subject = m["starts"][pair]
    at_start = {v: int(result[f"{v}_start_rank"][pair, 0]) for v in VIEWERS}
    at_end = {v: int(result[f"{v}_target_rank"][pair, -1]) for v in VIEWERS}
    chance = {v: float(result[f"{v}_target_probability"][pair, -1]) for v in VIEWERS}
    similarity = float(result["similarity"][pair])
    another = float(result["similarity_to_another"][pair])
    small = m["recipe"]["likeness_side"]
    slug = f"{subject}-to-{target}".replace(" ", "-")
    credit = f" Photograph: {PHOTOGRAPHS[subject].credit}." if subject in PHOTOGRAPHS else ""
    first = sum(rank == 1 for rank in at_start.values())
    by_chance = float(result["judge_random_probability"][pair])
    changed = step_of_change(result, pair)
    return Description(
        title=f"From {start} to {target}",
        caption=(
            f"The picture at the left was changed in {m['recipe']['steps']} steps until "
            f"EfficientNet-Lite0 called it *{target}*, while it had to stay the same seen at "
            f"{small} × {small} pixels. Curves: probability of both classes for this network (the "
            "source, solid) and for EfficientNet-Lite2 (the judge, dashed), which took no part. "
            "The fourth picture is the control, the same recipe on random weights. One seed, "
            "files of 8 bits a channel, contrast as optimised. Structural similarity of start "
            f"and end: {similarity:.2f}.{credit}"
        ),
        alt=(
            f"Four pictures: a {subject}, two stages of its change to a {target}, and a control. "
            f"Below, the probability of {start} falls from "
            f"{result['source_start_probability'][pair, 0]:.2f} (judge: "
            f"{result['judge_start_probability'][pair, 0]:.2f}) to 0 and that of {target} rises to "
            f"{chance['source']:.2f} (judge: {chance['judge']:.2f})."
        ),
        table={
            "step": result["steps"].tolist(),
            **{
                f"{viewer}_{role}_{what}": result[f"{viewer}_{role}_{what}"][pair].tolist()
                for viewer in VIEWERS
                for role in ("start", "target")
                for what in ("rank", "probability")
            },
        },
        claims=[
            Claim(
                f"{slug}-start",
                f"At the start, {('neither', 'only one', 'each')[first]} of the two networks puts "
                f"{start} first.",
                first,
                at_least=2,
            ),
            Claim(
                f"{slug}-early",
                f"The judge ranks {target} first from step {changed} of {m['recipe']['steps']} on.",
                changed,
                at_most=m["recipe"]["steps"] / 2,
            ),
            Claim(
                f"{slug}-judge",
                f"In the end the judge ranks {target} {ordinal(at_end['judge'])} of 1000, with "
                f"probability {chance['judge']:.2f}.",
                at_end["judge"],
                at_most=1,
            ),
            Claim(
                f"{slug}-similarity",
                f"The structural similarity of start and end is {similarity:.2f}, against "
                f"{another:.2f} for the end and the start of another morph.",
                similarity,
                at_least=MIN_SIMILARITY,
            ),
            Claim(
                f"{slug}-control",
                f"To the picture made with random weights the judge gives {percent(by_chance)} for "
                f"{target}.",
                by_chance,
                at_most=0.05,
            ),
        ],
        files={
            f"{{id}}/{stage}.png": encoded(pixels, "png", optimize=True)
            for stage, pixels in zip(STAGES, result["trained_pixels"][pair], strict=True)
        },
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
