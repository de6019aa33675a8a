"""First-layer filters: as pictures in titled blocks, as a table, and the numbers about them."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from site_lib.records.measurement import Result

# Lengths in units of a picture's side; PITCH is from one picture to the next.
GAP, BELOW = 0.16, 0.2
PITCH = 1 + GAP
HEADING = 0.75
# The groups in the order in which filters are shown.
SORTED = ("oriented", "spot", "flat", "silent")


def stretched(filters: np.ndarray) -> np.ndarray:
    """Filters (K, H, W, 3) as pictures in [0, 1]: zero is mid-grey, each at full contrast."""
    return 0.5 + 0.5 * filters / np.abs(filters).max(axis=(1, 2, 3), keepdims=True)


def metrics_of(result: Result, model: str) -> dict[str, Any]:
    """The parameters and metrics of one network, without its name before each."""
    return {name.removeprefix(f"{model}_"): value for name, value in result.numbers.items()}


def units_spread(tuning: Result, kind: str, number: int) -> np.ndarray:
    """So many filters of all kinds: those that answer, in order, divided into equal parts.

    In order: oriented by orientation, then spots, then flat. Of each part the one with the largest
    response to a grating or a uniform field.
    """
    groups, orientation, amplitude, flat_amplitude = (
        tuning[f"{kind}_{name}"][0]
        for name in ("group", "orientation", "amplitude", "flat_amplitude")
    )
    order = np.lexsort((orientation, [SORTED.index(group) for group in groups]))
    parts = np.array_split(order[groups[order] != "silent"], number)
    strength = np.maximum(amplitude, flat_amplitude)
    return np.array([part[strength[part].argmax()] for part in parts])


def place(
    axes: Axes, title: str, pictures: np.ndarray, left: float, top: float, per_row: int
) -> float:
    """A titled block of pictures, left to right and then down; returns where the next begins."""
    axes.text(left, top + HEADING / 2, title, va="center")
    for index, picture in enumerate(pictures):
        row, column = divmod(index, per_row)
        x, y = left + column * PITCH, top + HEADING + row * PITCH
        # `none` keeps the pixels as squares at any size.
        axes.imshow(picture, extent=(x, x + 1, y + 1, y), interpolation="none")
    return top + HEADING + math.ceil(len(pictures) / per_row) * PITCH + BELOW


def tiles(result: Result, kind: str, *groups: str) -> np.ndarray:
    """Filters of the first network as pictures, group by group.

    Sorted by preferred orientation (oriented), else from lowest to highest index of edge
    against flat.
    """
    pictures = []
    for group in groups:
        chosen = np.flatnonzero(result[f"{kind}_group"][0] == group)
        key = "orientation" if group == "oriented" else "edge_versus_flat"
        chosen = chosen[np.argsort(result[f"{kind}_{key}"][0][chosen], kind="stable")]
        pictures.append(stretched(result[f"{kind}_filters"][0][chosen]))
    return np.concatenate(pictures)


def filter_table(
    results: dict[str, Result], measured: Sequence[str], *, num_networks: int | None = None
) -> dict[str, list[Any]]:
    """One row per filter, trained and random, of the networks that results are about.

    measured: arrays, with a column each.   num_networks: of how many random networks; all if None.
    """
    table: dict[str, list[Any]] = {}
    for network, result in results.items():
        for weights in ("trained", "random"):
            groups = result[f"{weights}_group"][:num_networks]
            seeds, filters = np.indices(groups.shape)
            of_filter = {
                "network": np.full(groups.shape, network),
                "weights": np.full(groups.shape, weights),
                "seed": seeds,
                "filter": filters,
            } | {name: result[f"{weights}_{name}"][:num_networks] for name in measured}
            for name, values in of_filter.items():
                table.setdefault(name, []).extend(np.asarray(values).flatten().tolist())
    return table
