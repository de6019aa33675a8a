"""All filters of the first layer, sorted by what they were measured to respond to."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.what_units_see.filter_pictures import MEASURED, metrics_of, place, stretched
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style, bare
from site_lib.drawing.picture_grid import fit
from site_lib.records.claims import Claim
from site_lib.records.measurement import Result

GROUPS = {
    "oriented": "oriented edges",
    "spot": "spots and fine texture",
    "flat": "flat areas",
    "silent": "silent",
}
# Lengths in units of a filter's side.
GAP = 0.16
PITCH = 1 + GAP
HEADING = 0.75
BELOW = 0.2
BETWEEN = 0.6


def draw(lite: Result, student: Result, *, style: Style) -> Figure:
    """Small filters above, large ones below; controls to the right, or below on a phone."""
    figure = style.figure(height=1, layout=None)
    axes = figure.add_axes((0, 0, 1, 1))
    bare(axes)
    columns, control_columns = (8, 8) if style.narrow else (10, 5)
    width = columns * PITCH - GAP if style.narrow else 16 * PITCH + BETWEEN - GAP
    top = heading(axes, "EfficientNet-Lite0, 3 × 3 pixels", 0)
    start, bottom = top, top
    for group in GROUPS:
        if len(chosen := tiles(lite, "trained", group)):
            title = group_title(lite, "trained", group)
            bottom = BELOW + block(axes, title, chosen, 0, bottom, columns)
    left = 0 if style.narrow else width + GAP - control_columns * PITCH
    top = bottom if style.narrow else start
    bottom = max(
        bottom, BELOW + block(axes, "random weights", control(lite), left, top, control_columns)
    )
    top = heading(axes, "plain network, 11 × 11 pixels", bottom + BELOW)
    chosen = np.concatenate([tiles(student, "trained", group) for group in GROUPS])
    bottom = BELOW + block(axes, "trained: edges, spots, flat areas", chosen, 0, top, 8)
    left, top = (0, bottom) if style.narrow else (8 * PITCH + BETWEEN, top)
    bottom = block(axes, "random weights", control(student), left, top, 8)
    fit(figure, axes, width, bottom - GAP, margin=GAP)
    return figure


def heading(axes: Axes, words: str, top: float) -> float:
    """Name of a network; returns where it ends."""
    axes.text(0, top + HEADING / 2, words, va="center", weight=600)
    return top + HEADING


def block(
    axes: Axes, title: str, pictures: np.ndarray, left: float, top: float, per_row: int
) -> float:
    return place(
        axes, title, pictures, left=left, top=top, per_row=per_row, pitch=PITCH, heading=HEADING
    )


def control(result: Result) -> np.ndarray:
    """Filters of the first random network."""
    return np.concatenate([tiles(result, "random", group) for group in GROUPS])


def group_title(result: Result, kind: str, group: str) -> str:
    return f"trained: {GROUPS[group]} ({(result[f'{kind}_group'][0] == group).sum()})"


def tiles(result: Result, kind: str, group: str) -> np.ndarray:
    """Filters of a group as pictures: zero is mid-grey, each reaches full contrast on its own.

    Sorted by preferred orientation (oriented), else from lowest to highest index of edge
    against flat.
    """
    chosen = np.flatnonzero(result[f"{kind}_group"][0] == group)
    key = "orientation" if group == "oriented" else "edge_versus_flat"
    chosen = chosen[np.argsort(result[f"{kind}_{key}"][0][chosen], kind="stable")]
    return stretched(result[f"{kind}_filters"][0][chosen])


def describe(lite: Result, student: Result) -> Description:
    m, large = metrics_of(lite, "efficientnet_lite0"), metrics_of(student, "student")
    counted, counted_large = (
        ", ".join(f"{one[f'num_{group}_trained']} {words}" for group, words in GROUPS.items())
        for one in (m, large)
    )
    return Description(
        title="First layers, sorted by what they respond to",
        caption=(
            f"All {m['num_filters']} filters (3 × 3 pixels, colour) of the first layer of "
            f"EfficientNet-Lite0, sorted by their measured response to {m['num_gratings']:,} "
            f"gratings and 6 uniform fields: {counted}. Below, the {large['num_filters']} filters "
            f"(11 × 11 pixels) of the plain network, sorted alike: {counted_large}. Controls: the "
            "same layers with random weights. Mid-grey is zero; each filter is stretched to its "
            "own largest weight."
        ),
        alt=(
            f"Rows of small colour squares. Three by three pixels, trained: {counted}; random: "
            "squares of unrelated colours without structure. Eleven by eleven pixels, trained: "
            "smooth oriented edges, bars and gratings, then blobs of opposed colours; random: "
            "coloured noise."
        ),
        table=table({"efficientnet_lite0": lite, "student": student}),
        claims=[
            Claim(
                "first-layer-silent",
                f"{m['num_silent_trained']} of the {m['num_filters']} trained filters are silent: "
                "their best response is below 2 % of the median.",
                m["num_silent_trained"],
                at_least=1,
                at_most=8,
            )
        ],
    )


def table(results: dict[str, Result]) -> dict[str, list]:
    """One row per filter of the trained networks and of the first random ones."""
    columns: dict[str, list] = {"network": [], "weights": [], "filter": []}
    for network, result in results.items():
        for kind in ("trained", "random"):
            number = result[f"{kind}_group"].shape[1]
            columns["network"] += [network] * number
            columns["weights"] += [kind] * number
            columns["filter"] += list(range(number))
            for name in MEASURED:
                columns.setdefault(name, []).extend(result[f"{kind}_{name}"][0].tolist())
    return columns


if __name__ == "__main__":
    run_drawing(draw, describe)
