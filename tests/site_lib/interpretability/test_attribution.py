"""Attribution, against captum and where calculus gives the answer."""

import torch
from captum import attr

from site_lib.interpretability.attribution import (
    grad_cam,
    gradient,
    integrated_gradients,
    shuffled_from_the_top,
)
from site_lib.networks.registry import load

CLASSES = torch.tensor([3, 281])


def test_the_gradient_is_captums(network, images):
    expected = attr.Saliency(network).attribute(images.clone().requires_grad_(), CLASSES, abs=False)
    torch.testing.assert_close(gradient(network, images, CLASSES), expected.detach())


def test_integrated_gradients_are_captums(network, images):
    expected = attr.IntegratedGradients(network).attribute(
        images, torch.full_like(images, 0.5), CLASSES, n_steps=8, method="riemann_middle"
    )
    found = integrated_gradients(network, images, CLASSES, num_steps=8)
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-3)


def test_integrated_gradients_add_up_to_what_the_logit_gained(network, images):
    found = integrated_gradients(network, images, CLASSES, num_steps=64).sum(dim=(1, 2, 3))
    with torch.no_grad():
        gained = network(images) - network(torch.full_like(images, 0.5))
    expected = gained.gather(1, CLASSES[:, None])[:, 0]
    torch.testing.assert_close(found, expected, atol=0.05, rtol=0.05)


def test_grad_cam_is_captums(network, images):
    layer = "features.16"
    expected = attr.LayerGradCam(network, network.layer(layer)).attribute(
        images.clone().requires_grad_(), CLASSES, relu_attributions=True
    )
    torch.testing.assert_close(grad_cam(network, images, CLASSES, layer), expected[:, 0].detach())


def test_shuffling_keeps_the_values_and_what_is_not_named():
    network = load("student")
    first, *_, last = network.layers
    changed = shuffled_from_the_top(network, [last], torch.Generator().manual_seed(0))
    for layer, same in ((first, True), (last, False)):
        ours, theirs = (list(one.layer(layer).parameters()) for one in (network, changed))
        for one, other in zip(ours, theirs, strict=True):
            assert torch.equal(one, other) == same or one.numel() == 1
            assert torch.equal(one.flatten().sort().values, other.flatten().sort().values)
    assert changed.name == f"{network.name}, shuffled from {last}"
