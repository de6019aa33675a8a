"""Response of each first-layer filter to gratings: what training adds to chance."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from figures_src.what_units_see.filter_pictures import filter_table, metrics_of
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described
from site_lib.records.measurement import Result

MEASURED = ("group", "orientation", "frequency", "selectivity", "edge_versus_flat")
ORIENTATIONS: dict[str, Any] = {
    "xlabel": "orientation of the bars (degrees)",
    "xticks": [0, 45, 90, 135, 180],
}


def draw(lite: Result, student: Result, *, style: Style) -> Figure:
    """Tuning curves beside selectivity; the small filters above the large ones."""
    figure = style.figure(height=style.pick(wide=8, narrow=13.6))
    panels = figure.subplots(*style.pick(wide=(2, 2), narrow=(4, 1))).flatten()
    draw_curves(panels[0], lite, style)
    draw_rows(panels[2], student, style)
    draw_plane(panels[1], lite, style)
    panels[1].set(title="3 × 3: trained and random", xlim=(-0.17, 1.04))
    draw_plane(panels[3], student, style)
    panels[3].set(title="11 × 11: trained and random", xlim=(-0.45, 1.04))
    say_where(panels[1], panels[3], style)
    return figure


def draw_curves(axes: Axes, result: Result, style: Style) -> None:
    """Tuning of the oriented filters, each scaled to its own maximum."""
    oriented = np.flatnonzero(result["trained_group"][0] == "oriented")
    orientations = np.append(result["orientations"], 180.0)
    for unit in oriented:
        curve = result["trained_curve"][0][unit]
        vertical = 45 <= result["trained_orientation"][0][unit] < 135
        colour = style.series[3] if vertical else style.trained
        response = np.append(curve, curve[0]) / curve.max()
        axes.plot(orientations, response, alpha=0.85, lw=1.4, color=colour)
    axes.set(title=f"3 × 3: {len(oriented)} oriented filters", **ORIENTATIONS, xlim=(0, 180))
    axes.set(ylabel="response / its maximum", ylim=(0, 1.08), yticks=[0, 0.5, 1])
    axes.grid(axis="y")
    # Most curves peak on an axis; the labels stand where none of them passes.
    axes.text(22, 1.02, "bars lie", color=style.trained, ha="center", size="small")
    axes.text(112, 1.02, "bars stand", color=style.series[3], ha="center", size="small")


def draw_rows(axes: Axes, result: Result, style: Style) -> None:
    """Tuning of many oriented filters: one row each, darker where the response is larger."""
    oriented = np.flatnonzero(result["trained_group"][0] == "oriented")
    oriented = oriented[np.argsort(result["trained_orientation"][0][oriented])]
    curves = result["trained_curve"][0][oriented]
    shown = axes.imshow(
        curves / curves.max(axis=1, keepdims=True),
        extent=(0, 180, len(curves), 0),
        aspect="auto",
        cmap=LinearSegmentedColormap.from_list("response", [style.background, style.trained]),
        vmin=0,
        vmax=1,
        interpolation="none",
    )
    axes.set(title=f"11 × 11: {len(oriented)} oriented filters", **ORIENTATIONS)
    axes.set(ylabel="filter", yticks=[])
    bar = axes.figure.colorbar(shown, ax=axes, ticks=[0, 0.5, 1], pad=0.02, aspect=30)
    bar.set_label("response / its maximum")
    bar.outline.set_visible(False)


def draw_plane(axes: Axes, result: Result, style: Style) -> None:
    """Selectivity for orientation against preference for edges over flat areas."""
    looks: dict[str, dict[str, Any]] = {
        "random": {"s": 7, "alpha": 0.3, "color": style.random, "edgecolors": "none"},
        "trained": {"s": 34, "alpha": 1.0, "color": style.trained, "edgecolors": style.background},
    }
    for kind, look in looks.items():
        active = result[f"{kind}_group"] != "silent"
        x, y = result[f"{kind}_edge_versus_flat"][active], result[f"{kind}_selectivity"][active]
        axes.scatter(x, y, linewidths=0.6, zorder=3, **look)
    axes.axvline(0, color=style.muted, lw=0.8)
    axes.axhline(1 / 3, color=style.muted, lw=0.8, ls=(0, (4, 3)))
    axes.set(xlabel="flat areas ←  index  → edges", xticks=[0, 0.5, 1])
    axes.set(ylabel="orientation selectivity", ylim=(-0.09, 1.06), yticks=[0, 0.5, 1])


def say_where(small: Axes, large: Axes, style: Style) -> None:
    """Names in the two planes, where no other points are; legible over some."""
    for axes, x, y, words, ha, colour in (
        (small, 0.32, 1.02, "random", "center", style.random),
        (small, 0.98, 1 / 3 + 0.05, "twice the orthogonal", "right", style.muted),
        (large, 0.34, 1.02, "random", "center", style.random),
        (large, 0.98, 1 / 3 + 0.05, "twice the orthogonal", "right", style.muted),
        (small, 0.98, 0.86, "trained:\npure edges", "right", style.trained),
        (small, 0.05, -0.045, "trained: pure flat", "left", style.trained),
        (large, -0.42, -0.05, "trained: mostly flat", "left", style.trained),
        (large, 0.84, 1.01, "trained:\npure edges", "right", style.trained),
    ):
        behind = {"facecolor": style.background, "edgecolor": "none", "alpha": 0.85, "pad": 1.5}
        axes.text(x, y, words, ha=ha, va="center", color=colour, size="small", weight=600,
                  bbox=behind)  # fmt: skip


def describe(lite: Result, student: Result) -> Description:
    results = {"efficientnet_lite0": lite, "student": student}
    small, large = (metrics_of(result, name) for name, result in results.items())
    trained, random = (
        1 / float(np.median(student[f"{kind}_frequency"])) for kind in ("trained", "random")
    )
    numbers = {
        "small": small,
        "large": large,
        "active_random": int((lite["random_group"] != "silent").sum()),
        "blind_random": round(small["num_blind_to_flat_random"] * small["num_random_networks"]),
        "blind_more": small["num_blind_to_flat_trained"]
        - small["num_blind_to_flat_random_range"][1],
        "random_large": int((student["random_group"] != "silent").sum()),
        "blind_random_large": round(
            large["num_blind_to_flat_random"] * large["num_random_networks"]
        ),
        "blind_more_large": large["num_blind_to_flat_trained"]
        - large["num_blind_to_flat_random_range"][1],
        "flat_more": large["num_flat_trained"] - large["num_flat_random_range"][1],
        "period": {"trained": trained, "random": random, "ratio": trained / random},
    }
    return described(__file__, numbers, table=filter_table(results, MEASURED))


if __name__ == "__main__":
    run_drawing(draw, describe)
