"""Receptive fields of nets that can be worked out by hand, and of published ones."""

import pytest
import torch
from torch import nn

from site_lib.common.errors import CourseError
from site_lib.networks.classifier import Classifier
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import REGISTRY, load
from site_lib.units.receptive_fields import (
    Square,
    effective_field,
    gradient_energy,
    theoretical_receptive_fields,
)


def sizes(net, side=64):
    return {path: field.size for path, field in theoretical_receptive_fields(net, side).items()}


def test_two_small_convolutions_see_five_pixels():
    assert sizes(nn.Sequential(nn.Conv2d(3, 1, 3), nn.ReLU(), nn.Conv2d(1, 1, 3))) == {
        "0": 3,
        "1": 3,
        "2": 5,
    }


def test_folding_batch_norms_changes_no_field():
    plain = load("student", random_seed=0)
    folded = freeze_for_inference(plain)
    fields = theoretical_receptive_fields(folded.net, 128)
    assert fields == theoretical_receptive_fields(plain.net, 128)
    assert fields["features.1"] == fields["features.0"]


def test_stride_pooling_and_dilation():
    net = nn.Sequential(
        nn.Conv2d(3, 1, 3, stride=2, padding=1),  # 3, jump 2, first centre on pixel 0
        nn.MaxPool2d(2),  # 3 + 1·2 = 5, jump 4, centre 0 + 0.5·2 = 1
        nn.Conv2d(1, 1, 3, dilation=2),  # 5 + 4·4 = 21, centre 1 + 2·4 = 9
    )
    fields = theoretical_receptive_fields(net, 64)
    assert [(fields[p].size, fields[p].jump, fields[p].centre) for p in "012"] == [
        (3, 2, 0),
        (5, 4, 1),
        (21, 4, 9),
    ]
    assert [fields[p].map_side for p in "012"] == [32, 16, 12]
    assert fields["2"].centre_of(3) == 21


class Branches(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 3, 3, padding=1), nn.Conv2d(3, 3, 7, padding=3)
        self.last, self.linear = nn.Conv2d(3, 3, 3), nn.Linear(3, 2)

    def forward(self, x):
        joined = torch.cat([self.first(x) + x, self.second(x)], dim=1)[:, :3]
        return self.linear(self.last(joined).mean((2, 3)))


def test_branches_take_the_widest_and_a_global_average_ends_the_map():
    assert sizes(Branches()) == {"first": 3, "second": 7, "last": 9}


# Sizes after the last pooling layer, table 1 of Araujo et al. (2019).
@pytest.mark.parametrize(
    ("name", "layer", "size"), [("alexnet", "features.12", 195), ("vgg16", "features.30", 212)]
)
def test_published_networks(name, layer, size):
    net = REGISTRY[name].build().eval()
    assert theoretical_receptive_fields(net, 224)[layer].size == size


@pytest.mark.parametrize("name", ["efficientnet_lite0", "efficientnet_lite2"])
def test_gradients_reach_exactly_the_theoretical_square(name):
    classifier = load(name, random_seed=0)
    side = classifier.input_side
    fields = theoretical_receptive_fields(classifier.net, side)
    images = torch.rand(1, 3, side, side, generator=torch.Generator().manual_seed(0))
    layers = ["stem", "blocks.1", "blocks.3", "blocks.5"]
    energy = gradient_energy(
        classifier, images, layers, num_probes=1, generator=torch.Generator().manual_seed(0)
    )
    for layer in layers:
        field = fields[layer]
        centre = field.centre_of(field.map_side // 2)
        rows = energy[layer][0].sum(dim=1).nonzero().flatten()
        assert rows.min() == max(0, centre - (field.size - 1) / 2), layer
        assert rows.max() == min(side - 1, centre + (field.size - 1) / 2), layer


class OneFilter(Classifier):
    """A classifier that is one linear filter, so its gradient is the filter."""

    def __init__(self, kernel):
        nn.Module.__init__(self)
        self.name, self.net = "one filter", nn.Sequential(nn.Conv2d(3, 1, 5, bias=False))
        self.net[0].weight = nn.Parameter(kernel)

    def normalise(self, images):
        return images


def test_energy_of_a_linear_filter_is_its_square():
    kernel = torch.randn(1, 3, 5, 5, generator=torch.Generator().manual_seed(0))
    energy = gradient_energy(
        OneFilter(kernel),
        torch.rand(1, 3, 5, 5),
        ["0"],
        num_probes=3,
        generator=torch.Generator().manual_seed(1),
    )["0"][0]
    square = kernel.square().sum(dim=(0, 1))
    assert torch.allclose(energy / energy.sum(), square / square.sum(), atol=1e-6)


def test_probes_estimate_the_sum_over_channels_without_bias():
    generator = torch.Generator().manual_seed(0)
    kernel = torch.randn(4, 3, 5, 5, generator=generator)
    net = OneFilter(torch.zeros(1, 3, 5, 5))
    net.net[0] = nn.Conv2d(3, 4, 5, bias=False)
    net.net[0].weight = nn.Parameter(kernel)
    energy = gradient_energy(
        net, torch.rand(1, 3, 5, 5), ["0"], num_probes=4000, generator=generator
    )["0"][0]
    # Each pixel's estimate has a relative standard error of at most sqrt(2 / 4000) = 2.2 %.
    assert torch.allclose(energy, kernel.square().sum(dim=(0, 1)), rtol=0.11)


def test_effective_field_of_a_known_square():
    energy = torch.zeros(40, 50)
    energy[7:17, 20:30] = 1
    assert effective_field(energy, 0.999) == Square(7, 20, 10)
    assert effective_field(energy, 0.8).side == 9  # 81 of 100 pixels
    energy[39, 49] = 5  # a far pixel with less than a tenth of the energy
    assert effective_field(energy, 0.9).side == 10


def test_effective_field_needs_energy():
    with pytest.raises(CourseError, match="no gradient"):
        effective_field(torch.zeros(5, 5))


def test_a_layer_without_a_map_is_refused():
    with pytest.raises(CourseError, match="no spatial map"):
        gradient_energy(
            load("efficientnet_lite0", random_seed=0),
            torch.rand(1, 3, 64, 64),
            ["classifier"],
            num_probes=1,
            generator=torch.Generator(),
        )


def test_energy_that_cannot_be_estimated_or_summed_is_refused():
    images = torch.rand(1, 3, 8, 8)
    net = OneFilter(torch.ones(1, 3, 5, 5))
    for message, refused in (
        ("number of probes", lambda: gradient_energy(
            net, images, ["0"], num_probes=0, generator=torch.Generator())),
        ("images must be finite", lambda: gradient_energy(
            net, images / 0, ["0"], num_probes=1, generator=torch.Generator())),
        ("fraction must be a number above 0 and up to 1", lambda: effective_field(images[0, 0], 2)),
        ("energy must be finite", lambda: effective_field(images[0, 0] * torch.nan)),
        ("energy must lie in 0…inf", lambda: effective_field(-images[0, 0] - 1)),
    ):  # fmt: skip
        with pytest.raises(CourseError, match=message):
            refused()
