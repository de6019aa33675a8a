"""The graph that browsers run, against PyTorch's own answers and gradients."""

import numpy as np
import pytest
import torch
from torch import Tensor

from site_lib.common.errors import CourseError
from site_lib.images.images import load_photographs
from site_lib.networks.activations import centre_of_map, record_activations
from site_lib.networks.browser_graph import gradient_graph
from site_lib.networks.classifier import Classifier
from site_lib.networks.onnx_file import model
from site_lib.networks.registry import load
from tests.live.runtime import run_graph

LAYERS = ["blocks.1.depthwise.conv", "blocks.3.depthwise.conv", "blocks.13.depthwise.conv"]
NUM_UNITS = 96 + 144 + 1152
OSTRICH = 9
# One unit of each layer, and its weight in the objective.
UNITS = {5: 1.0, 96 + 100: -0.5, NUM_UNITS - 3: 2.0}


def feeds(
    image: Tensor, *, classes: dict[int, float], normaliser: float, units: dict[int, float]
) -> dict[str, np.ndarray]:
    def spread(weights: dict[int, float], length: int) -> np.ndarray:
        values = np.zeros((1, length), np.float32)
        for index, weight in weights.items():
            values[0, index] = weight
        return values

    return {
        "pixels": image.numpy(), "logit_weights": spread(classes, 1000),
        "normaliser": np.array([normaliser], np.float32), "backward": np.array(True),
        "unit_weights": spread(units, NUM_UNITS),
    }  # fmt: skip


CASES: dict[str, dict] = {
    "log-probability": {"classes": {OSTRICH: 1.0}, "normaliser": 1.0, "units": {}},
    "logit": {"classes": {OSTRICH: 1.0}, "normaliser": 0.0, "units": {}},
    "units": {"classes": {}, "normaliser": 0.0, "units": UNITS},
}


def by_torch(
    network: Classifier, image: Tensor, case: dict
) -> tuple[Tensor, Tensor, dict[str, Tensor]]:
    """Logits, gradient of the objective for the pixels, and activations."""
    pixels = image.clone().requires_grad_(True)
    with record_activations(network, LAYERS) as activations:
        logits = network(pixels)
    objective = -case["normaliser"] * logits.logsumexp(dim=1).sum()
    for index, weight in case["classes"].items():
        objective = objective + weight * logits[0, index]
    centres = torch.cat([centre_of_map(activations[layer]) for layer in LAYERS], dim=1)
    for index, weight in case["units"].items():
        objective = objective + weight * centres[0, index]
    (gradient,) = torch.autograd.grad(objective, pixels)
    return logits, gradient, activations


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "half"), [(None, False), (None, True), (0, False)])
def test_answers_and_gradients_are_those_of_pytorch(seed, half, tmp_path):
    """Trained in both precisions, and with random weights, for three objectives."""
    network = load("efficientnet_lite0", random_seed=seed)
    image = load_photographs(["cat"], network.input_side)
    content = model(gradient_graph(network, LAYERS), half=half)
    assert len(content) < (10e6 if half else 20e6)
    asked = [feeds(image, **case) for case in CASES.values()]
    unwanted = asked[0] | {"backward": np.array(False)}
    *found, forward = run_graph(content, [*asked, unwanted], tmp_path)
    assert not forward["gradient"].any()
    np.testing.assert_array_equal(forward["logits"], found[0]["logits"])
    for case, outputs in zip(CASES.values(), found, strict=True):
        logits, gradient, activations = by_torch(network, image, case)
        expected = logits.detach().numpy()[0]
        scale = np.abs(expected).max()
        assert np.abs(outputs["logits"] - expected).max() / scale < 1e-3
        signs = np.sign(outputs["gradient"]) == gradient.sign().flatten().numpy()
        assert signs.mean() > (0.95 if half else 0.99)
        maps = [activations[layer].detach().flatten(2)[0] for layer in LAYERS]
        peaks = torch.cat([each.amax(dim=1) for each in maps]).numpy()
        within = 0.02 if half else 1e-3
        np.testing.assert_allclose(outputs["peaks"], peaks, rtol=within, atol=within)
        places = torch.cat([each.argmax(dim=1) for each in maps]).numpy()
        assert (outputs["places"] == places).mean() > 0.99
        centres = torch.cat([centre_of_map(activations[layer])[0] for layer in LAYERS])
        middle = centres.detach().numpy()
        np.testing.assert_allclose(outputs["centres"], middle, rtol=within, atol=within)


def test_other_networks_and_layers_are_refused():
    with pytest.raises(CourseError, match="is no EfficientNet-Lite"):
        gradient_graph(load("student"), [])
    with pytest.raises(CourseError, match="is no depthwise convolution; choose among"):
        gradient_graph(load("efficientnet_lite0"), ["stem.conv"])
