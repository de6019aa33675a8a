"""Networks as experiments take them: frozen, and with their controls."""

import torch

from site_lib.networks.classifier import Classifier
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load


def load_frozen(
    name: str, *, random_seed: int | None = None, device: torch.device | str = "cpu"
) -> Classifier:
    """A network of the registry, frozen; arguments and errors are those of ``load``."""
    return freeze_for_inference(load(name, random_seed=random_seed, device=device))


def with_random(
    name: str, *, num_random_networks: int, seed: int, device: torch.device | str = "cpu"
) -> list[Classifier]:
    """The trained network, then so many of the same architecture before training.

    seed: of the first of them; the next ones follow.
    """
    seeds = [None, *range(seed, seed + num_random_networks)]
    return [load(name, random_seed=each, device=device) for each in seeds]
