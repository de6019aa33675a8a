"""Attribution maps as weights are exchanged from the top, and beside occlusion."""

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import interpolate

from site_lib.common.progress import track
from site_lib.data.corpus_photographs import corpus_photograph
from site_lib.images.corpus_squares import corpus_squares
from site_lib.images.images import as_bytes
from site_lib.interpretability import attribution
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.answers import first_answers, logit_of
from site_lib.networks.classifier import Classifier
from site_lib.networks.loading import load_frozen
from site_lib.records.measurement import Measurement
from site_lib.statistics.ranks import rank_correlation
from site_lib.units.occlusion import occlusion_map, strength_in_squares


def measure(
    *,
    model: str,
    pictures: list[str],
    side: int,
    square: int,
    stride: int,
    cam_layer: str,
    num_steps: int,
    down_to: list[str],
    seed: int,
    device: torch.device,
) -> Measurement:
    """Rank correlation of every map with the one before shuffling, and with occlusion.

    pictures: photographs of the corpus; what the network answers to each is explained.   square,
    stride: in pixels, of the grey square, and of the squares in which all maps are compared.
    down_to: of each stage, the lowest layer whose weights have changed places with those above.
    """
    network = load_frozen(model, device=device)
    chosen = [corpus_photograph(name) for name in pictures]
    images = corpus_squares(chosen, side).to(device)
    classes = first_answers(network, images)
    known = list(network.layers)
    layers = [[], *(known[known.index(one) :][::-1] for one in down_to)]
    maps = []
    for exchanged in track(layers, "attribution", "stage"):
        generator = torch.Generator().manual_seed(seed)
        changed = attribution.shuffled_from_the_top(network, exchanged, generator)
        drawn = explained(changed, images, classes, cam_layer, num_steps)
        strengths = [strength_in_squares(one, square, stride) for one in drawn.values()]
        maps.append(torch.stack(strengths).cpu())
    found = torch.stack(maps)
    hidden = torch.stack([
        occlusion_map(logit_of(network, int(index)), image, square=square, stride=stride)
        for image, index in zip(images.split(1), classes, strict=True)
    ]).cpu()  # fmt: skip
    arrays = {
        "maps": found.numpy(),  # (stages, methods, photographs, n, n)
        "occlusion": hidden.numpy(),
        "photographs": as_bytes(images),
        "kept": correlations(found, found[0]),
        "with_occlusion": correlations(found[:1], hidden)[0],
        "with_contrast": correlations(found[:1], contrast(images.cpu(), square, stride))[0],
    }
    answers = [network.class_names[index] for index in classes.tolist()]
    metrics = {"answers": answers, "methods": list(drawn)}
    return Measurement(arrays, metrics, [network.record()], [one.record() for one in chosen])


def explained(
    network: Classifier, images: Tensor, classes: Tensor, cam_layer: str, num_steps: int
) -> dict[str, Tensor]:
    """What every method draws: (N, 3, side, side) each."""
    asked = (network, images, classes)
    cam = attribution.grad_cam(*asked, cam_layer)[:, None]
    return {
        "gradient": attribution.gradient(*asked),
        "integrated": attribution.integrated_gradients(*asked, num_steps=num_steps),
        "grad_cam": interpolate(cam, images.shape[-2:], mode="bilinear").expand(-1, 3, -1, -1),
    }


def contrast(images: Tensor, square: int, stride: int) -> Tensor:
    """What no network has a part in: differences of neighbouring pixels, in the same squares."""
    edges = (images - images.roll(1, -1)).abs() + (images - images.roll(1, -2)).abs()
    return strength_in_squares(edges, square, stride)


def correlations(maps: Tensor, others: Tensor) -> np.ndarray:
    """Rank correlation of maps (stages, methods, N, n, n) with others, of which axes may lack."""
    both = (each.flatten(0, 2).numpy() for each in (maps, others.expand_as(maps)))
    return np.array(list(map(rank_correlation, *both))).reshape(maps.shape[:3])


if __name__ == "__main__":
    run_experiment(measure)
