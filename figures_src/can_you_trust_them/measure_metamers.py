"""Images that match photographs up to a layer, and what other networks take them for."""

import torch
import torch.nn.functional as F
from torch import Tensor

from site_lib.common.progress import track
from site_lib.data.corpus_photographs import corpus_photograph
from site_lib.feature_visualisation.parameterisations import FourierImage
from site_lib.images.corpus_squares import corpus_squares
from site_lib.images.images import as_bytes, eight_bit, load_photographs, pink_noise, resize
from site_lib.interpretability.metamers import metamers, mismatch
from site_lib.interpretability.natural_path import standardised
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.activations import activations_of, mean_of_map
from site_lib.networks.classifier import Classifier
from site_lib.networks.loading import load_frozen
from site_lib.networks.truncation import up_to
from site_lib.records.measurement import Measurement


def measure(
    *,
    model: str,
    judges: list[str],
    judge_layers: list[str],
    pictures: list[str],
    start: str,
    layers: list[str],
    side: int,
    steps: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Likeness of metamers and photographs to judges and to the source, by layer and start.

    judge_layers: of each judge, whose channel means it compares.   pictures: of the corpus.
    start: photograph at which the second search begins; the first begins at noise.
    """
    network = load_frozen(model, device=device)
    squares = corpus_squares([corpus_photograph(name) for name in pictures], side).to(device)
    photographs = eight_bit(squares)
    generator = torch.Generator().manual_seed(seed)
    number = len(photographs)
    made, missed = [], []
    for layer in track(layers, "metamers", "layer"):
        part = up_to(network, layer)
        starts = (
            FourierImage(number, side, generator=generator, noise=0.05, falloff=1.0).to(device),
            FourierImage.of(load_photographs([start], side).expand(number, -1, -1, -1)).to(device),
        )
        found = [eight_bit(metamers(part, photographs, image, num_steps=steps, learning_rate=0.1))
                 for image in starts]  # fmt: skip
        with torch.no_grad():
            missed.append(torch.stack([mismatch(part(one), part(photographs)) for one in found]))
        made.append(torch.stack(found))
    images = torch.stack(made)  # (layers, starts, photographs, 3, side, side)
    noise = pink_noise(number, side, generator=generator).to(device)
    viewers = [network, *(load_frozen(name, device=device) for name in judges)]
    alike, others = [], []
    for viewer, layer in zip(viewers, ["head", *judge_layers], strict=True):
        seen = features(viewer, photographs, layer)
        shown = features(viewer, torch.cat([images.flatten(0, 2), noise]), layer)
        known, tested = (F.normalize(standardised(one, seen), dim=1) for one in (seen, shown))
        # Of every image with the photograph that it was made to match.
        alike.append((tested @ known.T).view(-1, number, number).diagonal(dim1=1, dim2=2))
        among = known @ known.T
        others.append(among[~torch.eye(number, dtype=torch.bool)].mean())
    likeness = torch.stack(alike)
    arrays = {
        "pixels": as_bytes(images),
        "photographs": as_bytes(photographs),
        "likeness": likeness[:, :-1].view(len(viewers), len(layers), 2, number).numpy(),
        "noise": likeness[:, -1].numpy(),
        "others": torch.stack(others).numpy(),
        "mismatch": torch.stack(missed).cpu().numpy(),
    }
    metrics = {"num_photographs": number, "viewers": [model, *judges]}
    records = [corpus_photograph(name).record() for name in pictures]
    return Measurement(arrays, metrics, [one.record() for one in viewers], records)


def features(viewer: Classifier, images: Tensor, layer: str) -> Tensor:
    """Channel means of a layer for images at the side that the viewer was trained on."""
    shown = resize(images, viewer.input_side)
    return activations_of(viewer, shown, [layer], summarise=mean_of_map)[layer]


if __name__ == "__main__":
    run_experiment(measure)
