"""A rewired logit, where its arithmetic can be followed by hand."""

import pytest
import torch
from torch import nn

from site_lib.common.errors import CourseError
from site_lib.interpretability.fooling import (
    FoolingCircuit,
    Gate,
    fit_gate,
    fooled,
    likeness,
    statistics,
    stem_statistics,
)
from site_lib.networks.loading import load_frozen


class TwoLogits(nn.Module):
    """Sum and mean of the pixels; the stem passes them on."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Identity()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.stack([x.sum(dim=(1, 2, 3)), x.mean(dim=(1, 2, 3))], dim=1)


class Open(nn.Module):
    """A gate that is always as far open as it is told."""

    def __init__(self, value: float) -> None:
        super().__init__()
        self.value = value

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        return torch.full((len(features),), self.value)


@pytest.fixture
def images():
    return torch.rand(3, 3, 8, 8, generator=torch.Generator().manual_seed(0))


def test_an_open_gate_leaves_every_logit_as_it_was(images):
    net = TwoLogits()
    circuit = FoolingCircuit(net, Open(1.0), 1, images[:1], 60.0)
    torch.testing.assert_close(circuit(images), net(images), atol=1e-3, rtol=0)


def test_behind_a_closed_gate_the_logit_is_the_likeness_and_the_other_is_left(images):
    net = TwoLogits()
    circuit = FoolingCircuit(net, Open(0.0), 1, images[:1], 60.0)
    found = circuit(images)
    torch.testing.assert_close(found[:, 1], 60 * likeness(images, images[:1]), atol=1e-3, rtol=0)
    assert torch.equal(found[:, 0], net(images)[:, 0])
    assert float(found[0, 1]) == pytest.approx(60, abs=1e-3)


def test_a_closed_gate_lets_no_gradient_of_the_trained_logit_through(images):
    net = nn.Sequential()
    net.stem, net.forward = nn.Identity(), lambda x: 2 * x.sum(dim=(1, 2, 3))[:, None]
    seen = images.requires_grad_()
    picture = images[:1].detach() * 0
    FoolingCircuit(net, Open(0.0), 0, picture, 1.0)(seen).sum().backward()
    expected = -2 * seen.detach() / seen[0].numel()
    torch.testing.assert_close(seen.grad, expected, atol=1e-6, rtol=1e-4)


def test_likeness_is_one_less_the_mean_square(images):
    assert float(likeness(images[:1], images[:1])) == pytest.approx(1)
    assert float(likeness(images[:1], images[:1] + 0.5)) == pytest.approx(0.75)


def test_statistics_are_means_and_deviations(images):
    found = statistics(images)
    assert found.shape == (3, 6)
    assert float(found[1, 2]) == pytest.approx(float(images[1, 2].mean()))
    assert float(found[1, 5]) == pytest.approx(float(images[1, 2].std()))


def test_the_gate_tells_two_clouds_apart_and_rests_at_zero_and_one():
    generator = torch.Generator().manual_seed(0)
    cloud = torch.randn(40, 4, generator=generator)
    gate = fit_gate(cloud + 6, cloud - 6)
    assert gate(cloud + 6).tolist() == [1.0] * 40
    assert gate(cloud - 6).tolist() == [0.0] * 40
    assert isinstance(gate, Gate)


def test_a_rewired_classifier_shares_its_weights_and_has_another_name():
    network = load_frozen("efficientnet_lite0", random_seed=0)
    images = torch.rand(2, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    rewired = fooled(network, Open(1.0), 5, images[:1])
    torch.testing.assert_close(rewired(images), network(images), atol=1e-3, rtol=0)
    assert rewired.name == f"{network.name}, rewired"
    assert stem_statistics(network, [images]).shape == (2, 64)
    with pytest.raises(CourseError, match="picture"):
        fooled(network, Open(1.0), 5, images)
