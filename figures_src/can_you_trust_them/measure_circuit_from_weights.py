"""From channel to channel: what weights predict, and what ablation finds."""

import numpy as np
import torch
from torch import Tensor

from site_lib.common.progress import track
from site_lib.data.corpus_photographs import fetch_corpus
from site_lib.images.corpus_squares import corpus_squares
from site_lib.images.images import as_bytes, resize
from site_lib.interpretability.circuits import channel_weights, conditions, measured_weights
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.activations import activations_of
from site_lib.networks.classifier import Classifier
from site_lib.networks.loading import load_frozen
from site_lib.records.measurement import Measurement
from site_lib.units.strongest import strongest_patches

PATCH_SIDE = 64  # pixels of a patch as it is kept


def measure(
    *,
    model: str,
    blocks: list[int],
    num_photographs: int,
    most_channels: int,
    example_block: int,
    patch_side: int,
    num_patches: int,
    num_inputs: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Weights between channels, predicted and measured, for some blocks, and one unit's circuit.

    num_photographs: for the conditions, and as many others for the ablations.   most_channels: that
    are ablated in each block, drawn at random.   num_inputs: shown of the unit, of either sign.
    """
    network = load_frozen(model, device=device)
    corpus = fetch_corpus()
    order = torch.randperm(len(corpus), generator=torch.Generator().manual_seed(seed)).tolist()
    images = corpus_squares([corpus[i] for i in order], network.input_side).to(device)
    generator = torch.Generator().manual_seed(seed)
    names = ("weights", "predicted", "measured", "block", "channel")
    found: dict[str, list[Tensor]] = {name: [] for name in names}
    for number in track(blocks, "circuits", "block"):
        layer, block = f"blocks.{number - 1}", network.layer(f"blocks.{number}")
        seen = activations_of(network, images[: 2 * num_photographs], [layer], summarise=as_it_is)
        known, tested = seen[layer].split(num_photographs)
        channels = torch.randperm(known.shape[1], generator=generator)[:most_channels]
        under = conditions(block, known)
        found["weights"].append(channel_weights(block)[:, channels].flatten())
        found["predicted"].append(channel_weights(block, under)[:, channels].flatten())
        found["measured"].append(measured_weights(block, tested, channels).flatten())
        leaving = len(found["measured"][-1]) // len(channels)
        found["block"].append(torch.full((leaving * len(channels),), number))
        found["channel"].append(channels.repeat(leaving))
        if number == example_block:
            circuit = strongest_unit(channel_weights(block, under), num_inputs)
            circuit |= {"example": measured_weights(block, tested, circuit["inputs"])}
    arrays = {name: torch.cat(parts).cpu().numpy() for name, parts in found.items()}
    unit, inputs = int(circuit["unit"]), circuit["inputs"]
    arrays |= {
        "inputs": inputs.numpy(),
        "example_predicted": circuit["weights"].detach().numpy(),
        "example_measured": circuit["example"][unit].detach().numpy(),
    }
    shown = {f"blocks.{example_block}": [unit], f"blocks.{example_block - 1}": inputs.tolist()}
    arrays["patches"] = patches(network, images, shown, patch_side, num_patches)
    used = [corpus[i].record() for i in order]
    return Measurement(arrays, {"unit": unit, "num_shown": len(corpus)}, [network.record()], used)


def as_it_is(activation: Tensor) -> Tensor:
    """A layer's whole map."""
    return activation


def strongest_unit(weights: Tensor, number: int) -> dict[str, Tensor]:
    """The unit with the largest weights, its most positive inputs and its most negative ones."""
    unit = weights.norm(dim=1).argmax()
    order = weights[unit].argsort(descending=True)
    inputs = torch.cat([order[:number], order[-number:]])
    return {"unit": unit, "inputs": inputs, "weights": weights[unit, inputs]}


def patches(
    network: Classifier, images: Tensor, shown: dict[str, list[int]], side: int, number: int
) -> np.ndarray:
    """What excites channels most, in the photographs in which they are excited most.

    shown: channels by layer. Returns (channels, number, side, side, 3).
    """
    largest = activations_of(network, images, list(shown), summarise=largest_of_map)
    found = []
    for layer, channels in shown.items():
        for channel in channels:
            best = largest[layer][:, channel].topk(number).indices
            chosen = torch.full((number,), channel)
            found.append(strongest_patches(network, images[best], layer, chosen, side)[1])
    return np.array([as_bytes(resize(one, PATCH_SIDE)) for one in found])


def largest_of_map(activation: Tensor) -> Tensor:
    """Largest value of every channel: (N, channels, H, W) → (N, channels)."""
    return activation.amax(dim=(2, 3))


if __name__ == "__main__":
    run_experiment(measure)
