"""All filters of the first layer, sorted by what they were measured to respond to."""

from functools import partial

import numpy as np
from matplotlib.figure import Figure

from site_lib.claims import Claim
from site_lib.drawing import Description, run_drawing
from site_lib.figure_style import Style, bare
from site_lib.filter_pictures import MEASURED, place, stretched
from site_lib.provenance import Result

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


def draw(result: Result, *, style: Style) -> Figure:
    """Trained filters in groups; the random control to their right, or below on a phone."""
    per_row, control_per_row = (8, 8) if style.narrow else (10, 5)
    trained = [
        (group_title(result, "trained", group), chosen)
        for group in GROUPS
        if len(chosen := tiles(result, "trained", group))
    ]
    control = np.concatenate([tiles(result, "random", group) for group in GROUPS])
    figure = style.figure(height=1, layout=None)
    axes = figure.add_axes((0, 0, 1, 1))
    bare(axes)
    block = partial(place, axes, pitch=PITCH, heading=HEADING)
    bottom = 0.0
    for title, chosen in trained:
        bottom = BELOW + block(title, chosen, left=0, top=bottom, per_row=per_row)
    side_by_side = not style.narrow
    left = per_row * PITCH + 0.8 if side_by_side else 0
    end = BELOW + block(
        "random weights",
        control,
        left=left,
        top=0 if side_by_side else bottom,
        per_row=control_per_row,
    )
    width = left + control_per_row * PITCH - GAP
    height = max(bottom, end) - BELOW
    axes.set(xlim=(-GAP, width + GAP), ylim=(height + GAP, -GAP))
    figure.set_figheight(style.width * (height + 2 * GAP) / (width + 2 * GAP))
    return figure


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


def describe(result: Result) -> Description:
    m = result.metrics
    counted = ", ".join(f"{m[f'num_{group}_trained']} {words}" for group, words in GROUPS.items())
    return Description(
        title="The first layer, sorted by what it responds to",
        caption=(
            f"All {m['num_filters']} filters (3 × 3 pixels, colour) of the first layer of "
            f"EfficientNet-Lite0, sorted by their measured response to {m['num_gratings']:,} "
            f"gratings and 6 uniform fields: {counted}. Right (below on a phone), the control: the "
            "same layer with random weights. Mid-grey is zero; each filter is stretched to its own "
            "largest weight."
        ),
        alt=(
            f"Rows of small colour squares of three by three pixels. Trained filters: {counted}. "
            f"Random weights: {m['num_filters']} squares of unrelated colours without structure."
        ),
        table=table(result),
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


def table(result: Result) -> dict[str, list]:
    """One row per filter of the trained network and of the first random one."""
    columns: dict[str, list] = {"weights": [], "filter": []}
    for kind in ("trained", "random"):
        number = result[f"{kind}_group"].shape[1]
        columns["weights"] += [kind] * number
        columns["filter"] += list(range(number))
        for name in MEASURED:
            columns.setdefault(name, []).extend(result[f"{kind}_{name}"][0].tolist())
        weights = result[f"{kind}_filters"][0].reshape(number, -1)
        for index in range(weights.shape[1]):
            columns.setdefault(f"weight_{index}", []).extend(weights[:, index].tolist())
    return columns


if __name__ == "__main__":
    run_drawing(draw, describe)
