"""One morph: start, middle, end, the control, and two networks' verdicts along the way."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from site_lib.data.photographs import PHOTOGRAPHS
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.galleries import LINE, encoded, show
from site_lib.drawing.states import states, strip
from site_lib.drawing.words import described, percent
from site_lib.records.measurement import Result
from site_lib.records.published_files import FRAMES, STATES

VIEWERS = {"source": "solid", "judge": (0, (3, 1.6))}
ROLES = ("start", "target")
STAGES = ("start", "middle", "end")
FRAME = 224  # height of a frame of the path, in pixels


def draw(result: Result, *, pair: int, style: Style) -> Figure:
    rows, columns = style.pick(wide=(1, 4), narrow=(2, 2))
    heights = [rows * (style.width / columns + 3.4 * LINE), style.pick(wide=2.7, narrow=2.5)]
    figure = style.figure(height=sum(heights))
    above, below = figure.subfigures(2, 1, squeeze=False, height_ratios=heights).flat
    grid = above.subplots(rows, columns).flat
    for axes, (name, image, judged) in zip(grid, pictures(result, pair), strict=True):
        show(axes, image)
        colour = style.random if name == "random weights" else style.foreground
        axes.set_title(name, color=colour, size="medium")
        axes.set_xlabel(f"judge: {judged}", size="small", color=style.muted)
    draw_paths(below.subplots(), result, pair, style)
    return figure


def pictures(result: Result, pair: int) -> list[tuple[str, np.ndarray, str]]:
    """Name, pixels and the judge's verdict of the three stages and of the control."""
    steps, middle = result["steps"], result.metrics["middle"]
    names = ["start", f"step {steps[middle]}", f"step {steps[-1]}", "random weights"]
    pixels = [*stages(result, pair), result["random_pixels"][pair]]
    chance = percent(float(result["judge_random_probability"][pair]))
    verdicts = [
        *(verdict(result, pair, at) for at in (0, middle, -1)),
        f"{classes(result, pair)['target']}, {chance}",
    ]
    return list(zip(names, pixels, verdicts, strict=True))


def stages(result: Result, pair: int) -> np.ndarray:
    """Start, middle and end: (3, H, W, 3)."""
    return result["trained_pixels"][pair][[0, result.metrics["middle"], -1]]


def verdict(result: Result, pair: int, at: int) -> str:
    """Which of the two classes the judge finds likelier, and how likely."""
    chances = {role: float(result[f"judge_{role}_probability"][pair, at]) for role in ROLES}
    likelier = max(ROLES, key=lambda role: chances[role])
    return f"{classes(result, pair)[likelier]}, {percent(chances[likelier])}"


def classes(result: Result, pair: int) -> dict[str, str]:
    """Names of the start's class and of the target."""
    m = result.numbers
    return {"start": m["start_classes"][pair], "target": m["targets"][pair]}


def draw_paths(axes: Axes, result: Result, pair: int, style: Style) -> None:
    """Probability of both classes for both networks, at every recorded step."""
    colours = {"start": style.series[2], "target": style.series[1]}
    for role, name in classes(result, pair).items():
        for viewer, line in VIEWERS.items():
            path = result[f"{viewer}_{role}_probability"][pair]
            axes.plot(
                result["steps"], path, color=colours[role], ls=line, label=f"{name}, {viewer}"
            )
    axes.set(xlabel="step", ylabel="probability", ylim=(-0.02, 1.02), xlim=(0, result["steps"][-1]))
    axes.grid(axis="y")
    # Below the axes: curves may end anywhere inside.
    axes.figure.legend(
        loc="outside lower center", ncols=2, fontsize="small", handlelength=2.2,
        labelcolor="linecolor",
    )  # fmt: skip


def step_of_change(result: Result, pair: int) -> int:
    """The recorded step from which on the judge ranks the target first; the last if never."""
    behind = np.flatnonzero(result["judge_target_rank"][pair] > 1)
    return int(result["steps"][min(behind[-1] + 1, len(result["steps"]) - 1)])


def describe(result: Result, *, pair: int) -> Description:
    names = classes(result, pair)
    subject = result.numbers["starts"][pair]
    paths = {
        f"{viewer}_{role}_{what}": result[f"{viewer}_{role}_{what}"][pair].tolist()
        for viewer in VIEWERS
        for role in ROLES
        for what in ("rank", "probability")
    }
    first = sum(paths[f"{viewer}_start_rank"][0] == 1 for viewer in VIEWERS)
    photographed = subject in PHOTOGRAPHS
    numbers = names | {
        "subject": subject,
        "slug": f"{subject}-to-{names['target']}".replace(" ", "-"),
        "credit": f" Photograph: {PHOTOGRAPHS[subject].credit}." if photographed else "",
        "before": {name: path[0] for name, path in paths.items()},
        "after": {name: path[-1] for name, path in paths.items()},
        "first": first,
        "how_many": ("neither", "only one", "each")[first],
        "changed": step_of_change(result, pair),
        "half_way": result.metrics["recipe"]["steps"] / 2,
        "similarity": float(result["similarity"][pair]),
        "another_picture": float(result["similarity_to_another"][pair]),
        "by_chance": float(result["judge_random_probability"][pair]),
    }
    files = {f"{{id}}/{stage}.png": encoded(pixels, "png", optimize=True)
             for stage, pixels in zip(STAGES, stages(result, pair), strict=True)}  # fmt: skip
    return described(
        __file__,
        result.numbers | numbers,
        table={"step": result["steps"].tolist(), **paths},
        files=files
        | {
            f"{{id}}/{FRAMES}": strip(result["trained_pixels"][pair], height=FRAME),
            f"{{id}}/{STATES}": states(
                what=f"Probability of “{names['target']}”",
                shown=f"a {subject} on its way to a {names['target']}",
                steps=result["steps"],
                gauges=[
                    {"name": viewer.capitalize(), "values": paths[f"{viewer}_target_probability"]}
                    for viewer in VIEWERS
                ],
            ),
        },
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
