"""The network that a reader's browser gets: its graph, and what its rounded weights change."""

import numpy as np
import torch
from torch import Tensor

from site_lib.adversarial.attack import Goal, loss_and_gradient
from site_lib.images.images import (
    as_bytes,
    eight_bit,
    load_photographs,
    photograph_record,
    resize,
    squares_on_grid,
)
from site_lib.measuring.experiment import run_experiment
from site_lib.networks import controls
from site_lib.networks.activations import activations_of
from site_lib.networks.answers import first_answers
from site_lib.networks.browser_graph import gradient_graph
from site_lib.networks.classifier import Classifier
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.onnx_file import model as onnx_model
from site_lib.networks.registry import load
from site_lib.networks.rounding import with_rounded_weights
from site_lib.records.measurement import Measurement


def measure(
    *,
    model: str,
    layers: list[str],
    photographs: list[str],
    bits: list[int],
    share: float,
    distance: float,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Files of the trained network and of one with random weights, and effects of rounding.

    layers: whose units the graph records.   bits: of the weights; 16 is half precision.   share,
    distance: squares of the photographs by which a unit's usual answers are known.
    """
    trained = load(model, device=device)
    images = eight_bit(load_photographs(photographs, trained.input_side)).to(device)
    arrays = {"photographs": as_bytes(images), "class_names": np.array(trained.class_names)}
    squares = usual_squares(images, share=share, distance=distance)
    networks = {"trained": trained, "random": controls.random(model, seed)}
    for name, network in networks.items():
        file = onnx_model(gradient_graph(network, layers), half=True)
        arrays[f"{name}_file"] = np.frombuffer(file, np.uint8)
        frozen = freeze_for_inference(network.to(device))
        rounded = (with_rounded_weights(frozen, bits=each) for each in bits)
        signs, kept = zip(*(compare(frozen, other, images) for other in rounded), strict=True)
        arrays |= {f"{name}_signs": np.stack(signs), f"{name}_kept": np.stack(kept)}
        peaks = activations_of(network, squares, layers, summarise=lambda maps: maps.amax((2, 3)))
        joined = torch.cat([peaks[layer] for layer in layers], dim=1)
        arrays |= {f"{name}_usual": joined.mean(0).numpy(), f"{name}_spread": joined.std(0).numpy()}
    metrics = {
        "num_photographs": len(images),
        "num_squares": len(squares),
        "signs_per_photograph": images[0].numel(),
        "channels": [int(peaks[layer].shape[1]) for layer in layers],
    }
    weights = [network.record() for network in networks.values()]
    return Measurement(arrays, metrics, weights, list(map(photograph_record, photographs)))


def usual_squares(images: Tensor, *, share: float, distance: float) -> Tensor:
    """The images and their squares on a grid, all of one size."""
    parts = [squares_on_grid(image, share=share, distance=distance) for image in images.split(1)]
    return torch.cat([images, *(resize(one, images.shape[-1]) for part in parts for one in part)])


def compare(one: Classifier, other: Classifier, images: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Share of pixels whose gradient keeps its sign, and whether the answer stays: (N,) each."""
    answers = first_answers(one, images)
    first, second = (log_probability_slope(each, images, answers) for each in (one, other))
    signs = (first.sign() == second.sign()).flatten(1).float().mean(dim=1)
    return signs.cpu().numpy(), (first_answers(other, images) == answers).cpu().numpy()


def log_probability_slope(network: Classifier, images: Tensor, classes: Tensor) -> Tensor:
    """Gradient of the log-probability of a class for the pixels, one image after the other."""
    pairs = zip(images.split(1), classes.split(1), strict=True)
    return torch.cat([loss_and_gradient(network, image, Goal(label))[1] for image, label in pairs])


if __name__ == "__main__":
    run_experiment(measure)
