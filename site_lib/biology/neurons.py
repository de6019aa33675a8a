"""Single neurons of V4 as networks meet them, and what a layer predicts of each.

A neuron is predicted by ridge regression from a layer's mean activation in a 4 × 4 grid, reduced
to its principal components, and scored on images that the fit has not seen, nor anything that
looks nearly like them (Cowley et al., 2026, doi:10.1038/s41586-026-10150-1; Schrimpf et al., 2018,
doi:10.1101/407007).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from site_lib.biology.encoding import (
    correlations,
    held_out_predictions,
    poisson_ceiling,
    principal_components,
    reliability,
    resampled_site_correlations,
)
from site_lib.biology.sites import cell_means
from site_lib.data.neurons import V4Session
from site_lib.images.images import resize, to_tensor
from site_lib.images.similarity import near_duplicates
from site_lib.networks.classifier import Classifier
from site_lib.networks.freezing import freeze_for_inference

# Pixels of two images that correlate by more are held out together.
NEARLY_THE_SAME = 0.8
NUM_HALVINGS = 20
# Of a longer list of stages every second one is read.
MANY_STAGES = 12


@dataclass(frozen=True)
class Neurons:
    """Images of one session, (N, 3, side, side) in [0, 1], and what its neurons answered.

    responses: (N, neurons), mean spike counts.   groups: (N,), near-duplicates share a number.
    ceilings: (neurons,), from repeats where they were published, else as if counts were Poisson.
    """

    images: Tensor
    responses: np.ndarray
    groups: np.ndarray
    ceilings: np.ndarray


def neurons_of(session: V4Session, side: int, *, seed: int) -> Neurons:
    """A session with its images at the side that a network is shown them."""
    images = to_tensor(session.images)
    if session.repeats is None:
        ceilings = poisson_ceiling(session.responses, session.num_repeats)
    else:
        ceilings = reliability(session.repeats, number=NUM_HALVINGS, seed=seed)
    groups = near_duplicates(images, correlation=NEARLY_THE_SAME)
    return Neurons(resize(images, side), session.responses, groups, ceilings)


def stages_to_read(network: Classifier) -> list[str]:
    """Its stages without the classifier; every second one, from the first, of a long list."""
    return network.stages[:: 2 if len(network.stages) > MANY_STAGES else 1]


def predictions_by_layer(
    network: Classifier,
    layers: Sequence[str],
    neurons: Neurons,
    *,
    num_components: int,
    num_folds: int,
) -> np.ndarray:
    """Held-out predictions of all neurons from every layer: (L, N, neurons)."""
    maps = cell_means(freeze_for_inference(network), neurons.images, layers)
    return np.stack(
        [
            held_out_predictions(
                principal_components(maps.pop(layer).flatten(1).numpy(), num_components),
                neurons.responses,
                neurons.groups,
                num_folds=num_folds,
            )
            for layer in layers
        ]
    )


def scores_by_layer(predicted: np.ndarray, responses: np.ndarray) -> np.ndarray:
    """Correlation of every neuron's predicted and recorded responses: (L, N, neurons) → (L, …)."""
    return np.stack([correlations(one, responses) for one in predicted])


def median_samples(samples: np.ndarray, *, generator: np.random.Generator) -> np.ndarray:
    """Medians over neurons that are drawn with replacement: (number, L, neurons) → (number, L).

    samples: correlations under resampled images, so that both factors vary.
    """
    number, _, size = samples.shape
    drawn = generator.integers(size, size=(number, 1, size))
    return np.median(np.take_along_axis(samples, drawn, axis=2), axis=2)


def resampled_scores(
    predicted: np.ndarray, neurons: Neurons, *, number: int, seed: int
) -> np.ndarray:
    """Scores by layer and neuron when images are drawn with replacement: (number, L, neurons)."""
    return resampled_site_correlations(
        predicted, neurons.responses, neurons.groups, number=number, seed=seed
    )
