"""The recipe of the super-stimuli, untouched, on classes that nobody chose."""

from dataclasses import asdict

import numpy as np
import torch
from torch import Tensor

from site_lib.common.progress import track
from site_lib.data.imagenet import class_names
from site_lib.feature_visualisation.judging import judged
from site_lib.feature_visualisation.super_stimuli import Recipe, super_stimuli
from site_lib.images.images import as_bytes, resize
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.loading import load_frozen
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
    source = load_frozen(model, device=device)
    viewers = {"source": source} | {name: load_frozen(name, device=device) for name in judges}
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.randperm(len(class_names()), generator=generator)[:num_classes].to(device)
    recipe = Recipe(starts=starts, candidates=candidates, side=side, steps=steps)

    def made_together(classes: Tensor, number: int) -> dict[str, np.ndarray]:
        images = super_stimuli(
            source,
            classes,
            recipe=recipe,
            generator=generator,
            track=lambda steps, stage: track(steps, f"batch {number}, {stage}"),
        ).images
        thumbnails = as_bytes(resize(images, THUMBNAIL_SIDE))
        return {"pixels": thumbnails} | judged(viewers, images, classes)

    parts = [made_together(classes, k) for k, classes in enumerate(drawn.split(batch), 1)]
    arrays = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    metrics = {
        "classes": [class_names()[index] for index in drawn.tolist()],
        "class_indices": drawn.tolist(),
        "recipe": asdict(recipe),
    }
    return Measurement(arrays, metrics, [network.record() for network in viewers.values()])


if __name__ == "__main__":
    run_experiment(measure)
