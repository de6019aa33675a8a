"""Ways back to the pixels, against captum, a hand-written deconvnet and arithmetic."""

import warnings
from types import SimpleNamespace

import pytest
import torch
import torch.nn.functional as F
from captum.attr import Deconvolution, GuidedBackprop, Saliency
from torch import nn

from site_lib.common.errors import CourseError
from site_lib.networks.classifier import Classifier
from site_lib.networks.registry import load
from site_lib.units.deconvnet import project_back, rectifiers_follow

RULES = ["deconvnet", "guided", "gradient"]


def classifier_of(net, mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0)):
    entry = SimpleNamespace(layers=(), input_side=32, licence="", mean=mean, std=std)
    return Classifier(entry, net, name="small", weights_sha256="").eval()


@pytest.fixture
def images():
    return torch.rand(3, 3, 32, 32, generator=torch.Generator().manual_seed(1))


@pytest.fixture
def plain_net():
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 8, 5, stride=2),
        nn.ReLU(),
        nn.Conv2d(8, 12, 3, padding=1, groups=4),
        nn.ReLU(),
        nn.Conv2d(12, 6, 3),
    ).eval()


@pytest.mark.parametrize("rule", RULES)
def test_equals_captum_on_a_plain_network(rule, plain_net, images):
    units, positions = torch.tensor([0, 3, 5]), torch.tensor([[2, 7], [0, 0], [11, 4]])
    ours = project_back(
        classifier_of(plain_net), images, "4", units, rule=rule, positions=positions
    )
    values = plain_net(images)[torch.arange(3), units, *positions.T]
    methods = {"deconvnet": Deconvolution, "guided": GuidedBackprop, "gradient": Saliency}
    options = {"abs": False} if rule == "gradient" else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # captum tells that it sets hooks and gradients
        theirs = torch.cat(
            [
                methods[rule](plain_net).attribute(image, (int(u), int(y), int(x)), **options)
                for image, u, (y, x) in zip(images.split(1), units, positions, strict=True)
            ]
        )
    if rule == "deconvnet":  # captum starts from 1; for a negative start only the unit's sign turns
        positive = values > 0
        assert positive.any()
        ours, theirs = ours[positive], (theirs * values[:, None, None, None])[positive]
    assert ours.abs().max() > 1e-3
    torch.testing.assert_close(ours, theirs.detach(), rtol=1e-5, atol=1e-5)


def pooled_net():
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 6, 5, stride=2, padding=2),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(2),
        nn.Conv2d(6, 10, 3, padding=1),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(2),
    )


def deconvnet_by_hand(net, image, unit):
    """Zeiler & Fergus, section 2.1: unpool, rectify, filter; the switches are recorded."""
    first, _, _, second, _, _ = net
    below = F.relu(first(image))
    pooled, switches_1 = F.max_pool2d(below, 2, return_indices=True)
    above = F.relu(second(pooled))
    top, switches_2 = F.max_pool2d(above, 2, return_indices=True)
    kept = torch.zeros_like(top)
    place = top[0, unit].argmax()
    kept[0, unit].view(-1)[place] = top[0, unit].max()
    x = F.relu(F.max_unpool2d(kept, switches_2, 2, output_size=above.shape))
    x = F.conv_transpose2d(x, second.weight, padding=1)
    x = F.relu(F.max_unpool2d(x, switches_1, 2, output_size=below.shape))
    return F.conv_transpose2d(x, first.weight, stride=2, padding=2, output_padding=1)


def test_equals_a_deconvnet_written_by_hand_with_switches(images):
    net = pooled_net()
    units = torch.tensor([0, 4, 9])
    ours = project_back(classifier_of(net), images, "5", units, rule="deconvnet")
    with torch.no_grad():
        by_hand = torch.cat(
            [
                deconvnet_by_hand(net, image, int(unit))
                for image, unit in zip(images.split(1), units, strict=True)
            ]
        )
    assert by_hand.abs().flatten(1).amax(1).min() > 1e-3
    torch.testing.assert_close(ours, by_hand, rtol=1e-5, atol=1e-6)


