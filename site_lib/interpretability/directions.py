"""Directions in the space of a layer's channels: which of them mean something?

Szegedy et al. (2014, arXiv:1312.6199) found that random directions look as meaningful as single
units. Beside units and random directions stand those that three methods find in activations:
principal components, parts that are added up (Lee & Seung, 1999, doi:10.1038/44565), and the
features of a sparse autoencoder that keeps the k largest (Gao et al., 2024, arXiv:2406.04093).
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from site_lib.common.checks import check_number, check_shapes, check_within


def principal_directions(samples: Tensor, number: int) -> Tensor:
    """The directions of largest variance, each of length 1: (number, D).

    samples: (N, D).   A direction points to where activations are skewed, so that it has a best
    patch on its longer side.
    """
    check_shapes(samples=(samples, "N D"))
    check_number("number", number, low=1, high=min(samples.shape), whole=True)
    centred = samples - samples.mean(dim=0)
    values, vectors = torch.linalg.eigh(centred.T @ centred)
    found = vectors[:, values.argsort(descending=True)[:number]].T
    skew = (centred @ found.T).pow(3).mean(dim=0)
    return found * torch.where(skew < 0, -1.0, 1.0)[:, None]


def additive_parts(
    samples: Tensor, number: int, *, steps: int, generator: torch.Generator
) -> Tensor:
    """Parts of length 1 whose sums make the samples: (number, D).

    Non-negative matrix factorisation by the updates of Lee & Seung for the squared error.
    samples: (N, D), not negative.
    """
    check_shapes(samples=(samples, "N D"))
    check_within("samples", samples, 0, float("inf"))
    check_number("steps", steps, low=1, whole=True)
    scale = (samples.mean() / number).sqrt()
    much = scale * torch.rand(len(samples), number, generator=generator)
    parts = scale * torch.rand(number, samples.shape[1], generator=generator)
    for _ in range(steps):
        much = much * (samples @ parts.T) / (much @ (parts @ parts.T)).clamp(min=1e-12)
        parts = parts * (much.T @ samples) / ((much.T @ much) @ parts).clamp(min=1e-12)
    return F.normalize(parts, dim=1)


def sparse_features(
    samples: Tensor,
    number: int,
    *,
    active: int,
    steps: int,
    batch: int = 512,
    learning_rate: float = 0.003,
    generator: torch.Generator,
) -> Tensor:
    """Features of a sparse autoencoder, the most used first: (number, D), each of length 1.

    samples: (N, D).   active: how many features are kept for each sample, those with the largest
    positive answers. Encoder and decoder share their weights at the start, and the decoder's rows
    keep length 1.
    """
    check_shapes(samples=(samples, "N D"))
    check_number("active", active, low=1, high=number, whole=True)
    mean, spread = samples.mean(dim=0), samples.std()
    x = (samples - mean) / spread
    decoder = F.normalize(torch.randn(number, x.shape[1], generator=generator), dim=1)
    encoder = decoder.clone().requires_grad_()
    decoder.requires_grad_()
    optimiser = torch.optim.Adam([encoder, decoder], lr=learning_rate)
    for _ in range(steps):
        drawn = x[torch.randint(len(x), (batch,), generator=generator)]
        code = largest(drawn @ encoder.T, active)
        loss = (code @ F.normalize(decoder, dim=1) - drawn).square().sum(dim=1).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    with torch.no_grad():
        used = (largest(x @ encoder.T, active) > 0).float().mean(dim=0)
        return F.normalize(decoder, dim=1)[used.argsort(descending=True)]


def largest(code: Tensor, active: int) -> Tensor:
    """The largest values of each row, the others and negative ones at 0: (N, F)."""
    kept = code.topk(active, dim=1)
    return torch.zeros_like(code).scatter(1, kept.indices, F.relu(kept.values))


def coherence(features: Tensor) -> Tensor:
    """How alike the patches of each direction are: (U,), mean cosine over pairs.

    features: (U, K, D), what an observer makes of K patches of each of U directions.
    """
    check_shapes(features=(features, "U K D"))
    number = features.shape[1]
    check_number("number of patches", number, low=2)
    rows = F.normalize(features, dim=2)
    return (rows.sum(dim=1).square().sum(dim=1) - number) / (number * (number - 1))


def without_direction(maps: Tensor, direction: Tensor, mean: Tensor) -> Tensor:
    """Maps (N, C, H, W) whose part along a direction is held at that of the mean (C,).

    direction: (C,), of length 1.
    """
    check_shapes(maps=(maps, "N C H W"), direction=(direction, "C"), mean=(mean, "C"))
    part = torch.einsum("nchw,c->nhw", maps - mean[:, None, None], direction)
    return maps - part[:, None] * direction[:, None, None]
