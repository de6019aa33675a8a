"""Model metamers: other images to which a network answers alike, up to a layer.

After Feather et al. (2023, doi:10.1038/s41593-023-01442-0). If what a layer keeps of a photograph
is what others keep, an image that matches the photograph there should be taken for it by others.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from site_lib.common.checks import check_finite, check_number, check_shapes
from site_lib.networks.classifier import Classifier


def metamers(
    part: Classifier,
    photographs: Tensor,
    image: nn.Module,
    *,
    num_steps: int,
    learning_rate: float,
    on_step: Callable[[int], None] = lambda step: None,
) -> Tensor:
    """Images to which a part of a network answers as to photographs: (N, 3, S, S) in [0, 1].

    part: the network up to a layer (see ``up_to``).   photographs: (N, 3, S, S).   image: a
    parameterisation of N images at side S, changed in place; where it begins is where the search
    begins. Minimises :func:`mismatch` by Adam. Raises CourseError when that ends at what is no
    number.
    """
    check_shapes(photographs=(photographs, "N 3 S S"))
    check_number("num_steps", num_steps, low=1, whole=True)
    with torch.no_grad():
        wanted = part(photographs)
    optimiser = torch.optim.Adam(image.parameters(), lr=learning_rate)
    for step in range(num_steps):
        on_step(step)
        loss = mismatch(part(image()), wanted).sum()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    found = image().detach()
    check_finite("the metamers", found)
    return found


def mismatch(answers: Tensor, wanted: Tensor) -> Tensor:
    """Squared distance over the squared size of what is wanted: (N,), 0 for a perfect match."""
    distance = (answers - wanted).flatten(1).square().sum(dim=1)
    return distance / wanted.flatten(1).square().sum(dim=1).clamp(min=1e-12)
