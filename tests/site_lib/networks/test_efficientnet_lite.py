"""Convolutions pad as TensorFlow's do, whichever way the zeros get there."""

import pytest
import torch
import torch.nn.functional as F

from site_lib.networks.efficientnet_lite import SameConv2d


@pytest.mark.parametrize("side", [1, 8, 9, 11, 16])
@pytest.mark.parametrize(("kernel", "stride"), [(1, 1), (3, 1), (3, 2), (5, 2), (3, 4)])
def test_zeros_are_where_tensorflow_puts_them(side, kernel, stride):
    generator = torch.Generator().manual_seed(0)
    conv = SameConv2d(4, 4, kernel, stride, groups=4)
    images = torch.randn(2, 4, side, side + 3, generator=generator)
    (top, bottom), (left, right) = (conv.padding_for(s, 0) for s in (side, side + 3))
    padded = F.pad(images, (left, right, top, bottom))
    expected = F.conv2d(padded, conv.weight, conv.bias, stride, groups=4)
    assert expected.shape[-2:] == (-(-side // stride), -(-(side + 3) // stride))
    for needs_gradient in (False, True):
        found = conv(images.clone().requires_grad_(needs_gradient))
        torch.testing.assert_close(found, expected)
