"""One perturbation for all photographs: made from some, tried on others."""

import numpy as np
import torch
from torch import Tensor

from site_lib.adversarial.noise import random_signs
from site_lib.adversarial.photographs import labelled_images, random_squares
from site_lib.adversarial.universal import universal
from site_lib.common.progress import track
from site_lib.data.photographs import PHOTOGRAPHS
from site_lib.images.images import eight_bit, photograph_record
from site_lib.measuring.arrays import as_arrays
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.answers import first_answers
from site_lib.networks.loading import load_frozen
from site_lib.records.measurement import Measurement


def measure(
    *,
    model: str,
    num_photographs: int,
    epsilon_levels: int,
    num_crops: int,
    steps: int,
    batch: int,
    num_seeds: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Share of answers changed by one perturbation, on photographs that took no part.

    epsilon_levels: the budget.   num_crops: random squares of the licensed photographs, with the
    network's own answers as labels.   num_seeds: perturbations and controls.
    """
    network = load_frozen(model, device=device)
    tested, labels, records = labelled_images(network.input_side, num_photographs, device=device)
    before, epsilon = first_answers(network, tested), epsilon_levels / 255

    def with_change(change: Tensor, images: Tensor = tested) -> Tensor:
        return first_answers(network, (images + change).clamp(0, 1))

    def once(seed: int) -> dict[str, np.ndarray]:
        generator = torch.Generator().manual_seed(seed)
        crops = random_squares(num_crops, network.input_side, generator=generator).to(device)
        own = first_answers(network, crops)
        result = universal(
            network, crops, own, epsilon=epsilon, num_steps=steps, batch=batch, generator=generator
        )
        assert result.shared is not None
        shared = eight_bit(result.shared)  # so that it survives in a file
        answers, noise = with_change(shared), random_signs(shared, epsilon, generator)
        return as_arrays(
            {
                "changed": answers != before,
                "noise_changed": with_change(noise) != before,
                "perturbations": (255 * shared[0]).round().to(torch.int8).permute(1, 2, 0),
                "answers": answers,
                "seen_changed": with_change(shared, crops) != own,
            }
        )

    runs = [once(seed + run) for run in track(range(num_seeds), "universal perturbation", "seed")]
    arrays = {name: np.stack([run[name] for run in runs]) for name in runs[0]}
    answers, seen_changed = arrays.pop("answers"), arrays.pop("seen_changed")
    common = int(np.bincount(answers.ravel()).argmax())
    metrics = {
        "num_sources": len(PHOTOGRAPHS),
        "share_changed": float(arrays["changed"].mean()),
        "share_seen_changed": float(seen_changed.mean(axis=1).mean()),
        "share_noise_changed": float(arrays["noise_changed"].mean()),
        "num_right_before": int((before == labels).sum()),
        "share_wrong": float((answers != labels.cpu().numpy()).mean()),
        "most_common_answer": network.class_names[common],
        "share_most_common": float((answers == common).mean()),
    }
    inputs = [*records, *(photograph_record(name) for name in PHOTOGRAPHS)]
    return Measurement(arrays, metrics, [network.record()], inputs)


if __name__ == "__main__":
    run_experiment(measure)
