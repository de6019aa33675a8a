"""First layer: the places in photographs that excite each filter most, one a photograph."""

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn

from figures_src.what_units_see.measure_first_layer import filters_of
from site_lib.common.errors import CourseError
from site_lib.images.corpus import Corpus, categorised_corpus
from site_lib.images.edge_orientation import edge_orientation
from site_lib.images.images import as_bytes
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.classifier import Classifier
from site_lib.networks.loading import with_random
from site_lib.networks.truncation import up_to
from site_lib.records.measurement import Measurement
from site_lib.units.receptive_fields import Field, theoretical_receptive_fields
from site_lib.units.top_patches import TopPatches, cut_patches, find_top_patches, patches_of

NUM_PATCHES = 9
# As many candidates: enough to find nine in different photographs, away from the borders.
NUM_CANDIDATES = 240


def measure(
    *,
    model: str,
    conv_layer: str,
    norm_layer: str,
    patch_side: int,
    num_photographs: int,
    side: int,
    scale: float,
    num_random_networks: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Nine patches of each filter, of the trained network and of random ones.

    Responses are those before the rectifier.   patch_side: of what is shown around a field.
    num_photographs: the first so many.   scale: crops, each of which puts one patch forward, as a
    share of the photograph's short side.
    """
    networks = with_random(model, num_random_networks=num_random_networks, seed=seed, device=device)
    every = categorised_corpus(side, (scale,))
    corpus = Corpus(every.sources[:num_photographs], side, (scale,))
    arrays: dict[str, list[np.ndarray]] = {}
    num_crops = 0
    for index, network in enumerate(networks):
        short = up_to(network, norm_layer)
        without_padding(short, conv_layer)
        search = find_top_patches(short, corpus, {norm_layer: patch_side}, k=NUM_CANDIDATES)
        num_crops = search.num_crops
        field = theoretical_receptive_fields(short.net, side)[norm_layer]
        found = Chosen(search.layers[norm_layer], field)
        kind = "random" if index else "trained"
        of_network = found.arrays(corpus) | {"filters": filters_of(network, conv_layer)}
        for name, array in of_network.items():
            arrays.setdefault(f"{kind}_{name}", []).append(array)
    metrics: dict[str, Any] = {
        "num_filters": len(arrays["trained_filters"][0]),
        "num_crops": num_crops,
        "field": field.size,
        "sources": [source.name for source in corpus.sources],
    }
    return Measurement(
        {name: np.stack(values) for name, values in arrays.items()},
        {f"{model}_patches_{name}": value for name, value in metrics.items()},
        weights=[network.record() for network in networks],
        inputs=[corpus.record()],
    )


def without_padding(network: Classifier, conv_layer: str) -> None:
    """Let a convolution see pixels only, in place: at borders many filters answer to the padding.

    Padding as TensorFlow's cannot be taken away; ``Chosen`` leaves out what it reaches.
    """
    cast(nn.Conv2d, network.layer(conv_layer)).padding = (0, 0)


@dataclass(frozen=True)
class Chosen:
    """The nine patches of each filter among many that were found.

    found: of K filters.   field: of the layer's units in the resized crops.
    """

    found: TopPatches
    field: Field

    @property
    def first_pixels(self) -> Tensor:
        """Top and left of the fields in the resized crops: (K, candidates, 2)."""
        start = self.field.centre - (self.field.size - 1) / 2
        return (start + self.found.positions * self.field.jump).round().long()

    def columns(self) -> Tensor:
        """The strongest candidates that lie inside their crop, one a photograph: (K, 9)."""
        first = self.first_pixels
        inside = (first >= 0).all(dim=2) & (first + self.field.size <= self.found.crop_side).all(
            dim=2
        )
        chosen = []
        for sources, usable in zip(self.found.sources.tolist(), inside.tolist(), strict=True):
            ranks: dict[int, int] = {}
            for rank, source in enumerate(sources):
                if usable[rank] and source >= 0:
                    ranks.setdefault(source, rank)
            if len(ranks) < NUM_PATCHES:
                raise CourseError(
                    f"a filter has patches from only {len(ranks)} photographs; give more"
                )
            chosen.append(list(ranks.values())[:NUM_PATCHES])
        return torch.tensor(chosen)

    def arrays(self, corpus: Corpus) -> dict[str, np.ndarray]:
        """Patches, where they are from, and which way their edges run."""
        columns = self.columns()
        first = taken(self.first_pixels, columns)
        best = TopPatches(
            scores=self.found.scores.gather(1, columns),
            sources=self.found.sources.gather(1, columns),
            crops=taken(self.found.crops, columns),
            positions=taken(self.found.positions, columns),
            corners=taken(self.found.corners, columns),
            patch_side=self.found.patch_side,
            crop_side=self.found.crop_side,
        )
        patches = cut_patches(corpus, best, list(range(len(columns))))
        fields = first - best.corners
        seen = patches_of(patches.flatten(0, 1), fields.flatten(0, 1), self.field.size)
        angle, coherence = edge_orientation(seen.unflatten(0, columns.shape))
        return {
            "patches": as_bytes(patches),
            "fields": fields.numpy(),
            "scores": best.scores.numpy(),
            "sources": best.sources.numpy(),
            "boxes": best.boxes.numpy(),
            "edge_orientation": torch.rad2deg(angle).numpy(),
            "edge_coherence": coherence.numpy(),
        }


def taken(values: Tensor, columns: Tensor) -> Tensor:
    """A choice of candidates: (K, candidates, D) and (K, 9) → (K, 9, D)."""
    return values.gather(1, columns[..., None].expand(-1, -1, values.shape[-1]))


if __name__ == "__main__":
    run_experiment(measure)
