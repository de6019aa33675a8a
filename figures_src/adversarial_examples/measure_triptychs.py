"""Szegedy's experiment: well-classified photographs pushed to one class, as 8-bit files."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from site_lib.adversarial import distances
from site_lib.adversarial.lbfgs import lbfgs
from site_lib.adversarial.noise import gaussian
from site_lib.adversarial.photographs import Crop, best_square
from site_lib.adversarial.transfer import at_side
from site_lib.common.errors import CourseError
from site_lib.data.imagenet import class_index, class_names
from site_lib.images.images import as_bytes, eight_bit, photograph_record, to_tensor
from site_lib.measuring.arrays import as_arrays
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.answers import first_answers, in_batches
from site_lib.networks.classifier import Classifier
from site_lib.networks.loading import load_frozen
from site_lib.records.measurement import Measurement

# What each photograph shows, in classes that ImageNet has. It has none for a dahlia or for a
# space helmet; daisy and the two helmets are the nearest.
SUBJECTS = {
    "coffee": ("espresso",),
    "cameraman": ("tripod",),
    "cat": ("Egyptian cat", "tabby", "tiger cat"),
    "palace": ("palace", "bell cote", "monastery"),
    "flower": ("daisy",),
    "astronaut": ("crash helmet", "football helmet"),
    "rocket": ("missile", "projectile"),
}
# Sides of the squares that are tried, as shares of the shorter side.
SHARES = (1, 0.8, 0.6, 0.45)


def measure(
    *,
    model: str,
    judges: list[str],
    photographs: list[str],
    target: str,
    smallest_probability: float,
    wanted_probability: float,
    num_iterations: int,
    num_trials: int,
    num_noises: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Attack the best square of each photograph; noise of the same size is the control.

    smallest_probability: of an apt class, for a photograph to count as well classified.
    wanted_probability: of the target, in the rounded image.
    """
    network = load_frozen(model, device=device)
    others = [load_frozen(name, device=device) for name in judges]
    squares = [well_classified(network, name, smallest_probability, device) for name in photographs]
    images = torch.cat([square.image for square in squares])
    labels = torch.tensor([square.class_index for square in squares], device=device)
    aim = class_index(target)
    result = lbfgs(
        network,
        images,
        labels,
        targets=torch.full_like(labels, aim),
        num_iterations=num_iterations,
        num_trials=num_trials,
        probability=wanted_probability,
        eight_bit=True,
    )
    # What is judged is what is published: eight bits a channel.
    pixels = as_bytes(result.adversarial)
    files = to_tensor(pixels).to(device)
    noisy = noisy_files(images, distances.l2(files - images), num_noises, seed)
    shown = [at_side(other, network.input_side) for other in others]
    arrays = {
        "original": as_bytes(images),
        "adversarial": pixels,
        "boxes": np.array([(square.top, square.left, square.size) for square in squares]),
        **as_arrays(
            {
                "labels": labels,
                **verdicts(network, images, files, labels, aim),
                **sizes(files - images),
                "gradients": result.steps,
                "noise_changed": torch.stack([first_answers(network, x) for x in noisy]) != labels,
                "others_answers": torch.stack([first_answers(other, files) for other in shown]),
            }
        ),
    }
    weights = [one.record() for one in (network, *others)]
    inputs = [photograph_record(name) for name in photographs]
    return Measurement(arrays, summary(arrays, aim), weights, inputs)


def well_classified(
    network: Classifier, name: str, smallest_probability: float, device: torch.device
) -> Crop:
    """The best of the largest squares whose probability suffices: as much of the subject as it can
    be; CourseError if no square's does.
    """
    apt = [class_index(subject) for subject in SUBJECTS[name]]
    found = best_square(
        network,
        name,
        apt,
        side=network.input_side,
        shares=SHARES,
        enough=smallest_probability,
        device=device,
    )
    if found.probability < smallest_probability:
        raise CourseError(f"the photograph {name!r} is not well classified in any square")
    return found


def verdicts(
    network: Classifier, images: Tensor, files: Tensor, labels: Tensor, aim: int
) -> dict[str, Tensor]:
    """Probabilities of label and target before and after, and the answers after, (N,) each."""
    before, after = (in_batches(network, each).softmax(dim=1) for each in (images, files))
    return {
        "answers": after.argmax(dim=1),
        "label_before": before.gather(1, labels[:, None])[:, 0],
        "label_after": after.gather(1, labels[:, None])[:, 0],
        "target_before": before[:, aim],
        "target_after": after[:, aim],
    }


def sizes(perturbation: Tensor) -> dict[str, Tensor]:
    """How large each change is, (N,) each."""
    num_pixels = perturbation[0, 0].numel()
    return {
        "l2": distances.l2(perturbation),
        "linf_levels": (255 * distances.linf(perturbation)).round(),
        "distortion": distances.distortion(perturbation),
        "share_changed": distances.l0(perturbation) / num_pixels,
    }


def noisy_files(images: Tensor, norms: Tensor, number: int, seed: int) -> list[Tensor]:
    """So many draws of Gaussian noise of the given L2 norms, as files."""
    generator = torch.Generator().manual_seed(seed)
    noises = [gaussian(images, norms, generator) for _ in range(number)]
    return [eight_bit((images + noise).clamp(0, 1)) for noise in noises]


def summary(arrays: dict[str, np.ndarray], aim: int) -> dict[str, Any]:
    """Numbers over photographs."""
    names, labels = class_names(), arrays["labels"].tolist()
    return {
        "labels": [names[index] for index in labels],
        "label_indices": labels,
        "target_index": aim,
        "num_photographs": len(labels),
        "num_fooled": int((arrays["answers"] == aim).sum()),
        "mean_distortion": float(arrays["distortion"].mean()),
        "smallest_distortion": float(arrays["distortion"].min()),
        "largest_distortion": float(arrays["distortion"].max()),
        "mean_levels": float(255 * arrays["distortion"].mean()),
        "largest_linf_levels": int(arrays["linf_levels"].max()),
        "smallest_target_after": float(arrays["target_after"].min()),
        "smallest_label_before": float(arrays["label_before"].min()),
        "mean_gradients": float(arrays["gradients"].mean()),
        "num_noisy_files": arrays["noise_changed"].size,
        "num_noises_changed": int(arrays["noise_changed"].sum()),
        "num_others_fooled": int((arrays["others_answers"] == aim).sum()),
        "num_others_shown": arrays["others_answers"].size,
    }


if __name__ == "__main__":
    run_experiment(measure)
