"""Does the better network have the more similar layer? Correlation over many networks."""

import numpy as np

from site_lib.statistics.intervals import bootstrap

NUM_BOOTSTRAP = 1000
NUM_PERMUTATIONS = 2000
SIMILARITIES = ("monkey", "human", "early", "monkey_weighted", "human_weighted", "monkey_ridge",
                "human_ridge")  # fmt: skip
AREAS = ("monkey", "human")
LESIONS = ("late", "noise", "permuted", "silenced")


def correlations(arrays: dict[str, np.ndarray], seed: int) -> dict[str, np.ndarray]:
    """Read-out against every similarity: ``<similarity>_<r or interval>_<among>``.

    among: ``all`` networks; ``random`` ones only; ``within``, the damaged architectures with the
    mean of each taken away, with ``p`` by permutation. Of AREAS also one kind of lesion at a time,
    and ``families``, the ``damaged_families`` one by one.
    """
    damaged = np.unique(arrays["family"][arrays["kind"] == "lesion"])
    hurt = np.isin(arrays["family"], damaged)
    whole = hurt & (arrays["names"] == arrays["family"])
    of_kind = {name: whole | (arrays["lesion"] == name) for name in LESIONS}
    series = series_of(arrays)
    found: dict[str, np.ndarray] = {"damaged_families": damaged}
    for similarity in SIMILARITIES:
        for among, chosen in {"all": slice(None), "random": arrays["kind"] == "random"}.items():
            x, y, family = (arrays[n][chosen] for n in ("performance", similarity, "family"))
            found |= named(similarity, among, correlation_of_networks(x, y, family, seed))
        for among, chosen in {"within": hurt, **(of_kind if similarity in AREAS else {})}.items():
            x, y, family = (arrays[n][chosen] for n in ("performance", similarity, "family"))
            x, y = without_family(x, family), without_family(y, family)
            found |= named(similarity, among, correlation_of_networks(x, y, series[chosen], seed))
            found[f"{similarity}_p_{among}"] = np.array(permutation_p(x, y, family, seed))
    for area in AREAS:
        of_family = [
            correlation_of_networks(
                arrays["performance"][one], arrays[area][one], series[one], seed
            )
            for one in (arrays["family"] == name for name in damaged)
        ]
        found[f"{area}_r_families"] = np.array([r for r, _ in of_family])
        found[f"{area}_interval_families"] = np.array([limits for _, limits in of_family])
    return found


def named(
    similarity: str, among: str, result: tuple[float, tuple[float, float]]
) -> dict[str, np.ndarray]:
    """A correlation and its interval by their names."""
    r, limits = result
    return {f"{similarity}_r_{among}": np.array(r),
            f"{similarity}_interval_{among}": np.array(limits)}  # fmt: skip


def series_of(arrays: dict[str, np.ndarray]) -> np.ndarray:
    """Names of what belongs together: seeds of one lesion, in one amount, of one architecture."""
    rows = zip(*(arrays[name] for name in ("family", "kind", "lesion", "amount")), strict=True)
    return np.array([" ".join(map(str, row)) for row in rows])


def without_family(values: np.ndarray, family: np.ndarray) -> np.ndarray:
    """Values less the mean of their family."""
    _, member = np.unique(family, return_inverse=True)
    return values - (np.bincount(member, values) / np.bincount(member))[member]


def correlation_of_networks(
    performance: np.ndarray, similarity: np.ndarray, series: np.ndarray, seed: int
) -> tuple[float, tuple[float, float]]:
    """Pearson r over networks with its 95 % bootstrap interval over series.

    Seeds and checkpoints of one architecture, or seeds of one lesion, are no independent networks,
    so a series is drawn with all of them.
    """

    def r(rows: np.ndarray) -> float:
        return np.corrcoef(performance[rows], similarity[rows])[0, 1]

    every = np.arange(len(series))
    return float(r(every)), bootstrap(every, r, seed, NUM_BOOTSTRAP, clusters=series)


def permutation_p(
    performance: np.ndarray, similarity: np.ndarray, family: np.ndarray, seed: int
) -> float:
    """One-sided p of a correlation above 0, networks exchanged within their families."""
    generator = np.random.default_rng(seed)
    members = [np.flatnonzero(family == name) for name in np.unique(family)]
    observed, higher = performance @ similarity, 0
    for _ in range(NUM_PERMUTATIONS):
        shuffled = similarity.copy()
        for rows in members:
            shuffled[rows] = similarity[generator.permutation(rows)]
        higher += performance @ shuffled >= observed
    return (higher + 1) / (NUM_PERMUTATIONS + 1)
