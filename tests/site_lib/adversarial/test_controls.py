"""Distances, noise, filters, intervals: against arithmetic done by hand."""

import numpy as np
import pytest
import torch

from site_lib.adversarial import defences, distances
from site_lib.adversarial.noise import gaussian, turned, with_norm
from site_lib.adversarial.photographs import best_square, labelled_images
from site_lib.adversarial.statistics import level_for_half
from site_lib.adversarial.transfer import transfer
from site_lib.common.errors import CourseError


def noise(number=2, side=16):
    generator = torch.Generator().manual_seed(0)
    return torch.rand(number, 3, side, side, generator=generator)


def test_distances_of_a_perturbation_that_can_be_counted():
    r = torch.zeros(1, 3, 4, 4)
    r[0, :, 0, 0] = 0.3
    r[0, 1, 2, 3] = -0.4
    assert distances.l0(r).item() == 2
    assert distances.l2(r).item() == pytest.approx((3 * 0.09 + 0.16) ** 0.5)
    assert distances.linf(r).item() == pytest.approx(0.4)
    assert distances.distortion(r).item() == pytest.approx(((3 * 0.09 + 0.16) / 48) ** 0.5)
    images = torch.full_like(r, 0.5)
    assert distances.relative_l2(r, images).item() == pytest.approx(
        (3 * 0.09 + 0.16) ** 0.5 / (48**0.5 * 0.5)
    )


def test_controls_keep_the_norm():
    images, norms = noise(), torch.tensor([0.5, 3.0])
    generator = torch.Generator().manual_seed(1)
    assert torch.allclose(distances.l2(gaussian(images, norms, generator)), norms)
    r = images - 0.5
    for quarter in range(4):
        for mirrored in (False, True):
            other = turned(r, quarter, mirrored=mirrored)
            assert torch.allclose(distances.l2(other), distances.l2(r))
            assert torch.equal(other, r) is (quarter == 0 and not mirrored)
    assert torch.allclose(distances.l2(with_norm(r, norms)), norms)


def test_rounding_keeps_what_a_file_holds_and_lets_gradients_pass():
    images = noise().requires_grad_(True)
    rounded = defences.round_to_file(images)
    assert torch.equal(rounded, (255 * images).round() / 255)
    rounded.sum().backward()
    assert torch.equal(images.grad, torch.ones_like(images))
    assert defences.rounding(2)(noise()).unique().tolist() == [0, 1]


def test_jpeg_changes_little_at_high_quality_and_more_at_low():
    images = noise(1, 32)
    high, low = (
        distances.l2(defences.jpeg(quality)(images) - images).item() for quality in (95, 10)
    )
    assert 0 < high < low
    grey = torch.full((1, 3, 16, 16), 128 / 255)
    assert (defences.jpeg(90)(grey) - grey).abs().max() <= 1 / 255


def test_blur_keeps_a_uniform_image_and_spreads_a_point_by_sigma():
    uniform = torch.full((1, 3, 32, 32), 0.3)
    assert torch.allclose(defences.blur(1.5)(uniform), uniform, atol=1e-6)
    point = torch.zeros(1, 3, 33, 33)
    point[..., 16, 16] = 1
    spread = defences.blur(1.5)(point)[0, 0]
    offsets = (torch.arange(33) - 16.0).square()
    assert (spread.sum(dim=0) * offsets).sum().item() == pytest.approx(1.5**2, rel=0.05)


def test_a_random_size_repeats_with_its_seed_and_keeps_the_shape():
    images = noise()

    def run(seed):
        return defences.random_resize(0.5, torch.Generator().manual_seed(seed))(images)

    assert run(0).shape == images.shape
    assert torch.equal(run(0), run(0))
    assert not torch.equal(run(0), run(1))


def test_an_ensemble_answers_with_the_mean_probability():
    one, two = torch.tensor([[2.0, 0.0]]), torch.tensor([[-1.0, 1.0]])
    together = defences.ensemble([lambda _: one, lambda _: two])(noise(1))
    expected = (one.softmax(dim=1) + two.softmax(dim=1)) / 2
    assert torch.allclose(together.exp(), expected)
    chain = defences.defended(lambda x: x.flatten(1), lambda x: x + 1, lambda x: 2 * x)
    assert torch.allclose(chain(torch.zeros(1, 3, 2, 2)), torch.full((1, 12), 2.0))


def test_transfer_counts_wrong_answers_by_source_and_network():
    labels = torch.tensor([0, 1])
    always_zero = lambda images: torch.tensor([[1.0, 0.0]]).repeat(len(images), 1)  # noqa: E731
    always_one = lambda images: torch.tensor([[0.0, 1.0]]).repeat(len(images), 1)  # noqa: E731
    wrong = transfer({"a": noise()}, {"zero": always_zero, "one": always_one}, labels)
    assert wrong.tolist() == [[[False, True], [True, False]]]


def test_the_level_for_half():
    levels = np.array([1.0, 10.0, 100.0])
    assert level_for_half(levels, np.array([1.0, 0.75, 0.25])) == pytest.approx(10**1.5)
    assert level_for_half(levels, np.array([0.2, 0.1, 0.0])) == 1
    assert level_for_half(levels, np.array([1.0, 0.9, 0.8])) == np.inf


def test_labelled_photographs_are_on_the_grid_of_a_file():
    images, labels, records = labelled_images(64, 3)
    assert images.shape == (3, 3, 64, 64)
    assert torch.equal(images, (255 * images).round() / 255)
    assert len(labels) == len(records) == 3


def test_the_best_square_is_where_the_class_is_most_probable():
    def bright_is_one(images):
        brightness = images.mean(dim=(1, 2, 3))
        return torch.stack([torch.full_like(brightness, 0.2), brightness], dim=1)

    found = best_square(bright_is_one, "cat", [1], side=32)
    whole = best_square(bright_is_one, "cat", [1], side=32, shares=[1])
    assert found.probability >= whole.probability - 1e-6
    assert found.class_index == 1
    with pytest.raises(CourseError, match="apt class"):
        best_square(lambda x: torch.tensor([[1.0, 0.0]]).repeat(len(x), 1), "cat", [1], side=32)
