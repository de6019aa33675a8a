"""Attacks where the smallest perturbation is known: linear networks."""

from functools import partial

import pytest
import torch

from site_lib.adversarial import distances
from site_lib.adversarial.attack import Goal
from site_lib.adversarial.deepfool import deepfool
from site_lib.adversarial.fgsm import fgsm, shortest_fgsm
from site_lib.adversarial.lbfgs import lbfgs, minimise
from site_lib.adversarial.minimal_norm import minimal_norm
from site_lib.adversarial.pgd import pgd
from site_lib.adversarial.rays import distance_along, shorten
from site_lib.adversarial.universal import universal
from site_lib.images.images import as_bytes
from tests.site_lib.adversarial.linear_networks import (
    NUMBER,
    SIDE,
    Linear,
    clearance,
    distance_to,
    exact_margin,
    images_near_grey,
    smallest_distance,
)


@pytest.fixture
def case():
    network, images = Linear(10), images_near_grey()
    return network, images, network(images).argmax(dim=1)


@pytest.mark.parametrize("num_classes", [2, 10])
@pytest.mark.parametrize("seed", range(3))
def test_deepfool_ends_its_overshoot_beyond_the_nearest_plane(num_classes, seed):
    network, images = Linear(num_classes, seed), images_near_grey(seed=seed)
    labels = network(images).argmax(dim=1)
    result = deepfool(network, images, labels, overshoot=0.02)
    length = distances.l2(result.perturbation)
    beyond = clearance(network, images, labels)
    assert result.success.all()
    assert (exact_margin(network, result.adversarial, labels) < 0).all()
    assert (length >= smallest_distance(network, images, labels)).all()
    assert (length <= 1.021 * smallest_distance(network, images, labels, beyond)).all()


@pytest.mark.parametrize("seed", range(3))
def test_minimal_norm_finds_the_nearest_point_of_a_plane(seed):
    network, images = Linear(2, seed), images_near_grey(seed=seed)
    labels = network(images).argmax(dim=1)
    result = minimal_norm(network, images, labels, tolerance=0.01)
    length = distances.l2(result.perturbation)
    beyond = clearance(network, images, labels)
    assert result.success.all()
    assert (exact_margin(network, result.adversarial, labels) < 0).all()
    assert (length >= (1 - 1e-4) * smallest_distance(network, images, labels)).all()
    assert (length <= 1.01 * smallest_distance(network, images, labels, beyond)).all()


@pytest.mark.parametrize("seed", range(3))
def test_minimal_norm_improves_on_its_start_and_ends_at_the_boundary(seed):
    # Between ten classes the soft maximum also leans away from those that are nearly as near.
    network, images = Linear(10, seed), images_near_grey(seed=seed)
    labels = network(images).argmax(dim=1)
    start = deepfool(network, images, labels).perturbation
    result = minimal_norm(network, images, labels, start=start)
    length = distances.l2(result.perturbation)
    assert result.success.all()
    assert (exact_margin(network, result.adversarial, labels) < 0).all()
    assert (length >= (1 - 1e-4) * smallest_distance(network, images, labels)).all()
    assert (length <= (1 + 1e-4) * distances.l2(start)).all()
    before = images + 0.95 * result.perturbation
    assert (exact_margin(network, before, labels) > -clearance(network, images, labels)).all()


def test_lbfgs_finds_the_nearest_boundary_to_the_target():
    network, images = Linear(2), images_near_grey()
    labels = network(images).argmax(dim=1)
    targets = 1 - labels
    result = lbfgs(network, images, labels, targets=targets, num_trials=14)
    length = distances.l2(result.perturbation)
    beyond = clearance(network, images, labels)
    assert result.success.all()
    assert (exact_margin(network, result.adversarial, labels, targets) < 0).all()
    assert (length >= (1 - 1e-4) * distance_to(network, images, labels, targets)).all()
    assert (length <= 1.05 * distance_to(network, images, labels, targets, beyond)).all()


