"""Distances between and within categories by depth, and a map of the last block."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.records.claims import Claim
from site_lib.records.measurement import Result

CATEGORIES = {
    "face": ("faces", "o"),
    "body": ("bodies", "^"),
    "natObj": ("natural objects", "s"),
    "artiObj": ("artificial objects", "D"),
}
SERIES = ("separation", "objects_separation")
TITLES = ("Photographs: ratio of distances", "92 objects: ratio of distances")


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=8.6 if style.narrow else 6.3)
    if style.narrow:
        panels = figure.subplot_mosaic("A;B;C;D", height_ratios=[1, 1, 1.3, 1.3])
    else:
        panels = figure.subplot_mosaic("AB;CD", height_ratios=[1, 1.15])
    for axes, name, title in zip((panels["A"], panels["B"]), SERIES, TITLES, strict=True):
        draw_ratio(axes, result, name, style)
        axes.set_title(title)
    for axes, index, title in ((panels["C"], 0, "trained"), (panels["D"], 1, "random weights")):
        draw_map(axes, result, index, style)
        axes.set_title(f"92 objects, last block, {title}")
    handles, labels = panels["C"].get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="outside lower center", ncols=2 if style.narrow else 4,
        fontsize="small", handletextpad=0.2, columnspacing=1.2,
    )  # fmt: skip
    return figure


def draw_ratio(axes: Axes, result: Result, name: str, style: Style) -> None:
    ratios, interval = result[name], result[f"{name}_interval"]
    x = np.arange(ratios.shape[1])
    low, high = ratios[1:].min(axis=0), ratios[1:].max(axis=0)
    axes.fill_between(x, *interval.T, color=style.trained, alpha=0.2, lw=0)
    axes.plot(x, ratios[0], color=style.trained, marker="o", ms=3.5)
    axes.fill_between(x, low, high, color=style.random, alpha=0.2, lw=0)
    axes.plot(x, ratios[1:].mean(axis=0), color=style.random, marker="o", ms=3.5)
    top = interval.max()
    axes.set(xlim=(-0.4, x[-1] + 0.4), ylim=(1 - 0.08 * (top - 1), 1 + 1.05 * (top - 1)))
    shown = [0, *range(1, len(x), 5)]
    axes.set_xticks(shown, ["stem" if d == 0 else str(d - 1) for d in shown])
    axes.set_xlabel("block")
    axes.grid(axis="y")
    middle = 6
    axes.annotate("trained", (middle, ratios[0, middle]), (0, 9), textcoords="offset points",
                  color=style.trained, weight=600, ha="right")  # fmt: skip
    axes.annotate("random weights", (x[-1], ratios[1:, -1].mean()), (0, 7),
                  textcoords="offset points", color=style.random, weight=600,
                  ha="right")  # fmt: skip


def draw_map(axes: Axes, result: Result, index: int, style: Style) -> None:
    points = result["objects_map"][index]
    for (key, (label, marker)), colour in zip(CATEGORIES.items(), map_colours(style), strict=True):
        x, y = points[result["objects_category"] == key].T
        axes.scatter(x, y, s=26, marker=marker, color=colour, alpha=0.85, lw=0, label=label)
    axes.set_aspect("equal", adjustable="datalim")
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(True)
    axes.spines[:].set_color(style.faint)


def map_colours(style: Style) -> tuple[str, str, str, str]:
    """Warm colours for what lives, cold ones for what does not."""
    blue, orange, green, pink = style.series
    return orange, pink, green, blue


def pair(interval: np.ndarray) -> tuple[float, float]:
    """Ends of an interval as plain numbers."""
    return float(interval[0]), float(interval[1])


def describe(result: Result) -> Description:
    m = result.metrics
    layers = [str(depth) for depth in result["depths"][1:]]
    photos, objects = result["separation"], result["objects_separation"]
    best = int(objects[0].argmax())
    shares = result["objects_map_share"]
    return Description(
        title="Views of one thing, then things of one kind, draw together with depth",
        caption=(
            "Mean distance (1 − correlation of mean activations) between different groups over "
            f"that within. Left: groups are {m['num_photographs']} photographs, each in "
            f"{m['num_views']} views. Right: {m['objects_num']} objects in four categories, an "
            "object never compared with itself. Bands: 95 % bootstrap over photographs or objects "
            f"(trained), range of {m['num_random']} or {m['objects_num_random']} networks "
            "(random weights). Below: the objects on a map that keeps distances as well as a "
            f"plane can ({100 * shares[0]:.0f} % of the variance trained, "
            f"{100 * shares[1]:.0f} % random)."
        ),
        alt=(
            f"Two line plots against {len(layers)} depths. Ratio for photographs, trained: from "
            f"{photos[0, 0]:.2f} to {photos[0, -1]:.2f}; random weights: "
            f"{photos[1:, -1].mean():.2f} at the end. Ratio for four categories of objects, "
            f"trained: from {objects[0, 0]:.2f} to {objects[0].max():.2f} at {layers[best]}; "
            f"random weights: {objects[1:, -1].mean():.2f}. Two maps of {m['objects_num']} points "
            "in four categories: faces form a cluster in the trained network, all categories "
            "are mixed in the random one."
        ),
        table={
            "layer": layers,
            **{
                f"{name}_{part}": values.tolist()
                for name, key in zip(("photographs", "categories"), SERIES, strict=True)
                for part, values in (
                    ("trained", result[key][0]),
                    ("trained_low", result[f"{key}_interval"][:, 0]),
                    ("trained_high", result[f"{key}_interval"][:, 1]),
                    ("random_mean", result[key][1:].mean(axis=0)),
                )
            },
        },
        claims=[
            Claim(
                "separation-photographs",
                "In the last block two photographs are "
                f"{photos[0, -1]:.1f} times as far apart as two views of one; at the stem "
                f"{photos[0, 0]:.2f} times, and with random weights "
                f"{photos[1:, -1].mean():.2f} times.",
                float(photos[0, -1]),
                at_least=1.5,
                interval=pair(result["separation_interval"][-1]),
                interval_of="95 % bootstrap over photographs",
            ),
            Claim(
                "separation-categories",
                f"Objects of different categories are {objects[0, best]:.2f} times as far apart "
                f"as objects of one category at {layers[best]}, and {objects[0, -1]:.2f} times in "
                f"the last block; with random weights {objects[1:, -1].mean():.2f} times.",
                float(objects[0, best]),
                at_least=1.05,
                interval=pair(result["objects_separation_interval"][best]),
                interval_of="95 % bootstrap over objects",
            ),
        ],
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
