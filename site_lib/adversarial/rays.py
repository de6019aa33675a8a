"""How far one has to go along a given direction, and what is answered on the way."""

import torch
from torch import Tensor

from site_lib.adversarial.attack import Goal, Network, check_images, per_image
from site_lib.adversarial.defences import Filter
from site_lib.common.checks import check_finite, check_number, check_shapes
from site_lib.common.errors import CourseError
from site_lib.networks.answers import in_batches

# Shares by which a perturbation is enlarged that was to reach its goal and just does not.
ENLARGEMENTS = tuple(1e-4 * 4.0**power for power in range(7))


@torch.no_grad()
def settle(
    network: Network,
    images: Tensor,
    found: Tensor,
    goal: Goal,
    *,
    file: Filter | None = None,
) -> tuple[Tensor, Tensor]:
    """The last word of an attack: the pixels it returns, and whether they reach the goal, (N,).

    An attack stops as near to the boundary as it can, where the last rounding decides on which
    side; and it has judged other pixels, or the same ones in another batch. So the very pixels
    that are returned are judged once more, and a perturbation that does not reach is enlarged,
    within [0, 1], until it does: a little at first, by 41 % at most. One that still does not is
    returned as it was found, and counts as a failure.

    found: (N, 3, H, W).   file: what becomes of the pixels before anybody sees them.
    """
    file = file or torch.nn.Identity()
    adversarial = file(found).clone()
    reached = goal.reached(network(adversarial))
    for share in ENLARGEMENTS:
        short = (~reached).nonzero()[:, 0]
        if not len(short):
            break
        longer = images[short] + (1 + share) * (found[short] - images[short])
        longer = file(longer.clamp(0, 1))
        arrived = goal.of(short).reached(network(longer))
        adversarial[short[arrived]] = longer[arrived]
        reached[short[arrived]] = True
    return adversarial, reached


@torch.no_grad()
def shorten(
    network: Network, images: Tensor, perturbation: Tensor, goal: Goal, *, num_halvings: int = 6
) -> tuple[Tensor, Tensor]:
    """Images (N, 3, H, W) with each perturbation as short as the goal allows, by bisection.

    Returned with where they reach the goal, (N,), by :func:`settle`: a perturbation that just
    does not reach it at full length is enlarged.
    """
    check_images(images)
    check_finite("perturbation", perturbation)
    check_number("num_halvings", num_halvings, low=0, whole=True)
    low, high = torch.zeros(len(images)).to(images), torch.ones(len(images)).to(images)
    # The boundary is usually near, so the first try is not the middle.
    trial = torch.full_like(high, 0.95)
    for _ in range(num_halvings):
        reached = goal.reached(network((images + per_image(trial) * perturbation).clamp(0, 1)))
        high, low = torch.where(reached, trial, high), torch.where(reached, low, trial)
        trial = (low + high) / 2
    return settle(network, images, (images + per_image(high) * perturbation).clamp(0, 1), goal)


@torch.no_grad()
def distance_along(
    network: Network,
    images: Tensor,
    direction: Tensor,
    goal: Goal,
    *,
    lengths: Tensor,
    num_halvings: int = 6,
) -> Tensor:
    """(N,), the smallest multiple of a direction at which the goal is reached; inf beyond.

    lengths: (K,), increasing multiples to try before the bisection.
    """
    check_images(images)
    check_finite("direction", direction)
    check_number("num_halvings", num_halvings, low=0, whole=True)
    if lengths.ndim != 1 or not (lengths.diff(prepend=torch.zeros(1).to(lengths)) > 0).all():
        raise CourseError(f"lengths must be positive and increase, got {lengths.tolist()}")
    found = torch.full((len(images),), torch.inf).to(images)
    below = torch.zeros_like(found)
    for length in lengths:
        waiting = found.isinf().nonzero()[:, 0]
        if not len(waiting):
            break
        moved = (images[waiting] + length * direction[waiting]).clamp(0, 1)
        reached = goal.of(waiting).reached(network(moved))
        found[waiting[reached]] = length
        below[waiting[~reached]] = length
    hit = found.isfinite().nonzero()[:, 0]
    for _ in range(num_halvings if len(hit) else 0):
        trial = (below[hit] + found[hit]) / 2
        moved = (images[hit] + per_image(trial) * direction[hit]).clamp(0, 1)
        reached = goal.of(hit).reached(network(moved))
        found[hit] = torch.where(reached, trial, found[hit])
        below[hit] = torch.where(reached, below[hit], trial)
    return found


def logits_in_plane(
    network: Network, image: Tensor, right: Tensor, up: Tensor, steps: Tensor
) -> Tensor:
    """Logits on a square grid in the plane through an image, (K, K, classes): a row for each step
    up.

    image: (1, 3, H, W).   right, up: the directions that span it, of the image's shape.
    steps: (K,), multiples of either. Images are clipped to [0, 1].
    """
    check_images(image)
    check_shapes(image=(image, "1 3 H W"), right=(right, "1 3 H W"), up=(up, "1 3 H W"))
    rows = (image + height * up + per_image(steps) * right for height in steps)
    return torch.stack([in_batches(network, row.clamp(0, 1)) for row in rows])
