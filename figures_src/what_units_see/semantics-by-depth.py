"""Linear read-out of simple attributes and of category from every depth, and the control."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.what_units_see.curves import banded, name_ends
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described
from site_lib.records.measurement import Result
from site_lib.statistics.intervals import t_interval

SIMPLE = ("luminance", "hue", "orientation")
# Line style and marker of every curve; colours say which family it belongs to.
CURVES = {
    "luminance": ("-", "o"),
    "hue": ((0, (4, 1.5)), "D"),
    "orientation": ((0, (1.2, 1.2)), "^"),
    "place": ("-", "s"),
    "object": ("-", "o"),
    "animate": ((0, (4, 1.5)), "D"),
}


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=4.1, narrow=6.4))
    panels = figure.subplots(*style.pick(wide=(1, 2), narrow=(2, 1)), sharey=not style.narrow)
    for axes, kind, title in zip(
        panels, ("trained", "random"), ("Trained", "Random weights"), strict=True
    ):
        draw_network(axes, result, kind, style)
        axes.set_title(title)
    for axes in style.pick(wide=panels[:1], narrow=panels):
        axes.set_ylabel("share of error removed")
    return figure


def draw_network(axes: Axes, result: Result, kind: str, style: Style) -> None:
    last = len(result["depths"]) - 1
    colours = dict.fromkeys(SIMPLE, style.series[2]) | {"place": style.series[3]}
    ends = []
    for name, (line, marker) in CURVES.items():
        colour = colours.get(name, getattr(style, kind))
        wide = 2.4 if name in ("object", "animate") else 1.4
        mean, low, high = curve(result, name, kind)
        banded(axes, mean, low, high, alpha=0.12, color=colour, ls=line, lw=wide, marker=marker,
               ms=3, mec="none")  # fmt: skip
        ends.append((mean[-1], name, colour))
    name_ends(axes, last, ends)
    shown = [0, 1, *range(2, last + 1, 5)]
    names = {"pixels": "pixels", "stem": "\nstem"}
    axes.set_xticks(shown, [names.get(d, d.rpartition(".")[2]) for d in result["depths"][shown]])
    axes.set(xlabel="block", xlim=(-0.4, last + style.pick(wide=6.8, narrow=6.2)))
    axes.set(ylim=(-0.09, 1.05), yticks=[0, 0.5, 1], yticklabels=["0, chance", "0.5", "1, perfect"])
    axes.xaxis.label.set_x(0.37)
    axes.spines["bottom"].set_bounds(0, last)
    axes.hlines([0, 0.5, 1], 0, last, color=style.faint, lw=0.6, zorder=0)


def curve(result: Result, name: str, kind: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean, lower and upper end over depths: bootstrap if trained, range of seeds if random."""
    if name == "animate":
        shares, interval = result["objects_shares"], result["objects_interval"]
    else:
        index = result["attributes"].tolist().index(name)
        shares, interval = result["shares"][:, index], result["intervals"][index]
    if kind == "trained":
        return shares[0], interval[:, 0], interval[:, 1]
    return shares[1:].mean(axis=0), shares[1:].min(axis=0), shares[1:].max(axis=0)


def describe(result: Result) -> Description:
    depths = result["depths"].tolist()
    curves = {
        kind: {name: curve(result, name, kind) for name in (*CURVES, "animal")}
        for kind in ("trained", "random")
    }
    table = {"depth": depths} | {
        f"{name}_{kind}_{part}": values.tolist()
        for kind, of_kind in curves.items()
        for name, three in of_kind.items()
        for part, values in zip(("mean", "low", "high"), three, strict=True)
    }
    said = {
        kind: {name: said_of(mean, depths) for name, (mean, _, _) in of_kind.items()}
        for kind, of_kind in curves.items()
    }
    last = {name: one["last"] for name, one in said["trained"].items()}
    object_mean, luminance_mean = (curves["trained"][name][0] for name in ("object", "luminance"))
    luminance, hue, random_object = (
        result["shares"][1:, result["attributes"].tolist().index(name)]
        for name in ("luminance", "hue", "object")
    )
    random_colour = (luminance[:, -1] + hue[:, -1]) / 2
    numbers = {
        "number": len(depths),
        "block_before_last": depths[-2],
        "crossing": depths[(object_mean > luminance_mean).argmax()],
        "object_rises": last["object"] - said["trained"]["object"]["stem"],
        "object_ahead": last["object"] - last["luminance"],
        "colour": (last["luminance"] + last["hue"]) / 2,
        "orientation_falls": said["trained"]["orientation"]["best"] - last["orientation"],
        "place_ahead": last["place"] - max(last["luminance"], last["hue"]),
        "animate_interval": [end[-1] for end in curves["trained"]["animate"][1:]],
        "random_object": (float(random_object.max()), t_interval(random_object.max(axis=1))),
        "random_colour": (float(random_colour.mean()), t_interval(random_colour)),
    }
    return described(__file__, result.numbers | said | numbers, table=table)


def said_of(mean: np.ndarray, depths: list[str]) -> dict[str, Any]:
    """What is said of a curve over the pixels, the stem and the blocks."""
    pixels, stem, *_, before_last, last = mean.tolist()
    return {
        "pixels": pixels,
        "stem": stem,
        "best": float(mean.max()),
        "best_depth": depths[mean.argmax()],
        "before_last": before_last,
        "last": last,
    }


if __name__ == "__main__":
    run_drawing(draw, describe)
