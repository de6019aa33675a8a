"""Filters in front of a network that are meant to wash a perturbation out.

None of them withstands an attacker who knows it. For a filter without a useful gradient the
attacker uses that of the identity (backward pass differentiable approximation, BPDA); for a
random one, the mean over draws (expectation over transformation, EOT; Athalye et al., 2018).
Each filter here therefore passes gradients back, and a defended network is simply attacked.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from site_lib.adversarial.attack import Network, check_images
from site_lib.common.checks import check_number
from site_lib.common.errors import CourseError
from site_lib.images.images import resize

Filter = Callable[[Tensor], Tensor]
# What one filter hands to the next may lie outside [0, 1] by the rounding of its sums.
SLACK = 1e-5


def straight_through(filtered: Tensor, images: Tensor) -> Tensor:
    """Exactly the filtered images, with gradients as if nothing had been done (BPDA)."""
    return filtered.detach() + (images - images.detach())


def rounding(num_levels: int) -> Filter:
    """Rounds each channel to equally spaced levels, black and white included: 2 at least."""
    check_number("num_levels", num_levels, low=2, whole=True)

    def apply(images: Tensor) -> Tensor:
        check_images(images, slack=SLACK)
        return straight_through((images * (num_levels - 1)).round() / (num_levels - 1), images)

    return apply


# What an 8-bit file keeps of an image.
round_to_file = rounding(256)


def jpeg(quality: int) -> Filter:
    """Writes and reads a JPEG file (quality 1 to 95), colour at half resolution."""
    check_number("quality", quality, low=1, high=95, whole=True)

    def through_file(image: np.ndarray) -> np.ndarray:
        buffer = io.BytesIO()
        Image.fromarray(image).save(buffer, "jpeg", quality=quality)
        return np.asarray(Image.open(buffer))

    def apply(images: Tensor) -> Tensor:
        check_images(images, slack=SLACK)
        pixels = (images.detach() * 255).round().byte().permute(0, 2, 3, 1).cpu().numpy()
        read = torch.tensor(np.stack([through_file(image) for image in pixels]))
        return straight_through(read.permute(0, 3, 1, 2).to(images) / 255, images)

    return apply


def blur(sigma: float) -> Filter:
    """Gaussian blur with the given standard deviation in pixels, mirrored at the border.

    The sides must be longer than three standard deviations, or else there is a CourseError.
    """
    check_number("sigma", sigma, low=0, open_low=True)
    reach = max(1, round(3 * sigma))
    offsets = torch.arange(-reach, reach + 1.0)
    weights = torch.exp(-offsets.square() / (2 * sigma**2))
    weights = weights / weights.sum()

    def apply(images: Tensor) -> Tensor:
        check_images(images, slack=SLACK)
        if min(images.shape[-2:]) <= reach:
            raise CourseError(
                f"sigma {sigma:g} needs images with sides of more than {reach} pixels, got "
                f"{tuple(images.shape)}"
            )
        kernel = weights.to(images).repeat(3, 1, 1, 1)
        padded = F.pad(images, (reach, reach, reach, reach), mode="reflect")
        across = F.conv2d(padded, kernel, groups=3)
        return F.conv2d(across, kernel.transpose(2, 3), groups=3)

    return apply


def random_resize(smallest: float, generator: torch.Generator) -> Filter:
    """Shrinks the batch to a random side, between ``smallest`` and all of it, and back.

    smallest: share of the side, above 0 and up to 1. Square images only.
    """
    check_number("smallest", smallest, low=0, high=1, open_low=True)

    def apply(images: Tensor) -> Tensor:
        check_images(images, slack=SLACK)
        side = images.shape[-1]
        if images.shape[-2] != side:
            raise CourseError(f"images must be square, got {tuple(images.shape)}")
        share = smallest + (1 - smallest) * torch.rand((), generator=generator).item()
        return resize(resize(images, max(1, round(share * side))), side)

    return apply


def defended(network: Network, *filters: Filter) -> Network:
    """The network behind filters, the first one first."""

    def answer(images: Tensor) -> Tensor:
        for apply in filters:
            images = apply(images)
        return network(images)

    return answer


def expected(network: Network, num_draws: int) -> Network:
    """Logarithm of the mean probability over draws of a random network (EOT)."""
    check_number("num_draws", num_draws, low=1, whole=True)
    return ensemble([network] * num_draws)


def ensemble(networks: Sequence[Network]) -> Network:
    """Logarithm of the mean probability of several networks."""
    check_number("number of networks", len(networks), low=1)

    def answer(images: Tensor) -> Tensor:
        logs = torch.stack([network(images).log_softmax(dim=1) for network in networks])
        return logs.logsumexp(dim=0) - torch.tensor(len(networks)).log().to(logs)

    return answer


@dataclass(frozen=True)
class Defence:
    """A defended network, and what an attacker attacks who knows of it.

    expected: of a network with random answers, their expectation (see :func:`expected`).
    """

    network: Network
    expected: Network | None = None

    @property
    def is_random(self) -> bool:
        """Whether the same image may be answered otherwise the next time."""
        return self.expected is not None

    @property
    def attacked(self) -> Network:
        """The network itself, or the expectation of its answers."""
        return self.expected or self.network
