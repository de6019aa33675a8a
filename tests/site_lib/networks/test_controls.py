"""Controls: what a shuffled network keeps, and where its statistics come from."""

import pytest
import torch
from torch import nn

from site_lib.networks import controls
from site_lib.networks.controls import one_by_one, shuffle_parameters, with_controls
from site_lib.networks.initialising import estimate_statistics
from site_lib.networks.registry import load


def test_shuffling_keeps_the_values_of_every_parameter_and_moves_them():
    net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8))
    nn.init.normal_(net[1].weight)
    before = [one.detach().clone() for one in net.parameters()]
    shuffle_parameters(net, torch.Generator().manual_seed(0))
    for earlier, now in zip(before, net.parameters(), strict=True):
        assert torch.equal(earlier.flatten().sort().values, now.detach().flatten().sort().values)
    assert not torch.equal(before[0], net[0].weight)


def test_statistics_are_those_of_the_batch():
    net = nn.Sequential(nn.BatchNorm2d(3)).eval()
    inputs = 2 + 3 * torch.randn(8, 3, 5, 5, generator=torch.Generator().manual_seed(0))
    estimate_statistics(net, inputs)
    assert torch.allclose(net[0].running_mean, inputs.mean(dim=(0, 2, 3)))
    assert torch.allclose(net[0].running_var, inputs.var(dim=(0, 2, 3)))
    assert not net[0].training


@pytest.fixture(scope="module")
def student_and_controls():
    return with_controls("student", num_random_networks=1, num_shuffled_networks=2, seed=3)


def test_controls_say_what_they_are(student_and_controls):
    names = [one.record()["sha256"] for group in student_and_controls.values() for one in group]
    kinds, every = one_by_one(student_and_controls)
    assert kinds == ["trained", "random", "shuffled", "shuffled"]
    assert [one.record()["sha256"] for one in every] == names
    assert "random weights, seed 3" in names[1]
    assert "shuffled with seed 3" in names[2]
    assert len(set(names)) == 4


def test_a_shuffled_network_has_the_trained_values_in_other_places(student_and_controls):
    trained = dict(load("student").net.named_parameters())
    for name, values in student_and_controls["shuffled"][0].net.named_parameters():
        assert torch.equal(values.flatten().sort().values, trained[name].flatten().sort().values)
        if values.numel() > 100:
            assert not torch.equal(values, trained[name])


def test_a_network_without_a_classifier_has_controls():
    network = controls.random("mobilenet_v2", 0)
    first = network.layer("features.0.1")
    assert network.weights_sha256.endswith("statistics of photographs")
    assert first.running_var.min() > 0
    assert not torch.equal(first.running_mean, torch.zeros_like(first.running_mean))


def test_controls_answer_differently_to_different_photographs(student_and_controls):
    photographs = controls._photographs(128)[:4]
    for kind in ("random", "shuffled"):
        logits = student_and_controls[kind][0](photographs)
        assert logits.isfinite().all()
        assert logits.std(dim=0).mean() > 1e-3
