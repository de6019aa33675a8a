"""Pictures keep signs and rounding."""

import numpy as np
import torch

from site_lib.pictures import as_bytes, visible


def test_signals_keep_their_signs_around_mid_grey_at_a_contrast_of_their_own():
    signal = torch.linspace(-1, 1, 3 * 20 * 20).view(1, 3, 20, 20)
    pictures = visible(torch.cat([signal, 1000 * signal]))
    assert torch.allclose(pictures[0], pictures[1])
    assert torch.equal((pictures[:1] > 0.5), signal > 0)
    assert (pictures[0] == 1).float().mean() < 0.01
    assert torch.equal(visible(torch.zeros(2, 3, 4, 4)), torch.full((2, 3, 4, 4), 0.5))


def test_eight_bits_are_the_nearest_and_colours_come_last():
    image = torch.tensor([0.0, 0.501, 1.0]).view(1, 3, 1, 1).expand(2, 3, 4, 5)
    pixels = as_bytes(image)
    assert pixels.shape == (2, 4, 5, 3)
    assert pixels.dtype == np.uint8
    assert pixels[1, 3, 4].tolist() == [0, 128, 255]
