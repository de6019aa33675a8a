"""Representational dissimilarity matrices (RDMs) of what layers answer.

An RDM says, for every pair of stimuli, how differently a layer (or an area) responds to the two.
It forgets which unit did what, so a network and a brain can be compared without pairing units
(Kriegeskorte, Mur & Bandettini, 2008, doi:10.3389/neuro.06.004.2008).
"""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import torch
from torch import Tensor

from site_lib.common.checks import check_finite, check_number, check_shapes
from site_lib.common.errors import CourseError
from site_lib.networks.activations import record_activations
from site_lib.networks.classifier import Classifier

COLUMNS = 8192  # of a block whose copy is read again before the cache forgets it


def correlation_rdm(patterns: Tensor) -> Tensor:
    """1 − Pearson correlation between the rows of (N, D), or of a batch (…, N, D): (…, N, N).

    Products of centred rows are added up over blocks of columns, which stay in the processor's
    cache; on the diagonal they are the squared lengths of the rows. A row without any variation
    correlates with nothing: its distances are 1. Raises CourseError for values that are not finite.
    """
    mean = patterns.mean(dim=-1, keepdim=True)
    blocks = (block - mean for block in patterns.split(COLUMNS, dim=-1))
    products = torch.as_tensor(sum(centred @ centred.mT for centred in blocks))
    length = products.diagonal(dim1=-2, dim2=-1).sqrt()
    length = torch.where(length > 0, length, 1)
    rdm = 1 - products / (length[..., :, None] * length[..., None, :])
    rdm.diagonal(dim1=-2, dim2=-1).zero_()
    if not rdm.isfinite().all():  # quicker than to look at all patterns
        check_finite("patterns", patterns)
    return rdm


@torch.inference_mode()
def activations_of(
    classifier: Classifier,
    images: Tensor,
    layers: Sequence[str],
    *,
    batch: int = 16,
    summarise: Callable[[Tensor], Tensor] = lambda activation: activation.flatten(1),
) -> dict[str, Tensor]:
    """What layers answer to images: layer → (N, D), on the processor.

    images: (N, 3, H, W) in [0, 1].   summarise: of one layer, (n, …) → (n, D).
    """
    check_number("batch", batch, low=1, whole=True)
    check_shapes(images=(images, "N 3 H W"))
    check_finite("images", images)
    found: dict[str, list[Tensor]] = {layer: [] for layer in layers}
    device = next(classifier.parameters()).device
    for part in images.split(batch):
        with record_activations(classifier, layers) as activations:
            classifier(part.to(device))
        for layer in layers:
            found[layer].append(summarise(activations[layer]).float().cpu())
    return {layer: torch.cat(parts) for layer, parts in found.items()}


def layer_rdms(activations: Iterable[Tensor]) -> np.ndarray:
    """Correlation distances within each of several layers, (N, D) each: (layers, N, N)."""
    return np.stack([correlation_rdm(one).double().numpy() for one in activations])


def upper(rdms: np.ndarray) -> np.ndarray:
    """The pairs of RDMs (…, N, N) as vectors (…, N (N − 1) / 2), row by row."""
    if rdms.ndim < 2 or rdms.shape[-1] != rdms.shape[-2]:
        raise CourseError(f"an RDM is square, but these have the shape {rdms.shape}")
    rows, columns = np.triu_indices(rdms.shape[-1], 1)
    return rdms[..., rows, columns]


def mean_within_groups(rdm: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Mean distance between the stimuli of every two groups: (N, N) → (G, G), groups sorted.

    On the diagonal: between different stimuli of one group, NaN where a group has one only.
    """
    check_shapes(rdm=(rdm, "N N"), groups=(groups, "N"))
    check_finite("rdm", rdm)
    members = (groups[:, None] == np.unique(groups)).astype(float)
    pairs = members.T @ (1 - np.eye(len(rdm))) @ members
    sums = members.T @ (rdm * (1 - np.eye(len(rdm)))) @ members
    return np.divide(sums, pairs, out=np.full_like(sums, np.nan), where=pairs > 0)
