"""How far photographs are from the nearest wrong answer, and how far from it noise leaves them."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from site_lib.adversarial import distances
from site_lib.adversarial.lbfgs import lbfgs
from site_lib.adversarial.noise import all_turned, gaussian, with_norm
from site_lib.adversarial.photographs import labelled_images
from site_lib.adversarial.robustness import (
    displacements,
    norms_needed,
    right_under_noise,
    right_under_pgd,
    smallest_changes,
)
from site_lib.common.progress import track
from site_lib.data.imagenet import class_index
from site_lib.images.images import eight_bit
from site_lib.measuring.arrays import as_arrays
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.answers import first_answers
from site_lib.networks.classifier import Classifier
from site_lib.networks.loading import load_frozen
from site_lib.records.measurement import Measurement

PGD_STEPS = 8


def measure(
    *,
    models: list[str],
    num_photographs: int,
    side: int,
    steps: int,
    num_classes: int,
    target: str,
    num_iterations: int,
    num_trials: int,
    l2_budgets: list[float],
    noise_l2: list[float],
    num_noises: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Distances by attack and network; accuracy under noise; displacement by depth.

    models: all but the distances is measured on the first.   num_photographs: labelled ones.
    side: of the images, the same for all networks.   steps, num_classes: of the minimal-norm
    attack and of DeepFool.   num_iterations, num_trials: of L-BFGS.   l2_budgets: of PGD.
    """
    images, labels, records = labelled_images(side, num_photographs, device=device)
    networks = [load_frozen(name, device=device) for name in models]
    tensors: dict[str, Tensor] = {"labels": labels}
    found = []
    for index, network in enumerate(track(networks, "distances", "network")):
        results = smallest_changes(
            network, images, labels, num_steps=steps, num_classes=num_classes
        )
        found.append({attack: result.adversarial for attack, result in results.items()})
        tensors[f"right_{index}"] = first_answers(network, images) == labels
        for attack, adversarial in found[-1].items():
            tensors[f"{attack}_{index}"] = norms_needed(network, images, labels, adversarial)

    network, right = networks[0], tensors["right_0"]
    images, labels = images[right], labels[right]
    nearest = {attack: adversarial[right] for attack, adversarial in found[0].items()}
    perturbation = nearest["minimal_norm"] - images
    tensors |= sizes(network, images, labels, nearest)
    towards = lbfgs(
        network,
        images,
        labels,
        targets=torch.full_like(labels, class_index(target)),
        num_iterations=num_iterations,
        num_trials=num_trials,
    )
    tensors["lbfgs_l2"] = distances.l2(towards.perturbation)
    tensors["lbfgs_distortion"] = distances.distortion(towards.perturbation)
    tensors["lbfgs_success"] = towards.success
    tensors["pgd_right"] = right_under_pgd(
        network, images, labels, l2_budgets=l2_budgets, num_steps=PGD_STEPS
    )
    tensors |= under_noise(network, images, labels, perturbation, noise_l2, num_noises, seed)
    layers = [layer for layer in network.layers if layer != "classifier"] + ["classifier"]
    tensors |= moved(network, layers, images, perturbation, num_noises, seed)
    arrays = as_arrays(tensors) | {"layers": np.array(layers), "noise_levels": np.array(noise_l2)}
    metrics = summary(arrays, found[0].keys(), len(models), num_values=3 * side * side)
    return Measurement(arrays, metrics, [one.record() for one in networks], records)


def sizes(
    network: Classifier, images: Tensor, labels: Tensor, nearest: dict[str, Tensor]
) -> dict[str, Tensor]:
    """Sizes of the smallest changes besides L2, and whether the smallest survives in a file."""
    change = {attack: adversarial - images for attack, adversarial in nearest.items()}
    saved = eight_bit(nearest["minimal_norm"])
    return {
        "relative_l2": distances.relative_l2(change["minimal_norm"], images),
        "deepfool_relative_l2": distances.relative_l2(change["deepfool"], images),
        "minimal_linf": distances.linf(change["minimal_norm"]),
        "minimal_survives_file": first_answers(network, saved) != labels,
    }


def under_noise(
    network: Classifier,
    images: Tensor,
    labels: Tensor,
    perturbation: Tensor,
    noise_l2: list[float],
    num_noises: int,
    seed: int,
) -> dict[str, Tensor]:
    """Right answers under Gaussian noise and under the perturbation turned, of every L2 norm."""
    generator = torch.Generator().manual_seed(seed)
    draws = {
        "gaussian": lambda norms: (gaussian(images, norms, generator) for _ in range(num_noises)),
        "turned": lambda norms: (with_norm(each, norms) for each in all_turned(perturbation)),
    }
    found: dict[str, Tensor] = {}
    for kind, noises in draws.items():
        right, l2 = right_under_noise(network, images, labels, noises=noises, norms=noise_l2)
        found |= {f"{kind}_right": right, f"{kind}_l2": l2}
    return found


def moved(
    network: Classifier,
    layers: list[str],
    images: Tensor,
    perturbation: Tensor,
    num_noises: int,
    seed: int,
) -> dict[str, Tensor]:
    """How far every layer moves for the perturbation, and for noise and turns of its norm."""
    generator, norms = torch.Generator().manual_seed(seed), distances.l2(perturbation)
    changes = {
        "adversarial": [perturbation],
        "noise": (gaussian(images, norms, generator) for _ in range(num_noises)),
        "turned": all_turned(perturbation)[:3],
    }
    return {
        f"moved_{kind}": displacements(network, layers, images, some)
        for kind, some in changes.items()
    }


def summary(
    arrays: dict[str, np.ndarray], attacks: Iterable[str], num_networks: int, num_values: int
) -> dict[str, Any]:
    """Numbers over photographs. num_values: of an image."""
    median_l2 = {
        attack: [float(np.nanmedian(arrays[f"{attack}_{k}"])) for k in range(num_networks)]
        for attack in attacks
    }
    smallest = median_l2["minimal_norm"][0]
    reached = arrays["lbfgs_success"]
    return {
        "num_right": [int(arrays[f"right_{k}"].sum()) for k in range(num_networks)],
        "median_l2": median_l2,
        "median_distortion": float(smallest / num_values**0.5),
        "median_levels": float(255 * smallest / num_values**0.5),
        "median_linf_levels": 255 * float(np.nanmedian(arrays["minimal_linf"])),
        "mean_relative_l2": float(arrays["relative_l2"].mean()),
        "mean_deepfool_relative_l2": float(arrays["deepfool_relative_l2"].mean()),
        "mean_lbfgs_distortion": float(arrays["lbfgs_distortion"][reached].mean()),
        "median_lbfgs_l2": float(np.nanmedian(arrays["lbfgs_l2"])),
        "num_lbfgs_success": int(reached.sum()),
        "num_survive_file": int(arrays["minimal_survives_file"].sum()),
    }


if __name__ == "__main__":
    run_experiment(measure)
