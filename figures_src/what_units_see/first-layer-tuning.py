"""Response of each first-layer filter to gratings: what training adds to chance."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from site_lib.claims import Claim
from site_lib.drawing import Description, run_drawing
from site_lib.figure_style import Style
from site_lib.provenance import Result

SHARP = 0.9


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=7.2 if style.narrow else 4.1)
    shape = (2, 1) if style.narrow else (1, 2)
    curves, plane = figure.subplots(*shape)
    draw_curves(curves, result, style)
    draw_plane(plane, result, style)
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
        title=f"{len(oriented)} oriented filters",
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
        title="Trained filters take sides",
        xlabel="flat areas ←  index  → edges",
        ylabel="orientation selectivity",
        xlim=(-0.17, 1.04),
        ylim=(-0.09, 1.06),
        xticks=[0, 0.5, 1],
        yticks=[0, 0.5, 1],
    )
    num_networks = result.metrics["num_random_networks"]
    label(axes, 0.32, 1.02, f"random, {num_networks} networks", "center", style.random, style)
    label(axes, 0.98, 0.86, "trained:\npure edges", "right", style.trained, style)
    label(axes, 0.05, -0.045, "trained: pure flat", "left", style.trained, style)
    label(axes, 0.98, 1 / 3 + 0.05, "twice the orthogonal", "right", style.muted, style)


def label(axes: Axes, x: float, y: float, text: str, ha: str, colour: str, style: Style) -> None:
    """Text that stays legible over points."""
    behind = {"facecolor": style.background, "edgecolor": "none", "alpha": 0.85, "pad": 1.5}
    axes.text(x, y, text, ha=ha, va="center", color=colour, size="small", weight=600, bbox=behind)


def describe(result: Result) -> Description:
    m = result.metrics
    low, high = m["num_oriented_random_range"]
    active = {kind: result[f"{kind}_group"] != "silent" for kind in ("trained", "random")}
    num_random = int(active["random"].sum())
    table: dict[str, list] = {"weights": [], "network": [], "filter": []}
    for kind in ("trained", "random"):
        networks, filters = np.indices(active[kind].shape)
        table["weights"] += [kind] * networks.size
        table["network"] += networks.flatten().tolist()
        table["filter"] += filters.flatten().tolist()
        for name in ("group", "orientation", "selectivity", "edge_versus_flat"):
            table.setdefault(name, []).extend(result[f"{kind}_{name}"].flatten().tolist())
    return Description(
        title="What training adds to a filter that chance does not",
        caption=(
            f"Left: response of the {m['num_oriented_trained']} oriented filters to gratings of "
            "every orientation, at their best frequency and colour. Right: orientation "
            "selectivity, (best − orthogonal)/(best + orthogonal), against the index "
            "(best grating − best uniform field)/(sum), for the "
            f"{m['num_active_trained']} filters of the trained network that respond at all and "
            f"for {num_random} filters of {m['num_random_networks']} random networks. Responses "
            "are amplitudes of modulation over phase, before ReLU6."
        ),
        alt=(
            f"Two plots. Tuning curves of {m['num_oriented_trained']} filters peak at 0 or 90 "
            f"degrees, {m['num_oriented_near_axes_trained']} of them within 10 degrees of an axis. "
            "In a scatter plot, trained filters gather at index 1 (blind to flat areas, "
            f"{m['num_blind_to_flat_trained']} of them) and at or below 0 (flat areas, "
            f"{m['num_flat_trained']} of them), while random filters fill the middle."
        ),
        table=table,
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
        ],
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