def test_in_place_rectifiers_leave_the_recorded_layer_alone(images):
    net = pooled_net()
    units, positions = torch.tensor([0, 4, 9]), torch.zeros(3, 2, dtype=torch.long)
    ours = project_back(
        classifier_of(net), images, "3", units, rule="deconvnet", positions=positions
    )
    with torch.no_grad():
        before = net[3](net[2](F.relu(net[0](images))))[torch.arange(3), units, 0, 0]
    assert (before < 0).any()  # a rectifier in place would have left 0, and a blank picture
    assert (ours.abs().flatten(1).amax(1) > 0).all()


@pytest.mark.parametrize(
    "rectify", [nn.ReLU(), nn.ReLU(inplace=True), F.relu, torch.relu, torch.Tensor.relu]
)
def test_the_three_rules_for_every_way_to_call_a_rectifier(rectify):
    signal = torch.tensor([1.0, -1.0, 1.0, -1.0])
    expected = {"gradient": [0, 0, 1, -1], "deconvnet": [1, 0, 1, 0], "guided": [0, 0, 1, 0]}
    for rule in RULES:
        x = torch.tensor([-2.0, -2.0, 3.0, 3.0], requires_grad=True)
        with rectifiers_follow(rule):
            y = rectify(x * 1)
        assert y.tolist() == [0, 0, 3, 3]
        assert torch.autograd.grad(y, x, signal)[0].tolist() == expected[rule]


@pytest.mark.parametrize("rectify", [nn.ReLU6(), nn.ReLU6(inplace=True), F.relu6])
def test_only_the_plain_gradient_stops_at_the_ceiling_of_relu6(rectify):
    signal = torch.tensor([1.0, 1.0, 1.0, -1.0])
    expected = {"gradient": [0, 1, 0, 0], "deconvnet": [1, 1, 1, 0], "guided": [0, 1, 1, 0]}
    for rule in RULES:
        x = torch.tensor([-1.0, 5.0, 7.0, 7.0], requires_grad=True)
        with rectifiers_follow(rule):
            y = rectify(x * 1)
        assert y.tolist() == [0, 5, 6, 6]
        assert torch.autograd.grad(y, x, signal)[0].tolist() == expected[rule]


@pytest.mark.parametrize("name", ["efficientnet_lite0", "googlenet", "resnet50"])
def test_published_architectures(name):
    """Same answers forwards; backwards the gradient is autograd's, the others are not."""
    classifier = load(name, random_seed=0)
    layer = classifier.layers[3]
    images = torch.rand(2, 3, 96, 96, generator=torch.Generator().manual_seed(0))
    units = torch.tensor([1, 7])
    results = {rule: project_back(classifier, images, layer, units, rule=rule) for rule in RULES}
    leaf = images.clone().requires_grad_(True)
    kept = []
    handle = classifier.layer(layer).register_forward_hook(lambda _m, _i, out: kept.append(out))
    classifier(leaf)
    handle.remove()
    chosen = kept[0][torch.arange(2), units].flatten(1).amax(1).sum()
    (gradient,) = torch.autograd.grad(chosen, leaf)
    scale = gradient.abs().max()
    torch.testing.assert_close(results["gradient"] / scale, gradient / scale, rtol=1e-4, atol=1e-5)
    assert (results["guided"] - gradient).abs().max() > 0.1 * scale
    assert (results["deconvnet"] - gradient).abs().max() > 0.1 * scale


