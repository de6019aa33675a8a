"""What networks that took no part make of an optimised image."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from site_lib.common.checks import check_finite, check_shapes
from site_lib.images.images import resize
from site_lib.networks.classifier import Classifier


@dataclass(frozen=True)
class Verdict:
    """Place of the wanted class among all, from 1, and its probability: each (N,)."""

    rank: Tensor
    probability: Tensor


@torch.no_grad()
def judge(
    network: Classifier,
    images: Tensor,
    classes: Tensor,
    *,
    side: int | None = None,
    batch: int = 16,
) -> Verdict:
    """How a network ranks the wanted class of each image. classes: (N,).

    side: what the images are resized to; the side that the network was trained on by default.
    Raises CourseError for images that are not finite: nothing is larger than NaN, so the wanted
    class would come first.
    """
    check_shapes(images=(images, "N 3 H W"), classes=(classes, "N"))
    check_finite("images", images)
    side = side or network.input_side
    logits = torch.cat([network(resize(part, side)) for part in images.split(batch)])
    check_finite("answers", logits)
    wanted = logits.gather(1, classes[:, None])
    probability = logits.softmax(dim=1).gather(1, classes[:, None])[:, 0]
    return Verdict((logits > wanted).sum(dim=1) + 1, probability)


def judged(
    viewers: Mapping[str, Classifier],
    images: Tensor,
    classes: Tensor,
    *,
    side: Mapping[str, int] | None = None,
) -> dict[str, np.ndarray]:
    """Verdicts of several networks, as an experiment keeps them.

    viewers: networks by the names that they have there.   images: (N, 3, H, W).   classes: (N,).
    side: for some of the viewers, what the images are resized to. Returns ``<viewer>_rank`` and
    ``<viewer>_probability``, each (N,). Errors: see :func:`judge`.
    """
    found = {}
    for name, network in viewers.items():
        verdict = judge(network, images, classes, side=(side or {}).get(name))
        found[f"{name}_rank"] = verdict.rank.cpu().numpy()
        found[f"{name}_probability"] = verdict.probability.cpu().numpy()
    return found
