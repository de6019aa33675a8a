"""What answers withstand, of networks whose boundaries are planes."""

import math

import pytest
import torch

from site_lib.adversarial import robustness
from site_lib.adversarial.attack import AttackResult
from site_lib.adversarial.distances import l2
from site_lib.adversarial.fgsm import shortest_fgsm
from site_lib.common.errors import CourseError
from site_lib.networks.registry import load
from tests.site_lib.adversarial.linear_networks import (
    Linear,
    exact_margin,
    images_near_grey,
    smallest_distance,
)


@pytest.fixture
def case():
    network, images = Linear(10), images_near_grey()
    return network, images, network(images).argmax(dim=1)


def test_the_shortest_step_along_the_sign_just_reaches_the_plane():
    network, images = Linear(2), images_near_grey()
    labels = network(images).argmax(dim=1)
    normal = network.weights[1 - labels] - network.weights[labels]
    needed = exact_margin(network, images, labels) / normal.abs().flatten(1).sum(dim=1)
    result = shortest_fgsm(network, images, labels, num_halvings=12)
    found = result.perturbation.abs().amax(dim=(1, 2, 3))
    assert result.success.all()
    assert torch.allclose(found.double(), needed.double(), rtol=0.02, atol=2e-5)


def test_a_step_that_is_never_long_enough_is_as_long_as_it_may_be(case):
    network, images, labels = case
    result = shortest_fgsm(network, images, labels, levels=[1e-4, 1e-3])
    assert not result.success.any()
    assert result.perturbation.abs().amax() == pytest.approx(1e-3 / 255, rel=0.1)


def test_the_three_attacks_find_wrong_answers_and_the_third_the_nearest(case):
    network, images, labels = case
    found = robustness.smallest_changes(network, images, labels, num_steps=20, num_classes=10)
    assert list(found) == ["fgsm", "deepfool", "minimal_norm"]
    norms = {name: l2(result.perturbation) for name, result in found.items()}
    assert all(result.success.all() for result in found.values())
    assert (norms["minimal_norm"] <= norms["deepfool"] + 1e-6).all()
    assert (norms["minimal_norm"] <= norms["fgsm"]).all()
    nearest = smallest_distance(network, images, labels)
    assert torch.allclose(norms["minimal_norm"], nearest, rtol=0.03)


def test_images_come_in_portions_and_results_as_one(case, monkeypatch):
    """Each image is attacked by itself, so it does not matter which others are there."""
    network, images, labels = case
    options = {"num_steps": 5, "num_classes": 10}
    whole = robustness.smallest_changes(network, images, labels, **options)
    withstood = robustness.right_under_pgd(network, images, labels, l2_budgets=[1], num_steps=2)
    monkeypatch.setattr(robustness, "PORTION", 2)
    assert [len(part) for part, _ in robustness.in_portions(images, labels)][:2] == [2, 2]
    for name, result in robustness.smallest_changes(network, images, labels, **options).items():
        assert torch.equal(result.images, images)
        assert torch.equal(result.success, whole[name].success)
        assert torch.allclose(result.adversarial, whole[name].adversarial, atol=1e-4)
    again = robustness.right_under_pgd(network, images, labels, l2_budgets=[1], num_steps=2)
    assert torch.equal(again, withstood)


def test_a_norm_is_infinite_where_nothing_changed_and_nan_where_it_was_wrong():
    images = images_near_grey(3)
    reached, before = torch.tensor([True, False, True]), torch.tensor([False, False, True])
    result = AttackResult(images, images + 0.01, reached, before, torch.zeros(3))
    norms = robustness.norms_needed(result)
    assert norms[0] == pytest.approx(0.01 * images[0].numel() ** 0.5, rel=1e-4)
    assert norms[1].isinf()
    assert norms[2].isnan()


def test_images_withstand_pgd_in_a_ball_that_ends_before_the_plane(case):
    network, images, labels = case
    nearest = smallest_distance(network, images, labels)
    budgets = [0.5 * float(nearest.min()), 4 * float(nearest.max())]
    right = robustness.right_under_pgd(network, images, labels, l2_budgets=budgets, num_steps=20)
    assert right.tolist() == [[True] * 6, [False] * 6]


def test_a_random_network_is_right_as_often_as_it_says_so(case):
    _, images, labels = case
    answers = iter([labels, (labels + 1) % 10, labels, labels])

    def network(_images):
        return torch.nn.functional.one_hot(next(answers), 10).float()

    found = robustness.share_right(network, images, labels, num_trials=4)
    assert found.tolist() == [0.75] * 6


@pytest.mark.parametrize("portion", [1, 2])
def test_layers_are_displaced_by_what_is_added(portion, monkeypatch):
    monkeypatch.setattr(robustness, "PORTION", portion)
    classifier = load("student", random_seed=0)
    images = 0.5 + 0.1 * torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    r = 0.01 * torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    layers = ["features.0", "classifier"]
    one, two, none = robustness.displacements(classifier, layers, images, iter([r, 2 * r, 0 * r]))
    assert one.shape == (2, 2)
    assert (none == 0).all()
    # The first layer is linear but for its bias, of which it has none.
    assert torch.allclose(two[0], 2 * one[0], rtol=1e-3)
    first = classifier.layer("features.0")
    with torch.no_grad():
        moved = first(r / classifier.std).flatten(1).norm(dim=1)
        rest = first(classifier.normalise(images)).flatten(1).norm(dim=1)
    assert torch.allclose(one[0], moved / rest, rtol=1e-3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda n, x, y: robustness.right_under_pgd(n, x, y, l2_budgets=[], num_steps=1),
            "number of budgets must be a number from 1 on, not 0",
        ),
        (
            lambda n, x, y: robustness.right_under_pgd(n, x, y, l2_budgets=[math.nan], num_steps=1),
            "epsilon must be a number above 0, not nan",
        ),
        (
            lambda n, x, y: robustness.share_right(n, x, y, num_trials=0),
            "num_trials must be a whole number from 1 on, not 0",
        ),
    ],
)
def test_what_cannot_be_measured_is_refused(call, message, case):
    with pytest.raises(CourseError, match=message):
        call(*case)
