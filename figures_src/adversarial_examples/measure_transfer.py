"""Images made for one network, as 8-bit files, shown to the others."""

import numpy as np
import torch
from torch import Tensor

from site_lib.adversarial.noise import random_signs
from site_lib.adversarial.pgd import pgd
from site_lib.adversarial.photographs import answered_right, labelled_images
from site_lib.adversarial.transfer import transfer
from site_lib.common.progress import track
from site_lib.images.images import eight_bit
from site_lib.measuring.arrays import as_arrays
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.classifier import Classifier
from site_lib.networks.loading import load_frozen
from site_lib.records.measurement import Measurement


def measure(
    *,
    models: list[str],
    num_photographs: int,
    side: int,
    epsilon_levels: list[int],
    steps: int,
    num_noises: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Wrong answers by budget, source and network, and for noise of the same L∞ norm.

    models: a family, and last a stranger to it.   epsilon_levels: the budgets.   side: of the
    images, the same for all networks.
    """
    networks = {name: load_frozen(name, device=device) for name in models}
    images, labels, records = labelled_images(side, num_photographs, device=device)
    images, labels = answered_right(networks.values(), images, labels)
    generator = torch.Generator().manual_seed(seed)

    def attacked(network: Classifier, epsilon: float) -> Tensor:
        return pgd(
            network,
            images,
            labels,
            epsilon=epsilon,
            num_steps=steps,
            early_stop=False,
            eight_bit=True,
        ).adversarial

    def noisy(epsilon: float) -> Tensor:
        return eight_bit((images + random_signs(images, epsilon, generator)).clamp(0, 1))

    wrong, noise_wrong = [], []
    for level in track(epsilon_levels, "transfer", "budget"):
        made_for = {name: attacked(one, level / 255) for name, one in networks.items()}
        wrong.append(transfer(made_for, networks, labels))
        noise = {str(draw): noisy(level / 255) for draw in range(num_noises)}
        noise_wrong.append(transfer(noise, networks, labels))
    tensors = {"wrong": torch.stack(wrong), "noise_wrong": torch.stack(noise_wrong)}
    metrics = {"num_right": len(labels)}
    arrays = as_arrays(tensors) | {"levels": np.array(epsilon_levels)}
    return Measurement(arrays, metrics, [one.record() for one in networks.values()], records)


if __name__ == "__main__":
    run_experiment(measure)
