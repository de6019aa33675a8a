"""What a corpus tells of the units of some layers: what excites them, and how selectively."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from site_lib.images.corpus import Corpus
from site_lib.networks.classifier import Classifier
from site_lib.units.receptive_fields import Field, theoretical_receptive_fields
from site_lib.units.selectivity import Maxima, most_selective, usual_maxima
from site_lib.units.top_patches import Search, TopPatches, find_top_patches


@dataclass(frozen=True)
class LayerUnits:
    """The units of a layer.

    patches: the k best of each.   selectivity: (channels,), see :meth:`Maxima.selectivity`.
    by_photograph: (photographs, channels), the strongest activations in each photograph.
    field: of the units, in the crops of the corpus.
    """

    patches: TopPatches
    selectivity: Tensor
    by_photograph: Tensor
    field: Field

    def most_selective(self, number: int) -> list[int]:
        """At most so many units, see :func:`most_selective`."""
        return most_selective(self.selectivity, self.patches.sources, number)

    def by_selectivity(self) -> list[int]:
        """All units, the most selective first."""
        return self.selectivity.argsort(descending=True).tolist()

    def arrays(self, units: list[int]) -> dict[str, np.ndarray]:
        """Some units, their selectivity, and the sources, boxes and scores of their patches."""
        return {
            "units": np.array(units),
            "selectivity": self.selectivity[units].numpy(),
            "sources": self.patches.sources[units].numpy(),
            "boxes": self.patches.boxes[units].numpy(),
            "scores": self.patches.scores[units].numpy(),
        }


@dataclass(frozen=True)
class Survey:
    """The units of some layers, and the search that found their patches."""

    layers: dict[str, LayerUnits]
    search: Search


def survey_layers(
    classifier: Classifier, corpus: Corpus, patch_sides: dict[str, int], *, k: int = 9
) -> Survey:
    """Find out what the units of some layers respond to.

    patch_sides, k and errors: see :func:`find_top_patches`.
    """
    search = find_top_patches(classifier, corpus, patch_sides, k=k)
    maxima = usual_maxima(classifier, corpus, list(patch_sides))
    fields = theoretical_receptive_fields(classifier.net, corpus.side)
    layers = {
        layer: LayerUnits(
            found, maxima.selectivity(layer, found), maxima.by_photograph(layer), fields[layer]
        )
        for layer, found in search.layers.items()
    }
    return Survey(layers, search)


def survey_photographs(
    classifier: Classifier, corpus: Corpus, patch_sides: dict[str, int], *, k: int = 9
) -> Survey:
    """The same in a single pass, with k patches from k photographs for each unit.

    What a unit usually does is what it does to the best crop of each photograph; the search keeps
    the best patch of every photograph (see :meth:`TopPatches.by_photograph`).
    """
    number = len(corpus.sources)
    search = find_top_patches(classifier, corpus, patch_sides, k=number, per_source=1)
    fields = theoretical_receptive_fields(classifier.net, corpus.side)
    layers = {}
    for layer, found in search.layers.items():
        best, responses = found.best(k), found.by_photograph(number)
        usual = Maxima({layer: responses}, torch.arange(number))
        layers[layer] = LayerUnits(best, usual.selectivity(layer, best), responses, fields[layer])
    return Survey(layers, search)
