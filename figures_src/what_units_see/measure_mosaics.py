"""What excites units at several depths: nine patches each, and their way back to the pixels."""

import numpy as np
import torch

from site_lib.common.errors import CourseError
from site_lib.common.progress import track
from site_lib.images.corpus import corpus_named
from site_lib.images.images import as_bytes
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
from site_lib.networks.truncation import up_to
from site_lib.records.measurement import Measurement
from site_lib.units.deconvnet import Rule
from site_lib.units.projections import patches_and_projections, visible
from site_lib.units.receptive_fields import theoretical_receptive_fields
from site_lib.units.selectivity import most_selective, usual_maxima
from site_lib.units.top_patches import find_top_patches

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
    searched = dict(zip(layers, patch_sides, strict=True))
    search = find_top_patches(classifier, photographs, searched, k=K)
    maxima = usual_maxima(classifier, photographs, layers)
    fields = theoretical_receptive_fields(classifier.net, side)
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
        patches, projections = patches_and_projections(
            up_to(classifier, layer),
            photographs,
            found,
            layer,
            units,
            field=fields[layer],
            rule=rule,
            num_noisy=num_noisy,
            noise=noise,
            generator=generator,
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
        f"{prefix}_units": [
            arrays[f"depth_{depth}_units"].tolist() for depth in range(1, len(layers) + 1)
        ],
        f"{prefix}_num_crops": search.num_crops,
        f"{prefix}_images_per_second": search.images_per_second,
        f"{prefix}_candidate_megabytes": search.num_bytes / 1e6,
        f"{prefix}_rule": rule,
        f"{prefix}_num_noisy": num_noisy,
        f"{prefix}_sources": [source.name for source in photographs.sources],
    }
    weights, inputs = [classifier.record()], [photographs.record()]
    return Measurement(arrays, metrics, weights=weights, inputs=inputs)


if __name__ == "__main__":
    run_experiment(measure)
