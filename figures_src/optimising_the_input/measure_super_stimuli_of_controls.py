"""The recipe of the super-stimuli on networks without what training arranged."""

from collections import defaultdict

import numpy as np
import torch

from site_lib.common.progress import track
from site_lib.data.imagenet import class_index
from site_lib.feature_visualisation.judging import judged
from site_lib.feature_visualisation.super_stimuli import Recipe, super_stimuli
from site_lib.images.images import as_bytes
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.controls import with_controls
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.loading import load_frozen
from site_lib.records.measurement import Measurement


def measure(
    *,
    model: str,
    judge: str,
    classes: list[str],
    starts: int,
    candidates: int,
    side: int,
    steps: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """What each control makes of the classes, and the verdicts of itself and of the judge.

    judge: a trained network. Arrays have one entry for each control and class, controls in turn.
    """
    networks = with_controls(
        model, num_random_networks=1, num_shuffled_networks=1, seed=seed, device=device
    )
    trained = load_frozen(judge, device=device)
    wanted = torch.tensor([class_index(name) for name in classes], device=device)
    recipe = Recipe(starts=starts, candidates=candidates, side=side, steps=steps)
    found, records = defaultdict(list), [trained.record()]
    for kind in ("random", "shuffled"):
        source = freeze_for_inference(networks[kind][0])
        made = super_stimuli(
            source, wanted, recipe=recipe, generator=torch.Generator().manual_seed(seed),
            track=lambda steps, stage: track(steps, f"super-stimuli, {stage}"),
        )  # fmt: skip
        found["pixels"].append(as_bytes(made.images))
        verdicts = judged({"source": source, judge: trained}, made.images, wanted)
        for name, values in verdicts.items():
            found[name].append(values)
        found["kind"].append(np.array([kind] * len(classes)))
        records.append(source.record())
    arrays = {name: np.concatenate(parts) for name, parts in found.items()}
    return Measurement(arrays, {"class_indices": wanted.tolist()}, records)


if __name__ == "__main__":
    run_experiment(measure)
