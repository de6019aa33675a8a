"""Images that should drive neurons of a brain further than any photograph does.

After Bashivan et al. (2019, doi:10.1126/science.aav9436) and, without a model of the neurons, Ponce
et al. (2019, doi:10.1016/j.cell.2019.04.005). An encoder predicts recorded neurons from a layer of
a network, gradient ascent changes the image until the prediction is high. They showed the images
to the animals again; here an encoder that reads another network is asked instead.
"""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from himalaya.kernel_ridge import KernelRidgeCV  # type: ignore[import-untyped]
from torch import Tensor

from site_lib.biology.encoding import PENALTIES
from site_lib.biology.sites import GRID, cell_means
from site_lib.common.checks import check_finite, check_shapes
from site_lib.common.errors import CourseError
from site_lib.feature_visualisation.objectives import Objective
from site_lib.networks.classifier import Classifier


@dataclass(frozen=True)
class Encoder:
    """Neurons as weighted sums of a layer's mean activations in a grid of 4 × 4 cells.

    weights: (neurons, channels · 16).   centre: (channels · 16,), mean features of the images that
    were recorded.   scale: the root mean square length of what is left of a feature vector then.
    Responses are in units of each neuron's standard deviation over these images, from its mean.
    """

    layer: str
    weights: Tensor
    centre: Tensor
    scale: float

    def __call__(self, maps: Tensor) -> Tensor:
        """Predicted responses to images by their maps in the layer: (N, C, H, W) → (N, neurons)."""
        return self.from_features(F.adaptive_avg_pool2d(maps, GRID).flatten(1))

    def from_features(self, features: Tensor) -> Tensor:
        """Predicted responses by means in the cells: (N, C · 16) → (N, neurons)."""
        if features.shape[1] != len(self.centre):
            raise CourseError(
                f"{self.layer} gives {features.shape[1]} features, but the encoder was fitted to "
                f"{len(self.centre)}; give it the network and layer that it was fitted to"
            )
        return (features - self.centre) / self.scale @ self.weights.T

    def of_images(self, network: Classifier, images: Tensor) -> Tensor:
        """Predicted responses to images (N, 3, S, S) that the network is shown: (N, neurons)."""
        return self.from_features(cell_means(network, images, [self.layer])[self.layer].flatten(1))


def fit_encoder(layer: str, features: np.ndarray, responses: np.ndarray) -> Encoder:
    """Ridge regression of responses on a layer's features, a penalty for each neuron.

    features: (N, D), means in the cells.   responses: (N, neurons), any unit. Penalties are chosen
    by cross-validation, as in :func:`~site_lib.biology.encoding.predict_by_ridge`. Raises
    CourseError for a neuron that answers alike to all images.
    """
    check_shapes(features=(features, "N D"), responses=(responses, "N neurons"))
    check_finite("features", features)
    check_finite("responses", responses)
    spread = responses.std(axis=0)
    if not spread.all():
        raise CourseError(f"neuron {spread.argmin()} answers alike to all images; leave it out")
    centre = features.mean(axis=0)
    centred = (features - centre).astype(np.float64)
    scale = float(np.sqrt(np.square(centred).sum(axis=1).mean()))
    # Little slower than the primal form where images outnumber features.
    model = KernelRidgeCV(alphas=PENALTIES / scale**2, cv=5, warn=False)
    model.fit(centred / scale, (responses - responses.mean(axis=0)) / spread)
    weights = (centred / scale).T @ model.dual_coef_
    return Encoder(
        layer, torch.from_numpy(weights.T).float(), torch.from_numpy(centre).float(), scale
    )


def shuffled(encoder: Encoder, generator: torch.Generator) -> Encoder:
    """An encoder whose weights have changed places, for each neuron in another way: a control."""
    size = encoder.weights.shape
    order = torch.rand(size, generator=generator).argsort(dim=1)
    return Encoder(encoder.layer, encoder.weights.gather(1, order), encoder.centre, encoder.scale)


def stretch(encoder: Encoder, neurons: Tensor) -> Objective:
    """The predicted response of one neuron for each image. neurons: (N,), indices."""
    return Objective(
        lambda a: encoder(a[encoder.layer]).gather(1, neurons[:, None])[:, 0],
        frozenset({encoder.layer}),
    )


def one_hot(encoder: Encoder, neurons: Tensor) -> Objective:
    """How far one neuron stands out from all, for each image. neurons: (N,), indices.

    The logarithm of a softmax over the predicted responses, as in the paper: 0 where only this
    neuron answers, minus the logarithm of their number where all answer alike.
    """
    return Objective(
        lambda a: encoder(a[encoder.layer]).log_softmax(dim=1).gather(1, neurons[:, None])[:, 0],
        frozenset({encoder.layer}),
    )
