"""One photograph dreamt by six layers, and by the same layers before training."""

import numpy as np
import torch
from torch import Tensor

from site_lib.experiment import run_experiment
from site_lib.feature_visualisation.dream import dream, octaves
from site_lib.feature_visualisation.objectives import layer_norm
from site_lib.images import as_bytes, load_photographs, photograph_record, spatial_frequencies
from site_lib.models import freeze_for_inference, load
from site_lib.progress import track
from site_lib.provenance import Measurement


def measure(
    *,
    model: str,
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
    arrays = {"photograph": as_bytes(start)[0]}
    for kind, network in networks.items():
        dreams = torch.cat(
            [
                dream(
                    network, layer_norm(layer), start, sides=sides, steps=steps,
                    step_size=step_size, jitter=jitter,
                    generator=torch.Generator().manual_seed(seed),
                )  # fmt: skip
                for layer in track(layers, f"dreams, {kind} weights", unit="layer")
            ]
        )
        arrays[f"{kind}_pixels"] = as_bytes(dreams)
        change = (dreams - start).square().mean(dim=(1, 2, 3)).sqrt()
        arrays[f"{kind}_change"] = change.cpu().numpy()
        arrays[f"{kind}_frequency"] = mean_frequency(dreams - start).cpu().numpy()
    metrics = {
        "photograph": photograph,
        "layers": layers,
        "num_layers": len(layers),
        "side": side,
        "num_octaves": num_octaves,
        "steps_per_octave": steps,
        "num_steps": num_octaves * steps,
        "jitter": jitter,
    }
    weights = [network.record() for network in networks.values()]
    return Measurement(arrays, metrics, weights=weights, inputs=[photograph_record(photograph)])


def mean_frequency(change: Tensor) -> Tensor:
    """Mean frequency of what was added, weighted by its energy: (N,), cycles per image.

    change: (N, 3, side, side).
    """
    side = change.shape[-1]
    centred = change - change.mean(dim=(-2, -1), keepdim=True)
    energy = torch.fft.fft2(centred).abs().square()[..., : side // 2 + 1].sum(dim=1)
    # All but the first and last columns stand for themselves and their mirror image.
    energy[..., 1 : (side + 1) // 2] *= 2
    cycles = side * spatial_frequencies(side).to(change.device)
    return (energy * cycles).sum(dim=(1, 2)) / energy.sum(dim=(1, 2))


if __name__ == "__main__":
    run_experiment(measure)
