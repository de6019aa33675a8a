"""Units, random directions and those that three methods find: patches, names and effects."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from site_lib.common.progress import track
from site_lib.data.corpus_photographs import CorpusPhotograph, fetch_corpus
from site_lib.images.corpus_squares import corpus_squares
from site_lib.images.images import as_bytes, resize
from site_lib.interpretability.ablation import centred
from site_lib.interpretability.directions import (
    additive_parts,
    coherence,
    principal_directions,
    sparse_features,
    without_direction,
)
from site_lib.interpretability.natural_path import standardised
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.activations import activations_of
from site_lib.networks.classifier import Classifier
from site_lib.networks.loading import load_frozen
from site_lib.records.measurement import Measurement
from site_lib.units.category_names import members_of, roc_areas
from site_lib.units.strongest import strongest_places

KINDS = ("unit", "random", "principal", "additive", "sparse")
FEWEST = 10  # photographs of a category that can be a name
PATCH_SIDE = 72


def measure(
    *,
    model: str,
    observer: str,
    layer: str,
    observer_layer: str,
    num_directions: int,
    num_samples: int,
    steps: int,
    num_patches: int,
    num_affected: int,
    patch_side: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Coherence, best name and effect of directions of five kinds.

    num_samples: activations at single places that directions are fitted to, from one half of the
    photographs; patches come from the other.   num_affected: photographs, and directions of each
    kind, whose effect is measured.   patch_side: of what is shown, in pixels of the photograph.
    """
    network, judge = (load_frozen(name, device=device) for name in (model, observer))
    corpus = fetch_corpus()
    images = corpus_squares(corpus, network.input_side)
    maps = activations_of(network, images, [layer], summarise=whole)[layer]
    seen = activations_of(judge, images[1::2], [observer_layer], summarise=whole)[observer_layer]
    generator = torch.Generator().manual_seed(seed)
    places = maps[::2].movedim(1, -1).flatten(0, 2)
    samples = places[torch.randperm(len(places), generator=generator)[:num_samples]]
    mean = samples.mean(dim=0)
    directions = directions_of(samples, num_directions, steps, generator)

    found: dict[str, list] = {"coherence": [], "name": [], "effect": [], "patches": []}
    for kind in track(KINDS, "directions", "kind"):
        scores = torch.einsum("nchw,uc->nuhw", maps[1::2] - mean[:, None, None], directions[kind])
        photographs, corners = best_places(scores, num_patches)
        found["coherence"].append(coherence(features_at(seen, photographs, corners)))
        found["name"].append(best_names(scores.amax(dim=(2, 3)), corpus[1::2]))
        found["effect"].append(effects(network, images[:: len(images) // num_affected], layer,
                                       directions[kind][:num_affected], mean))  # fmt: skip
        found["patches"].append(cut(images[1::2], photographs[0], corners[0], patch_side,
                                    scores.shape[-1]))  # fmt: skip
    chance = torch.randint(len(seen), (num_directions, num_patches), generator=generator)
    middle = torch.full((num_directions, num_patches, 2), seen.shape[-1] // 2)
    arrays = {name: np.array([np.asarray(one) for one in of]) for name, of in found.items()}
    arrays |= {"chance": coherence(features_at(seen, chance, middle)).numpy()}
    metrics = {"kinds": list(KINDS), "num_photographs": len(corpus)}
    weights = [network.record(), judge.record()]
    return Measurement(arrays, metrics, weights, [one.record() for one in corpus])


def whole(activation: Tensor) -> Tensor:
    """A layer's whole map."""
    return activation


def directions_of(
    samples: Tensor, number: int, steps: int, generator: torch.Generator
) -> dict[str, Tensor]:
    """So many directions of each kind, each of length 1."""
    size = samples.shape[1]
    units = torch.randperm(size, generator=generator)[:number]
    drawn = torch.randn(number, size, generator=generator)
    return {
        "unit": torch.eye(size)[units],
        "random": torch.nn.functional.normalize(drawn, dim=1),
        "principal": principal_directions(samples, number),
        "additive": additive_parts(samples, number, steps=steps, generator=generator),
        "sparse": sparse_features(samples, 4 * number, active=8, steps=steps,
                                  generator=generator)[:number],
    }  # fmt: skip


def best_places(scores: Tensor, number: int) -> tuple[Tensor, Tensor]:
    """The photographs with the largest scores, (U, K), and where in them, (U, K, 2)."""
    photographs = scores.amax(dim=(2, 3)).topk(number, dim=0).indices.T
    places = [
        strongest_places(scores[of], torch.full((number,), unit))[1]
        for unit, of in enumerate(photographs)
    ]
    return photographs, torch.stack(places)


def features_at(seen: Tensor, photographs: Tensor, places: Tensor) -> Tensor:
    """What the observer makes of places, in units of its spread: (U, K, D)."""
    usual = seen.movedim(1, -1).flatten(0, 2)
    rows, columns = places.unbind(dim=-1)
    at = seen[photographs, :, rows, columns]
    return standardised(at.flatten(0, 1), usual).view(*at.shape)


def best_names(responses: Tensor, corpus: list[CorpusPhotograph]) -> Tensor:
    """How well each direction tells one category from all others, at best: area under the curve."""
    kinds = [one.category for one in corpus]
    names = tuple(name for name in set(kinds) if kinds.count(name) >= FEWEST // 2)
    return roc_areas(responses, members_of(kinds, names)).amax(dim=1)


@torch.no_grad()
def effects(
    network: Classifier, images: Tensor, layer: str, directions: Tensor, mean: Tensor
) -> Tensor:
    """Mean change of the logits when a direction is held at its mean, over what was taken out."""
    images, directions, mean = (one.to(network.mean.device) for one in (images, directions, mean))
    whole_logits = centred(network(images))
    found = []
    for direction in directions:
        taken: list[Tensor] = []
        handle = network.layer(layer).register_forward_hook(holding(direction, mean, taken))
        change = centred(network(images)) - whole_logits
        handle.remove()
        found.append(change.norm(dim=1).mean() / taken[0].square().mean().sqrt().clamp(min=1e-9))
    return torch.stack(found).cpu()


def holding(direction: Tensor, mean: Tensor, taken: list[Tensor]) -> Callable:
    """A hook that holds a direction at its mean, and keeps what it took out."""

    def hold(_module, _inputs, output: Tensor) -> Tensor:
        left = without_direction(output, direction, mean)
        taken.append((output - left).norm(dim=1))
        return left

    return hold


def cut(images: Tensor, photographs: Tensor, places: Tensor, side: int, size: int) -> np.ndarray:
    """Patches around places of a map with ``size`` rows: (K, PATCH_SIDE, PATCH_SIDE, 3)."""
    full = images.shape[-1]
    centres = (places + 0.5) * full / size
    found = []
    for photograph, centre in zip(photographs, centres, strict=True):
        top, left = (int(c) for c in (centre - side / 2).round().clamp(0, full - side))
        found.append(images[photograph, :, top : top + side, left : left + side])
    return as_bytes(resize(torch.stack(found), PATCH_SIDE))


if __name__ == "__main__":
    run_experiment(measure)
