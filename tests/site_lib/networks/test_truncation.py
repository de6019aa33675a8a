"""A shortened network answers as the whole one does."""

import pytest
import torch

from site_lib.common.errors import CourseError
from site_lib.networks.activations import record_activations
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
from site_lib.networks.truncation import before_rectifier, feeding_layer, up_to
from site_lib.units.receptive_fields import theoretical_receptive_fields


@pytest.fixture(scope="module")
def student():
    return freeze_for_inference(load("student", random_seed=0))


@pytest.mark.parametrize(
    ("model", "layer"),
    [("student", "features.6"), ("efficientnet_lite0", "blocks.3.depthwise.conv")],
)
def test_the_part_up_to_a_layer_gives_what_the_whole_network_gives_there(model, layer):
    whole = freeze_for_inference(load(model, random_seed=0))
    part = up_to(whole, layer)
    images = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    with torch.no_grad(), record_activations(whole, [layer]) as expected:
        whole(images)
    with torch.no_grad(), record_activations(part, [layer]) as found:
        output = part(images)
    torch.testing.assert_close(output, expected[layer])
    assert torch.equal(output, found[layer])
    fields = theoretical_receptive_fields(whole.net, 64)
    assert theoretical_receptive_fields(part.net, 64)[layer] == fields[layer]
    assert len(list(part.net.modules())) < len(list(whole.net.modules()))


def test_nothing_behind_the_layer_is_left(student):
    with pytest.raises(CourseError, match="layer of student"):
        up_to(student, "features.6").layer("features.10")


def test_groups_of_layers_are_refused(student):
    with pytest.raises(CourseError, match="no single layer"):
        up_to(student, "features")


def test_a_rectifier_stands_behind_its_convolution(student):
    # Behind the convolution stands its batch normalisation, an identity once it is folded.
    assert before_rectifier(student, "features.6") == "features.5"
    assert before_rectifier(up_to(student, "features.6"), "features.6") == "features.5"
    assert before_rectifier(student, "features.4") == "features.4"


def test_channels_of_a_depthwise_convolution_are_silent_where_those_that_feed_it_are():
    classifier = freeze_for_inference(load("efficientnet_lite0"))
    layer = "blocks.6.depthwise.conv"
    feeder = feeding_layer(classifier, layer)
    assert feeder == "blocks.6.expand.norm"
    assert feeding_layer(classifier, "blocks.0.depthwise.conv") == "stem.norm"
    assert feeding_layer(classifier, feeder) == feeder
    images = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    with torch.no_grad(), record_activations(classifier, [feeder, layer]) as found:
        classifier(images)
    silent = (found[feeder] <= 0).flatten(2).all(dim=2)
    assert silent.any()
    assert not silent.all()
    spread = found[layer].flatten(2).std(dim=2)
    # Nothing but the shift of the folded batch normalisation is left.
    assert spread[silent].max() < 1e-6
    assert spread[~silent].min() > 1e-6
