"""Szegedy's experiment: well-classified photographs pushed to one class, as 8-bit files."""

import numpy as np
import torch
from torch import Tensor

from site_lib.adversarial import distances
from site_lib.adversarial.defences import round_to_file
from site_lib.adversarial.lbfgs import lbfgs
from site_lib.adversarial.noise import gaussian
from site_lib.adversarial.photographs import best_square, in_batches
from site_lib.adversarial.transfer import at_side
from site_lib.common.errors import CourseError
from site_lib.data.imagenet import class_index, class_names
from site_lib.images.images import as_bytes, photograph_record
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
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


def measure(
    *,
    model: str,
    others: list[str],
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
    network = freeze_for_inference(load(model, device=device))
    squares = [
        best_square(
            network,
            name,
            [class_index(c) for c in SUBJECTS[name]],
            side=network.input_side,
            device=device,
        )
        for name in photographs
    ]
    for name, found in zip(photographs, squares, strict=True):
        if found.probability < smallest_probability:
            raise CourseError(
                f"the photograph {name!r} is not well classified: {found.probability:.2f}"
            )
    images = torch.cat([found.image for found in squares]).to(device)
    labels = torch.tensor([found.class_index for found in squares], device=device)
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
    original, adversarial = as_bytes(images), as_bytes(result.adversarial)
    judged = from_bytes(adversarial, device)
    before = in_batches(network, images).softmax(dim=1)
    after = in_batches(network, judged).softmax(dim=1)
    r = judged - images
    norms = distances.l2(r)
    generator = torch.Generator().manual_seed(seed)
    noisy = [
        round_to_file((images + gaussian(images, norms, generator)).clamp(0, 1))
        for _ in range(num_noises)
    ]
    changed = [in_batches(network, one).argmax(dim=1) != labels for one in noisy]
    arrays: dict[str, np.ndarray] = {
        "original": original,
        "adversarial": adversarial,
        "boxes": np.array([(s.top, s.left, s.size) for s in squares]),
        "labels": labels.cpu().numpy(),
        "answers": after.argmax(dim=1).cpu().numpy(),
        "label_before": at(before, labels),
        "label_after": at(after, labels),
        "target_before": before[:, aim].cpu().numpy(),
        "target_after": after[:, aim].cpu().numpy(),
        "l2": norms.cpu().numpy(),
        "linf_levels": (255 * distances.linf(r)).round().cpu().numpy(),
        "distortion": distances.distortion(r).cpu().numpy(),
        "share_changed": (distances.l0(r) / network.input_side**2).cpu().numpy(),
        "gradients": result.steps.cpu().numpy(),
        "noise_changed": torch.stack(changed).cpu().numpy(),
    }
    judges = [freeze_for_inference(load(name, device=device)) for name in others]
    shown = [in_batches(at_side(judge, network.input_side), judged) for judge in judges]
    arrays["others_answers"] = np.stack([z.argmax(dim=1).cpu().numpy() for z in shown])
    names = class_names()
    metrics = {
        "photographs": photographs,
        "labels": [names[index] for index in labels.tolist()],
        "label_indices": labels.tolist(),
        "target": names[aim],
        "target_index": aim,
        "number": len(photographs),
        "num_fooled": int((arrays["answers"] == aim).sum()),
        "mean_distortion": float(arrays["distortion"].mean()),
        "smallest_distortion": float(arrays["distortion"].min()),
        "largest_distortion": float(arrays["distortion"].max()),
        "mean_levels": float(255 * arrays["distortion"].mean()),
        "largest_linf_levels": int(arrays["linf_levels"].max()),
        "smallest_target_after": float(arrays["target_after"].min()),
        "smallest_label_before": float(arrays["label_before"].min()),
        "mean_gradients": float(arrays["gradients"].mean()),
        "num_noises": num_noises * len(photographs),
        "num_noises_changed": int(arrays["noise_changed"].sum()),
        "num_others_fooled": int((arrays["others_answers"] == aim).sum()),
        "num_others_shown": int(arrays["others_answers"].size),
    }
    return Measurement(
        arrays,
        metrics,
        weights=[one.record() for one in (network, *judges)],
        inputs=[photograph_record(name) for name in photographs],
    )


def from_bytes(pixels: np.ndarray, device: torch.device) -> Tensor:
    """Images as they are read from a file of these bytes."""
    return torch.tensor(pixels, device=device).permute(0, 3, 1, 2) / 255


def at(probabilities: Tensor, classes: Tensor) -> np.ndarray:
    """(N,), the probability of one class each."""
    return probabilities.gather(1, classes[:, None])[:, 0].cpu().numpy()


if __name__ == "__main__":
    run_experiment(measure)
