"""How far photographs are from the nearest wrong answer, and how far from it noise leaves them."""

import numpy as np
import torch
from torch import Tensor

from site_lib.adversarial import distances
from site_lib.adversarial.attack import Goal, Network, loss_and_gradient
from site_lib.adversarial.deepfool import deepfool
from site_lib.adversarial.defences import round_to_file
from site_lib.adversarial.lbfgs import lbfgs
from site_lib.adversarial.minimal_norm import minimal_norm
from site_lib.adversarial.noise import gaussian, turned, with_norm
from site_lib.adversarial.pgd import pgd
from site_lib.adversarial.photographs import in_batches, labelled_images
from site_lib.adversarial.rays import distance_along
from site_lib.common.progress import track
from site_lib.data.imagenet import class_index
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.activations import record_activations
from site_lib.networks.classifier import Classifier
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
from site_lib.records.measurement import Measurement

# Lengths along the sign of the gradient that are tried first, in grey levels.
FGSM_LEVELS = (0.05, 0.2, 0.8, 3, 12, 48)
NUM_TURNS = 5  # three quarter turns, and the mirror image, upright and turned once


def measure(
    *,
    models: list[str],
    number: int,
    side: int,
    num_steps: int,
    num_classes: int,
    target: str,
    num_iterations: int,
    num_trials: int,
    pgd_budgets: list[float],
    noise_levels: list[float],
    num_noises: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Distances by attack and network; accuracy under noise; displacement by depth.

    number: of labelled photographs.   side: of the images, the same for all networks.
    num_steps: of the minimal-norm attack.   num_iterations, num_trials: of L-BFGS, which is
    tried on the first network only.   pgd_budgets, noise_levels: in L2.
    """
    images, labels, records = labelled_images(side, number)
    images, labels = images.to(device), labels.to(device)
    networks = [freeze_for_inference(load(name, device=device)) for name in models]
    arrays: dict[str, np.ndarray] = {"labels": labels.cpu().numpy()}
    first: dict[str, Tensor] = {}
    for index, network in enumerate(track(networks, "distances", "network")):
        found = nearest_wrong_images(network, images, labels, num_steps, num_classes)
        right = in_batches(network, images).argmax(dim=1) == labels
        arrays[f"right_{index}"] = right.cpu().numpy()
        for attack, adversarial in found.items():
            arrays[f"{attack}_{index}"] = norms_of(network, images, labels, adversarial)
        if index == 0:
            first, kept = found, right
    network = networks[0]
    images, labels = images[kept], labels[kept]
    nearest = first["minimal_norm"][kept] - images
    arrays["relative_l2"] = distances.relative_l2(nearest, images).cpu().numpy()
    deepfool_relative = distances.relative_l2(first["deepfool"][kept] - images, images)
    arrays["deepfool_relative_l2"] = deepfool_relative.cpu().numpy()
    arrays["minimal_linf"] = distances.linf(nearest).cpu().numpy()
    saved = in_batches(network, round_to_file(first["minimal_norm"][kept])).argmax(dim=1)
    arrays["minimal_survives_file"] = (saved != labels).cpu().numpy()
    ostrich = torch.full_like(labels, class_index(target))
    towards = lbfgs(
        network,
        images,
        labels,
        targets=ostrich,
        num_iterations=num_iterations,
        num_trials=num_trials,
    )
    arrays["lbfgs_l2"] = distances.l2(towards.perturbation).cpu().numpy()
    arrays["lbfgs_distortion"] = distances.distortion(towards.perturbation).cpu().numpy()
    arrays["lbfgs_success"] = towards.success.cpu().numpy()
    arrays |= pgd_accuracy(network, images, labels, pgd_budgets)
    arrays |= noise_accuracy(network, images, labels, nearest, noise_levels, num_noises, seed)
    arrays |= displacements(network, images, nearest, num_noises, seed)
    num_values = 3 * side * side
    metrics = {
        "models": [one.name for one in networks],
        "num_photographs": number,
        "side": side,
        "num_right": [int(arrays[f"right_{index}"].sum()) for index in range(len(networks))],
        "median_l2": {
            attack: [median(arrays[f"{attack}_{index}"]) for index in range(len(networks))]
            for attack in first
        },
        "median_distortion": float(median(arrays["minimal_norm_0"]) / num_values**0.5),
        "median_levels": float(255 * median(arrays["minimal_norm_0"]) / num_values**0.5),
        "median_linf_levels": float(255 * median(arrays["minimal_linf"])),
        "mean_relative_l2": float(arrays["relative_l2"].mean()),
        "mean_deepfool_relative_l2": float(arrays["deepfool_relative_l2"].mean()),
        "mean_lbfgs_distortion": float(arrays["lbfgs_distortion"][arrays["lbfgs_success"]].mean()),
        "median_lbfgs_l2": median(arrays["lbfgs_l2"]),
        "num_lbfgs_success": int(arrays["lbfgs_success"].sum()),
        "num_survive_file": int(arrays["minimal_survives_file"].sum()),
        "num_noises": num_noises,
        "largest_noise": max(noise_levels),
        "pgd_budgets": pgd_budgets,
        "target": target,
    }
    return Measurement(arrays, metrics, [one.record() for one in networks], records)


def nearest_wrong_images(
    network: Classifier, images: Tensor, labels: Tensor, num_steps: int, num_classes: int
) -> dict[str, Tensor]:
    """Attack → images (N, 3, H, W), changed as little as the attack can change them."""
    goal = Goal(labels)
    _, gradient, _ = loss_and_gradient(network, images, goal)
    direction = -gradient.sign() / 255
    length = distance_along(
        network, images, direction, goal, lengths=torch.tensor(FGSM_LEVELS), num_halvings=5
    )
    moved = images + length.nan_to_num(posinf=FGSM_LEVELS[-1])[:, None, None, None] * direction
    summed = deepfool(network, images, labels, num_classes=num_classes)
    start = summed.perturbation
    nearest = minimal_norm(network, images, labels, start=start, num_steps=num_steps)
    return {
        "fgsm": moved.clamp(0, 1),
        "deepfool": summed.adversarial,
        "minimal_norm": nearest.adversarial,
    }


def norms_of(network: Network, images: Tensor, labels: Tensor, adversarial: Tensor) -> np.ndarray:
    """(N,), L2 norm; NaN where the answer was wrong before, infinite where it stays right."""
    before = in_batches(network, images).argmax(dim=1) == labels
    after = in_batches(network, adversarial).argmax(dim=1) == labels
    norms = distances.l2(adversarial - images)
    norms[after] = torch.inf
    norms[~before] = torch.nan
    return norms.cpu().numpy()


def median(norms: np.ndarray) -> float:
    return float(np.nanmedian(norms))


def pgd_accuracy(
    network: Network, images: Tensor, labels: Tensor, budgets: list[float]
) -> dict[str, np.ndarray]:
    """Which photographs withstand PGD in an L2 ball of each size: (budgets, N)."""
    stands = [
        ~pgd(network, images, labels, epsilon=budget, norm="l2", num_steps=8).success
        for budget in budgets
    ]
    return {"pgd_right": torch.stack(stands).cpu().numpy()}


def noise_accuracy(
    network: Network,
    images: Tensor,
    labels: Tensor,
    nearest: Tensor,
    levels: list[float],
    num_noises: int,
    seed: int,
) -> dict[str, np.ndarray]:
    """Right answers under Gaussian noise and under the perturbation turned: (levels, draws, N).

    The L2 that is reported is what remains after clipping to [0, 1]: (levels,), mean.
    """
    generator = torch.Generator().manual_seed(seed)
    arrays: dict[str, np.ndarray] = {"noise_levels": np.array(levels)}
    for kind, draws in (("gaussian", num_noises), ("turned", NUM_TURNS)):
        right, lengths = [], []
        for level in track(levels, f"noise, {kind}", "level"):
            norms = torch.full((len(images),), level).to(images)
            row = []
            for draw in range(draws):
                if kind == "gaussian":
                    noise = gaussian(images, norms, generator)
                else:
                    quarter, mirrored = (1, 2, 3, 0, 1)[draw], draw >= 3
                    noise = with_norm(turned(nearest, quarter, mirrored=mirrored), norms)
                noisy = (images + noise).clamp(0, 1)
                lengths.append(distances.l2(noisy - images).mean())
                row.append(in_batches(network, noisy).argmax(dim=1) == labels)
            right.append(torch.stack(row))
        arrays[f"{kind}_right"] = torch.stack(right).cpu().numpy()
        arrays[f"{kind}_l2"] = torch.stack(lengths).view(len(levels), -1).mean(dim=1).cpu().numpy()
    return arrays


def displacements(
    network: Classifier, images: Tensor, nearest: Tensor, num_noises: int, seed: int
) -> dict[str, np.ndarray]:
    """‖h(x + r) − h(x)‖ / ‖h(x)‖ of every layer, (layers, N), for the perturbation and noise.

    Noise has the norm of the perturbation, image by image; the mean over draws is kept.
    """
    layers = [layer for layer in network.layers if layer != "classifier"] + ["classifier"]
    generator = torch.Generator().manual_seed(seed)

    @torch.no_grad()
    def states(shown: Tensor) -> list[Tensor]:
        with record_activations(network, layers) as activations:
            network(shown)
        return [activations[layer].flatten(1) for layer in layers]

    at_rest = states(images)

    def moved(r: Tensor) -> Tensor:
        there = states((images + r).clamp(0, 1))
        return torch.stack(
            [(b - a).norm(dim=1) / a.norm(dim=1) for a, b in zip(at_rest, there, strict=True)]
        )

    norms = distances.l2(nearest)
    noise = [moved(gaussian(images, norms, generator)) for _ in range(num_noises)]
    rotated = [moved(turned(nearest, quarter)) for quarter in (1, 2, 3)]
    return {
        "layers": np.array(layers),
        "moved_adversarial": moved(nearest).cpu().numpy(),
        "moved_noise": torch.stack(noise).mean(dim=0).cpu().numpy(),
        "moved_turned": torch.stack(rotated).mean(dim=0).cpu().numpy(),
    }


if __name__ == "__main__":
    run_experiment(measure)
