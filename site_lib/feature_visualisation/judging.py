"""What networks that took no part make of an optimised image."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from site_lib.common.checks import check_finite, check_number, check_shapes
from site_lib.images.images import resize
from site_lib.networks.answers import BATCH, first_answers, in_batches
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
    batch: int = BATCH,
) -> Verdict:
    """How a network ranks the wanted class of each image. classes: (N,).

    side: what the images are resized to; the side that the network was trained on by default.
    Raises CourseError for images that are not finite: nothing is larger than NaN, so the wanted
    class would come first.
    """
    check_shapes(images=(images, "N 3 H W"), classes=(classes, "N"))
    check_finite("images", images)
    side = side or network.input_side
    logits = in_batches(lambda part: network(resize(part, side)), images, batch=batch)
    check_finite("answers", logits)
    wanted = logits.gather(1, classes[:, None])
    probability = logits.softmax(dim=1).gather(1, classes[:, None])[:, 0]
    return Verdict((logits > wanted).sum(dim=1) + 1, probability)


def judged(
    viewers: Mapping[str, Classifier],
    images: Tensor,
    classes: Tensor,
    *,
    of: str = "",
    side: Mapping[str, int] | None = None,
) -> dict[str, np.ndarray]:
    """Verdicts of several networks, as an experiment keeps them.

    viewers: networks by the names that they have there.   images: (N, 3, H, W), or
    (N, K, 3, H, W), K images of each class.   classes: (N,).   of: what is judged, if that should
    be in the names.   side: for some of the viewers, what the images are resized to. Returns
    ``<viewer>_rank`` and ``<viewer>_probability``, or ``<viewer>_<of>_rank`` and …, each (N,) or
    (N, K). Errors: see :func:`judge`.
    """
    shape = images.shape[:-3]
    if images.ndim == 5:
        images, classes = images.flatten(0, 1), classes.repeat_interleave(shape[1])
    found = {}
    for viewer, network in viewers.items():
        verdict = judge(network, images, classes, side=(side or {}).get(viewer))
        name = f"{viewer}_{of}" if of else viewer
        found[f"{name}_rank"] = verdict.rank.view(shape).cpu().numpy()
        found[f"{name}_probability"] = verdict.probability.view(shape).cpu().numpy()
    return found


def share_seen(network: Classifier, crops: Sequence[Tensor], classes: Tensor) -> float:
    """Share of some crops in which the network's first class, of all, is one of a group.

    crops: (1, 3, H, W) each, of any size; the network is shown them at the side that it was
    trained on.   classes: (M,), the group.
    """
    check_number("number of crops", len(crops), low=1)
    seen = torch.cat([resize(crop, network.input_side) for crop in crops])
    answers = first_answers(network, seen)
    return float(torch.isin(answers, classes.to(answers.device)).float().mean())
