"""How far features move when a photograph is shifted, enlarged or turned, by depth."""

from functools import partial
from itertools import islice

import numpy as np
import torch
from torch import Tensor

from site_lib.common.progress import track
from site_lib.data.corpus_photographs import fetch_corpus
from site_lib.images.images import read_image, square
from site_lib.images.moves import moved
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.activations import activations_of
from site_lib.networks.controls import one_by_one, with_controls
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
    kinds, every = one_by_one(with_controls(
        model, num_random_networks=num_random_networks, num_shuffled_networks=num_shuffled_networks,
        seed=seed, device=device,
    ))  # fmt: skip
    side = every[0].input_side
    drawn = large_photographs(num_photographs, round(MARGIN * side), seed)
    moves = {f"shift {amount:g}": {"across": amount} for amount in shifts}
    moves |= {f"zoom {amount:g}": {"zoom": amount} for amount in zooms}
    moves |= {f"turn {amount:g}": {"degrees": amount} for amount in turns}
    still, *views = (
        torch.cat([moved(one, side, **move) for one, _ in drawn]) for move in ({}, *moves.values())
    )
    distances, same = [], []
    for network in track(every, "moves", "network"):
        answers = partial(activations_of, freeze_for_inference(network), layers=network.layers)
        before = answers(still)
        by_move = [compared(before, answers(images)) for images in views]
        distances.append(np.stack([distance for distance, _ in by_move], axis=1))
        same.append([kept for _, kept in by_move])
    arrays = {
        "kinds": np.array(kinds),
        "depths": np.array(every[0].layers),
        "moves": np.array(list(moves)),
        "distances": np.array(distances),  # (networks, depths, moves, photographs)
        "same_class": np.array(same),  # (networks, moves, photographs)
    }
    weights, inputs = [network.record() for network in every], [record for _, record in drawn]
    return Measurement(arrays, {"num_photographs": len(drawn)}, weights, inputs)


def large_photographs(number: int, side: int, seed: int) -> list[tuple[Tensor, dict[str, str]]]:
    """Some photographs, drawn by chance: (1, 3, side, side) each, with their records."""
    every = fetch_corpus()
    order = torch.randperm(len(every), generator=torch.Generator().manual_seed(seed)).tolist()
    read = ((read_image(every[index].path), every[index].record()) for index in order)
    large = ((pixels, record) for pixels, record in read if min(pixels.shape[-2:]) >= side)
    return [(square(pixels, side), record) for pixels, record in islice(large, number)]


def compared(before: dict[str, Tensor], after: dict[str, Tensor]) -> tuple[np.ndarray, np.ndarray]:
    """How far each photograph went, (depths, photographs), and whether it kept its class."""
    distances = [relative_distances(before[layer], after[layer]).numpy() for layer in before]
    kept = before[FLAT].argmax(dim=1) == after[FLAT].argmax(dim=1)
    return np.stack(distances), kept.numpy()


if __name__ == "__main__":
    run_experiment(measure)
