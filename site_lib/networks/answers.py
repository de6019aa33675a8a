"""What networks answer to many images, a few at a time."""

from collections.abc import Callable

import torch
from torch import Tensor

from site_lib.common.checks import check_number

BATCH = 16  # images that any machine has memory for


@torch.no_grad()
def in_batches(
    network: Callable[[Tensor], Tensor], images: Tensor, *, batch: int = BATCH
) -> Tensor:
    """Logits (N, classes) of images (N, 3, H, W). batch: how many are shown at a time."""
    check_number("batch", batch, low=1, whole=True)
    return torch.cat([network(part) for part in images.split(batch)])


def first_answers(network: Callable[[Tensor], Tensor], images: Tensor) -> Tensor:
    """(N,), the class that a network puts first for each image."""
    return in_batches(network, images).argmax(dim=1)


def logit_of(network: Callable[[Tensor], Tensor], index: int) -> Callable[[Tensor], Tensor]:
    """What a network answers for one class: images (N, 3, H, W) → (N,)."""
    return lambda images: network(images)[:, index]
