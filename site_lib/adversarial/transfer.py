"""Do images that fool one network fool another?"""

from collections.abc import Mapping

import torch
from torch import Tensor

from site_lib.adversarial.attack import Network
from site_lib.images import resize
from site_lib.models import Classifier


@torch.no_grad()
def transfer(
    made_for: Mapping[str, Tensor], shown_to: Mapping[str, Network], labels: Tensor
) -> Tensor:
    """(sources, networks, N) booleans: the network answers with another class than the label.

    made_for: name of the source → its images, (N, 3, H, W), or the originals.   labels: (N,).
    """
    answers = [
        [network(images).argmax(dim=1) for network in shown_to.values()]
        for images in made_for.values()
    ]
    return torch.stack([torch.stack(row) for row in answers]) != labels


def at_side(classifier: Classifier, side: int) -> Network:
    """The classifier as a network for images of another side than its own, resized within."""
    if side == classifier.input_side:
        return classifier
    return lambda images: classifier(resize(images, classifier.input_side))
