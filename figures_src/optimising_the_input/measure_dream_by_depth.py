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
from site_lib.networks.classifier import Classifier
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
from site_lib.records.measurement import Measurement


def measure(
    *,
    model: str,
    judging_model: str,
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
    """Dream the photograph once for each layer, with trained and with random weights."""
    start = load_photographs([photograph], side).to(device)
    sides = octaves(side, number=num_octaves, scale=octave_scale)
    networks = {
        "trained": freeze_for_inference(load(model, device=device)),
        "random": freeze_for_inference(load(model, random_seed=seed, device=device)),
    }
    judge = freeze_for_inference(load(judging_model, device=device))

    def dream_by(network: Classifier, layer: str, image: Tensor) -> Tensor:
        return dream(
            network,
            layer_norm(layer),
            image,
            sides=sides,
            steps=steps,
            step_size=step_size,
            jitter=jitter,
            generator=torch.Generator().manual_seed(seed),
        )

    arrays = {"photograph": as_bytes(start)[0]}
    for kind, network in networks.items():
        layer_of_step = track(layers, f"dreams, {kind} weights", unit="layer")
        dreams = eight_bit(torch.cat([dream_by(network, layer, start) for layer in layer_of_step]))
        arrays[f"{kind}_pixels"] = as_bytes(dreams)
        arrays[f"{kind}_answers"] = first_answers(judge, dreams)
        change = (dreams - start).square().mean(dim=(1, 2, 3)).sqrt()
        arrays[f"{kind}_change"] = change.cpu().numpy()
    metrics = {
        "photograph": photograph,
        "layers": layers,
        "num_layers": len(layers),
        "answer_to_photograph": class_names()[int(first_answers(judge, start)[0])],
        "answers": {
            kind: [class_names()[int(k)] for k in arrays[f"{kind}_answers"]] for kind in networks
        },
        "side": side,
        "num_octaves": num_octaves,
        "steps_per_octave": steps,
        "num_steps": num_octaves * steps,
        "jitter": jitter,
    }
    weights = [network.record() for network in (*networks.values(), judge)]
    return Measurement(arrays, metrics, weights=weights, inputs=[photograph_record(photograph)])


@torch.no_grad()
def first_answers(network: Classifier, images: Tensor) -> np.ndarray:
    """Index of the first of 1000 classes for each image: (N,)."""
    return network(resize(images, network.input_side)).argmax(dim=1).cpu().numpy()


if __name__ == "__main__":
    run_experiment(measure)
