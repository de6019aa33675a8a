"""Distances between stimuli, and how far groups and categories of them lie apart."""

import numpy as np

from site_lib.common.checks import check_finite, check_shapes
from site_lib.common.errors import CourseError
from site_lib.statistics.readout import one_hot


def correlation_distances(features: np.ndarray) -> np.ndarray:
    """1 − Pearson correlation between the rows of (N, D): (N, N).

    Raises CourseError for a row without variation, whose correlation is not defined.
    """
    check_shapes(features=(features, "N D"))
    check_finite("features", features)
    constant = np.flatnonzero((features == features[:, :1]).all(axis=1))
    if len(constant):
        raise CourseError(f"the features of stimulus {constant[0]} are all the same number")
    return 1 - np.corrcoef(features)


def distances_of_groups(distances: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Mean distance between the stimuli of every two groups: (N, N) → (G, G), groups sorted.

    On the diagonal: between different stimuli of one group, NaN where a group has one only.
    """
    check_shapes(distances=(distances, "N N"), groups=(groups, "N"))
    check_finite("distances", distances)
    members = one_hot(groups)
    others = 1 - np.eye(len(distances))
    pairs = members.T @ others @ members
    sums = members.T @ (distances * others) @ members
    return np.divide(sums, pairs, out=np.full_like(sums, np.nan), where=pairs > 0)


def group_separation(distances: np.ndarray, drawn: np.ndarray | None = None) -> float:
    """Mean distance between groups over mean distance within: from (G, G) as above.

    drawn: indices of the groups of a bootstrap sample; a group is never compared with its copy.
    Raises CourseError when a single group is drawn, and for a group of one stimulus.
    """
    check_shapes(distances=(distances, "G G"))
    drawn = np.arange(len(distances)) if drawn is None else drawn
    different = drawn[:, None] != drawn[None]
    if not different.any():
        raise CourseError("a separation needs two different groups; have more of them")
    within = np.diag(distances)[drawn]
    if np.isnan(within).any():
        raise CourseError("a group of one stimulus has no distance within; have two or more")
    return float(distances[np.ix_(drawn, drawn)][different].mean() / within.mean())


def category_separation(
    distances: np.ndarray, categories: np.ndarray, drawn: np.ndarray | None = None
) -> float:
    """Mean distance between categories over mean distance within, among different groups.

    distances: (G, G).   categories: (G,).   drawn: as for :func:`group_separation`. A value of
    1 means that category makes no difference.
    """
    drawn = np.arange(len(distances)) if drawn is None else drawn
    different = drawn[:, None] != drawn[None]
    same = categories[drawn][:, None] == categories[drawn][None]
    chosen = distances[np.ix_(drawn, drawn)]
    if not (different & same).any() or not (different & ~same).any():
        raise CourseError("a separation needs two categories, and one with two groups or more")
    return float(chosen[different & ~same].mean() / chosen[different & same].mean())


def classical_map(distances: np.ndarray) -> tuple[np.ndarray, float]:
    """Classical multidimensional scaling: points in the plane, and the share that they keep.

    distances: (N, N). Returns (N, 2), and the part of the positive eigenvalues of the doubly
    centred squared distances that belongs to the two axes. Raises CourseError when all points
    coincide.
    """
    check_shapes(distances=(distances, "N N"))
    check_finite("distances", distances)
    if len(distances) < 3 or not distances.any():
        raise CourseError("a map needs three points or more that do not all coincide")
    centring = np.eye(len(distances)) - 1 / len(distances)
    eigenvalues, axes = np.linalg.eigh(-0.5 * centring @ np.square(distances) @ centring)
    largest = eigenvalues[:-3:-1].clip(min=0)
    return axes[:, :-3:-1] * np.sqrt(largest), float(
        largest.sum() / eigenvalues[eigenvalues > 0].sum()
    )