def test_the_default_position_is_the_maximum_and_images_do_not_mix(plain_net, images):
    classifier, units = classifier_of(plain_net), torch.tensor([2, 2, 4])
    maps = plain_net(images)[torch.arange(3), units]
    places = maps.flatten(1).argmax(1)
    positions = torch.stack([places // maps.shape[2], places % maps.shape[2]], dim=1)
    whole = project_back(classifier, images, "4", units, rule="guided")
    explicit = project_back(classifier, images, "4", units, rule="guided", positions=positions)
    single = project_back(classifier, images[1:2], "4", units[1:2], rule="guided")
    torch.testing.assert_close(whole, explicit)
    torch.testing.assert_close(whole[1:2], single)


def test_the_result_is_on_the_scale_of_pixels(plain_net, images):
    mean, std = (0.1, 0.2, 0.3), (0.5, 0.25, 2.0)
    units, positions = torch.tensor([0, 3, 5]), torch.tensor([[2, 7], [0, 0], [11, 4]])
    scaled = project_back(
        classifier_of(plain_net, mean, std),
        images,
        "4",
        units,
        rule="gradient",
        positions=positions,
    )
    normalised = (images - torch.tensor(mean).view(3, 1, 1)) / torch.tensor(std).view(3, 1, 1)
    inside = project_back(
        classifier_of(plain_net), normalised, "4", units, rule="gradient", positions=positions
    )
    torch.testing.assert_close(scaled, inside / torch.tensor(std).view(3, 1, 1))


def test_a_residual_branch_adds_its_signal():
    class Residual(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 3, 1, bias=False)
            self.conv.weight.data = -2.0 * torch.eye(3).view(3, 3, 1, 1)

        def forward(self, x):
            return x + self.conv(F.relu(x))

    # The unit is x − 2x = −x; it starts from −1·x. The skip brings −x, the branch max(2x, 0).
    images = torch.full((1, 3, 1, 1), 0.5)
    net = classifier_of(nn.Sequential(Residual()))
    signal = project_back(net, images, "0", torch.tensor([1]), rule="deconvnet")
    assert signal.flatten().tolist() == [0, pytest.approx(-0.5 + 1.0), 0]


def test_a_layer_without_a_map(images):
    net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    signal = project_back(
        classifier_of(net), images, "3", torch.tensor([0, 1, 2]), rule="deconvnet"
    )
    assert signal.shape == images.shape
    assert signal.abs().max() > 0


def test_the_ordinary_gradient_is_back_after_an_error(images):
    def ordinary():
        x = torch.tensor([-1.0, 1.0], requires_grad=True)
        return torch.autograd.grad(F.relu(x), x, torch.tensor([1.0, -1.0]))[0].tolist() == [0, -1]

    class Broken(nn.Sequential):
        def forward(self, x):
            super().forward(x)
            assert not ordinary()
            raise RuntimeError("stop")

    net = Broken(nn.Conv2d(3, 2, 3), nn.ReLU())
    with pytest.raises(RuntimeError, match="stop"):
        project_back(classifier_of(net), images, "1", torch.tensor([0, 0, 0]), rule="deconvnet")
    assert ordinary()
    assert not any(module._forward_hooks for module in net.modules())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"layer": "9"}, "unknown layer of small '9'"),
        ({"rule": "guide"}, "unknown rule 'guide'; nearest: guided"),
        ({"units": torch.tensor([0, 1, 6])}, "one unit below 6 for each of the 3 images"),
        ({"units": torch.tensor([0])}, "one unit below 6 for each of the 3 images"),
        ({"positions": torch.tensor([[0, 0], [0, 0], [0, 12]])}, r"layer's map, \[12, 12\]"),
        ({"positions": torch.tensor([[0, 0]])}, "each image a position"),
    ],
)
def test_mistakes_are_named(change, message, plain_net, images):
    arguments = {"layer": "4", "units": torch.tensor([0, 1, 2]), "rule": "guided"} | change
    with pytest.raises(CourseError, match=message):
        project_back(classifier_of(plain_net), images, **arguments)


def test_training_mode_is_refused(plain_net, images):
    with pytest.raises(CourseError, match=r"call classifier\.eval"):
        project_back(
            classifier_of(plain_net).train(), images, "4", torch.tensor([0, 1, 2]), rule="guided"
        )
