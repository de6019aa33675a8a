"""What an attack calls a success holds for the pixels it returns, however sums are rounded.

The networks are linear, so double precision says on which side of a boundary an image is. Their
logits in single precision carry an error that depends on the batch and on the place in it.
"""

from functools import partial

import pytest
import torch

from site_lib.adversarial.attack import ROUNDING, Goal
from site_lib.adversarial.deepfool import deepfool
from site_lib.adversarial.defences import round_to_file
from site_lib.adversarial.distances import l2
from site_lib.adversarial.fgsm import fgsm
from site_lib.adversarial.lbfgs import lbfgs
from site_lib.adversarial.minimal_norm import minimal_norm
from site_lib.adversarial.pgd import pgd
from site_lib.adversarial.rays import distance_along, settle, shorten
from site_lib.adversarial.universal import universal
from tests.site_lib.adversarial.linear_networks import (
    Jittery,
    Linear,
    attackable,
    exact_margin,
    images_near_grey,
)


def to_boundary(network, images, labels):
    """(N, 3, H, W), in double precision, the shortest way to the boundary of two classes."""
    normal = (network.weights[1 - labels] - network.weights[labels]).double()
    share = exact_margin(network, images, labels) / normal.square().sum(dim=(1, 2, 3))
    return share[:, None, None, None] * normal


def targeted(attack, network, images, labels, **options):
    return attack(network, images, labels, targets=1 - labels, **options)


SMALLEST = {
    "minimal_norm": minimal_norm,
    "minimal_norm, to a target": partial(targeted, minimal_norm),
    "deepfool": partial(deepfool, overshoot=0.0),
    "lbfgs": partial(targeted, lbfgs, num_trials=14, num_iterations=3),
}
NETWORKS = {
    "two classes": Jittery(2),
    "z and -z": Jittery(2, opposite=True),
    "small logits": Jittery(2, spread=4e-4),
    "large logits": Jittery(2, spread=4e3),
}


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
@pytest.mark.parametrize("attack", SMALLEST.values(), ids=SMALLEST)
def test_the_smallest_perturbations_are_across_the_boundary(attack, network):
    images, labels = attackable(network)
    result = attack(network, images, labels)
    assert result.success.all()
    assert (exact_margin(network, result.adversarial, labels) < 0).all()
    assert result.adversarial.amin() >= 0
    assert result.adversarial.amax() <= 1


@pytest.mark.parametrize("attack", SMALLEST.values(), ids=SMALLEST)
def test_so_they_are_from_originals_that_lie_at_the_boundary(attack):
    network = Jittery(2)
    images, labels = attackable(network, 24)
    images = (images + (1 - 1e-5) * to_boundary(network, images, labels)).float()
    kept = network(images).abs().amax(dim=1) > 0.5 * network.size
    images, labels = images[kept], labels[kept]
    result = attack(network, images, labels)
    assert len(labels) > 3
    assert result.success.all()
    assert (exact_margin(network, result.adversarial, labels) < 0).all()
    assert l2(result.perturbation).max() < 0.1 / 255


@pytest.mark.parametrize("norm", ["linf", "l2"])
def test_a_budget_that_just_suffices_is_not_called_a_success_by_chance(norm):
    network = Jittery(2)
    images, labels = attackable(network, 40)
    normal = (network.weights[1] - network.weights[0]).double()
    dual = normal.norm() if norm == "l2" else normal.abs().sum()
    for image, label in zip(images.split(1), labels.split(1), strict=True):
        epsilon = (exact_margin(network, image, label) / dual).item()
        result = pgd(network, image, label, epsilon=epsilon, norm=norm, num_steps=5)
        assert not result.success or exact_margin(network, result.adversarial, label) < 0
        if norm == "linf":
            result = fgsm(network, image, label, epsilon=epsilon)
            assert not result.success or exact_margin(network, result.adversarial, label) < 0


def test_success_of_a_universal_perturbation_is_that_of_the_images_returned():
    network = Jittery(2)
    images, labels = attackable(network, 40)
    generator = torch.Generator().manual_seed(0)
    options = {"epsilon": 1 / 255, "num_steps": 3, "batch": 8}
    result = universal(network, images, labels, generator=generator, **options)
    wrong = exact_margin(network, result.adversarial, labels) < 0
    assert result.success.any()
    assert not (result.success & ~wrong).any()


@pytest.mark.parametrize(
    "attack", [partial(pgd, epsilon=4 / 255), partial(targeted, lbfgs)], ids=["pgd", "lbfgs"]
)
def test_the_file_is_judged_where_the_file_is_returned(attack):
    """An original between two grey levels may change sides when it is rounded."""
    network, images = Linear(2), images_near_grey(60)
    labels = torch.zeros(60, dtype=torch.long)
    margin = exact_margin(network, images, labels)
    normal = (network.weights[1] - network.weights[0]).double()
    images = (
        images + (margin - 0.02)[:, None, None, None] * normal / normal.square().sum()
    ).float()
    rounded = exact_margin(network, round_to_file(images), labels)
    assert (rounded < -0.01).any()
    assert (rounded > 0.01).any()
    result = attack(network, images, labels, eight_bit=True)
    assert torch.equal(result.already[rounded.abs() > 0.01], (rounded < 0)[rounded.abs() > 0.01])
    assert result.success.all()
    assert torch.equal(result.adversarial, (255 * result.adversarial).round() / 255)
    assert (exact_margin(network, result.adversarial, labels) < 0).all()


