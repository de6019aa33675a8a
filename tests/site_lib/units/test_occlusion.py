"""Of a linear unit, a hidden square takes exactly what its pixels had given."""

import numpy as np
import pytest
import torch

from site_lib.common.errors import CourseError
from site_lib.networks.registry import load
from site_lib.networks.truncation import up_to
from site_lib.units.occlusion import (
    occluded,
    occlusion_map,
    square_starts,
    strength_in_squares,
    units_at,
)


def uniform(*shape, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


def test_a_linear_unit_loses_what_the_square_had_given():
    image, weights = uniform(1, 3, 12, 12), uniform(3, 12, 12, seed=1) - 0.5
    found = occlusion_map(
        lambda images: (images * weights).sum(dim=(1, 2, 3)), image, square=4, stride=2, grey=0.25
    )
    given = (weights * (image[0] - 0.25)).sum(dim=0).numpy()
    windows = np.lib.stride_tricks.sliding_window_view(given, (4, 4))[::2, ::2]
    np.testing.assert_allclose(found, windows.sum(axis=(2, 3)), rtol=0, atol=1e-4)


def test_what_hides_an_inhibitor_is_negative():
    image = torch.zeros(1, 3, 8, 8)
    image[..., :4, :4] = 1
    found = occlusion_map(lambda images: -images[:, 0].sum(dim=(1, 2)), image, square=4, stride=4)
    assert found.tolist() == [[-8.0, 8.0], [8.0, 8.0]]


def test_copies_differ_from_the_image_in_one_square_each():
    image = uniform(1, 3, 10, 10)
    copies = occluded(image, 4, 3, grey=2.0)
    assert square_starts(10, 4, 3) == [0, 3, 6]
    assert copies.shape == (9, 3, 10, 10)
    changed = copies != image
    assert (changed.sum(dim=(1, 2, 3)) == 3 * 16).all()
    assert changed[5, 0].nonzero()[0].tolist() == [3, 6]


def test_a_unit_far_from_the_square_loses_nothing():
    part = up_to(load("student"), "features.0")
    image = uniform(1, 3, 64, 64)
    answer = units_at(part, [5, 9], torch.tensor([2, 3]))
    torch.testing.assert_close(answer(image), part(image)[:, [5, 9], 2, 3])
    both = occlusion_map(answer, image, square=16, stride=16)
    assert both.shape == (4, 4, 2)
    found = both[..., 0]
    assert found[0, 0] != 0
    assert (found[2:] == 0).all()
    assert (found[:, 2:] == 0).all()


def test_strength_lies_in_the_same_squares():
    signals = torch.zeros(2, 3, 12, 12)
    signals[1, :, 4:8, 6:10] = torch.tensor([-1.0, 2.0, 0.0])[:, None, None]
    found = strength_in_squares(signals, 4, 2)
    assert found.shape == (2, 5, 5)
    assert (found[0] == 0).all()
    assert found[1, 2, 3] == 3
    assert found[1, 2, 2] == 1.5


def test_squares_must_fit():
    with pytest.raises(CourseError, match="square"):
        square_starts(8, 9, 1)
    with pytest.raises(CourseError, match="stride"):
        square_starts(8, 2, 0)
