"""What excites units at several depths: nine patches each, and their way back to the pixels."""

import numpy as np
import torch
from torch import Tensor

from site_lib.corpus import corpus_named
from site_lib.deconvnet import Rule, project_back
from site_lib.errors import CourseError
from site_lib.experiment import run_experiment
from site_lib.models import Classifier, freeze_for_inference, load
from site_lib.pictures import as_bytes, visible
from site_lib.progress import track
from site_lib.provenance import Measurement
from site_lib.selectivity import most_selective, usual_maxima
from site_lib.top_patches import TopPatches, cut_crops, find_top_patches, patches_of

K = 9


def measure(
    *,
    model: str,
    random_weights: int,
    layers: list[str],
    patch_sides: list[int],
    corpus: str,
    side: int,
    scales: list[float],
    num_units: int,
    rule: Rule,
    num_noisy: int,
    noise: float,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Patches and projections of the most selective units of each layer.

    corpus: "course" for the photographs that come with the course, or a folder of pictures.
    rule: how signals go back through rectifiers, "deconvnet" or "guided".   num_noisy, noise:
    projections are averages over so many copies of the crop with noise of this deviation.
    """
    generator = torch.Generator().manual_seed(seed)
    random_seed = seed if random_weights else None
    classifier = freeze_for_inference(load(model, random_seed=random_seed, device=device))
    photographs = corpus_named(corpus, side, tuple(scales))
    search = find_top_patches(
        classifier, photographs, dict(zip(layers, patch_sides, strict=True)), k=K
    )
    maxima = usual_maxima(classifier, photographs, layers)
    arrays: dict[str, np.ndarray] = {}
    for depth, layer in enumerate(track(layers, "projections", "layer"), 1):
        found = search.layers[layer]
        selectivity = maxima.selectivity(layer, found)
        units = most_selective(selectivity, found.sources, num_units)
        if len(units) < num_units:
            raise CourseError(
                f"only {len(units)} of {num_units} units of {layer} have {K} patches from two "
                "photographs or more that no other unit has taken; give more photographs"
            )
        crops = cut_crops(photographs, found, units)
        patches = torch.stack(
            [
                patches_of(crops[row], found.corners[unit], found.patch_side)
                for row, unit in enumerate(units)
            ]
        )
        projections = torch.stack(
            [
                project(
                    classifier,
                    crops[row],
                    found,
                    layer,
                    unit,
                    rule=rule,
                    num_noisy=num_noisy,
                    noise=noise,
                    generator=generator,
                )
                for row, unit in enumerate(units)
            ]
        )
        arrays |= {
            f"depth_{depth}_units": np.array(units),
            f"depth_{depth}_selectivity": selectivity[units].numpy(),
            f"depth_{depth}_sources": found.sources[units].numpy(),
            f"depth_{depth}_boxes": found.boxes[units].numpy(),
            f"depth_{depth}_scores": found.scores[units].numpy(),
            f"depth_{depth}_patches": as_bytes(patches),
            f"depth_{depth}_projections": as_bytes(visible(projections)),
        }
    prefix = "random" if random_weights else model
    metrics = {
        f"{prefix}_layers": layers,
        f"{prefix}_patch_sides": patch_sides,
        f"{prefix}_num_units": [len(found.scores) for found in search.layers.values()],
        f"{prefix}_num_crops": search.num_crops,
        f"{prefix}_images_per_second": search.images_per_second,
        f"{prefix}_candidate_megabytes": search.num_bytes / 1e6,
        f"{prefix}_rule": rule,
        f"{prefix}_num_noisy": num_noisy,
        f"{prefix}_sources": [source.name for source in photographs.sources],
    }
    return Measurement(
        arrays, metrics, weights=[classifier.record()], inputs=[photographs.record()]
    )


def project(
    classifier: Classifier,
    crops: Tensor,
    found: TopPatches,
    layer: str,
    unit: int,
    *,
    rule: Rule,
    num_noisy: int,
    noise: float,
    generator: torch.Generator,
) -> Tensor:
    """A unit's way back to the pixels of its nine patches: (9, 3, patch side, patch side)."""
    total = torch.zeros_like(crops)
    for _ in range(num_noisy):
        noisy = crops + noise * torch.randn(crops.shape, generator=generator)
        total += project_back(
            classifier,
            noisy.to(classifier.mean.device),
            layer,
            torch.full((K,), unit),
            rule=rule,
            positions=found.positions[unit],
        ).cpu()
    return patches_of(total / num_noisy, found.corners[unit], found.patch_side)


if __name__ == "__main__":
    run_experiment(measure)
