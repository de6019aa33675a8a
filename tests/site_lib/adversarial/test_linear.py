"""A classifier whose boundaries are planes: against geometry done by hand, and the attacks."""

import math

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression

from site_lib.adversarial.attack import Goal
from site_lib.adversarial.distances import l2
from site_lib.adversarial.linear import LinearClassifier, first_crossing, fit_linear
from site_lib.adversarial.minimal_norm import minimal_norm
from site_lib.adversarial.noise import gaussian
from site_lib.adversarial.rays import distance_along
from site_lib.common.errors import CourseError
from tests.site_lib.adversarial.linear_networks import Linear, images_near_grey, smallest_distance


@pytest.fixture
def classifier():
    weights = Linear(5).weights.flatten(1)
    return LinearClassifier(weights, -weights.sum(dim=1) / 2)


def test_the_nearest_plane_is_where_geometry_and_the_attack_find_it(classifier):
    images = images_near_grey()
    labels = classifier(images).argmax(dim=1)
    found = classifier.smallest_changes(images, labels)
    assert torch.allclose(found, smallest_distance(Linear(5), images, labels), rtol=1e-3)
    attacked = l2(minimal_norm(classifier, images, labels, num_steps=40).perturbation)
    assert (attacked > 0.999 * found).all()
    assert attacked.median() < 1.15 * found.median()


def test_along_a_ray_the_answer_changes_where_it_is_said_to(classifier):
    images = images_near_grey()
    labels = classifier(images).argmax(dim=1)
    direction = gaussian(images, torch.ones(6), torch.Generator().manual_seed(7))
    told = first_crossing(classifier(images), classifier.slopes(direction), labels)
    lengths = torch.tensor([0.1, 0.2, 0.4, 0.8, 1.6])
    found = distance_along(
        classifier, images, direction, Goal(labels), lengths=lengths, num_halvings=14
    )
    near = told < 0.5  # beyond, pixels leave [0, 1]
    assert near.any()
    assert torch.allclose(told[near], found[near], rtol=1e-2)


def test_a_ray_that_leads_away_from_every_plane_meets_none():
    logits, slopes = torch.tensor([[2.0, 1.0, 0.0]]), torch.tensor([[0.0, -1.0, 0.5]])
    assert first_crossing(logits, slopes, torch.tensor([0])).tolist() == [4]
    assert first_crossing(logits, -slopes, torch.tensor([0])).tolist() == [1]
    away = torch.tensor([[1.0, 0.0, 0.0]])
    assert first_crossing(logits, away, torch.tensor([0])).tolist() == [math.inf]


def test_the_ratio_to_noise_is_of_order_root_n():
    weights = torch.randn(2, 3 * 32 * 32, generator=torch.Generator().manual_seed(0))
    plane = LinearClassifier(weights, -weights.sum(dim=1) / 2)
    images = 0.5 + 0.05 * torch.randn(400, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    labels = plane(images).argmax(dim=1)
    white = gaussian(images, torch.ones(400), torch.Generator().manual_seed(2))
    both = [first_crossing(plane(images), plane.slopes(s * white), labels) for s in (1, -1)]
    ratio = torch.minimum(*both) / plane.smallest_changes(images, labels)
    # 1 / |cos| in n dimensions: the cosine is nearly Gaussian, half of them within 0.674 / √n.
    assert ratio.median().item() == pytest.approx(3072**0.5 / 0.674, rel=0.1)


def test_what_is_fitted_in_the_span_of_the_images_is_fitted_to_all_pixels():
    generator = torch.Generator().manual_seed(0)
    images = torch.rand(30, 3, 4, 4, generator=generator)
    labels = torch.arange(30) % 3
    images[labels == 1, 0] += 0.3
    found = fit_linear(images, labels, strength=0.5)
    pixels = images.flatten(1).double().numpy()
    reference = LogisticRegression(C=0.5, max_iter=5000, tol=1e-8)
    reference.fit(pixels, labels.numpy())
    # Logistic regression fixes logits up to one shift for all classes.
    logits = found(images).double().numpy()
    expected = reference.decision_function(pixels)
    assert np.allclose(
        logits - logits.mean(axis=1, keepdims=True),
        expected - expected.mean(axis=1, keepdims=True),
        atol=0.02,
    )


@pytest.mark.parametrize(
    ("labels", "strength", "message"),
    [
        ([0, 1, 2, 2, 1, 0], 0, "strength must be a number above 0, not 0"),
        ([0, 1, 3, 3, 1, 0], 1, "labels must be classes 0, 1, 2 … of which each occurs"),
        ([0, 1, 1, 1, 1, 0], 1, "three at least"),
        ([0, 1, 2], 1, "labels must have the shape"),
    ],
)
def test_what_cannot_be_fitted_is_refused(labels, strength, message):
    with pytest.raises(CourseError, match=message):
        fit_linear(images_near_grey(), torch.tensor(labels), strength=strength)
