"""Do images that fool one network fool another?"""

from collections.abc import Mapping

import torch
from torch import Tensor

from site_lib.adversarial.attack import Network, check_images
from site_lib.common.checks import check_number
from site_lib.common.errors import CourseError
from site_lib.images.images import resize
from site_lib.networks.classifier import Classifier


@torch.no_grad()
def transfer(
    made_for: Mapping[str, Tensor], shown_to: Mapping[str, Network], labels: Tensor
) -> Tensor:
    """(sources, networks, N) booleans: the network answers with another class than the label.

    made_for: name of the source → its images, (N, 3, H, W), or the originals.   labels: (N,).
    """
    check_number("number of sources", len(made_for), low=1)
    check_number("number of networks", len(shown_to), low=1)
    for name, images in made_for.items():
        check_images(images)
        if labels.shape != images.shape[:1]:
            raise CourseError(
                f"labels must be {len(images)} classes, one for each image of {name!r}; "
                f"got shape {tuple(labels.shape)}"
            )
    answers = [
        [network(images).argmax(dim=1) for network in shown_to.values()]
        for images in made_for.values()
    ]
    return torch.stack([torch.stack(row) for row in answers]) != labels


def at_side(classifier: Classifier, side: int) -> Network:
    """The classifier as a network for images of another side than its own, resized within."""
    check_number("side", side, low=1, whole=True)
    if side == classifier.input_side:
        return classifier
    return lambda images: classifier(resize(images, classifier.input_side))
