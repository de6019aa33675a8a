"""From channel to channel: what weights predict, and what ablation finds."""

import torch
from torch import Tensor

from site_lib.common.progress import track
from site_lib.data.corpus_photographs import fetch_corpus
from site_lib.images.corpus_squares import corpus_squares
from site_lib.images.images import as_bytes, resize
from site_lib.interpretability import circuits
from site_lib.measuring.arrays import as_arrays
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
    rows, both = [], images[: 2 * num_photographs]
    for number in track(blocks, "circuits", "block"):
        layer, block = f"blocks.{number - 1}", network.layer(f"blocks.{number}")
        seen = activations_of(network, both, [layer], summarise=torch.clone)
        known, tested = seen[layer].to(device).split(num_photographs)
        channels = torch.randperm(known.shape[1], generator=generator)[:most_channels]
        predicted = circuits.channel_weights(block, circuits.conditions(block, known))
        measured = circuits.measured_weights(block, tested, channels)
        rows.append({
            "weights": circuits.channel_weights(block)[:, channels],
            "predicted": predicted[:, channels],
            "measured": measured,
            "block": torch.full(measured.shape, number),
            "channel": channels.expand_as(measured),
        })  # fmt: skip
        if number == example_block:
            unit, inputs = circuits.strongest_unit(predicted, num_inputs)
            example = {"inputs": inputs, "example_predicted": predicted[unit, inputs]}
            example["example_measured"] = circuits.measured_weights(block, tested, inputs)[unit]
    found = {name: torch.cat([row[name].flatten() for row in rows]) for name in rows[0]}
    arrays = as_arrays(found | example)
    shown = {f"blocks.{example_block}": [unit], f"blocks.{example_block - 1}": inputs.tolist()}
    arrays["patches"] = as_bytes(patches(network, images, shown, patch_side, num_patches))
    used = [corpus[i].record() for i in order]
    return Measurement(arrays, {"unit": unit, "num_shown": len(corpus)}, [network.record()], used)


def patches(
    network: Classifier, images: Tensor, shown: dict[str, list[int]], side: int, number: int
) -> Tensor:
    """What excites channels most, in the photographs in which they are excited most.

    shown: channels by layer.   Returns (channels, number, 3, PATCH_SIDE, PATCH_SIDE).
    """
    largest = activations_of(network, images, list(shown), summarise=lambda maps: maps.amax((2, 3)))
    found = []
    for layer, channels in shown.items():
        for channel in channels:
            best = largest[layer][:, channel].topk(number).indices
            chosen = torch.full((number,), channel)
            found.append(strongest_patches(network, images[best], layer, chosen, side)[1])
    return torch.stack([resize(one, PATCH_SIDE) for one in found])


if __name__ == "__main__":
    run_experiment(measure)
