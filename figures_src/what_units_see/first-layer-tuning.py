"""Response of each first-layer filter to gratings: what training adds to chance."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from figures_src.what_units_see.filter_pictures import metrics_of
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.records.claims import Claim
from site_lib.records.measurement import Result

SHARP = 0.9


def draw(lite: Result, student: Result, *, style: Style) -> Figure:
    """Tuning curves beside selectivity; the small filters above the large ones."""
    figure = style.figure(height=13.6 if style.narrow else 8)
    panels = figure.subplots(4, 1) if style.narrow else figure.subplots(2, 2).flatten()
    draw_curves(panels[0], lite, style)
    draw_rows(panels[2], student, style)
    for axes, result, pixels, left in (
        (panels[1], lite, "3 × 3", -0.17),
        (panels[3], student, "11 × 11", -0.45),
    ):
        draw_plane(axes, result, style)
        axes.set(title=f"{pixels}: trained and random", xlim=(left, 1.04))
    say_where(panels[1], panels[3], style)
    return figure


def draw_curves(axes: Axes, result: Result, style: Style) -> None:
    """Tuning of the oriented filters, each scaled to its own maximum."""
    oriented = np.flatnonzero(result["trained_group"][0] == "oriented")
    orientations = np.append(result["orientations"], 180.0)
    for unit in oriented:
        curve = result["trained_curve"][0][unit]
        vertical = 45 <= result["trained_orientation"][0][unit] < 135
        axes.plot(
            orientations,
            np.append(curve, curve[0]) / curve.max(),
            alpha=0.85,
            lw=1.4,
            color=style.series[3] if vertical else style.trained,
        )
    axes.set(
        title=f"3 × 3: {len(oriented)} oriented filters",
        xlabel="orientation of the bars (degrees)",
        ylabel="response / its maximum",
        xticks=[0, 45, 90, 135, 180],
        xlim=(0, 180),
        ylim=(0, 1.08),
        yticks=[0, 0.5, 1],
    )
    axes.grid(axis="y")
    # Most curves peak on an axis; the labels stand where none of them passes.
    axes.text(22, 1.02, "bars lie", color=style.trained, ha="center", size="small")
    axes.text(112, 1.02, "bars stand", color=style.series[3], ha="center", size="small")


def draw_rows(axes: Axes, result: Result, style: Style) -> None:
    """Tuning of many oriented filters: one row each, darker where the response is larger."""
    oriented = np.flatnonzero(result["trained_group"][0] == "oriented")
    oriented = oriented[np.argsort(result["trained_orientation"][0][oriented])]
    curves = result["trained_curve"][0][oriented]
    colours = LinearSegmentedColormap.from_list("response", [style.background, style.trained])
    shown = axes.imshow(
        curves / curves.max(axis=1, keepdims=True),
        extent=(0, 180, len(curves), 0),
        aspect="auto",
        cmap=colours,
        vmin=0,
        vmax=1,
        interpolation="none",
    )
    axes.set(
        title=f"11 × 11: {len(oriented)} oriented filters",
        xlabel="orientation of the bars (degrees)",
        ylabel="filter",
        xticks=[0, 45, 90, 135, 180],
        yticks=[],
    )
    bar = axes.figure.colorbar(shown, ax=axes, ticks=[0, 0.5, 1], pad=0.02, aspect=30)
    bar.set_label("response / its maximum")
    bar.outline.set_visible(False)


def draw_plane(axes: Axes, result: Result, style: Style) -> None:
    """Selectivity for orientation against preference for edges over flat areas."""
    groups = {kind: result[f"{kind}_group"] for kind in ("random", "trained")}
    for kind, marker, size, alpha in (("random", "o", 7, 0.3), ("trained", "o", 34, 1.0)):
        active = groups[kind] != "silent"
        axes.scatter(
            result[f"{kind}_edge_versus_flat"][active],
            result[f"{kind}_selectivity"][active],
            s=size,
            marker=marker,
            color=getattr(style, kind),
            alpha=alpha,
            linewidths=0.6,
            edgecolors=style.background if kind == "trained" else "none",
            zorder=3,
        )
    axes.axvline(0, color=style.muted, lw=0.8)
    axes.axhline(1 / 3, color=style.muted, lw=0.8, ls=(0, (4, 3)))
    axes.set(
        xlabel="flat areas ←  index  → edges",
        ylabel="orientation selectivity",
        ylim=(-0.09, 1.06),
        xticks=[0, 0.5, 1],
        yticks=[0, 0.5, 1],
    )


def say_where(small: Axes, large: Axes, style: Style) -> None:
    """Names in the two planes, where no other points are."""
    for axes, x in ((small, 0.32), (large, 0.34)):
        label(axes, x, 1.02, "random", "center", style.random, style)
        label(axes, 0.98, 1 / 3 + 0.05, "twice the orthogonal", "right", style.muted, style)
    label(small, 0.98, 0.86, "trained:\npure edges", "right", style.trained, style)
    label(small, 0.05, -0.045, "trained: pure flat", "left", style.trained, style)
    label(large, -0.42, -0.05, "trained: mostly flat", "left", style.trained, style)


def label(axes: Axes, x: float, y: float, text: str, ha: str, colour: str, style: Style) -> None:
    """Text that stays legible over points."""
    behind = {"facecolor": style.background, "edgecolor": "none", "alpha": 0.85, "pad": 1.5}
    axes.text(x, y, text, ha=ha, va="center", color=colour, size="small", weight=600, bbox=behind)


def describe(lite: Result, student: Result) -> Description:
    m, large = metrics_of(lite, "efficientnet_lite0"), metrics_of(student, "student")
    low, high = m["num_oriented_random_range"]
    num_random = int((lite["random_group"] != "silent").sum())
    period, random_period = (
        1 / float(np.median(student[f"{kind}_frequency"])) for kind in ("trained", "random")
    )
    return Description(
        title="What training adds to a filter that chance does not",
        caption=(
            "Above, the filters of EfficientNet-Lite0, 3 × 3 pixels; below, those of the plain "
            "network, 11 × 11. Left: response of the oriented filters to gratings of every "
            "orientation, at their best frequency and colour. Right: orientation selectivity, "
            "(best − orthogonal)/(best + orthogonal), against the index "
            "(best grating − best uniform field)/(sum), for the "
            f"{m['num_active_trained']} and {large['num_active_trained']} trained filters that "
            f"respond at all and for those of {m['num_random_networks']} and "
            f"{large['num_random_networks']} random networks. Responses are amplitudes of "
            "modulation over phase, before the rectifier."
        ),
        alt=(
            f"Four plots. Tuning curves of {m['num_oriented_trained']} small filters peak at 0 or "
            f"90 degrees, {m['num_oriented_near_axes_trained']} of them within 10 degrees of an "
            f"axis; those of {large['num_oriented_trained']} large filters at many orientations. "
            "In the scatter plots, small trained filters gather at index 1 (blind to flat areas, "
            f"{m['num_blind_to_flat_trained']} of them) and at or below 0 (flat areas, "
            f"{m['num_flat_trained']} of them), large ones at or below 0 "
            f"({large['num_flat_trained']}), while random filters lie to the right of them."
        ),
        table=table({"efficientnet_lite0": lite, "student": student}),
        claims=[
            Claim(
                "first-layer-oriented",
                f"{m['num_oriented_trained']} of the {m['num_filters']} trained filters respond at "
                "least twice as strongly to their preferred orientation as to the orthogonal one.",
                m["num_oriented_trained"],
                at_least=5,
                at_most=20,
            ),
            Claim(
                "first-layer-oriented-by-chance",
                f"Random filters are oriented more often than trained ones: "
                f"{m['num_oriented_random']:.0f} of {m['num_filters']} on average over "
                f"{m['num_random_networks']} random networks ({low} to {high}).",
                m["num_oriented_random"],
                at_least=m["num_oriented_trained"],
                interval=(low, high),
                interval_of="smallest and largest network",
            ),
            Claim(
                "first-layer-flat",
                f"{m['num_flat_trained']} of the {m['num_filters']} trained filters respond more "
                f"to a uniform field than to any grating; {m['num_flat_coloured_trained']} of "
                "these prefer a colour to a lightness.",
                m["num_flat_trained"],
                at_least=5,
                at_most=20,
            ),
            Claim(
                "first-layer-blind-to-flat",
                f"{m['num_blind_to_flat_trained']} trained filters all but ignore flat areas "
                f"(index of at least {SHARP}); of {num_random} random filters, "
                f"{round(m['num_blind_to_flat_random'] * m['num_random_networks'])} do.",
                m["num_blind_to_flat_trained"] - m["num_blind_to_flat_random_range"][1],
                at_least=3,
            ),
            Claim(
                "student-oriented",
                f"{large['num_oriented_trained']} of the {large['num_filters']} large filters are "
                f"oriented and {large['num_flat_trained']} flat; of as many random ones, "
                f"{large['num_oriented_random']:.0f} and {large['num_flat_random']:.1f} (means "
                f"over {large['num_random_networks']} networks).",
                large["num_flat_trained"] - large["num_flat_random_range"][1],
                at_least=10,
            ),
            Claim(
                "student-coarse",
                f"Half of the large trained filters prefer gratings with a period of {period:.0f} "
                f"pixels or more; of random ones, {random_period:.1f} pixels.",
                period / random_period,
                at_least=3,
            ),
        ],
    )


def table(results: dict[str, Result]) -> dict[str, list]:
    """One row per filter of every network."""
    columns: dict[str, list] = {"network": [], "weights": [], "seed": [], "filter": []}
    for name, result in results.items():
        for kind in ("trained", "random"):
            networks, filters = np.indices(result[f"{kind}_group"].shape)
            columns["network"] += [name] * networks.size
            columns["weights"] += [kind] * networks.size
            columns["seed"] += networks.flatten().tolist()
            columns["filter"] += filters.flatten().tolist()
            for key in ("group", "orientation", "frequency", "selectivity", "edge_versus_flat"):
                columns.setdefault(key, []).extend(result[f"{kind}_{key}"].flatten().tolist())
    return columns


if __name__ == "__main__":
    run_drawing(draw, describe)
