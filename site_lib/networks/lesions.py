"""Lesions: a trained network, damaged by degrees.

Each kind takes something else away from what training arranged, and leaves the architecture as it
is. Damage from nothing to everything fills the range between a trained network and a random one
without changing any other thing that differs between networks (as Yamins et al., 2014,
doi:10.1073/pnas.1403112111, filled it with thousands of candidates).
"""

import copy
from collections.abc import Callable

import torch
from torch import Tensor, nn

from site_lib.common.checks import check_number
from site_lib.common.errors import unknown_name
from site_lib.networks.classifier import Classifier
from site_lib.networks.initialising import draw_weights, estimate_statistics


def lesioned(
    classifier: Classifier, kind: str, amount: float, *, photographs: Tensor, seed: int
) -> Classifier:
    """A damaged copy, in evaluation mode.

    kind: one of :data:`LESIONS`.   amount: how much, in the unit of its kind.   photographs:
    (N, 3, H, W) in [0, 1], from which batch normalisation takes its statistics anew, so that what
    differs is what units answer to, not whether they answer. Raises CourseError for an unknown
    kind and an amount out of range.
    """
    if kind not in LESIONS:
        raise unknown_name("lesion", kind, LESIONS)
    damaged = copy.deepcopy(classifier).eval()
    with torch.no_grad():
        LESIONS[kind](damaged, amount, torch.Generator().manual_seed(seed))
    estimate_statistics(damaged.net, damaged.normalise(photographs))
    damaged.name = f"{classifier.name}, {kind} {amount:g}, seed {seed}"
    damaged.weights_sha256 += f", lesion {kind} {amount:g}, seed {seed}"
    return damaged


def forget_last_stages(classifier: Classifier, amount: float, generator: torch.Generator) -> None:
    """The last ``amount`` stages before the classifier begin again with random weights.

    A stage is all that follows the one before: where it is named by its rectification, its
    convolution too.
    """
    number = int(amount) if float(amount).is_integer() else amount
    check_number("number of stages", number, low=1, high=len(classifier.stages), whole=True)
    names = [name for name, _ in classifier.net.named_modules()]
    kept = classifier.stages[: -int(number)]
    first = _end_of(kept[-1], names) if kept else 0
    for name in names[first : _end_of(classifier.stages[-1], names)]:
        module = classifier.net.get_submodule(name)
        if isinstance(module, nn.Conv2d):
            draw_weights(module, generator)
        elif isinstance(module, nn.BatchNorm2d):
            module.reset_parameters()


def _end_of(stage: str, names: list[str]) -> int:
    """Place of the first module behind a stage, in the order in which a network holds them."""
    inside = (i for i, name in enumerate(names) if name == stage or name.startswith(f"{stage}."))
    return max(inside) + 1


def add_noise(classifier: Classifier, amount: float, generator: torch.Generator) -> None:
    """Gaussian noise on every weight: ``amount`` standard deviations of its tensor."""
    check_number("noise", amount, low=0)
    for module in _convolutions(classifier):
        noise = torch.randn(module.weight.shape, generator=generator)
        module.weight += amount * module.weight.std() * noise


def permute_channels(classifier: Classifier, amount: float, generator: torch.Generator) -> None:
    """In every convolution a share ``amount`` of the filters change places among themselves.

    Every filter is kept; the next layer takes it for another.
    """
    for module in _convolutions(classifier):
        chosen = _some(module, amount, generator)
        order = chosen[torch.randperm(len(chosen), generator=generator)]
        module.weight[chosen] = module.weight[order]


def silence_channels(classifier: Classifier, amount: float, generator: torch.Generator) -> None:
    """In every convolution a share ``amount`` of the filters answer nothing."""
    for module in _convolutions(classifier):
        module.weight[_some(module, amount, generator)] = 0


def _convolutions(classifier: Classifier) -> list[nn.Conv2d]:
    return [module for module in classifier.net.modules() if isinstance(module, nn.Conv2d)]


def _some(module: nn.Conv2d, share: float, generator: torch.Generator) -> Tensor:
    """Indices of a share of a convolution's filters, drawn at random."""
    check_number("share of channels", share, low=0, high=1)
    order = torch.randperm(module.out_channels, generator=generator)
    return order[: round(share * module.out_channels)]


# What they are called, in figures and records.
LESIONS: dict[str, Callable[[Classifier, float, torch.Generator], None]] = {
    "late": forget_last_stages,
    "noise": add_noise,
    "permuted": permute_channels,
    "silenced": silence_channels,
}
