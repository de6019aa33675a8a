"""How many units can be named after a category, by depth, and whether new photographs agree."""

import numpy as np
import torch
from torch import Tensor

from site_lib.common.progress import track
from site_lib.data.corpus_photographs import categories, corpus_photographs
from site_lib.images.corpus import categorised_corpus
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.controls import one_by_one, with_controls
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.truncation import up_to
from site_lib.records.measurement import Measurement
from site_lib.units.category_names import TESTS, best_of_each, members_of, name_units
from site_lib.units.selectivity import usual_maxima

NUM_TOP = 9
SIGNIFICANT = 0.05


def measure(
    *,
    model: str,
    layers: list[str],
    side: int,
    num_best: int,
    num_splits: int,
    num_shuffles: int,
    num_random_networks: int,
    num_shuffled_networks: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Shares of units whose name all three tests confirm, and of the best of each category.

    For every network, layer, and way to split the photographs in halves that name and test.
    num_best: units of different categories, those that the naming half tells apart best.
    """
    kinds, every = one_by_one(with_controls(
        model, num_random_networks=num_random_networks, num_shuffled_networks=num_shuffled_networks,
        seed=seed, device=device,
    ))  # fmt: skip
    corpus = categorised_corpus(side, (1.0,))
    members = members_of([one.category for one in corpus_photographs().values()], categories())
    shares = []  # (networks, layers, splits, 3)
    for network in track(every, "names", "network"):
        maxima = usual_maxima(up_to(freeze_for_inference(network), layers[-1]), corpus, layers)
        shares.append([
            [
                confirmed(maxima.by_photograph(layer), members=members, num_shuffles=num_shuffles,
                          number=num_best, seed=seed + split)
                for split in range(num_splits)
            ]
            for layer in layers
        ])  # fmt: skip
    of_all, of_best, hits = np.moveaxis(np.array(shares), -1, 0)
    return Measurement(
        {"kinds": np.array(kinds), "of_all": of_all, "of_best": of_best, "hits": hits},
        {
            "num_photographs": len(corpus.sources),
            "num_categories": len(categories()),
            "base_rate": float(members.mean(dim=0).square().sum()),
        },
        weights=[network.record() for network in every],
        inputs=[corpus.record()],
    )


def confirmed(
    responses: Tensor, *, members: Tensor, num_shuffles: int, number: int, seed: int
) -> tuple[float, int, float]:
    """Share of units that all tests name alike, how many of the best, and their hits.

    Hits: share of the nine photographs of the other half that excite the best units most, which
    are of the units' category.
    """
    names = name_units(responses, members, num_top=NUM_TOP, num_shuffles=num_shuffles,
                       generator=torch.Generator().manual_seed(seed))  # fmt: skip
    alike = names.agreeing(SIGNIFICANT) == len(TESTS)
    best = best_of_each(names, number)
    fresh = responses[names.testing][:, best]
    top = members[names.testing][fresh.topk(NUM_TOP, dim=0).indices]  # (9, best, categories)
    hits = top[:, torch.arange(len(best)), names.named[best]]
    return float(alike.float().mean()), int(alike[best].sum()), float(hits.mean())


if __name__ == "__main__":
    run_experiment(measure)
