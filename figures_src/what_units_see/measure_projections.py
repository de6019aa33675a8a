"""Three ways back to the pixels, and how much each depends on the weights and on the unit."""

from typing import get_args

import numpy as np
import torch
import torch.nn.functional as F
from scipy.stats import spearmanr
from torch import Tensor

from site_lib.common.progress import track
from site_lib.images.corpus import default_corpus
from site_lib.images.images import as_bytes
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.activations import record_activations
from site_lib.networks.classifier import Classifier
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
from site_lib.networks.truncation import up_to
from site_lib.records.measurement import Measurement
from site_lib.units.deconvnet import Rule
from site_lib.units.projections import project_patches, visible
from site_lib.units.receptive_fields import theoretical_receptive_fields
from site_lib.units.selectivity import most_selective, usual_maxima
from site_lib.units.top_patches import cut_crops, find_top_patches, patches_of

K = 9
# Sides of the squares, in pixels, over which a signal's strength is averaged.
FINE, COARSE = 5, 31
# Pixels count where the coarse strength is above this share of its maximum.
FAINTEST = 0.05
RULES: tuple[Rule, ...] = get_args(Rule)


def measure(
    *,
    model: str,
    layers: list[str],
    patch_sides: list[int],
    side: int,
    scales: list[float],
    num_units: int,
    num_patches: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Projections of the best patches of the most selective units, by every rule.

    Two rank correlations over the pixels of a patch: with a unit of the random network, and
    with another unit of the same layer, each the one that answers most strongly at the same
    place. As a baseline, the same between different patches of the unit.   num_patches: of each
    unit, at least 2.
    """
    trained = freeze_for_inference(load(model, device=device))
    random = freeze_for_inference(load(model, random_seed=seed, device=device))
    corpus = default_corpus(side, tuple(scales))
    search = find_top_patches(trained, corpus, dict(zip(layers, patch_sides, strict=True)), k=K)
    maxima = usual_maxima(trained, corpus, layers)
    fields = theoretical_receptive_fields(trained.net, side)
    generator = torch.Generator().manual_seed(seed)
    arrays: dict[str, np.ndarray] = {}
    for depth, layer in enumerate(track(layers, f"projections of {model}", "layer"), 1):
        found = search.layers[layer]
        units = most_selective(maxima.selectivity(layer, found), found.sources, num_units)
        crops = cut_crops(corpus, found, units)[:, :num_patches]
        # (units · patches, …), the patches of a unit one after the other.
        images = crops.flatten(0, 1)
        positions, corners = (
            places[units, :num_patches].flatten(0, 1) for places in (found.positions, found.corners)
        )
        shown = torch.tensor(units).repeat_interleave(num_patches)
        part, random_part = up_to(trained, layer), up_to(random, layer)
        asked = {
            "own": (part, shown),
            "random": (random_part, strongest_units(random_part, images, layer, positions)),
            "other": (part, strongest_units(part, images, layer, positions, shown)),
        }
        for rule in RULES:
            signals = {
                kind: torch.cat(
                    [
                        project_patches(
                            network,
                            images[i, None],
                            positions[i, None],
                            corners[i, None],
                            layer,
                            int(of[i]),
                            field=fields[layer],
                            patch_side=found.patch_side,
                            rule=rule,
                            num_noisy=1,
                            noise=0.0,
                            generator=generator,
                        )
                        for i in range(len(images))
                    ]
                ).unflatten(0, (len(units), num_patches))
                for kind, (network, of) in asked.items()
            }
            for kind in ("own", "random"):
                arrays[f"depth_{depth}_{rule}_{kind}"] = as_bytes(visible(signals[kind])[:, 0])
            arrays |= {
                f"depth_{depth}_{rule}_across_weights": correlations(
                    signals["own"], signals["random"]
                ),
                f"depth_{depth}_{rule}_across_units": correlations(
                    signals["own"], signals["other"]
                ),
            }
        arrays |= {
            f"depth_{depth}_units": np.array(units),
            f"depth_{depth}_patches": as_bytes(
                patches_of(images[::num_patches], corners[::num_patches], found.patch_side)
            ),
            f"depth_{depth}_sources": found.sources[units, 0].numpy(),
        }
    metrics = {
        f"{model}_layers": layers,
        f"{model}_patch_sides": patch_sides,
        f"{model}_num_units": num_units,
        f"{model}_num_patches": num_patches,
        f"{model}_num_crops": search.num_crops,
        f"{model}_sources": [source.name for source in corpus.sources],
    }
    weights = [trained.record(), random.record()]
    return Measurement(arrays, metrics, weights=weights, inputs=[corpus.record()])


@torch.no_grad()
def strongest_units(
    network: Classifier,
    images: Tensor,
    layer: str,
    positions: Tensor,
    without: Tensor | None = None,
) -> Tensor:
    """The channel that answers most strongly at the given place of each image: (N,).

    positions: (N, 2), row and column.   without: (N,), a channel of each image to leave out.
    """
    with record_activations(network, [layer]) as activations:
        network(images.to(network.mean.device))
    rows, columns = positions.T
    answers = activations[layer].cpu()[torch.arange(len(images)), :, rows, columns]
    if without is not None:
        answers = answers.scatter(1, without[:, None], -torch.inf)
    return answers.argmax(dim=1)


def correlations(first: Tensor, second: Tensor) -> np.ndarray:
    """Agreement of two projections, mean over patches, by unit: (units, 2).

    first, second: (units, patches, 3, H, W). Column 0: of the same patch. Column 1, the
    baseline: of different patches of the unit.
    """
    result = []
    for one, other in zip(first, second, strict=True):
        pairs = np.array([[agreement(a, b) for b in other] for a in one])
        same = np.eye(len(pairs), dtype=bool)
        result.append([pairs[same].mean(), pairs[~same].mean()])
    return np.array(result)


def agreement(first: Tensor, second: Tensor) -> float:
    """Rank correlation of what two signals (3, H, W) draw, where both are alive.

    What is compared is the strength within FINE pixels over that within COARSE: both signals
    fade from the middle of the field outwards, and without the division that alone would make
    any two alike. The baseline tells what is left of this.
    """
    fine, coarse = (
        F.avg_pool2d(
            torch.stack([first, second]).abs().sum(dim=1, keepdim=True),
            size,
            stride=1,
            padding=size // 2,
            count_include_pad=False,
        )[:, 0]
        for size in (FINE, COARSE)
    )
    alive = (coarse > FAINTEST * coarse.amax(dim=(1, 2), keepdim=True)).all(dim=0)
    drawn = (fine / coarse.clamp(min=1e-12))[:, alive].numpy()
    # A signal that is zero everywhere agrees with nothing.
    if drawn.size == 0 or np.ptp(drawn, axis=1).min() == 0:
        return 0.0
    return float(spearmanr(*drawn).statistic)


if __name__ == "__main__":
    run_experiment(measure)
