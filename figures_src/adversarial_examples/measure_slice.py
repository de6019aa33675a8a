"""The answers of a network in a plane through one photograph, to scale."""

import numpy as np
import torch

from site_lib.adversarial.defences import round_to_file
from site_lib.adversarial.distances import l2
from site_lib.adversarial.minimal_norm import minimal_norm
from site_lib.adversarial.noise import gaussian, with_norm
from site_lib.adversarial.photographs import in_batches
from site_lib.data.imagenet import class_names
from site_lib.images.images import load_photographs, photograph_record
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
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
    network = freeze_for_inference(load(model, device=device))
    image = round_to_file(load_photographs([photograph], network.input_side)).to(device)
    label = in_batches(network, image).argmax(dim=1)
    nearest = minimal_norm(network, image, label, num_steps=30).perturbation
    one = torch.ones(1).to(image)
    adversarial = with_norm(nearest, one)
    noise = gaussian(image, one, torch.Generator().manual_seed(seed))
    random = with_norm(noise - (noise * adversarial).sum() * adversarial, one)
    arrays: dict[str, np.ndarray] = {}
    for name, half in (("near", near), ("far", far)):
        steps = torch.linspace(-half, half, grid).to(image)
        answers = []
        for up in steps:  # a row: constant along the random direction
            moved = image + up * random + steps[:, None, None, None] * adversarial
            answers.append(in_batches(network, moved.clamp(0, 1)).argmax(dim=1))
        arrays[f"{name}_classes"] = torch.stack(answers).cpu().numpy()
        arrays[f"{name}_steps"] = steps.cpu().numpy()
    names = class_names()
    along = arrays["far_classes"][:, grid // 2]
    beyond = np.abs(arrays["far_steps"])[along != int(label)]
    metrics = {
        "photograph": photograph,
        "label": names[int(label)],
        "label_index": int(label),
        "distance": float(l2(nearest)),
        "near": near,
        "far": far,
        "share_label_near": float((arrays["near_classes"] == int(label)).mean()),
        "share_label_far": float((arrays["far_classes"] == int(label)).mean()),
        # None: all along the random direction the answer stays.
        "random_stays_within": float(beyond.min()) if len(beyond) else None,
        "class_names": {
            str(i): names[i]
            for i in np.unique(
                np.concatenate([arrays["near_classes"], arrays["far_classes"]])
            ).tolist()
        },
    }
    return Measurement(arrays, metrics, [network.record()], [photograph_record(photograph)])


if __name__ == "__main__":
    run_experiment(measure)
