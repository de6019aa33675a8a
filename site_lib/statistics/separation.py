"""Distances between stimuli, and how far groups and categories of them lie apart."""

import numpy as np

from site_lib.common.checks import check_finite, check_number, check_shapes
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


def category_separation(distances: np.ndarray, categories: np.ndarray) -> float:
    """Mean distance between categories over mean distance within, among different stimuli.

    distances: (N, N).   categories: (N,). A value of 1 means that category makes no difference.
    Raises CourseError without two categories, and without one of two stimuli.
    """
    return float(_separations(distances, categories, np.ones((1, len(distances))))[0])


def separation_interval(
    distances: np.ndarray, categories: np.ndarray, *, seed: int, number: int = 1000
) -> tuple[float, float]:
    """95 % bootstrap interval of :func:`category_separation`, stimuli drawn with replacement.

    A stimulus that is drawn twice is never compared with its copy.
    """
    check_number("number of resamples", number, low=1, whole=True)
    size = len(distances)
    drawn = np.random.default_rng(seed).multinomial(size, np.full(size, 1 / size), number)
    low, high = np.quantile(_separations(distances, categories, drawn), [0.025, 0.975])
    return float(low), float(high)


def _separations(distances: np.ndarray, categories: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """A separation for each row of counts (samples, N), how often each stimulus is in a sample."""
    check_shapes(distances=(distances, "N N"), categories=(categories, "N"))
    check_finite("distances", distances)
    same = categories[:, None] == categories[None]
    means = []
    for pairs in (~same, same & ~np.eye(len(distances), dtype=bool)):
        pairs = pairs.astype(float)
        number = ((counts @ pairs) * counts).sum(axis=1)
        if (number == 0).any():
            raise CourseError("a separation needs two categories, and one with two stimuli or more")
        means.append(((counts @ (distances * pairs)) * counts).sum(axis=1) / number)
    return means[0] / means[1]


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
