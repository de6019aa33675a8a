"""Dissimilarity matrices to look at, side by side: brains, pixels and blocks."""

from collections.abc import Mapping, Sequence

import numpy as np

from site_lib.biology.comparison import rank_correlations
from site_lib.biology.rdm import percentiles, upper
from site_lib.biology.stimuli import SUBCATEGORIES, small_groups
from site_lib.statistics.separation import distances_of_groups

# A cell of a drawn matrix is the mean over the pairs of two groups of about so many objects.
GROUP = 4


def gallery(
    rdms: Sequence[np.ndarray],
    pixels: np.ndarray,
    monkey: np.ndarray,
    areas: Mapping[str, np.ndarray],
    subcategories: np.ndarray,
) -> dict[str, np.ndarray]:
    """Percentiles of the dissimilarities, mean over small groups, and how near to monkey IT.

    rdms: (L, N, N) of the trained network, then of a random one.   pixels, monkey: (N, N).
    areas: "EVC" and "IT" → (S, N, N).   subcategories: (N,), indices.
    """
    of_monkey = upper(monkey[None])
    best = [int(rank_correlations(upper(one), of_monkey).argmax()) for one in rdms]
    matrices = {
        "monkey IT": monkey,
        "human IT": areas["IT"].mean(axis=0),
        "human early visual cortex": areas["EVC"].mean(axis=0),
        "pixels": pixels,
        "first block": rdms[0][1],
        "best block": rdms[0][best[0]],
        "random weights, best block": rdms[1][best[1]],
    }
    groups = small_groups(subcategories, GROUP)
    vectors = upper(np.stack(list(matrices.values())))
    drawn = [distances_of_groups(percentiles(one), groups) for one in matrices.values()]
    boundaries = [groups[subcategories == index][0] for index in range(len(SUBCATEGORIES))]
    return {
        "gallery_names": np.array(list(matrices)),
        "gallery": np.array(drawn),
        "gallery_with_monkey": rank_correlations(vectors, vectors[:1])[:, 0],
        "gallery_best": np.array(best),
        "gallery_boundaries": np.array([*boundaries, groups[-1] + 1]),
    }
