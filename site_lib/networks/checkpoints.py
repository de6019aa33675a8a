"""Networks of the course's own trainings, at their end and on the way."""

from pathlib import Path

import torch
from safetensors.torch import load_file

from site_lib.common.errors import CourseError
from site_lib.common.files import sha256_of_file
from site_lib.networks.classifier import Classifier
from site_lib.networks.registry import load
from site_lib.networks.small_networks import BUILDERS, file_of, label_of, load_small

WEIGHTS = Path(__file__).parent / "weights"


def load_at_step(
    name: str,
    *,
    step: int | None = None,
    random_seed: int | None = None,
    device: torch.device | str = "cpu",
) -> Classifier:
    """A network of the registry, or a small one, at a step of its training for this course.

    step: None for the end of its training, here or elsewhere.   random_seed: for random weights
    instead. Raises CourseError for an unknown name, and for a step that is not kept.
    """
    if name in BUILDERS:
        return load_small(name, step=step, random_seed=random_seed, device=device)
    network = load(name, random_seed=random_seed, device=device)
    if step is not None:
        file = file_of(label_of(name, step), WEIGHTS)
        if not file.is_file():
            raise CourseError(f"no weights of {name} after {step} steps are kept in {WEIGHTS}")
        network.net.load_state_dict(load_file(file))
        network.weights_sha256 = sha256_of_file(file)
    return network
