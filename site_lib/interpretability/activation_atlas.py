"""A small activation atlas: a map of what a layer answers, cell by cell.

After Carter et al. (2019, doi:10.23915/distill.00015). Activations at many places of many
photographs are laid out in two dimensions, so that alike ones lie together, and the mean of each
cell of a grid is made visible.
"""

from dataclasses import dataclass

import numpy as np
import torch
from sklearn.manifold import TSNE
from torch import Tensor

from site_lib.common.checks import check_number, check_shapes
from site_lib.common.errors import CourseError


def layout(samples: Tensor, *, perplexity: float = 30.0, seed: int) -> Tensor:
    """Points in the unit square, alike samples together: (N, D) → (N, 2), each axis in [0, 1].

    t-SNE (van der Maaten & Hinton, 2008), begun at two principal components. Axes are ranks, so
    that rows and columns of a grid are filled evenly.
    """
    check_shapes(samples=(samples, "N D"))
    check_number("perplexity", perplexity, low=1, high=len(samples) - 1)
    points = TSNE(perplexity=perplexity, init="pca", random_state=seed).fit_transform(
        samples.numpy().astype(np.float64)
    )
    ranks = torch.from_numpy(points.argsort(axis=0).argsort(axis=0).copy())
    return ranks.float() / (len(samples) - 1)


@dataclass(frozen=True)
class Cells:
    """The cells of a grid that hold enough samples.

    place: (K, 2), row and column.   mean: (K, D), of the samples of each.   nearest: (K,), the
    sample that is nearest to the mean.   of_sample: (N,), each sample's cell, −1 for none.
    """

    place: Tensor
    mean: Tensor
    nearest: Tensor
    of_sample: Tensor


def cells(samples: Tensor, points: Tensor, *, rows: int, columns: int, fewest: int) -> Cells:
    """Cells with at least ``fewest`` samples, row by row.

    samples: (N, D).   points: (N, 2), x and y in [0, 1]; y runs downwards. Raises CourseError when
    no cell has so many.
    """
    check_shapes(samples=(samples, "N D"), points=(points, "N 2"))
    column = (points[:, 0] * columns).long().clamp(0, columns - 1)
    row = (points[:, 1] * rows).long().clamp(0, rows - 1)
    number = row * columns + column
    full = [cell for cell in range(rows * columns) if int((number == cell).sum()) >= fewest]
    if not full:
        raise CourseError(f"no cell has {fewest} samples; take more samples or fewer cells")
    of_sample = torch.full((len(samples),), -1)
    means, nearest = [], []
    for index, cell in enumerate(full):
        members = (number == cell).nonzero()[:, 0]
        of_sample[members] = index
        mean = samples[members].mean(dim=0)
        means.append(mean)
        nearest.append(members[(samples[members] - mean).norm(dim=1).argmin()])
    place = torch.tensor([(cell // columns, cell % columns) for cell in full])
    return Cells(place, torch.stack(means), torch.stack(nearest), of_sample)


def recognised(shown: Tensor, members: Tensor, of_member: Tensor) -> Tensor:
    """How well an observer matches pictures with the samples of their cells: (K,), chance 0.5.

    shown: (K, D), the observer's features of each cell's picture.   members: (M, D), of patches.
    of_member: (M,), the cell of each patch. The share of pairs of a patch of the cell and one of
    another cell in which the first is more like the picture.
    """
    check_shapes(shown=(shown, "K D"), members=(members, "M D"), of_member=(of_member, "M"))
    normalise = torch.nn.functional.normalize
    alike = normalise(shown, dim=1) @ normalise(members, dim=1).T
    found = []
    for cell, likeness in enumerate(alike):
        mine = of_member == cell
        difference = likeness[mine][:, None] - likeness[~mine]
        found.append((difference.sign() + 1).mean() / 2)
    return torch.stack(found)
