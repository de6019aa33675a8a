"""Distances, noise, filters, intervals: against arithmetic done by hand."""

import numpy as np
import pytest
import torch

from site_lib.adversarial import defences, distances
from site_lib.adversarial.noise import (
    all_turned,
    band_limited,
    gaussian,
    photograph_like,
    random_signs,
    shuffled,
    turned,
    with_norm,
)
from site_lib.adversarial.photographs import (
    answered_right,
    best_square,
    labelled_images,
    random_squares,
)
from site_lib.adversarial.rays import logits_in_plane
from site_lib.adversarial.statistics import answers_between
from site_lib.adversarial.transfer import transfer
from site_lib.common.errors import CourseError
from site_lib.data.corpus_photographs import corpus_photographs


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


def test_random_signs_move_every_pixel_by_epsilon():
    images = noise(1, 32)
    found = random_signs(images, 0.02, torch.Generator().manual_seed(1))
    assert torch.equal(found.abs(), torch.full_like(images, 0.02))
    assert 0.4 < (found > 0).float().mean() < 0.6
    with pytest.raises(CourseError, match="epsilon must be a number from 0 to 1, not 8"):
        random_signs(images, 8, torch.Generator())


def test_all_turns_are_different_and_none_is_the_original():
    r = noise(1)
    turns = all_turned(r)
    assert torch.equal(turns[0], turned(r, 1))
    assert torch.equal(turns[3], r.flip(-1))
    every = [r, *turns]
    assert len(every) == 6
    assert not any(torch.equal(a, b) for k, a in enumerate(every) for b in every[:k])


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


def test_who_knows_a_random_defence_attacks_what_is_expected_of_it():
    def network(images):
        return images.mean(dim=(2, 3))

    plain, random = defences.Defence(network), defences.Defence(network, network_of_draws)
    assert not plain.is_random
    assert plain.attacked is network
    assert random.is_random
    assert random.attacked is network_of_draws


def network_of_draws(images):
    """Stands for the expectation of a random network."""


def test_transfer_counts_wrong_answers_by_source_and_network():
    labels = torch.tensor([0, 1])
    always_zero = lambda images: torch.tensor([[1.0, 0.0]]).repeat(len(images), 1)  # noqa: E731
    always_one = lambda images: torch.tensor([[0.0, 1.0]]).repeat(len(images), 1)  # noqa: E731
    wrong = transfer({"a": noise()}, {"zero": always_zero, "one": always_one}, labels)
    assert wrong.tolist() == [[[False, True], [True, False]]]


def test_between_the_points_of_a_grid_the_nearer_plane_wins():
    steps = np.array([-1.0, 0.0, 1.0])
    up, right = np.meshgrid(steps, steps, indexing="ij")
    logits = np.stack([up, right, np.full_like(up, 0.2)], axis=2)  # planes, so nothing is lost
    points = np.array([[0.5, 0.4], [0.4, 0.5], [-0.3, 0.1], [-1.0, 1.0]])
    assert answers_between(logits, steps, points).tolist() == [0, 1, 2, 1]


def test_noise_of_a_band_has_no_other_frequencies():
    images, norms = noise(side=32), torch.tensor([0.5, 3.0])
    found = band_limited(images, norms, torch.Generator().manual_seed(1), low=0.1, high=0.2)
    assert torch.allclose(distances.l2(found), norms)
    frequency = torch.hypot(torch.fft.fftfreq(32)[:, None], torch.fft.rfftfreq(32)[None])
    power = torch.fft.rfft2(found).abs()
    outside = (frequency < 0.1) | (frequency >= 0.2)
    assert power[..., outside].amax() < 1e-4 * power.amax()


def test_noise_like_a_photograph_has_its_spectrum_and_its_colours():
    photograph, norms = noise(side=16), torch.tensor([0.5, 3.0])
    found = photograph_like(photograph, norms, torch.Generator().manual_seed(1))
    deviation = photograph - photograph.mean(dim=(2, 3), keepdim=True)
    expected = with_norm(deviation, norms)
    assert torch.allclose(distances.l2(found), norms, rtol=1e-3)
    spectra = [torch.fft.rfft2(each)[..., 1:8] for each in (found, expected)]
    assert torch.allclose(*(spectrum.abs() for spectrum in spectra), rtol=1e-2, atol=1e-4)
    red_green = [(each[:, 0] * each[:, 1].conj()) for each in spectra]
    assert torch.allclose(*red_green, rtol=1e-2, atol=1e-4)
    assert not torch.allclose(found, expected, atol=0.01)


def test_shuffled_pixels_are_the_same_pixels_elsewhere():
    r = noise()
    found = shuffled(r, torch.Generator().manual_seed(1))
    colours = [sorted(map(tuple, each[0].flatten(1).T.tolist())) for each in (r, found)]
    assert colours[0] == colours[1]
    assert (found != r).float().mean() > 0.9


def test_labelled_photographs_beyond_the_first_twenty_are_those_of_the_corpus():
    labels, records = labelled_images(8, 22)[1:]
    corpus = [one for one in corpus_photographs().values() if one.imagenet_class is not None]
    assert labels[20:].tolist() == [one.imagenet_class for one in corpus[:2]]
    assert records[20:] == [one.record() for one in corpus[:2]]


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
    early = best_square(bright_is_one, "cat", [1], side=32, enough=0)
    assert torch.equal(early.image, whole.image)
    with pytest.raises(CourseError, match="apt class"):
        best_square(lambda x: torch.tensor([[1.0, 0.0]]).repeat(len(x), 1), "cat", [1], side=32)


def test_only_what_every_network_gets_right_is_attacked():
    images, labels = noise(3), torch.tensor([0, 1, 1])
    first = lambda _: torch.eye(2)[[0, 1, 1]]  # noqa: E731
    second = lambda _: torch.eye(2)[[1, 1, 1]]  # noqa: E731
    kept, known = answered_right([first, second], images, labels)
    assert torch.equal(kept, images[1:])
    assert known.tolist() == [1, 1]
    assert len(answered_right([first], images, labels)[0]) == 3


def test_random_squares_repeat_with_their_seed_and_differ():
    pictures = [noise(1, 40), noise(1, 60)]

    def squares(seed, number=3):
        generator = torch.Generator().manual_seed(seed)
        return random_squares(pictures, number, 16, generator=generator)

    found = squares(0)
    assert found.shape == (3, 3, 16, 16)
    assert 0 <= found.min() < found.max() <= 1
    assert torch.equal(found, squares(0))
    assert not torch.equal(found, squares(1))
    with pytest.raises(CourseError, match="number of squares must be a whole number from 1 on"):
        squares(0, number=0)
    with pytest.raises(CourseError, match="number of pictures must be a number from 1 on, not 0"):
        random_squares([], 1, 16, generator=torch.Generator())


def test_a_plane_is_answered_row_by_row_from_below():
    image = torch.full((1, 3, 8, 8), 0.5)
    right, up = torch.zeros(2, 1, 3, 8, 8)
    right[:, 0], up[:, 1] = 1, 1

    def network(images):
        red, green = (images[:, k].mean(dim=(1, 2)) > 0.5 for k in (0, 1))
        return torch.nn.functional.one_hot(red + 2 * green.long(), 4).float()

    found = logits_in_plane(network, image, right, up, torch.tensor([-0.1, 0.1, 9]))
    assert found.shape == (3, 3, 4)
    assert found.argmax(dim=2).tolist() == [[0, 1, 1], [2, 3, 3], [2, 3, 3]]
    with pytest.raises(CourseError, match="up must have the shape"):
        logits_in_plane(network, image, right, up[..., :4], torch.zeros(1))
