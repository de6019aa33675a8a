"""Which units of a layer to show: the most selective, by a rule instead of by eye."""

from dataclasses import dataclass

import torch
from torch import Tensor

from site_lib.common.checks import check_number, check_shapes
from site_lib.common.errors import CourseError
from site_lib.images.corpus import Corpus
from site_lib.networks.activations import record_activations
from site_lib.networks.classifier import Classifier
from site_lib.units.top_patches import TopPatches

# A unit would repeat one that is shown already if more than this share of its photographs
# (or of the other's, whichever has fewer) were the same.
MOST_SHARED = 0.5


@dataclass(frozen=True)
class Maxima:
    """Each channel's strongest activation in squares that are as high as their photograph.

    values: layer → (squares, channels).   sources: (squares,), places in ``Corpus.sources``.
    """

    values: dict[str, Tensor]
    sources: Tensor

    def selectivity(self, layer: str, found: TopPatches) -> Tensor:
        """(channels,), how many spreads the weakest of the best patches lies above the mean.

        Raises CourseError for a single square, among which nothing is spread.
        """
        values = self.values[layer]
        if len(values) < 2:
            raise CourseError("selectivity needs two photographs or more; give a larger corpus")
        # A channel that never answers has no spread and must not look selective.
        return (found.scores[:, -1] - values.mean(dim=0)) / values.std(dim=0).clamp(min=1e-3)

    def by_photograph(self, layer: str) -> Tensor:
        """Mean over the squares of each photograph: (photographs, channels)."""
        return mean_by_group(self.values[layer], self.sources)


@torch.no_grad()
def usual_maxima(classifier: Classifier, corpus: Corpus, layers: list[str]) -> Maxima:
    """The maxima of layers over the corpus's photographs, each at full height alone."""
    whole = Corpus(corpus.sources, corpus.side, scales=(1.0,))
    values: dict[str, list[Tensor]] = {layer: [] for layer in layers}
    sources = []
    with record_activations(classifier, layers) as activations:
        for batch in whole.batches(16):
            classifier(batch.images.to(classifier.mean.device))
            sources.append(batch.sources)
            for layer in layers:
                values[layer].append(activations[layer].amax(dim=(2, 3)).cpu())
    joined = {layer: torch.cat(parts) for layer, parts in values.items()}
    return Maxima(joined, torch.cat(sources))


def mean_by_group(values: Tensor, groups: Tensor) -> Tensor:
    """Means of the rows of each group, in the groups' order: (N, K) and (N,) → (groups, K)."""
    check_shapes(values=(values, "N K"), groups=(groups, "N"))
    members = groups.unique()[:, None] == groups[None]
    return members.float() @ values / members.sum(dim=1, keepdim=True)


def most_selective(selectivity: Tensor, sources: Tensor, number: int) -> list[int]:
    """Units by falling selectivity, without those that repeat one taken before.

    selectivity: (channels,), see :meth:`Maxima.selectivity`.   sources: (channels, k),
    photographs of the patches, −1 where there is none.   A unit with fewer than k patches, or
    with all of them from one photograph, is left out.
    """
    check_number("number of units", number, low=1, whole=True)
    check_shapes(selectivity=(selectivity, "channels"), sources=(sources, "channels k"))
    if selectivity.isnan().any():
        raise CourseError("a selectivity is NaN, which no order has a place for")
    chosen: list[int] = []
    for unit in selectivity.argsort(descending=True).tolist():
        seen = set(sources[unit].tolist())
        if -1 in seen or len(seen) < 2:
            continue
        others = [set(sources[c].tolist()) for c in chosen]
        if all(len(seen & other) <= MOST_SHARED * min(len(seen), len(other)) for other in others):
            chosen.append(unit)
        if len(chosen) == number:
            break
    return chosen
