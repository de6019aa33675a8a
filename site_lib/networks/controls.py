"""Controls of a trained network: the same architecture without what training arranged.

Random weights lack everything that training changed. Shuffled ones keep the values that training
found in every layer and lose only their places. Both take the statistics of batch normalisation
from photographs, as the trained network did.
"""

import torch
from torch import Tensor, nn

from site_lib.data.photographs import classified_photographs
from site_lib.images.images import read_image, square
from site_lib.networks.classifier import Classifier
from site_lib.networks.initialising import estimate_statistics
from site_lib.networks.registry import load


def with_controls(
    name: str,
    *,
    num_random_networks: int,
    num_shuffled_networks: int,
    seed: int,
    device: torch.device | str = "cpu",
) -> dict[str, list[Classifier]]:
    """The ``trained`` network alone in a list, and its ``random`` and ``shuffled`` controls.

    seed: of the first control of each kind; the next ones follow.
    """
    return {
        "trained": [load(name, device=device)],
        "random": [random(name, seed + i, device=device) for i in range(num_random_networks)],
        "shuffled": [shuffled(name, seed + i, device=device) for i in range(num_shuffled_networks)],
    }


def one_by_one(networks: dict[str, list[Classifier]]) -> tuple[list[str], list[Classifier]]:
    """The kind of each network, and the networks themselves, one kind after the other."""
    kinds = [kind for kind, members in networks.items() for _ in members]
    return kinds, [network for members in networks.values() for network in members]


def random(name: str, seed: int, *, device: torch.device | str = "cpu") -> Classifier:
    """A network before training, its statistics from the photographs of the course."""
    classifier = load(name, random_seed=seed)
    _meet_photographs(classifier)
    classifier.weights_sha256 += ", statistics of photographs"
    return classifier.to(device)


def shuffled(name: str, seed: int, *, device: torch.device | str = "cpu") -> Classifier:
    """A trained network whose parameters have changed places within their tensors.

    Its statistics are those of the photographs of the course.
    """
    classifier = load(name)
    shuffle_parameters(classifier.net, torch.Generator().manual_seed(seed))
    _meet_photographs(classifier)
    classifier.name = f"{name}, shuffled weights"
    classifier.weights_sha256 += f", shuffled with seed {seed}, statistics of photographs"
    return classifier.to(device)


def shuffle_parameters(net: nn.Module, generator: torch.Generator) -> None:
    """Permute the entries of every parameter at random, in place; each keeps its values."""
    with torch.no_grad():
        for parameter in net.parameters():
            order = torch.randperm(parameter.numel(), generator=generator)
            parameter.copy_(parameter.flatten()[order].view_as(parameter))


def _meet_photographs(classifier: Classifier) -> None:
    """Batch normalisation takes its statistics from photographs, also without a classifier."""
    photographs = classifier.normalise(_photographs(classifier.input_side))
    estimate_statistics(classifier.net, photographs)


def _photographs(side: int) -> Tensor:
    return torch.cat([square(read_image(one.path), side) for one in classified_photographs()])
