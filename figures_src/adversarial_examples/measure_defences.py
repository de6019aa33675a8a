"""Filters and an ensemble as defences, against attackers who do and do not know of them."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from site_lib.adversarial import distances
from site_lib.adversarial.attack import Network
from site_lib.adversarial.defences import (
    blur,
    defended,
    ensemble,
    expected,
    jpeg,
    random_resize,
    rounding,
)
from site_lib.adversarial.minimal_norm import minimal_norm
from site_lib.adversarial.pgd import pgd
from site_lib.adversarial.photographs import in_batches, labelled_images
from site_lib.common.progress import track
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
from site_lib.records.measurement import Measurement


@dataclass(frozen=True)
class Defence:
    """A defended network, and the one that an attacker who knows of it would attack."""

    name: str
    network: Network
    attacked: Network
    is_random: bool = False


def measure(
    *,
    model: str,
    others: list[str],
    number: int,
    side: int,
    epsilon: float,
    num_steps: int,
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

    epsilon: L2 budget.   num_draws: for the expectation over random sizes.   num_trials: random
    sizes for which each file is judged.   Every attack hands over an 8-bit file.
    """
    images, labels, records = labelled_images(side, number)
    images, labels = images.to(device), labels.to(device)
    networks = [freeze_for_inference(load(name, device=device)) for name in (model, *others)]
    plain = networks[0]
    kept = in_batches(plain, images).argmax(dim=1) == labels
    images, labels = images[kept], labels[kept]
    generator = torch.Generator().manual_seed(seed)
    resized = defended(plain, random_resize(smallest_share, generator))
    defences = [Defence("none", plain, plain)]
    for name, filtered in (
        ("rounding", rounding(num_levels)),
        ("JPEG", jpeg(quality)),
        ("blur", blur(sigma)),
    ):
        network = defended(plain, filtered)
        defences.append(Defence(name, network, network))
    defences.append(Defence("random size", resized, expected(resized, num_draws), is_random=True))
    defences.append(Defence("ensemble", ensemble(networks), ensemble(networks)))

    options = {"epsilon": epsilon, "norm": "l2", "num_steps": num_steps, "eight_bit": True}
    naive = pgd(plain, images, labels, early_stop=False, **options)  # type: ignore[arg-type]
    tiny = minimal_norm(plain, images, labels).adversarial
    right: dict[str, list[Tensor]] = {"clean": [], "tiny": [], "naive": [], "adaptive": []}
    norms = []
    for defence in track(defences, "defences", "defence"):
        early = not defence.is_random
        adaptive = pgd(defence.attacked, images, labels, early_stop=early, **options)  # type: ignore[arg-type]
        norms.append(distances.l2(adaptive.perturbation))
        for kind, shown in (
            ("clean", images),
            ("tiny", tiny),
            ("naive", naive.adversarial),
            ("adaptive", adaptive.adversarial),
        ):
            draws = num_trials if defence.is_random else 1
            answers = [in_batches(defence.network, shown).argmax(dim=1) for _ in range(draws)]
            right[kind].append((torch.stack(answers) == labels).double().mean(dim=0))
    arrays: dict[str, np.ndarray] = {
        "defences": np.array([defence.name for defence in defences]),
        **{kind: torch.stack(rows).cpu().numpy() for kind, rows in right.items()},
        "adaptive_l2": torch.stack(norms).cpu().numpy(),
    }
    metrics = {
        "defences": [defence.name for defence in defences],
        "number": len(labels),
        "num_photographs": number,
        "epsilon": epsilon,
        "distortion_levels": 255 * epsilon / (3 * side * side) ** 0.5,
        "largest_l2": float(torch.stack(norms).max()),
        "accuracy": {
            kind: dict(zip(arrays["defences"].tolist(), arrays[kind].mean(axis=1), strict=True))
            for kind in right
        },
    }
    return Measurement(arrays, metrics, [one.record() for one in networks], records)


if __name__ == "__main__":
    run_experiment(measure)
