"""Does the better network have the more similar layer? Correlation over many networks."""

import numpy as np

from site_lib.statistics.intervals import bootstrap

NUM_BOOTSTRAP = 5000
# Correlations over all networks, and without those that were optimised on ImageNet, wholly or in
# their first stages.
AMONG = {
    "all": ("random", "partly", "graft", "optimised"),
    "without_optimised": ("random", "partly", "graft"),
    "without_both": ("random", "partly"),
    "random": ("random",),
}


def correlations(arrays: dict[str, np.ndarray], seed: int) -> dict[str, np.ndarray]:
    """Performance against similarity to each IT, among all networks and among fewer."""
    found: dict[str, np.ndarray] = {}
    for area in ("monkey", "human"):
        for among, kinds in AMONG.items():
            chosen = np.isin(arrays["kind"], kinds)
            performance, similarity, family = (
                arrays[name][chosen] for name in ("performance", area, "family")
            )
            r, limits = correlation_of_networks(performance, similarity, family, seed)
            found[f"{area}_r_{among}"] = np.array(r)
            found[f"{area}_interval_{among}"] = np.array(limits)
    return found


def correlation_of_networks(
    performance: np.ndarray, similarity: np.ndarray, family: np.ndarray, seed: int
) -> tuple[float, tuple[float, float]]:
    """Pearson r over networks with its 95 % bootstrap interval over families.

    Seeds and checkpoints of one architecture are no independent networks, so a family is drawn
    with all of them.
    """

    def r(rows: np.ndarray) -> float:
        return np.corrcoef(performance[rows], similarity[rows])[0, 1]

    every = np.arange(len(family))
    return float(r(every)), bootstrap(every, r, seed, NUM_BOOTSTRAP, clusters=family)
