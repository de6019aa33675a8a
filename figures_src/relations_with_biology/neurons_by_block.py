"""Where along a network each neuron is predicted best, and how sure that is."""

from collections.abc import Mapping

import numpy as np

from site_lib.biology.comparison import interval
from site_lib.biology.neurons import Neurons, median_samples, resampled_scores, scores_by_layer

Arrays = dict[str, np.ndarray]
CONTROLS = ("random", "shuffled")


def of_session(
    predicted: Mapping[str, list[np.ndarray]], neurons: Neurons, *, number: int, seed: int
) -> tuple[Arrays, np.ndarray]:
    """Arrays of one session, and the best layers of the trained network by sample.

    predicted: weights → held-out predictions (L, N, neurons) of each network.   number: of
    bootstrap samples. Every network is resampled with the same images and the same neurons. Best
    layers: (number, neurons).
    """
    arrays: Arrays = {"ceiling": neurons.ceilings}
    highest: dict[str, np.ndarray] = {}
    best = np.empty(0)
    for weights, networks in predicted.items():
        r = np.mean([scores_by_layer(one, neurons.responses) for one in networks], axis=0)
        samples = np.mean(
            [resampled_scores(one, neurons, number=number, seed=seed) for one in networks], axis=0
        )
        medians = median_samples(samples, generator=np.random.default_rng(seed))
        # Each sample chooses its best layer anew.
        highest[weights] = medians.max(axis=1)
        arrays |= {weights: r, f"{weights}_median_interval": interval(medians)}
        if weights == "trained":
            best = samples.argmax(axis=1)
            arrays["best"] = np.stack([r.argmax(axis=0), *range_of(best)])
            arrays["best_of_median_range"] = range_of(medians.argmax(axis=1))
            middle = r.shape[0] // 2
            ends = np.maximum(medians[:, 0], medians[:, -1])
            arrays["above_ends_interval"] = interval(medians[:, middle] - ends)
        elif weights.endswith(CONTROLS):
            own = highest[trained_of(weights)]
            arrays[f"above_{weights}_interval"] = interval(own - highest[weights])
    return arrays, best


def trained_of(weights: str) -> str:
    """The trained network that a control belongs to: second_random → second, random → trained."""
    return weights.rpartition("_")[0] or "trained"


def range_of(best: np.ndarray) -> np.ndarray:
    """Between which layers 95 % of the samples lie: (number, …) → (2, …)."""
    return np.quantile(best, [0.025, 0.975], axis=0, method="nearest").astype(int)


def shares(best: np.ndarray, num_layers: int) -> np.ndarray:
    """Share of neurons by their best layer: (…, neurons) → (…, L)."""
    return (best[..., None] == np.arange(num_layers)).mean(axis=-2)
