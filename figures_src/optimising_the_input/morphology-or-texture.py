"""Which cues carry a name: shares that two networks still name, and what blocks find again."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style, bare
from site_lib.drawing.words import described, network_label
from site_lib.records.measurement import Result
from site_lib.statistics.intervals import wilson_interval

SETS = {"photographs": "photographs", "super_stimuli": "super-stimuli", "cutouts": "cut-outs"}
PICTURES = 8
LABELS = {
    "trained": "trained",
    "random": "random weights",
    "shuffled": "shuffled weights",
    "outline images": "from its outline",
    "shuffled images": "from its shuffled squares",
}


def draw(result: Result, *, style: Style) -> Figure:
    columns = style.pick(wide=8, narrow=4)
    heights = style.pick(wide=[1.05, 4.0], narrow=[1.55, 3.1, 2.5])
    figure = style.figure(height=style.pick(wide=5.6, narrow=9.4))
    parts = figure.subfigures(len(heights), 1, height_ratios=heights, squeeze=False)[:, 0]
    pictures = parts[0].subplots(PICTURES // columns, columns).flat
    for axes, image, cue in zip(pictures, result["shown"], result["super_stimuli_cues"].tolist(),
                                strict=False):  # fmt: skip
        axes.imshow(image)
        axes.set_title(cue, size="small", weight="normal", loc="center", pad=3)
        bare(axes)
    if style.narrow:
        named, depth = parts[1].subplots(), parts[2].subplots()
    else:
        named, depth = parts[1].subplots(1, 2, width_ratios=[1.3, 1])
    draw_named(named, result, style)
    draw_depth(depth, result, style)
    return figure


def draw_named(axes: Axes, result: Result, style: Style) -> None:
    """Share first named right, by cue: the network filled, the stranger hollow."""
    rows = rows_of(result)
    for place, (name, colour) in zip(
        (-0.24, 0, 0.24),
        {"photographs": style.series[2], "super_stimuli": style.foreground,
         "cutouts": style.muted}.items(),
        strict=True,
    ):  # fmt: skip
        y = [rows.index(cue) + place for cue in result[f"{name}_cues"].tolist()]
        own, stranger = (result[f"{name}_{viewer}"] == 1 for viewer in viewers(result))
        ends = [wilson_interval(int(each.sum()), len(each)) for each in own]
        axes.hlines(y, *(100 * np.array(ends).T), color=colour, lw=1.2)
        axes.plot(100 * stranger.mean(axis=1), y, "o", ms=5, color=colour, mfc="none")
        axes.plot(100 * own.mean(axis=1), y, "o", ms=5, color=colour, label=SETS[name])
    axes.set_yticks(range(len(rows)), rows)
    axes.tick_params("y", length=0)
    axes.set(ylim=(len(rows) - 0.5, -0.5), xlim=(-3, 103), xlabel="named first (%)")
    axes.grid(axis="x")
    axes.legend(loc="lower right", labelcolor="linecolor", prop={"weight": 600, "size": "small"})


def draw_depth(axes: Axes, result: Result, style: Style) -> None:
    """Share of images that a block finds again among all originals."""
    x = np.arange(len(result["layers"]))
    colours = {"shuffled": style.series[3], "random": style.random, "trained": style.trained}
    lines = {"outline": "-", "shuffled": (0, (2, 1.5))}
    for kind, colour in colours.items():
        for name, line in lines.items():
            share = 100 * result[f"{name}_{kind}"].mean(axis=1)
            axes.plot(x, share, color=colour, ls=line, lw=2 if kind == "trained" else 1.2)
    for place, height, kind in (
        (0.26, 103, "trained"),
        (0.65, 45, "shuffled"),
        (0.43, 5, "random"),
    ):
        axes.text(
            place * x[-1], height, LABELS[kind], color=colours[kind], weight=600, size="small"
        )
    handles = [Line2D([], [], color=style.muted, ls=line, label=LABELS[f"{name} images"])
               for name, line in lines.items()]  # fmt: skip
    axes.legend(handles=handles, loc="center right", bbox_to_anchor=(1, 0.57), fontsize="small")
    axes.set_xticks(x, [layer.rpartition(".")[2] for layer in result["layers"].tolist()])
    axes.set(xlabel="block", ylabel="found again (%)", ylim=(0, 110), yticks=range(0, 101, 20))


def rows_of(result: Result) -> list[str]:
    """All cues, those of whole pictures first."""
    every = [*result["super_stimuli_cues"].tolist(), *result["cutouts_cues"].tolist()]
    return list(dict.fromkeys(every))


def viewers(result: Result) -> tuple[str, str]:
    """The network and the stranger."""
    return result.numbers["model"], result.numbers["stranger"]


def describe(result: Result) -> Description:
    own, stranger = viewers(result)
    best = int(result["outline_trained"].mean(axis=1).argmax())
    found = {
        kind: result[f"outline_{kind}"].sum(axis=1) for kind in ("trained", "random", "shuffled")
    }
    control = max(("random", "shuffled"), key=lambda kind: int(found[kind].max()))
    total = result["outline_trained"].shape[1]
    ends = wilson_interval(int(found["trained"][best]), total)
    of_control = wilson_interval(int(found[control].max()), total)
    numbers = {
        "named": {name: counts(result, name, own) for name in SETS},
        "best": result["layers"][best],
        "found": int(found["trained"][best]),
        "found_random": int(found["random"].max()),
        "found_shuffled": int(found["shuffled"].max()),
        "gap": float(found["trained"][best] - found[control].max()) / total,
        "gap_ends": (ends[0] - of_control[1], ends[1] - of_control[0]),
    }
    rows = [
        (name, cue, network_label(viewer), first, len(result[f"{name}_{viewer}"][0]))
        for name in SETS
        for viewer in (own, stranger)
        for cue, first in zip(
            result[f"{name}_cues"].tolist(), (result[f"{name}_{viewer}"] == 1).sum(axis=1).tolist(),
            strict=True,
        )
    ]  # fmt: skip
    columns = ("set", "cue", "network", "named_first", "of")
    table = {
        name: list(column) for name, column in zip(columns, zip(*rows, strict=True), strict=True)
    }
    return described(__file__, result.numbers | numbers, table=table)


def counts(result: Result, name: str, viewer: str) -> dict[str, int]:
    """How many of a set a network names first, by cue."""
    right = (result[f"{name}_{viewer}"] == 1).sum(axis=1).tolist()
    cues = (cue.replace(" ", "_") for cue in result[f"{name}_cues"].tolist())
    return dict(zip(cues, right, strict=True))


if __name__ == "__main__":
    run_drawing(draw, describe)
