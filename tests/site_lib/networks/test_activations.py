"""Recording activations leaves nothing behind."""

import pytest
import torch
from torch import nn

from site_lib.common.errors import CourseError
from site_lib.networks.activations import activations_of, centre_of_map, record_activations
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


def test_activations_do_not_depend_on_the_batch():
    network = load("student", random_seed=0)
    images = torch.rand(5, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    layers = ["features.2", "classifier"]
    one, other = (activations_of(network, images, layers, batch=batch) for batch in (2, 5))
    assert one["classifier"].shape == (5, 1000)
    assert one["features.2"].shape == (5, 64 * 16 * 16)
    for layer in layers:
        assert torch.allclose(one[layer], other[layer], atol=1e-5)


def test_later_passes_end_with_the_last_layer_that_is_wanted():
    network = load("student", random_seed=0)
    images = torch.rand(6, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    passes = []
    network.layer("classifier").register_forward_hook(lambda *_: passes.append(1))
    found = activations_of(network, images, ["features.2"], batch=2)["features.2"]
    assert len(passes) == 1
    assert torch.allclose(
        found, activations_of(network, images, ["features.2", "classifier"])["features.2"]
    )


class Twice(nn.Module):
    """Passes one layer two times."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 3)

    def forward(self, images):
        return self.layer(self.layer(images.mean(dim=(2, 3))))


def test_of_a_layer_that_is_passed_twice_the_last_answer_counts():
    network = load("student", random_seed=0)
    network.net = Twice()
    images = torch.rand(6, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    found = activations_of(network, images, ["layer"], batch=2)["layer"]
    torch.testing.assert_close(found, network(images))


@pytest.mark.parametrize(
    ("images", "batch", "message"),
    [
        (torch.full((2, 3, 64, 64), torch.nan), 16, "images must be finite"),
        (torch.zeros(2, 3, 64, 64), 0, "batch must be a whole number from 1 on"),
        (torch.zeros(0, 3, 64, 64), 16, r"images must have the shape \(N, 3, H, W\)"),
    ],
)
def test_images_that_nothing_can_answer_to_are_refused(images, batch, message):
    with pytest.raises(CourseError, match=message):
        activations_of(load("student", random_seed=0), images, ["classifier"], batch=batch)


def test_the_centre_of_a_map_lies_behind_the_middle_of_an_even_side():
    maps = torch.arange(2 * 3 * 4 * 5).view(2, 3, 4, 5)
    assert torch.equal(centre_of_map(maps), maps[:, :, 2, 2])
