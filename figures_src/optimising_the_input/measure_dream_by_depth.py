"""One photograph dreamt by six layers, and by the same layers before training."""

import numpy as np
import torch
from torch import Tensor

from site_lib.common.progress import track
from site_lib.data.imagenet import class_names
from site_lib.feature_visualisation.dream import dream, octaves
from site_lib.feature_visualisation.objectives import layer_norm
from site_lib.images.images import as_bytes, eight_bit, load_photographs, photograph_record, resize
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.answers import first_answers
from site_lib.networks.classifier import Classifier
from site_lib.networks.loading import load_frozen
from site_lib.records.measurement import Measurement


def measure(
    *,
    model: str,
    judge: str,
    photograph: str,
    layers: list[str],
    side: int,
    num_octaves: int,
    octave_scale: float,
    steps: int,
    step_size: float,
    jitter: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Dream the photograph once for each layer, with trained and with random weights.

    steps: in each octave.
    """
    start = load_photographs([photograph], side).to(device)
    networks = {
        "trained": load_frozen(model, device=device),
        "random": load_frozen(model, random_seed=seed, device=device),
    }
    looking = load_frozen(judge, device=device)

    def dreamt(network: Classifier, layer: str) -> Tensor:
        return dream(
            network,
            layer_norm(layer),
            start,
            sides=octaves(side, number=num_octaves, scale=octave_scale),
            steps=steps,
            step_size=step_size,
            jitter=jitter,
            generator=torch.Generator().manual_seed(seed),
        )

    def answers(images: Tensor) -> np.ndarray:
        return first_answers(looking, resize(images, looking.input_side)).cpu().numpy()

    arrays = {"photograph": as_bytes(start)[0]}
    for kind, network in networks.items():
        layers_in_turn = track(layers, f"dreams, {kind} weights", unit="layer")
        dreams = eight_bit(torch.cat([dreamt(network, layer) for layer in layers_in_turn]))
        arrays[f"{kind}_pixels"] = as_bytes(dreams)
        arrays[f"{kind}_answers"] = answers(dreams)
        change = (dreams - start).square().mean(dim=(1, 2, 3)).sqrt()
        arrays[f"{kind}_change"] = change.cpu().numpy()
    metrics = {
        "answer_to_photograph": class_names()[answers(start)[0]],
        "answers": {
            kind: [class_names()[index] for index in arrays[f"{kind}_answers"].tolist()]
            for kind in networks
        },
    }
    weights = [network.record() for network in (*networks.values(), looking)]
    return Measurement(arrays, metrics, weights, [photograph_record(photograph)])


if __name__ == "__main__":
    run_experiment(measure)
