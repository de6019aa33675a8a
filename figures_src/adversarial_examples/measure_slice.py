"""The answers of a network in a plane through one photograph, to scale."""

from typing import Any

import numpy as np
import torch

from site_lib.adversarial.distances import l2
from site_lib.adversarial.minimal_norm import minimal_norm
from site_lib.adversarial.noise import gaussian, with_norm
from site_lib.adversarial.rays import answers_in_plane
from site_lib.data.imagenet import class_names
from site_lib.images.images import eight_bit, load_photographs, photograph_record
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.answers import first_answers
from site_lib.networks.loading import load_frozen
from site_lib.records.measurement import Measurement


def measure(
    *,
    model: str,
    photograph: str,
    near: float,
    far: float,
    grid: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Classes on two square grids, spanned by the adversarial and by a random direction.

    near, far: half the width of the grids, in L2.   grid: points along each side (odd).
    """
    network = load_frozen(model, device=device)
    image = eight_bit(load_photographs([photograph], network.input_side)).to(device)
    label = first_answers(network, image)
    nearest = minimal_norm(network, image, label, num_steps=30).perturbation
    one = torch.ones(1).to(image)
    adversarial = with_norm(nearest, one)
    noise = gaussian(image, one, torch.Generator().manual_seed(seed))
    random = with_norm(noise - (noise * adversarial).sum() * adversarial, one)
    arrays: dict[str, np.ndarray] = {}
    for name, half in (("near", near), ("far", far)):
        steps = torch.linspace(-half, half, grid).to(image)
        classes = answers_in_plane(network, image, adversarial, random, steps)
        arrays |= {f"{name}_classes": classes.cpu().numpy(), f"{name}_steps": steps.cpu().numpy()}
    metrics = summary(arrays, int(label)) | {"distance": float(l2(nearest))}
    return Measurement(arrays, metrics, [network.record()], [photograph_record(photograph)])


def summary(arrays: dict[str, np.ndarray], label: int) -> dict[str, Any]:
    """The classes on the grids, and how much of them is the label's."""
    names, near, far = class_names(), arrays["near_classes"], arrays["far_classes"]
    along_random = far[:, far.shape[1] // 2]
    beyond = np.abs(arrays["far_steps"])[along_random != label]
    found = np.unique(np.concatenate([near, far])).tolist()
    return {
        "label": names[label],
        "label_index": label,
        "share_label_near": float((near == label).mean()),
        "share_label_far": float((far == label).mean()),
        # None: all along the random direction the answer stays.
        "random_stays_within": float(beyond.min()) if len(beyond) else None,
        "class_names": {str(index): names[index] for index in found},
    }


if __name__ == "__main__":
    run_experiment(measure)