def test_lbfgs_respects_the_box_and_asks_for_the_probability():
    network = Linear(2)
    images = torch.where(network.weights[0] > 0, 0.98, 0.02)[None]  # little room one way
    labels = network(images).argmax(dim=1)
    result = lbfgs(network, images, labels, targets=1 - labels, probability=0.9)
    assert result.success.all()
    assert result.adversarial.amin() >= 0
    assert result.adversarial.amax() <= 1
    assert network(result.adversarial).softmax(dim=1)[0, 1 - labels[0]] >= 0.9


def test_lbfgs_minimises_a_quadratic_within_the_box():
    generator = torch.Generator().manual_seed(0)
    centre = 2 * torch.rand(3, 3, SIDE, SIDE, generator=generator) - 0.5
    curvature = 1 + 30 * torch.rand(3, 3, SIDE, SIDE, generator=generator)

    def objective(pixels, chosen):
        difference = pixels - centre[chosen]
        value = 0.5 * (curvature[chosen] * difference.square()).flatten(1).sum(dim=1)
        return value, curvature[chosen] * difference

    start = torch.full_like(centre, 0.5)
    found = minimise(objective, start, torch.full((3,), 0.01), 60)
    assert (found - centre.clamp(0, 1)).abs().max() < 1e-3


def test_fgsm_moves_every_pixel_by_epsilon_towards_a_larger_loss(case):
    network, images, labels = case
    result = fgsm(network, images, labels, epsilon=0.01)
    assert torch.allclose(result.perturbation.abs(), torch.tensor(0.01), atol=1e-6)
    before = Goal(labels).margin(network(images))
    assert (Goal(labels).margin(network(result.adversarial)) < before).all()


@pytest.mark.parametrize("norm", ["linf", "l2"])
@pytest.mark.parametrize("targeted", [False, True])
def test_pgd_reaches_the_exact_optimum_of_a_linear_network_and_no_further(norm, targeted):
    network, images = Linear(2), images_near_grey()
    labels = network(images).argmax(dim=1)
    targets = 1 - labels if targeted else None
    gap = Goal(labels).margin(network(images))
    normal = (network.weights[1 - labels] - network.weights[labels]).flatten(1)
    # The dual norm of the gradient says how far a ball of each kind reaches.
    dual = normal.norm(dim=1) if norm == "l2" else normal.abs().sum(dim=1)
    just_enough = 1.01 * (gap + clearance(network, images, labels)) / dual
    for epsilon, fooled in ((just_enough[0].item(), True), (0.99 * (gap / dual)[0].item(), False)):
        result = pgd(
            network,
            images[:1],
            labels[:1],
            epsilon=epsilon,
            norm=norm,
            targets=None if targets is None else targets[:1],
        )
        assert result.success.item() is fooled
        size = distances.l2 if norm == "l2" else distances.linf
        assert size(result.perturbation).item() <= epsilon * (1 + 1e-4)


def test_pgd_from_a_random_start_repeats_with_its_seed(case):
    network, images, labels = case

    def run(seed):
        generator = torch.Generator().manual_seed(seed)
        return pgd(network, images, labels, epsilon=0.01, num_steps=2, generator=generator)

    assert torch.equal(run(0).adversarial, run(0).adversarial)
    assert not torch.equal(run(0).adversarial, run(1).adversarial)
    assert (distances.linf(run(0).perturbation) <= 0.01 + 1e-6).all()


def test_an_image_rests_once_it_is_adversarial(case):
    network, images, labels = case
    result = pgd(network, images, labels, epsilon=1.0, num_steps=50)
    assert result.success.all()
    assert (result.steps < 50).all()
    assert network.seen < 50 * len(images) / 2


def test_an_eight_bit_attack_returns_what_a_file_can_hold(case):
    network, images, labels = case
    for result in (
        pgd(network, images, labels, epsilon=4 / 255, eight_bit=True),
        lbfgs(network, images, labels, targets=(labels + 1) % 10, eight_bit=True),
    ):
        read_again = torch.tensor(as_bytes(result.adversarial)).permute(0, 3, 1, 2) / 255
        assert torch.equal(result.adversarial, read_again)
        assert result.success.all()
        assert (exact_margin(network, read_again, labels) < 0).all()


