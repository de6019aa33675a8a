"""A linear classifier of pixels: what a boundary that is flat everywhere has to say.

All its boundaries are planes, so that the smallest change and the way along a ray are closed
forms. In n dimensions a random direction meets a plane about √n times as far away as the nearest
point lies (Fawzi et al., 2016), which is the measure of what is special about a network.
"""

from dataclasses import dataclass

import torch
from sklearn.linear_model import LogisticRegression
from torch import Tensor

from site_lib.common.checks import check_number, check_shapes
from site_lib.common.errors import CourseError

MAX_ITERATIONS = 3000
# Directions along which the images differ less than this share of the largest are left out.
SMALLEST_VARIANCE = 1e-6


@dataclass(frozen=True)
class LinearClassifier:
    """Logits = weights · pixels + bias.   weights: (K, 3 H W).   bias: (K,)."""

    weights: Tensor
    bias: Tensor

    def __call__(self, images: Tensor) -> Tensor:
        """Logits (N, K) of images (N, 3, H, W)."""
        return images.flatten(1) @ self.weights.T + self.bias

    def slopes(self, directions: Tensor) -> Tensor:
        """(N, K), by how much each logit grows per unit along directions (N, 3, H, W)."""
        return directions.flatten(1) @ self.weights.T

    def smallest_changes(self, images: Tensor, labels: Tensor) -> Tensor:
        """(N,), L2 distance to the nearest plane beyond which another class comes first."""
        logits = self(images)
        lead = logits.gather(1, labels[:, None]) - logits
        normals = torch.cdist(self.weights, self.weights)[labels]
        distances = lead / normals.clamp(min=torch.finfo(normals.dtype).tiny)
        return distances.scatter(1, labels[:, None], torch.inf).amin(dim=1)


def fit_linear(images: Tensor, labels: Tensor, *, strength: float) -> LinearClassifier:
    """Logistic regression on pixels with an L2 penalty of 1 / ``strength`` on the weights.

    images: (N, 3, H, W).   labels: (N,), classes from 0 on, each of which occurs. The weights lie
    in the span of the images, so they are found there, with N numbers an image instead of 3 H W.
    """
    check_shapes(images=(images, "N 3 H W"), labels=(labels, "N"))
    check_number("strength", strength, low=0, open_low=True)
    if len(labels.unique()) != int(labels.max()) + 1 or len(labels.unique()) < 3:
        raise CourseError("labels must be classes 0, 1, 2 … of which each occurs, three at least")
    pixels = images.flatten(1).cpu().double()
    mean = pixels.mean(dim=0)
    pixels = pixels - mean
    variances, directions = torch.linalg.eigh(pixels @ pixels.T)
    kept = variances > SMALLEST_VARIANCE * variances[-1]
    # Each image's place along the principal directions of all, which are never written out: they
    # have 3 H W numbers each.
    directions, lengths = directions[:, kept], variances[kept].sqrt()
    fitted = LogisticRegression(C=strength, max_iter=MAX_ITERATIONS).fit(
        (directions * lengths).numpy(), labels.cpu().numpy()
    )
    weights = (torch.from_numpy(fitted.coef_) @ (directions / lengths).T) @ pixels
    bias = torch.from_numpy(fitted.intercept_) - weights @ mean
    return LinearClassifier(weights.to(images), bias.to(images))


def first_crossing(logits: Tensor, slopes: Tensor, labels: Tensor) -> Tensor:
    """(N,), how far along a ray another logit overtakes the label's; inf if none ever does.

    logits: (N, K), where the ray begins.   slopes: (N, K), their growth per unit of length, which
    stays the same all along.   labels: (N,), classes that lead at first.
    """
    check_shapes(logits=(logits, "N K"), slopes=(slopes, "N K"), labels=(labels, "N"))
    lead = logits.gather(1, labels[:, None]) - logits
    gain = slopes - slopes.gather(1, labels[:, None])
    return torch.where(gain > 0, lead / gain, torch.inf).amin(dim=1)
