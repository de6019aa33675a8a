"""Filters and an ensemble as defences, against attackers who do and do not know of them."""

from functools import partial

import numpy as np
import torch

from site_lib.adversarial import defences
from site_lib.adversarial.defences import Defence, defended
from site_lib.adversarial.distances import l2
from site_lib.adversarial.minimal_norm import minimal_norm
from site_lib.adversarial.pgd import pgd
from site_lib.adversarial.photographs import answered_right, labelled_images
from site_lib.adversarial.robustness import share_right
from site_lib.common.progress import track
from site_lib.measuring.arrays import as_arrays
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.loading import load_frozen
from site_lib.records.measurement import Measurement


def measure(
    *,
    models: list[str],
    num_photographs: int,
    side: int,
    l2_budget: float,
    steps: int,
    num_levels: int,
    quality: int,
    sigma: float,
    smallest_share: float,
    num_draws: int,
    num_trials: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Right answers on photographs, and on files made with and without knowing the defence.

    models: the first is defended, all are the ensemble.   steps: of every attack.   num_draws: for
    the expectation over random sizes.   num_trials: random sizes for which each file is judged.
    """
    networks = [load_frozen(name, device=device) for name in models]
    plain = networks[0]
    images, labels, records = labelled_images(side, num_photographs, device=device)
    images, labels = answered_right([plain], images, labels)
    generator = torch.Generator().manual_seed(seed)
    resized = defended(plain, defences.random_resize(smallest_share, generator))
    tried = {
        "none": Defence(plain),
        "rounding": Defence(defended(plain, defences.rounding(num_levels))),
        "JPEG": Defence(defended(plain, defences.jpeg(quality))),
        "blur": Defence(defended(plain, defences.blur(sigma))),
        "random size": Defence(resized, defences.expected(resized, num_draws)),
        "ensemble": Defence(defences.ensemble(networks)),
    }
    attack = partial(
        pgd, images=images, labels=labels, epsilon=l2_budget, norm="l2", num_steps=steps,
        eight_bit=True,
    )  # fmt: skip
    shown = {
        "clean": images,
        "tiny": minimal_norm(plain, images, labels, num_steps=steps).adversarial,
        "naive": attack(plain, early_stop=False).adversarial,
    }
    found = []
    for defence in track(list(tried.values()), "defences", "defence"):
        adaptive = attack(defence.attacked, early_stop=not defence.is_random)
        files = shown | {"adaptive": adaptive.adversarial}
        trials = num_trials if defence.is_random else 1
        right = {
            kind: share_right(defence.network, each, labels, num_trials=trials)
            for kind, each in files.items()
        }
        found.append(right | {"adaptive_l2": l2(adaptive.perturbation)})
    arrays = as_arrays({name: torch.stack([each[name] for each in found]) for name in found[0]})
    metrics = {
        "defences": list(tried),
        "num_right": len(labels),
        "distortion_levels": 255 * l2_budget / (3 * side * side) ** 0.5,
        "largest_l2": float(arrays["adaptive_l2"].max()),
        "accuracy": {
            kind: dict(zip(tried, arrays[kind].mean(axis=1), strict=True)) for kind in files
        },
    }
    arrays["defences"] = np.array(list(tried))
    return Measurement(arrays, metrics, [one.record() for one in networks], records)


if __name__ == "__main__":
    run_experiment(measure)