def test_one_perturbation_fools_most_images_of_one_class():
    network = Linear(2)
    images = images_near_grey(40)
    labels = network(images).argmax(dim=1)
    images, labels = images[labels == 0], labels[labels == 0]
    options = {"epsilon": 0.1, "num_steps": 10, "batch": 4}
    generator = torch.Generator().manual_seed(0)
    result = universal(network, images, labels, generator=generator, **options)
    assert result.shared.shape == (1, 3, SIDE, SIDE)
    assert result.shared.abs().max() <= 0.1 + 1e-6
    # ε ‖w‖₁ is more than ten times the largest margin.
    assert result.success.all()


def test_rays_end_at_the_boundary():
    network, images = Linear(2), images_near_grey()
    labels = network(images).argmax(dim=1)
    goal = Goal(labels)
    normal = network.weights[1 - labels] - network.weights[labels]
    unit = normal / normal.flatten(1).norm(dim=1)[:, None, None, None]
    nearest = distance_to(network, images, labels, 1 - labels)
    beyond = clearance(network, images, labels)
    furthest = distance_to(network, images, labels, 1 - labels, beyond)
    lengths = torch.tensor([0.05, 0.1, 0.2, 0.4, 0.8])
    found = distance_along(network, images, unit, goal, lengths=lengths, num_halvings=12)
    assert (found >= (1 - 1e-4) * nearest).all()
    assert (found <= 1.01 * furthest + 0.4 / 2**12).all()
    away = distance_along(network, images, -unit, goal, lengths=lengths)
    assert away.isinf().all()
    long = 1.5 * furthest[:, None, None, None] * unit
    short, reached = shorten(network, images, long, goal, num_halvings=12)
    assert reached.all()
    assert (distances.l2(short - images) >= (1 - 1e-4) * nearest).all()
    assert (distances.l2(short - images) <= 1.01 * furthest).all()


def universal_of_two(network, images, labels):
    generator = torch.Generator().manual_seed(0)
    return universal(
        network, images, labels, epsilon=0.01, num_steps=1, batch=2, generator=generator
    )


def lbfgs_to_next(network, images, labels, targets=None):
    targets = (labels + 1) % 10 if targets is None else targets
    return lbfgs(network, images, labels, targets=targets, num_trials=3)


BALLS = {"fgsm": partial(fgsm, epsilon=0.01), "pgd": partial(pgd, epsilon=0.01)}
UNTARGETED = {
    **BALLS,
    "shortest_fgsm": shortest_fgsm,
    "minimal_norm": minimal_norm,
    "deepfool": deepfool,
}
TARGETED = {**BALLS, "minimal_norm": minimal_norm, "lbfgs": lbfgs_to_next}
ALL = {**UNTARGETED, **TARGETED, "universal": universal_of_two}


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
@pytest.mark.parametrize("attack", ALL.values(), ids=ALL)
def test_attacks_run_where_their_images_are(attack, case):
    network, images, labels = case
    network.weights = network.weights.cuda()
    result = attack(network, images.cuda(), labels.cuda())
    assert result.adversarial.is_cuda


@pytest.mark.parametrize("attack", UNTARGETED.values(), ids=UNTARGETED)
def test_an_image_that_is_misclassified_already_is_left_as_it_is(attack, case):
    network, images, labels = case
    labels = labels.clone()
    labels[2] = (labels[2] + 1) % 10
    result = attack(network, images, labels)
    assert result.already.tolist() == [False, False, True, False, False, False]
    assert result.success[2]
    assert torch.equal(result.adversarial[2], images[2])
    assert result.steps[2] == 0


def test_an_image_that_is_answered_with_the_target_already_is_left_as_it_is(case):
    network, images, labels = case
    wrong = (labels + 1) % 10
    result = lbfgs(network, images, wrong, targets=labels)
    assert result.already.all()
    assert torch.equal(result.adversarial, images)


def test_an_attack_without_hope_says_so():
    network, images = Linear(2, spread=0.0), images_near_grey()
    network.weights[0] += 1.0
    network.weights[0, :, 0, 0] = -1e-3
    labels = torch.zeros(NUMBER, dtype=torch.long)
    images = images.clamp(min=0.5)
    result = pgd(network, images, labels, epsilon=1e-6)
    assert not result.success.any()
