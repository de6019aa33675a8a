"""Representational dissimilarity matrices (RDMs) of what layers answer.

An RDM says, for every pair of stimuli, how differently a layer (or an area) responds to the two.
It forgets which unit did what, so a network and a brain can be compared without pairing units
(Kriegeskorte, Mur & Bandettini, 2008, doi:10.3389/neuro.06.004.2008).
"""

from collections.abc import Iterable

import numpy as np
import torch
from scipy.stats import rankdata
from torch import Tensor

from site_lib.common.checks import check_finite, check_number, check_shapes
from site_lib.common.errors import CourseError

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


def rdms_by_convention(patterns: Tensor, background: Tensor) -> Tensor:
    """Correlation distances after taking away nothing, the background or the mean: (3, N, N).

    patterns: (N, D), answers x to N stimuli.   background: (D,), the answer b to the stimuli's
    background without anything on it. In the order of ``conventions.CONVENTIONS``::

        d_ij = 1 − corr(x_i − r, x_j − r)    with r = 0, r = b, or r = (x_1 + … + x_N) / N

    Objects on a uniform ground share whatever the ground evokes. Where it fills most of a layer's
    positions, r = 0 measures chiefly how much of it an object leaves uncovered.
    """
    check_shapes(patterns=(patterns, "N D"), background=(background, "D"))
    references = (torch.zeros_like(background), background, patterns.mean(dim=0))
    return torch.stack([correlation_rdm(patterns - reference) for reference in references])


def layer_rdms(activations: Iterable[Tensor]) -> np.ndarray:
    """Correlation distances within each of several layers, (N, D) each: (layers, N, N)."""
    return np.stack([correlation_rdm(one).double().numpy() for one in activations])


def upper(rdms: np.ndarray) -> np.ndarray:
    """The pairs of RDMs (…, N, N) as vectors (…, N (N − 1) / 2), row by row."""
    if rdms.ndim < 2 or rdms.shape[-1] != rdms.shape[-2]:
        raise CourseError(f"an RDM is square, but these have the shape {rdms.shape}")
    rows, columns = np.triu_indices(rdms.shape[-1], 1)
    return rdms[..., rows, columns]


def percentiles(rdm: np.ndarray) -> np.ndarray:
    """Dissimilarities as ranks among all pairs, from 0 (most alike) to 100: (N, N).

    Pairs that are equally alike share the mean of their ranks. Raises CourseError for fewer than
    three stimuli.
    """
    check_shapes(rdm=(rdm, "N N"))
    check_number("number of stimuli", len(rdm), low=3)
    check_finite("rdm", rdm)
    rows, columns = np.triu_indices(len(rdm), 1)
    ranks = rankdata(rdm[rows, columns])
    scaled = np.zeros(rdm.shape)
    scaled[rows, columns] = 100 * (ranks - 1) / (len(ranks) - 1)
    return scaled + scaled.T
