"""A network of anybody's: found by its name, or by the shapes of its weights."""

import pytest
import torch
import torchvision
from safetensors.torch import save_file
from torch import nn

from site_lib.common.errors import CourseError
from site_lib.networks import any_network
from site_lib.networks.activations import activations_of
from site_lib.networks.any_network import controls_of, load_any, stages_with_maps
from site_lib.networks.registry import load
from site_lib.networks.small_networks import load_small


@pytest.fixture(scope="module")
def images():
    return torch.rand(3, 3, 64, 64, generator=torch.Generator().manual_seed(0))


def test_names_of_the_course_are_what_they_are():
    assert load_any("student").record() == load("student").record()
    assert load_any("two-layers").record() == load_small("two-layers").record()


@pytest.mark.parametrize("name", ["student", "two-layers"])
def test_weights_in_a_file_find_their_architecture(name, images, tmp_path):
    network = load_any(name)
    state = {key: 0.5 * one if one.is_floating_point() else one
             for key, one in network.net.state_dict().items()}  # fmt: skip
    path = tmp_path / "mine.safetensors"
    save_file(state, path)
    mine = load_any(str(path))
    assert mine.layers == network.layers
    assert all(torch.equal(one, state[key]) for key, one in mine.net.state_dict().items())
    assert mine.weights_sha256 != network.weights_sha256
    assert mine(images).isfinite().all()


def test_weights_that_fit_nothing_say_so(tmp_path):
    path = tmp_path / "other.safetensors"
    save_file({"layer.weight": torch.zeros(3, 3)}, path)
    with pytest.raises(CourseError, match="fits no architecture of the course"):
        load_any(str(path))
    path.write_bytes(b"no weights")
    with pytest.raises(CourseError, match="cannot read the weights"):
        load_any(str(path))
    with pytest.raises(CourseError, match="cannot read the weights"):
        load_any(str(tmp_path / "nowhere.safetensors"))


def test_an_unknown_name_lists_the_nearest_of_torchvision_too():
    with pytest.raises(CourseError, match="resnet18"):
        load_any("resnet81")


def test_a_model_of_torchvision_brings_its_stages(monkeypatch, images):
    state = torchvision.models.get_model("squeezenet1_1", weights=None).state_dict()
    monkeypatch.setattr(any_network, "weights_from_torchvision", lambda name: (state, "ab" * 32))
    network = load_any("squeezenet1_1")
    assert network.stages[:2] == ["features.0", "features.1"]
    answers = activations_of(network, images, network.stages, summarise=lambda one: one)
    assert all(one.dim() == 4 for one in answers.values())


def test_stages_without_maps_are_left_out():
    net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Sequential(nn.ReLU(), nn.MaxPool2d(2)),
                        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 10))  # fmt: skip
    assert stages_with_maps(net) == ("0", "1.0", "1.1", "2")
    with pytest.raises(CourseError, match="no stages that give maps"):
        stages_with_maps(nn.Sequential(nn.Flatten(), nn.Linear(3 * 224 * 224, 2)))


def test_torchvision_has_weights_of_imagenet_or_says_that_it_has_none():
    with pytest.raises(CourseError, match="no weights of 'regnet_y_128gf'"):
        any_network.weights_from_torchvision("regnet_y_128gf")


def test_controls_differ_in_their_weights_only(images):
    student = load("student")
    found = controls_of(student, images, seed=0)
    before = dict(student.net.named_parameters())
    for name, control in found.items():
        assert control.layers == student.layers
        assert control(images).isfinite().all()
        assert name in control.name
    for key, values in found["shuffled"].net.named_parameters():
        assert torch.equal(values.flatten().sort().values, before[key].flatten().sort().values)
    weights = [one.net.features[0].weight for one in (student, *found.values())]
    assert not torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])
