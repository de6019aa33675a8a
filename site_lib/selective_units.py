"""Which units of a layer to show: the most selective ones, chosen by a rule and not by eye."""

import torch
from torch import Tensor

from site_lib.activations import record_activations
from site_lib.corpus import Corpus
from site_lib.models import Classifier

# A unit would repeat one that is shown already if more than this share of its photographs
# (or of the other's, whichever has fewer) were the same.
MOST_SHARED = 0.5


@torch.no_grad()
def usual_maxima(
    classifier: Classifier, corpus: Corpus, layers: list[str]
) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """Mean and spread, over whole photographs, of each channel's strongest activation.

    Returns layer → (channels,), twice.
    """
    whole = Corpus(corpus.sources, corpus.side, scales=(1.0,))
    maxima: dict[str, list[Tensor]] = {layer: [] for layer in layers}
    with record_activations(classifier, layers) as activations:
        for batch in whole.batches(16):
            classifier(batch.images.to(classifier.mean.device))
            for layer in layers:
                maxima[layer].append(activations[layer].amax(dim=(2, 3)).cpu())
    joined = {layer: torch.cat(parts) for layer, parts in maxima.items()}
    means = {layer: values.mean(dim=0) for layer, values in joined.items()}
    # A channel that never answers has no spread and must not look selective.
    spreads = {layer: values.std(dim=0).clamp(min=1e-3) for layer, values in joined.items()}
    return means, spreads


def most_selective(selectivity: Tensor, sources: Tensor, number: int) -> list[int]:
    """Units by falling selectivity, without those that repeat one taken before.

    selectivity: (channels,), how many spreads the ninth-best patch lies above the usual maximum.
    sources: (channels, 9), photographs of the patches.
    """
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
