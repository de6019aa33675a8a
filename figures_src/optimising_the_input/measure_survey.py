"""The recipe of the super-stimuli, untouched, on classes that nobody chose."""

from collections.abc import Iterator
from dataclasses import asdict
from functools import partial

import numpy as np
import torch

from site_lib.common.progress import track
from site_lib.data.imagenet import class_names
from site_lib.feature_visualisation.judging import judge
from site_lib.feature_visualisation.super_stimuli import Recipe, super_stimuli
from site_lib.images.images import as_bytes, resize
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
from site_lib.records.measurement import Measurement

THUMBNAIL_SIDE = 80


def measure(
    *,
    model: str,
    judges: list[str],
    num_classes: int,
    batch: int,
    starts: int,
    candidates: int,
    side: int,
    steps: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Ranks of ``num_classes`` classes, the first of a random permutation of all of them.

    batch: classes that are made together.   Images are kept as thumbnails.
    """
    source = freeze_for_inference(load(model, device=device))
    networks = {name: freeze_for_inference(load(name, device=device)) for name in judges}
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.randperm(len(class_names()), generator=generator)[:num_classes].to(device)
    recipe = Recipe(starts=starts, candidates=candidates, side=side, steps=steps)
    found: dict[str, list[np.ndarray]] = {"pixels": []}
    for number, classes in enumerate(drawn.split(batch), 1):
        made = super_stimuli(
            source,
            classes,
            recipe=recipe,
            generator=generator,
            track=partial(shown, f"batch {number}"),
        )
        images = made.images
        found["pixels"].append(as_bytes(resize(images, THUMBNAIL_SIDE)))
        for name, network in {"source": source, **networks}.items():
            verdict = judge(network, images, classes)
            found.setdefault(f"{name}_rank", []).append(verdict.rank.cpu().numpy())
            found.setdefault(f"{name}_probability", []).append(verdict.probability.cpu().numpy())
    arrays = {name: np.concatenate(parts) for name, parts in found.items()}
    metrics = {
        "classes": [class_names()[index] for index in drawn.tolist()],
        "class_indices": drawn.tolist(),
        "judges": judges,
        "recipe": asdict(recipe),
    }
    weights = [network.record() for network in (source, *networks.values())]
    return Measurement(arrays, metrics, weights=weights)


def shown(name: str, steps: range, stage: str) -> Iterator[int]:
    """The steps of a stage while their progress is shown."""
    return track(steps, f"{name}, {stage}")


if __name__ == "__main__":
    run_experiment(measure)
