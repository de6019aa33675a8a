"""Names beside the ends of curves: where they stand so that none touches another."""

from collections.abc import Iterable

import numpy as np

# Enough for labels that push each other over a whole axis.
ROUNDS = 200


def apart(heights: Iterable[float], *, distance: float, lowest: float) -> np.ndarray:
    """Ascending heights moved apart until neighbours are a distance from each other.

    lowest: where the first one may stand.
    """
    moved = np.maximum(np.array(list(heights), dtype=float), lowest)
    for _ in range(ROUNDS):
        overlap = np.maximum(distance - np.diff(moved), 0) / 2
        moved[:-1] -= overlap
        moved[1:] += overlap
        moved[0] = max(moved[0], lowest)
    return moved
