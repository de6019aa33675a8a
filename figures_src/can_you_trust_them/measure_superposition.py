"""Features that share dimensions: in toy networks, and the classes of a trained one."""

import numpy as np
import torch

from site_lib.adversarial.pgd import pgd
from site_lib.common.progress import track
from site_lib.data.corpus_photographs import fetch_corpus
from site_lib.images.corpus_squares import corpus_squares
from site_lib.interpretability.superposition import (
    ranks_of_winners,
    smallest_change,
    stored_features,
    train_toy,
)
from site_lib.measuring.arrays import as_arrays
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.activations import activations_of, mean_of_map
from site_lib.networks.answers import first_answers, in_batches
from site_lib.networks.loading import load_frozen
from site_lib.records.measurement import Measurement


def measure(
    *,
    model: str,
    num_features: list[int],
    num_networks: int,
    toy_steps: int,
    num_photographs: int,
    epsilon_level: int,
    steps: int,
    num_near: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Features kept and the smallest change, and where wrong winners stand among neighbours.

    num_networks: toy networks for each number of features.   num_photographs: of the corpus,
    attacked without a target within ± epsilon_level grey levels.   num_near: classes of nearly the
    winner's rank before the attack, with which the winner is compared.
    """
    generator = torch.Generator().manual_seed(seed)
    toys = [
        train_toy(n, num_networks=num_networks, steps=toy_steps, generator=generator)
        for n in track(num_features, "toy networks")
    ]
    kept = [[stored_features(*one) for one in zip(*toy, strict=True)] for toy in toys]
    layouts = torch.zeros(len(toys), max(num_features), 2)
    for number, (weight, _) in enumerate(toys):
        layouts[number, : num_features[number]] = weight[0].T

    network = load_frozen(model, device=device)
    corpus = fetch_corpus()[:: max(1, len(fetch_corpus()) // num_photographs)][:num_photographs]
    images = corpus_squares(corpus, network.input_side).to(device)
    answers = first_answers(network, images)
    attack = [
        pgd(network, x, y, epsilon=epsilon_level / 255, num_steps=steps)
        for x, y in track(list(zip(images.split(16), answers.split(16), strict=True)), "attack")
    ]
    winners = first_answers(network, torch.cat([one.adversarial for one in attack]))
    turned = winners != answers
    weight, bias = (part.cpu() for part in network.layer("classifier").parameters())
    logits = in_batches(network, images[turned]).cpu()
    head = activations_of(network, images[turned], ["head"], summarise=mean_of_map)["head"]
    right, wrong = answers[turned].cpu(), winners[turned].cpu()
    change = smallest_change(weight, bias, right, head)
    found = ranks_of_winners(weight, right, wrong, logits, num_near=num_near)
    # Which class geometry lets win first.
    found["by_geometry"] = (change < change.gather(1, wrong[:, None])).sum(dim=1) + 1
    arrays = {
        "stored": np.array(kept)[..., 0].astype(int),  # (numbers of features, networks)
        "changes": np.nan_to_num(np.array(kept)[..., 1]),
        "layouts": layouts.numpy(),
    }
    arrays |= as_arrays(found)
    metrics = {
        "num_tried": len(corpus),
        "num_turned": int(turned.sum()),
        "num_classes": len(network.class_names),
    }
    return Measurement(arrays, metrics, [network.record()], [one.record() for one in corpus])


if __name__ == "__main__":
    run_experiment(measure)
