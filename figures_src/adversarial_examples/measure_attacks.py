"""How far photographs are from the nearest wrong answer, and how far from it noise leaves them."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from site_lib.adversarial import distances, noise
from site_lib.adversarial.attack import AttackResult, Goal
from site_lib.adversarial.lbfgs import lbfgs
from site_lib.adversarial.linear import first_crossing, fit_linear
from site_lib.adversarial.minimal_norm import minimal_norm
from site_lib.adversarial.photographs import central_squares, labelled_images
from site_lib.adversarial.rays import distance_along
from site_lib.adversarial.robustness import (
    displacements,
    norms_needed,
    right_under_pgd,
    smallest_changes,
)
from site_lib.common.progress import track
from site_lib.data.corpus_photographs import categories, fetch_corpus
from site_lib.data.imagenet import class_index
from site_lib.images.images import eight_bit
from site_lib.measuring.arrays import as_arrays
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.answers import first_answers
from site_lib.networks.classifier import Classifier
from site_lib.networks.loading import load_frozen
from site_lib.records.measurement import Measurement

PGD_STEPS = 8
# Band of coarse noise, in cycles per pixel: nothing smaller than 32 pixels, and no constant.
COARSE = {"low": 1e-6, "high": 1 / 32}


def measure(
    *,
    models: list[str],
    num_photographs: int,
    num_shared: int,
    side: int,
    steps: int,
    num_classes: int,
    target: str,
    num_iterations: int,
    num_trials: int,
    l2_budgets: list[float],
    noise_l2: list[float],
    strength: float,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Distances by attack, network and kind of noise; displacement by depth.

    models: the first sees all photographs, the others and L-BFGS the first ``num_shared``.   side:
    of the images, the same for all networks.   steps, num_classes: of the minimal-norm attack and
    of DeepFool.   num_iterations, num_trials: of L-BFGS.   l2_budgets: of PGD.   noise_l2: lengths
    to try along noise.   strength: of the linear classifier, see ``fit_linear``.
    """
    images, labels, records = labelled_images(side, num_photographs, device=device)
    networks = [load_frozen(name, device=device) for name in models]
    tensors: dict[str, Tensor] = {}
    for index, other in enumerate(track(networks[1:], "other networks", "network"), start=1):
        found = minimal_norm(other, images[:num_shared], labels[:num_shared], num_steps=steps)
        tensors[f"minimal_norm_{index}"] = norms_needed(found)

    network, right = networks[0], first_answers(networks[0], images) == labels
    num_targeted = int(right[:num_shared].sum())
    images, labels = images[right], labels[right]
    nearest = smallest_changes(network, images, labels, num_steps=steps, num_classes=num_classes)
    tensors |= {f"{attack}_0": norms_needed(result) for attack, result in nearest.items()}
    perturbation = nearest["minimal_norm"].perturbation
    tensors |= sizes(network, labels, nearest)
    aimed_at, own = images[:num_targeted], labels[:num_targeted]
    towards = lbfgs(
        network,
        aimed_at,
        own,
        targets=torch.full_like(own, class_index(target)),
        num_iterations=num_iterations,
        num_trials=num_trials,
    )
    tensors["lbfgs_distortion"] = distances.distortion(towards.perturbation)
    tensors["lbfgs_success"] = towards.success
    tensors["pgd_right"] = right_under_pgd(
        network, images, labels, l2_budgets=l2_budgets, num_steps=PGD_STEPS
    )
    generator = torch.Generator().manual_seed(seed)
    tensors |= along_noise(network, images, labels, perturbation, noise_l2, generator)
    linear, baseline = linear_baseline(side, strength, generator, device)
    tensors |= linear
    layers = [layer for layer in network.layers if layer != "classifier"] + ["classifier"]
    tensors |= moved(network, layers, images, perturbation, generator)
    arrays = as_arrays(tensors) | {"layers": np.array(layers)}
    metrics = summary(arrays, num_values=3 * side * side) | baseline
    weights = [one.record() for one in networks]
    inputs = {one["name"]: one for one in (*records, *(each.record() for each in fetch_corpus()))}
    return Measurement(arrays, metrics, weights, list(inputs.values()))


