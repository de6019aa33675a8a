"""A picture that turns into a group of classes, and how much of the group networks see in it."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from site_lib.data.corpus_photographs import corpus_photographs
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.galleries import LINE, encoded, show
from site_lib.drawing.labels import apart
from site_lib.drawing.states import states, strip
from site_lib.drawing.words import described, network_label, viewers
from site_lib.records.measurement import Result
from site_lib.records.published_files import FRAMES, STATES

QUALITY = 92  # of the large file, in percent
LABEL_HEIGHT = 11  # of a name beside the curves, in percent
FRAME = 320  # height of a frame of the path, in pixels
SUBJECTS = {"tree": "a rendered tree", "spaghetti": "a rendered plate of spaghetti",
            "canyon-de-chelly": "a photograph of a canyon"}  # fmt: skip
SLUGS = {"tree": "tree", "spaghetti": "spaghetti", "canyon-de-chelly": "horizon"}
CONTROLS = {"random": "random weights", "unwanted": "other classes"}


def draw(result: Result, *, style: Style) -> Figure:
    large, small = style.pick(wide=(2, 6), narrow=(1, 3))
    pictures = smaller_pictures(result, style)
    rows = -(-len(pictures) // small)
    heights = [
        2 / large * (style.width / large + 2 * LINE),
        rows * (style.width / small + 2.9 * LINE),
        2.3,
    ]
    figure = style.figure(height=sum(heights))
    parts = figure.subfigures(3, 1, squeeze=False, height_ratios=heights)
    above, middle, below = parts.flat
    ends = zip(above.subplots(2 // large, large, squeeze=False).flat,
               ("start", f"after {result.metrics['recipe']['steps']} steps"),
               (result["stage_pixels"][0], result["trained_pixels"]), strict=True)  # fmt: skip
    for axes, title, pixels in ends:
        show(axes, pixels)
        axes.set_title(title, size="medium")
    grid = middle.subplots(rows, small, squeeze=False).flat
    for axes, (title, colour, pixels, words) in zip(grid, pictures, strict=False):
        show(axes, pixels)
        axes.set_title(title, size="small", color=colour)
        axes.set_xlabel(words, size="small", color=style.muted)
    for axes in grid:
        axes.set_visible(axes.has_data())
    draw_shares(below.subplots(), result, style)
    return figure


def smaller_pictures(result: Result, style: Style) -> list[tuple[str, str, np.ndarray, str]]:
    """Title, its colour, pixels and the first judge's count: of the stages, and of the controls."""
    judge = result.numbers["judges"][0]
    stages = zip(result.metrics["recorded_steps"], result["stage_pixels"],
                 result[f"{judge}_trained_share"], strict=True)  # fmt: skip
    shown = [(f"step {step}", style.foreground, pixels, share) for step, pixels, share in stages]
    controls = [(words, style.random, result[f"{name}_pixels"], result[f"{judge}_{name}_share"][0])
                for name, words in CONTROLS.items()]  # fmt: skip
    return [(title, colour, pixels, f"judge: {100 * share:.0f} %")
            for title, colour, pixels, share in shown[1:-1] + controls]  # fmt: skip


def draw_shares(axes: Axes, result: Result, style: Style) -> None:
    """Share of crops whose first class is of the family, for each network, step by step."""
    at = np.array(result.metrics["recorded_steps"])
    ends = []
    for colour, (viewer, name) in zip(style.series, viewers(result.numbers).items(), strict=False):
        shares = 100 * result[f"{viewer}_trained_share"]
        axes.plot(at, shares, color=colour, marker="o", ms=4)
        ends.append([shares[-1], name, colour])
        for control, marker in zip(CONTROLS, "xv", strict=True):
            axes.plot(1.04 * at[-1], 100 * result[f"{viewer}_{control}_share"], marker,
                      color=colour, ms=5, mfc="none", clip_on=False)  # fmt: skip
    ends.sort()
    places = apart((end[0] for end in ends), distance=LABEL_HEIGHT, lowest=0)
    for place, (_, name, colour) in zip(places, ends, strict=True):
        axes.text(1.08 * at[-1], place, name, color=colour, va="center", size="small")
    axes.set(ylabel=f"crops seen as {result.numbers['family']} (%)", ylim=(-3, 103),
             xlim=(0, 1.55 * at[-1]), xlabel="step", xticks=at)  # fmt: skip
    axes.grid(axis="y")


def describe(result: Result) -> Description:
    m = result.numbers
    trained = {f"{viewer}_trained_share": result[f"{viewer}_trained_share"].tolist()
               for viewer in viewers(result.numbers)}  # fmt: skip
    judge, _ = m["judges"]
    photograph = corpus_photographs().get(m["start"])
    numbers = {
        "slug": f"{SLUGS[m['start']]}-to-{m['family']}",
        "subject": SUBJECTS[m["start"]],
        "credit": f" Photograph: {photograph.credit}." if photograph else "",
        "first": sum(rank == 1 for rank in m["start_ranks"].values()),
        "num_networks": len(m["start_ranks"]),
        "num_wanted": len(m["wanted"]),
        "before": 100 * trained[f"{judge}_trained_share"][0],
        "after": 100 * trained[f"{judge}_trained_share"][-1],
        "random": 100 * float(result[f"{judge}_random_share"][0]),
        "unwanted": 100 * float(result[f"{judge}_unwanted_share"][0]),
        "most_of_a_control": 100
        * max(float(result[f"{judge}_{name}_share"][0]) for name in CONTROLS),
        "judge": network_label(judge),
    }
    large = encoded(result["trained_pixels"], "webp", quality=QUALITY, method=4)
    return described(
        __file__,
        m | numbers,
        table={"step": m["recorded_steps"], **trained},
        files={
            "{id}/large.webp": large,
            f"{{id}}/{FRAMES}": strip(result["stage_pixels"], height=FRAME),
            f"{{id}}/{STATES}": states(
                what=f"Crops seen as {m['family']}",
                shown=f"{numbers['subject']} on its way to {m['family']}",
                steps=m["recorded_steps"],
                gauges=[
                    {"name": name, "values": trained[f"{viewer}_trained_share"]}
                    for viewer, name in viewers(result.numbers).items()
                ],
            ),
        },
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