def test_the_probability_is_that_of_the_images_returned():
    network, images = Jittery(3, spread=1.0), images_near_grey(12)
    targets = Linear.forward(network, images).argmax(dim=1)
    labels = (targets + 1) % 3  # the target is first already, but not with this probability
    result = lbfgs(network, images, labels, targets=targets, probability=0.95)
    logits = Linear.forward(network, result.adversarial.double())
    probability = logits.softmax(dim=1).gather(1, targets[:, None])[:, 0]
    assert result.success.all()
    assert not result.already.all()
    assert (probability >= 0.95).all()


# ---------------------------------------------------------------- the last word


def at_the_edge():
    """A network, images whose margin is clear, labels, perturbations to the very boundary."""
    network = Jittery(2)
    images, labels = attackable(network, 24)
    clear = exact_margin(network, images, labels) > 100 * Goal(labels).clearance(network(images))
    images, labels = images[clear][:6], labels[clear][:6]
    return network, images, labels, to_boundary(network, images, labels)


@pytest.mark.parametrize("share", [1.0, 1 - 1e-6, 0.999, 0.8])
def test_what_falls_short_is_enlarged_until_it_holds(share):
    network, images, labels, r = at_the_edge()
    found = (images + share * r).float()
    adversarial, success = settle(network, images, found, Goal(labels))
    assert success.all()
    assert (exact_margin(network, adversarial, labels) < 0).all()
    # Steps grow fourfold, so no more than four times what was missing is added.
    beyond = 3 * Goal(labels).clearance(network(images))
    missing = (1 + beyond / exact_margin(network, images, labels)) / share - 1
    enlarged = l2(adversarial - images) / l2(found - images) - 1
    assert (enlarged <= 4 * missing + 1e-4).all()


def test_what_falls_far_short_is_a_failure_and_stays_as_it_is():
    network, images, labels, r = at_the_edge()
    found = (images + 0.5 * r).float()
    adversarial, success = settle(network, images, found, Goal(labels))
    assert not success.any()
    assert torch.equal(adversarial, found)


def test_only_what_falls_short_is_changed():
    network, images, labels, r = at_the_edge()
    far = torch.tensor([True, False, True, True, False, True])[:, None, None, None]
    found = (images + torch.where(far, 1.5, 1.0) * r).float()
    adversarial, success = settle(network, images, found, Goal(labels))
    assert success.all()
    unchanged = (adversarial == found).flatten(1).all(dim=1)
    assert torch.equal(unchanged, far.flatten())


def test_the_box_is_not_left_to_succeed():
    network = Linear(2)
    towards = (network.weights[1] - network.weights[0]).sign()
    images = (0.5 + 0.49 * towards)[None]  # nearly all that the box allows
    found = (0.5 + 0.5 * towards)[None]
    labels = network(images).argmax(dim=1)
    adversarial, success = settle(network, images, found, Goal(labels))
    assert not success.any()
    assert torch.equal(adversarial, found)


def test_a_file_is_enlarged_as_a_file():
    network, images, labels, r = at_the_edge()
    images = round_to_file(images)
    found = (images + 0.9 * r).float()
    adversarial, success = settle(network, images, found, Goal(labels), file=round_to_file)
    assert torch.equal(adversarial, (255 * adversarial).round() / 255)
    assert success.all()
    assert (exact_margin(network, adversarial, labels) < 0).all()


@pytest.mark.parametrize("seed", range(3))
def test_rays_end_beyond_the_boundary(seed):
    network = Jittery(2, seed)
    images, labels = attackable(network, seed=seed)
    edge = images + to_boundary(network, images, labels).float()
    kept = network(edge).abs().amax(dim=1) > 0.5 * network.size
    images, labels = images[kept], labels[kept]
    assert len(labels) > 3
    normal = network.weights[1 - labels] - network.weights[labels]
    unit = normal / normal.flatten(1).norm(dim=1)[:, None, None, None]
    lengths = torch.tensor([0.05, 0.2, 0.8])
    found = distance_along(network, images, unit, Goal(labels), lengths=lengths, num_halvings=22)
    moved = images + found[:, None, None, None] * unit
    assert (exact_margin(network, moved, labels) < 0).all()
    short, reached = shorten(network, images, moved - images, Goal(labels), num_halvings=22)
    assert reached.all()
    assert (exact_margin(network, short, labels) < 0).all()


def test_the_clearance_is_a_share_of_the_largest_logit():
    logits = torch.tensor([[1.0, -3.0, 2.0], [0.0, 0.0, 0.0]])
    labels = torch.tensor([2, 0])
    assert torch.allclose(Goal(labels).clearance(logits), ROUNDING * torch.tensor([3.0, 0.0]))
    known = Goal(labels, scale=torch.tensor([1.0, 7.0]))
    assert torch.allclose(known.clearance(logits), ROUNDING * torch.tensor([3.0, 7.0]))
    assert torch.allclose(
        known.of(torch.tensor([1])).clearance(logits[1:]), ROUNDING * torch.tensor([7.0])
    )


def test_log_odds_and_the_probability_asked_for():
    logits = torch.tensor([[0.0, 1.0, 3.0]])
    p = logits.softmax(dim=1)[0, 2]
    goal = partial(Goal, torch.tensor([0]), torch.tensor([2]))
    assert torch.allclose(goal().log_odds(logits), (p / (1 - p)).log())
    assert goal(p.item() - 0.01).reached(logits)
    assert not goal(p.item() + 0.01).reached(logits)