def sizes(
    network: Classifier, labels: Tensor, nearest: dict[str, AttackResult]
) -> dict[str, Tensor]:
    """Sizes of the smallest changes besides L2, and whether the smallest survives in a file."""
    deepfool, saved = nearest["deepfool"], eight_bit(nearest["minimal_norm"].adversarial)
    return {
        "deepfool_relative_l2": distances.relative_l2(deepfool.perturbation, deepfool.images),
        "minimal_survives_file": first_answers(network, saved) != labels,
    }


def along_noise(
    network: Classifier,
    images: Tensor,
    labels: Tensor,
    perturbation: Tensor,
    lengths: list[float],
    generator: torch.Generator,
) -> dict[str, Tensor]:
    """How far along noise of each kind an answer changes, and its cosine with the perturbation.

    One direction for each image; infinite where the answer stays up to the last of the lengths.
    """
    one = torch.ones(len(images)).to(images)
    others = images.roll(1, dims=0)
    directions = {
        "white": noise.gaussian(images, one, generator),
        "coarse": noise.band_limited(images, one, generator, **COARSE),
        "spectrum": noise.photograph_like(others, one, generator),
        "photograph": noise.with_norm(others - others.mean(dim=(1, 2, 3), keepdim=True), one),
        "turned": noise.with_norm(noise.turned(perturbation, 1), one),
    }
    tried, goal = torch.tensor(lengths).to(images), Goal(labels)
    found: dict[str, Tensor] = {}
    for kind, direction in track(list(directions.items()), "noise", "kind"):
        found[f"{kind}_l2"] = distance_along(
            network, images, direction, goal, lengths=tried, num_halvings=3
        )
        towards = (direction * perturbation).flatten(1).sum(dim=1)
        found[f"{kind}_cosine"] = towards / distances.l2(perturbation)
    return found


def linear_baseline(
    side: int, strength: float, generator: torch.Generator, device: torch.device
) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """A linear classifier of the corpus' categories: distances of what it gets right, and the share
    of the held-out photographs which that is. Planes have no ends, so nothing is clipped.
    """
    corpus, names = fetch_corpus(), categories()
    pixels = central_squares([one.path for one in corpus], side).to(device)
    category = torch.tensor([names.index(one.category) for one in corpus], device=device)
    held_out = torch.tensor([one.held_out for one in corpus], device=device)
    classifier = fit_linear(pixels[~held_out], category[~held_out], strength=strength)
    right = classifier(pixels).argmax(dim=1) == category
    images, labels = pixels[right], category[right]
    white = noise.gaussian(images, torch.ones(len(images)).to(images), generator)
    found = {
        "linear_smallest": classifier.smallest_changes(images, labels),
        "linear_white": first_crossing(classifier(images), classifier.slopes(white), labels),
    }
    share = float(right[held_out].double().mean())
    return found, {"num_categories": len(names), "linear_share_right": share}


def moved(
    network: Classifier,
    layers: list[str],
    images: Tensor,
    perturbation: Tensor,
    generator: torch.Generator,
) -> dict[str, Tensor]:
    """How far every layer moves for the perturbation, and for noise and a turn of its norm."""
    changes = {
        "adversarial": perturbation,
        "noise": noise.gaussian(images, distances.l2(perturbation), generator),
        "turned": noise.turned(perturbation, 1),
    }
    found = displacements(network, layers, images, changes.values())
    return {f"moved_{kind}": each for kind, each in zip(changes, found, strict=True)}


def summary(arrays: dict[str, np.ndarray], num_values: int) -> dict[str, Any]:
    """Numbers over photographs. num_values: of an image."""
    reached = arrays["lbfgs_success"]
    return {
        "num_right": len(arrays["minimal_norm_0"]),
        "root_n": float(num_values**0.5),
        "mean_deepfool_relative_l2": float(arrays["deepfool_relative_l2"].mean()),
        "mean_lbfgs_distortion": float(arrays["lbfgs_distortion"][reached].mean()),
        "num_lbfgs": len(reached),
        "num_lbfgs_success": int(reached.sum()),
        "num_survive_file": int(arrays["minimal_survives_file"].sum()),
    }


if __name__ == "__main__":
    run_experiment(measure)
