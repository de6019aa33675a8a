"""The large first-layer filters of the plain network, trained and random."""

from functools import partial

import numpy as np
from matplotlib.figure import Figure

from site_lib.claims import Claim
from site_lib.drawing import Description, run_drawing
from site_lib.figure_style import Style, bare
from site_lib.filter_pictures import MEASURED, place, stretched
from site_lib.provenance import Result

ORDER = ("oriented", "spot", "flat", "silent")
# Lengths in units of a filter's side.
PITCH = 1.1
HEADING = 0.7


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=1, layout=None)
    axes = figure.add_axes((0, 0, 1, 1))
    bare(axes)
    per_row = 8
    block = per_row * PITCH
    grid = partial(place, axes, per_row=per_row, pitch=PITCH, heading=HEADING)
    end = grid("trained", sorted_tiles(result, "trained"), left=0, top=0)
    across, down = (0, end + 0.2) if style.narrow else (block + 0.6, 0)
    height = grid("random weights", sorted_tiles(result, "random"), left=across, top=down)
    width = across + block
    axes.set(xlim=(-0.15, width + 0.05), ylim=(height, -0.1))
    figure.set_figheight(style.width * (height + 0.1) / (width + 0.2))
    return figure


def sorted_tiles(result: Result, kind: str) -> np.ndarray:
    """Filters by group, then orientation; zero is mid-grey, each at its own full contrast."""
    group = np.array([ORDER.index(name) for name in result[f"{kind}_group"][0]])
    order = np.lexsort((result[f"{kind}_orientation"][0], group))
    return stretched(result[f"{kind}_filters"][0][order])


def describe(result: Result) -> Description:
    m = result.metrics
    low, high = m["num_blind_to_flat_random_range"]
    return Description(
        title="Large filters show what small ones can only hint at",
        caption=(
            f"The {m['num_filters']} first-layer filters (11 × 11 pixels) of the plain network, "
            f"sorted by their response to {m['num_gratings']:,} gratings and 6 uniform fields: "
            f"{m['num_oriented_trained']} oriented, {m['num_spot_trained']} spots, "
            f"{m['num_flat_trained']} flat, {m['num_silent_trained']} silent. Control: random "
            "weights, sorted in the same way. Mid-grey is zero; each filter is stretched to its "
            "own largest weight."
        ),
        alt=(
            f"Two grids of {m['num_filters']} small pictures. Trained: smooth oriented edges, "
            "bars and gratings, then blobs of opposed colours. Random: coloured noise."
        ),
        table={
            "filter": list(range(m["num_filters"])),
            **{name: result[f"trained_{name}"][0].tolist() for name in MEASURED},
        },
        claims=[
            Claim(
                "student-oriented",
                f"{m['num_oriented_trained']} of the {m['num_filters']} large filters respond at "
                "least twice as strongly to their preferred orientation as to the orthogonal one, "
                f"{m['num_blind_to_flat_trained']} all but ignore flat areas (with random weights "
                f"{low} to {high}).",
                m["num_oriented_trained"],
                at_least=10,
            )
        ],
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
