"""Recording activations leaves nothing behind."""

import pytest
import torch

from site_lib.common.errors import CourseError
from site_lib.networks.activations import record_activations
from site_lib.networks.registry import load


@pytest.fixture(scope="module")
def classifier():
    return load("efficientnet_lite0")


def hooks_of(classifier):
    return sum(len(module._forward_hooks) for module in classifier.modules())


def test_records_the_layers_that_were_asked_for(classifier):
    images = torch.rand(2, 3, 64, 64)
    with torch.no_grad(), record_activations(classifier, ["stem", "blocks.3"]) as activations:
        logits = classifier(images)
    assert set(activations) == {"stem", "blocks.3"}
    assert activations["stem"].shape == (2, 32, 32, 32)
    assert activations["stem"].min() >= 0
    assert activations["stem"].max() <= 6
    assert logits.shape == (2, 1000)


def test_hooks_go_even_after_an_error(classifier):
    def stop(*_):
        assert hooks_of(classifier) == 1
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"), record_activations(classifier, ["stem"]):
        stop()
    assert hooks_of(classifier) == 0


def test_an_unknown_layer_is_refused_before_any_hook(classifier):
    with (
        pytest.raises(CourseError, match="layer of efficientnet_lite0"),
        record_activations(classifier, ["stem", "stam"]),
    ):
        pass
    assert hooks_of(classifier) == 0
