"""Small networks: sizes by formula, any side, and the weights of the committed training."""

import pytest
import torch

from site_lib.common.errors import CourseError
from site_lib.networks import small_networks
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
from site_lib.networks.small_networks import (
    BUILDERS,
    RECORD,
    before_training,
    build,
    label_of,
    load_small,
)
from site_lib.records.measurement import load_result

# Weights of a convolution, and scale and shift of the normalisation behind it.
GRAFTS = {"graft-5": 6, "graft-9": 10}


def layer(inputs, outputs, kernel, groups=1):
    return outputs * (inputs // groups) * kernel**2 + 2 * outputs


def depthwise(inputs, outputs):
    return layer(inputs, inputs, 3, groups=inputs) + layer(inputs, outputs, 1)


CLASSIFIER = 128 * 1000 + 1000
TRAINED_PARAMETERS = {
    "two-layers": layer(3, 64, 9) + layer(64, 128, 5),
    "plain": sum(
        layer(i, o, 3)
        for i, o in [(3, 24), (24, 24), (24, 48), (48, 48), (48, 96), (96, 96), (96, 128)]
    ),
    "residual": layer(3, 24, 5)
    + 2 * layer(24, 24, 3)
    + sum(
        layer(i, o, 3) + layer(o, o, 3) + layer(i, o, 1) for i, o in [(24, 48), (48, 96), (96, 128)]
    ),
    "separated": layer(3, 24, 3)
    + sum(
        depthwise(i, o)
        for i, o in [(24, 48), (48, 96), (96, 96), (96, 160), (160, 160), (160, 160), (160, 128)]
    ),
    "graft-5": sum(depthwise(i, o) for i, o in [(40, 96), (96, 160), (160, 128)]),
    "graft-9": sum(depthwise(i, o) for i, o in [(112, 96), (96, 160), (160, 128)]),
}


@pytest.mark.parametrize("name", BUILDERS)
def test_as_many_parameters_are_trained_as_the_layers_say(name):
    trained = sum(p.numel() for p in build(name).parameters() if p.requires_grad)
    assert trained == TRAINED_PARAMETERS[name] + CLASSIFIER


@pytest.mark.parametrize("name", BUILDERS)
@pytest.mark.parametrize("side", [64, 96, 101])
def test_any_side_gives_a_thousand_logits_with_and_without_folding(name, side):
    network = load_small(name, random_seed=0)
    images = torch.rand(2, 3, side, side, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        logits = network(images)
        assert logits.shape == (2, 1000)
        assert torch.allclose(freeze_for_inference(network)(images), logits, atol=1e-4)
    assert network.layers[-1] == "classifier"
    assert all(network.layer(name) is not None for name in network.layers)


@pytest.mark.parametrize(("name", "num_kept"), GRAFTS.items())
def test_a_graft_begins_with_the_stages_of_lite0(name, num_kept):
    graft, lite = load_small(name), load("efficientnet_lite0")
    images = torch.rand(1, 3, 96, 96, generator=torch.Generator().manual_seed(0))
    graft.net.train()
    with torch.no_grad():
        x = lite.normalise(images)
        expected = lite.net.blocks[: num_kept - 1](lite.net.stem(x))
        # Training mode changes nothing below the tail.
        assert torch.equal(graft.net.kept(graft.normalise(images)), expected)


def test_training_begins_with_an_almost_silent_classifier_that_follows_the_generator():
    first, same, other = (
        before_training("separated", torch.Generator().manual_seed(seed)).net for seed in (0, 0, 1)
    )
    assert float(first.classifier.weight.detach().std()) == pytest.approx(0.01, rel=0.02)
    assert torch.equal(first.features[0][0].weight, same.features[0][0].weight)
    assert not torch.equal(first.features[0][0].weight, other.features[0][0].weight)


def test_committed_weights_are_those_of_the_committed_training():
    recorded = load_result(RECORD).record
    hashes = {entry["model"]: entry["sha256"] for entry in recorded["weights"]}
    parameters = recorded["parameters"]
    assert set(parameters["networks"]) == set(BUILDERS)
    for name in BUILDERS:
        for step in (*parameters["checkpoints"], None):
            assert load_small(name, step=step).weights_sha256 == hashes[label_of(name, step)]


def test_mistakes_are_named(monkeypatch, tmp_path):
    with pytest.raises(CourseError, match="nearest: residual"):
        load_small("residul")
    with pytest.raises(CourseError, match="plain-step-200"):
        load_small("plain", step=7)
    altered = tmp_path / "plain.safetensors"
    altered.write_bytes(b"no weights")
    monkeypatch.setattr(small_networks, "file_of", lambda label: altered)
    with pytest.raises(CourseError, match="was altered"):
        load_small("plain")
