"""How far features move when a photograph is shifted, enlarged or turned, by depth."""

import numpy as np
import torch
from torch import Tensor

from site_lib.common.progress import track
from site_lib.data.corpus_photographs import fetch_corpus
from site_lib.images.images import read_image, square
from site_lib.images.moves import moved
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.activations import activations_of
from site_lib.networks.classifier import Classifier
from site_lib.networks.controls import with_controls
from site_lib.networks.freezing import freeze_for_inference
from site_lib.records.measurement import Measurement
from site_lib.units.invariance import relative_distances

# A view may turn by any angle within a photograph of this many times its side.
MARGIN = 1.45
FLAT = "classifier"


def measure(
    *,
    model: str,
    num_photographs: int,
    shifts: list[float],
    zooms: list[float],
    turns: list[float],
    num_random_networks: int,
    num_shuffled_networks: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Distances by network, depth, move and photograph.

    shifts: pixels.   zooms: factors.   turns: degrees. Photographs are drawn from those of the
    corpus that are large enough not to be enlarged.
    """
    networks = with_controls(
        model,
        num_random_networks=num_random_networks,
        num_shuffled_networks=num_shuffled_networks,
        seed=seed,
        device=device,
    )
    every = [network for kind in networks.values() for network in kind]
    side = every[0].input_side
    photographs, records = large_photographs(num_photographs, round(MARGIN * side), seed)
    moves = {f"shift {amount:g}": {"across": amount} for amount in shifts}
    moves |= {f"zoom {amount:g}": {"zoom": amount} for amount in zooms}
    moves |= {f"turn {amount:g}": {"degrees": amount} for amount in turns}
    still = torch.cat([moved(one, side) for one in photographs])
    views = {
        name: torch.cat([moved(one, side, **move) for one in photographs])
        for name, move in moves.items()
    }
    distances, same = [], []
    for network in track(every, "moves", "network"):
        frozen = freeze_for_inference(network)
        before = features(frozen, still)
        by_move = [compared(before, features(frozen, images)) for images in views.values()]
        distances.append(np.stack([distance for distance, _ in by_move], axis=1))
        same.append([kept for _, kept in by_move])
    return Measurement(
        {
            "kinds": np.repeat(list(networks), [len(kind) for kind in networks.values()]),
            "depths": np.array(every[0].layers),
            "moves": np.array(list(moves)),
            "distances": np.array(distances),  # (networks, depths, moves, photographs)
            "same_class": np.array(same),  # (networks, moves, photographs)
        },
        {"num_photographs": len(photographs)},
        weights=[network.record() for network in every],
        inputs=records,
    )


def large_photographs(
    number: int, side: int, seed: int
) -> tuple[list[Tensor], list[dict[str, str]]]:
    """Some photographs, drawn by chance: (1, 3, side, side) each, and their records."""
    every = fetch_corpus()
    order = torch.randperm(len(every), generator=torch.Generator().manual_seed(seed)).tolist()
    chosen, records = [], []
    for index in order:
        pixels = read_image(every[index].path)
        if min(pixels.shape[-2:]) >= side:
            chosen.append(square(pixels, side))
            records.append(every[index].record())
        if len(chosen) == number:
            break
    return chosen, records


def compared(before: dict[str, Tensor], after: dict[str, Tensor]) -> tuple[np.ndarray, np.ndarray]:
    """How far each photograph went, (depths, photographs), and whether it kept its class."""
    distances = [relative_distances(before[layer], after[layer]).numpy() for layer in before]
    kept = before[FLAT].argmax(dim=1) == after[FLAT].argmax(dim=1)
    return np.stack(distances), kept.numpy()


def features(network: Classifier, images: Tensor) -> dict[str, Tensor]:
    """What stem, blocks, head and classifier answer: (N, D) each."""
    return activations_of(network, images, list(network.layers))


if __name__ == "__main__":
    run_experiment(measure)
