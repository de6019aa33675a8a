"""Attacks where the smallest perturbation is known: linear networks."""

from functools import partial

import pytest
import torch

from site_lib.adversarial import distances
from site_lib.adversarial.attack import Goal
from site_lib.adversarial.deepfool import deepfool
from site_lib.adversarial.fgsm import fgsm
from site_lib.adversarial.lbfgs import lbfgs, minimise
from site_lib.adversarial.minimal_norm import minimal_norm
from site_lib.adversarial.pgd import pgd
from site_lib.adversarial.rays import distance_along, shorten
from site_lib.adversarial.universal import universal
from site_lib.errors import CourseError

SIDE, NUMBER = 8, 6


class Linear(torch.nn.Module):
    """Logits are weighted sums of the pixels; counts the images that pass."""

    def __init__(self, num_classes, seed=0, spread=4.0):
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        shape = (num_classes, 3, SIDE, SIDE)
        self.weights = spread * torch.randn(shape, generator=generator)
        self.seen = 0

    def forward(self, images):
        self.seen += len(images)
        return torch.einsum("nchw,kchw->nk", images - 0.5, self.weights)


def images_near_grey(number=NUMBER, seed=1):
    generator = torch.Generator().manual_seed(seed)
    return 0.5 + 0.05 * torch.randn(number, 3, SIDE, SIDE, generator=generator)


def distance_to(network, images, labels, targets):
    """Closed form: distance to the plane where target and label have equal logits."""
    logits = network(images)
    gap = (logits.gather(1, labels[:, None]) - logits.gather(1, targets[:, None]))[:, 0]
    normal = network.weights[targets] - network.weights[labels]
    return gap / normal.flatten(1).norm(dim=1)


def smallest_distance(network, images, labels):
    num_classes = len(network.weights)
    every = torch.stack(
        [
            distance_to(network, images, labels, torch.full_like(labels, k))
            for k in range(num_classes)
        ]
    )
    every[labels, torch.arange(len(labels))] = torch.inf
    return every.amin(dim=0)


@pytest.fixture
def case():
    network, images = Linear(10), images_near_grey()
    return network, images, network(images).argmax(dim=1)


@pytest.mark.parametrize("num_classes", [2, 10])
@pytest.mark.parametrize("attack", [deepfool, minimal_norm])
def test_the_nearest_boundary_of_a_linear_network_is_found(attack, num_classes):
    network, images = Linear(num_classes), images_near_grey()
    labels = network(images).argmax(dim=1)
    result = attack(network, images, labels)
    ratio = distances.l2(result.perturbation) / smallest_distance(network, images, labels)
    assert result.success.all()
    assert (network(result.adversarial).argmax(dim=1) != labels).all()
    assert ratio.min() >= 1 - 1e-4
    # The soft maximum of minimal_norm also leans away from classes that are nearly as near.
    assert ratio.max() <= (1.05 if attack is deepfool or num_classes == 2 else 1.1)


def test_lbfgs_finds_the_nearest_boundary_to_the_target():
    network, images = Linear(2), images_near_grey()
    labels = network(images).argmax(dim=1)
    targets = 1 - labels
    result = lbfgs(network, images, labels, targets=targets, num_trials=14)
    ratio = distances.l2(result.perturbation) / distance_to(network, images, labels, targets)
    assert result.success.all()
    assert (network(result.adversarial).argmax(dim=1) == targets).all()
    assert ratio.min() >= 1 - 1e-4
    assert ratio.max() <= 1.05


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
    needed = gap / (normal.norm(dim=1) if norm == "l2" else normal.abs().sum(dim=1))
    for factor, fooled in ((1.02, True), (0.98, False)):
        result = pgd(
            network,
            images[:1],
            labels[:1],
            epsilon=factor * needed[0].item(),
            norm=norm,
            targets=None if targets is None else targets[:1],
        )
        assert result.success.item() is fooled
        size = distances.l2 if norm == "l2" else distances.linf
        assert size(result.perturbation).item() <= factor * needed[0] * (1 + 1e-4)


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
    images = (images * 255).round() / 255
    for result in (
        pgd(network, images, labels, epsilon=4 / 255, eight_bit=True),
        lbfgs(network, images, labels, targets=(labels + 1) % 10, eight_bit=True),
    ):
        levels = 255 * result.adversarial
        assert (levels - levels.round()).abs().max() < 1e-3
        assert result.success.all()


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
    assert result.success.double().mean() >= 0.9


def test_rays_end_at_the_boundary():
    network, images = Linear(2), images_near_grey()
    labels = network(images).argmax(dim=1)
    goal = Goal(labels)
    normal = network.weights[1 - labels] - network.weights[labels]
    unit = normal / normal.flatten(1).norm(dim=1)[:, None, None, None]
    expected = distance_to(network, images, labels, 1 - labels)
    lengths = torch.tensor([0.05, 0.1, 0.2, 0.4, 0.8])
    found = distance_along(network, images, unit, goal, lengths=lengths, num_halvings=12)
    assert torch.allclose(found, expected, rtol=0.01)
    away = distance_along(network, images, -unit, goal, lengths=lengths)
    assert away.isinf().all()
    long = 1.5 * expected[:, None, None, None] * unit
    short = shorten(network, images, long, goal, num_halvings=12)
    assert torch.allclose(distances.l2(short), expected, rtol=0.01)


def universal_of_two(network, images, labels):
    generator = torch.Generator().manual_seed(0)
    return universal(
        network, images, labels, epsilon=0.01, num_steps=1, batch=2, generator=generator
    )


def lbfgs_to_next(network, images, labels, targets=None):
    targets = (labels + 1) % 10 if targets is None else targets
    return lbfgs(network, images, labels, targets=targets, num_trials=3)


BALLS = {"fgsm": partial(fgsm, epsilon=0.01), "pgd": partial(pgd, epsilon=0.01)}
UNTARGETED = {**BALLS, "minimal_norm": minimal_norm, "deepfool": deepfool}
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


@pytest.mark.parametrize("attack", ALL.values(), ids=ALL)
def test_bad_input_gets_one_clear_error(attack, case):
    network, images, labels = case
    for wrong_images, message in (
        (images + 1, r"must lie in \[0, 1\]"),
        (images * torch.nan, "NaN"),
        (images[0], "shape"),
        (images[:, :1], "shape"),
        (images[:0], "shape"),
        ((images * 255).byte(), "floats"),
    ):
        with pytest.raises(CourseError, match=message):
            attack(network, wrong_images, labels)
    for wrong_labels, message in (
        (labels + 10, r"classes 0…9, found 1\d"),
        (labels - 10, "found -"),
        (labels[:2], "one for each image"),
        (labels.float(), "whole numbers"),
    ):
        with pytest.raises(CourseError, match=message):
            attack(network, images, wrong_labels)


@pytest.mark.parametrize("attack", TARGETED.values(), ids=TARGETED)
def test_a_target_equal_to_the_label_is_refused(attack, case):
    network, images, labels = case
    with pytest.raises(CourseError, match="as its label and as its target"):
        attack(network, images, labels, targets=labels)
    with pytest.raises(CourseError, match="targets must be classes"):
        attack(network, images, labels, targets=labels + 10)


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
