"""A small activation atlas: a map of what a layer answers, cell by cell.

After Carter et al. (2019, doi:10.23915/distill.00015). Activations at many places of many
photographs are laid out in two dimensions, so that alike ones lie together, and the mean of each
cell of a grid is made visible.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from sklearn.manifold import TSNE
from torch import Tensor

from site_lib.common.checks import check_finite, check_number, check_shapes, check_within
from site_lib.common.errors import CourseError
from site_lib.feature_visualisation.objectives import Objective

NUM_STEPS = 500  # of t-SNE, half of the usual: what moves then hardly leaves its cell


def rays(samples: Tensor) -> Tensor:
    """Directions from the mean of all samples to each, of length 1: (N, D)."""
    return F.normalize(samples - samples.mean(dim=0), dim=1)


def layout(samples: Tensor, *, perplexity: float = 30.0, seed: int) -> Tensor:
    """Points in the unit square, alike samples together: (N, D) → (N, 2), each axis in [0, 1].

    t-SNE (van der Maaten & Hinton, 2008), begun at two principal components. Samples are alike
    that point the same way from their mean, however strong they are.
    """
    check_shapes(samples=(samples, "N D"))
    check_number("perplexity", perplexity, low=1, high=len(samples) - 1)
    method = TSNE(perplexity=perplexity, init="pca", max_iter=NUM_STEPS, random_state=seed)
    points = torch.from_numpy(method.fit_transform(rays(samples).numpy().astype(np.float64)))
    low, high = points.amin(dim=0), points.amax(dim=0)
    return (points - low) / (high - low)


def fill_grid(points: Tensor, rows: int, columns: int) -> Tensor:
    """A cell of a grid for each point, so that all cells get as many: (N,), row by row.

    points: (N, 2), x and y in [0, 1]; y runs downwards. Of all such ways this is the one in which
    points move least, by the sum of squares. The atlas of the paper leaves cells empty instead.
    Raises CourseError when the points cannot be shared out evenly.
    """
    check_shapes(points=(points, "N 2"))
    check_within("points", points, 0, 1)
    number = rows * columns
    if len(points) % number:
        raise CourseError(
            f"{len(points)} samples do not fill {rows} × {columns} cells evenly; take "
            f"{number} for each sample that a cell shall have"
        )
    cell = torch.arange(number).repeat_interleave(len(points) // number)
    centres = torch.stack([(cell % columns + 0.5) / columns, (cell // columns + 0.5) / rows], dim=1)
    far = cdist(points.numpy(), centres.numpy(), "sqeuclidean")
    of_point, slot = linear_sum_assignment(far)
    found = torch.empty_like(cell)
    found[torch.from_numpy(of_point)] = cell[torch.from_numpy(slot)]
    return found


@dataclass(frozen=True)
class Cells:
    """What the samples of each cell have in common.

    mean: (K, D).   nearest: (K,), the sample that is nearest to the mean.
    """

    mean: Tensor
    nearest: Tensor


def summarise_cells(samples: Tensor, of_sample: Tensor) -> Cells:
    """Means and nearest samples of the cells 0 to K − 1, none of them empty.

    samples: (N, D).   of_sample: (N,), the cell of each, as of :func:`fill_grid`.
    """
    check_shapes(samples=(samples, "N D"), of_sample=(of_sample, "N"))
    mine = F.one_hot(of_sample).T.to(samples)
    mean = mine @ samples / mine.sum(dim=1, keepdim=True)
    far = torch.cdist(mean, samples).masked_fill(mine == 0, torch.inf)
    return Cells(mean, far.argmin(dim=1))


def towards(layer: str, vectors: Tensor, *, sharpness: float = 0.0) -> Objective:
    """Mean over positions of a layer's part along a direction, another one for each image.

    vectors: (N, C), of any length.   sharpness: power of the cosine with which each position
    counts, so that an answer that is strong but points elsewhere counts for less, as in the paper;
    cosines below 0.1 count as 0.1. Raises CourseError for zero, which has no direction.
    """
    check_shapes(vectors=(vectors, "N C"))
    check_finite("vectors", vectors)
    check_number("sharpness", sharpness, low=0)
    if not vectors.any(dim=1).all():
        raise CourseError("a vector of zeros has no direction")
    units = F.normalize(vectors, dim=1)

    def score(activations: Mapping[str, Tensor]) -> Tensor:
        maps = activations[layer]
        along = torch.einsum("nchw,nc->nhw", maps, units)
        cosine = along / maps.norm(dim=1).clamp(min=1e-6)
        return (along * cosine.clamp(min=0.1).pow(sharpness)).mean(dim=(1, 2))

    return Objective(score, frozenset({layer}))


def recognised(shown: Tensor, members: Tensor, of_member: Tensor) -> Tensor:
    """How well an observer matches pictures with the samples of their cells: (K,), chance 0.5.

    shown: (K, D), the observer's features of each cell's picture.   members: (M, D), of patches.
    of_member: (M,), the cell of each patch. The share of pairs of a patch of the cell and one of
    another cell in which the first is more like the picture. Raises CourseError for a cell
    without patches.
    """
    check_shapes(shown=(shown, "K D"), members=(members, "M D"), of_member=(of_member, "M"))
    alike = F.normalize(shown, dim=1) @ F.normalize(members, dim=1).T
    found = []
    for cell, likeness in enumerate(alike):
        mine = of_member == cell
        if mine.all() or not mine.any():
            raise CourseError(f"cell {cell} needs a patch, and another cell's to compare it with")
        difference = likeness[mine][:, None] - likeness[~mine]
        found.append((difference.sign() + 1).mean() / 2)
    return torch.stack(found)


def neighbours(rows: int, columns: int) -> Tensor:
    """Which cells of a grid lie beside, above or below each other: (K, K) bool, row by row."""
    cell = torch.arange(rows * columns)
    row, column = cell // columns, cell % columns
    return (row[:, None] - row).abs() + (column[:, None] - column).abs() == 1


def lead_of_neighbours(features: Tensor, rows: int, columns: int) -> Tensor:
    """How much more alike a cell is to its neighbours than to the rest of the grid: (K,).

    features: (rows · columns, D), row by row. Difference of mean cosines, in [−2, 2]; 0 on average
    where the order says nothing.
    """
    check_shapes(features=(features, f"{rows * columns} D"))
    units = F.normalize(features, dim=1)
    alike, near = units @ units.T, neighbours(rows, columns).to(features)
    far = 1 - near - torch.eye(len(near))
    return (alike * near).sum(dim=1) / near.sum(dim=1) - (alike * far).sum(dim=1) / far.sum(dim=1)
