"""What is not allowed gets one line that names the argument, its value and what is allowed."""

import math
from functools import partial

import numpy as np
import pytest
import torch

from site_lib.adversarial import defences
from site_lib.adversarial.attack import Goal
from site_lib.adversarial.deepfool import deepfool
from site_lib.adversarial.fgsm import fgsm
from site_lib.adversarial.lbfgs import lbfgs
from site_lib.adversarial.minimal_norm import minimal_norm
from site_lib.adversarial.noise import band_limited, gaussian, shuffled, turned, with_norm
from site_lib.adversarial.pgd import pgd
from site_lib.adversarial.photographs import best_square, labelled_images
from site_lib.adversarial.rays import distance_along, shorten
from site_lib.adversarial.statistics import answers_between
from site_lib.adversarial.transfer import at_side, transfer
from site_lib.adversarial.universal import universal
from site_lib.common.errors import CourseError
from tests.site_lib.adversarial.linear_networks import Linear, images_near_grey


def universal_of_two(network, images, labels, **options):
    options = {"epsilon": 0.01, "num_steps": 1, "batch": 2} | options
    generator = torch.Generator().manual_seed(0)
    return universal(network, images, labels, generator=generator, **options)


def lbfgs_to_next(network, images, labels, **options):
    if "targets" not in options:
        options["targets"] = (network(images).argmax(dim=1) + 1) % 10
    return lbfgs(network, images, labels, **options)


BALLS = {"fgsm": partial(fgsm, epsilon=0.01), "pgd": partial(pgd, epsilon=0.01)}
TARGETED = {**BALLS, "minimal_norm": minimal_norm, "lbfgs": lbfgs_to_next}
ATTACKS = {**TARGETED, "deepfool": deepfool, "universal": universal_of_two}

RANGES = {
    "epsilon": "a number above 0 and up to 1",
    "step_size": "a number above 0",
    "num_steps": "a whole number from 1 on",
    "num_iterations": "a whole number from 1 on",
    "num_trials": "a whole number from 1 on",
    "num_classes": "a whole number from 2 on",
    "batch": "a whole number from 1 on",
    "patience": "a whole number from 1 on",
    "overshoot": "a number from 0 on",
    "tolerance": "a number from 0 to 1",
    "growth": "a number above 1",
    "probability": "a number from 0 to 0.999",
}
BEYOND = {
    "epsilon": (math.nan, math.inf, -0.1, 0, 4, "4/255"),
    "step_size": (math.nan, math.inf, 0.0, -0.1),
    "num_steps": (0, -3, 2.5, math.nan, None),
    "num_iterations": (0, 1.0),
    "num_trials": (0, -1),
    "num_classes": (1, 0),
    "batch": (0, -2),
    "patience": (0,),
    "overshoot": (-0.02, math.nan),
    "tolerance": (-0.1, 2, math.nan),
    "growth": (1.0, 0.25, math.inf),
    "probability": (2, 1, -0.5, math.nan),
}
SETTINGS_OF = {
    "fgsm": ["epsilon"],
    "pgd": ["epsilon", "step_size", "num_steps"],
    "deepfool": ["num_steps", "num_classes", "overshoot"],
    "minimal_norm": ["num_steps", "patience", "tolerance"],
    "lbfgs": ["num_iterations", "num_trials", "growth", "probability"],
    "universal": ["epsilon", "step_size", "num_steps", "batch"],
}


@pytest.fixture
def case():
    network, images = Linear(10), images_near_grey()
    return network, images, network(images).argmax(dim=1)


def complaint(function, *arguments, **options):
    """The message of the CourseError that a call ends in."""
    with pytest.raises(CourseError) as caught:
        function(*arguments, **options)
    message = str(caught.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    ("attack", "name"),
    [(attack, name) for attack, names in SETTINGS_OF.items() for name in names],
)
def test_a_setting_beyond_its_range_is_refused(attack, name, case):
    for value in BEYOND[name]:
        shown = repr(value) if value is None or isinstance(value, str) else value
        assert complaint(ATTACKS[attack], *case, **{name: value}) == (
            f"{name} must be {RANGES[name]}, not {shown}"
        )


def test_a_norm_is_linf_or_l2(case):
    assert complaint(pgd, *case, epsilon=0.1, norm="l7") == "norm must be 'linf' or 'l2', not 'l7'"


def test_a_budget_in_l2_may_be_more_than_one_but_not_infinite(case):
    assert pgd(*case, epsilon=4, norm="l2").success.all()
    for epsilon in (math.inf, math.nan, 0, -1):
        assert complaint(pgd, *case, epsilon=epsilon, norm="l2") == (
            f"epsilon must be a number above 0, not {epsilon}"
        )


IMAGES = {
    "too bright": (lambda x: x + 1, r"must lie in \[0, 1\], found values from \d.* to 1\.\d+"),
    "too dark": (lambda x: x - 0.6, r"must lie in \[0, 1\], found values from -0\.\d"),
    "NaN": (lambda x: x * torch.nan, "must be finite; 1152 of 1152 values are not"),
    "infinite": (lambda x: x / 0, "must be finite; .* the first is inf"),
    "no batch": (lambda x: x[0], r"must have shape \(N, 3, H, W\), got \(3, 8, 8\)"),
    "one channel": (lambda x: x[:, :1], r"must have shape \(N, 3, H, W\), got \(6, 1, 8, 8\)"),
    "empty batch": (lambda x: x[:0], r"must have shape \(N, 3, H, W\), got \(0, 3, 8, 8\)"),
    "bytes": (lambda x: (x * 255).byte(), "must be floats .*, got torch.uint8; divide by 255"),
    "an array": (lambda x: x.numpy(), r"must be a tensor \(N, 3, H, W\), got ndarray"),
}
LABELS = {
    "too large": (lambda y: y + 10, r"must be classes 0…9, found 1\d"),
    "negative": (lambda y: y - 10, r"must be classes 0…9, found -\d"),
    "too few": (lambda y: y[:2], r"must be 6 whole numbers .*, one for each image; .* \(2,\)"),
    "floats": (lambda y: y.float(), "must be 6 whole numbers .* got torch.float32"),
    "32 bits": (lambda y: y.int(), r"must be 6 whole numbers \(torch.long\)"),
    "a list": (lambda y: y.tolist(), r"must be a tensor of 6 classes, not \[\d, \d"),
    "none": (lambda _: None, "must be a tensor of 6 classes, not None"),
}
# Without targets most attacks are untargeted.
TARGETS = {name: case for name, case in LABELS.items() if name != "none"}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
@pytest.mark.parametrize(("change", "message"), IMAGES.values(), ids=IMAGES)
def test_images_must_be_images(attack, change, message, case):
    network, images, labels = case
    options = {"targets": (labels + 1) % 10} if attack is lbfgs_to_next else {}
    with pytest.raises(CourseError, match="^images " + message):
        attack(network, change(images), labels, **options)


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
@pytest.mark.parametrize(("change", "message"), LABELS.values(), ids=LABELS)
def test_labels_must_be_classes_of_the_network(attack, change, message, case):
    network, images, labels = case
    with pytest.raises(CourseError, match="^labels " + message):
        attack(network, images, change(labels))


@pytest.mark.parametrize("attack", TARGETED.values(), ids=TARGETED)
@pytest.mark.parametrize(("change", "message"), TARGETS.values(), ids=TARGETS)
def test_targets_must_be_classes_of_the_network(attack, change, message, case):
    with pytest.raises(CourseError, match="^targets " + message):
        attack(*case, targets=change(case[2]))


def test_lbfgs_needs_targets(case):
    assert complaint(lbfgs, *case, targets=None) == (
        "targets must be a tensor of 6 classes, not None"
    )


@pytest.mark.parametrize("attack", TARGETED.values(), ids=TARGETED)
def test_a_target_equal_to_the_label_is_refused(attack, case):
    assert "as its label and as its target" in complaint(attack, *case, targets=case[2])


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_the_network_must_give_finite_logits(attack, case):
    network, images, labels = case
    network.weights[3] = torch.nan
    assert "the network's logits must be finite; 6 of 60 values" in complaint(attack, *case)
    options = {"targets": (labels + 1) % 10} if attack is lbfgs_to_next else {}
    for shapeless in (lambda x: x.mean(dim=(1, 2, 3)), lambda x: x.mean(dim=(1, 2, 3))[:, None]):
        assert "must give logits (6, classes), two classes or more" in complaint(
            attack, shapeless, images, labels, **options
        )


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_a_network_without_gradients_is_not_fooled_and_makes_no_nan(attack, case):
    _, images, labels = case
    order = torch.arange(10.0)
    result = attack(lambda x: order + 0 * x.sum(dim=(1, 2, 3))[:, None], images, 0 * labels + 9)
    assert not result.success.any()
    assert result.adversarial.isfinite().all()


def test_a_start_must_be_perturbations_of_these_images(case):
    images = case[1]
    assert complaint(minimal_norm, *case, start=torch.full_like(images, torch.nan)).startswith(
        "start must be finite"
    )
    assert complaint(minimal_norm, *case, start=images[:2]) == (
        "start must have the images' shape (6, 3, 8, 8), got (2, 3, 8, 8)"
    )


REFUSED = {
    "one level": (
        lambda: defences.rounding(1),
        "num_levels must be a whole number from 2 on, not 1",
    ),
    "JPEG 101": (
        lambda: defences.jpeg(101),
        "quality must be a whole number from 1 to 95, not 101",
    ),
    "JPEG 0": (lambda: defences.jpeg(0), "quality must be a whole number from 1 to 95, not 0"),
    "JPEG 75.5": (
        lambda: defences.jpeg(75.5),
        "quality must be a whole number from 1 to 95, not 75.5",
    ),
    "blur -1": (lambda: defences.blur(-1), "sigma must be a number above 0, not -1"),
    "blur 0": (lambda: defences.blur(0), "sigma must be a number above 0, not 0"),
    "blur NaN": (lambda: defences.blur(math.nan), "sigma must be a number above 0, not nan"),
    "resize 0": (
        lambda: defences.random_resize(0, torch.Generator()),
        "smallest must be a number above 0 and up to 1, not 0",
    ),
    "resize 1.5": (
        lambda: defences.random_resize(1.5, torch.Generator()),
        "smallest must be a number above 0 and up to 1, not 1.5",
    ),
    "no draws": (
        lambda: defences.expected(Linear(2), 0),
        "num_draws must be a whole number from 1 on, not 0",
    ),
    "no networks": (
        lambda: defences.ensemble([]),
        "number of networks must be a number from 1 on, not 0",
    ),
    "blur of a small image": (
        lambda: defences.blur(3)(images_near_grey()),
        "sigma 3 needs images with sides of more than 9 pixels, got (6, 3, 8, 8)",
    ),
    "resize of an oblong": (
        lambda: defences.random_resize(0.5, torch.Generator())(images_near_grey()[..., :4]),
        "images must be square, got (6, 3, 8, 4)",
    ),
    "turning an oblong": (
        lambda: turned(images_near_grey()[..., :4], 1),
        "images must be square, got (6, 3, 8, 4)",
    ),
    "a band without frequencies": (
        lambda: band_limited(
            images_near_grey(1), torch.ones(1), torch.Generator(), low=0.01, high=0.02
        ),
        "no frequency of 8 pixels lies from 0.01 to 0.02 cycles per pixel; widen the band",
    ),
    "shuffling what has no channels": (
        lambda: shuffled(torch.zeros(8, 8), torch.Generator()),
        "perturbation must have the shape (N, 3, H, W), not (8, 8)",
    ),
    "negative norm": (
        lambda: with_norm(images_near_grey(2), torch.tensor([1.0, -2.0])),
        "norms must be 2 numbers from 0 on, one for each image, not [1.0, -2.0]",
    ),
    "too many norms": (
        lambda: gaussian(images_near_grey(2), torch.ones(3), torch.Generator()),
        "norms must be 2 numbers from 0 on, one for each image, not [1.0, 1.0, 1.0]",
    ),
    "norm NaN": (
        lambda: gaussian(images_near_grey(2), torch.tensor([1.0, torch.nan]), torch.Generator()),
        "norms must be finite; 1 of 2 values is not, the first is nan",
    ),
    "side 0": (lambda: at_side(None, 0), "side must be a whole number from 1 on, not 0"),
    "no source": (
        lambda: transfer({}, {"a": Linear(2)}, torch.zeros(6)),
        "number of sources must be a number from 1 on, not 0",
    ),
    "nothing shown to": (
        lambda: transfer({"a": images_near_grey()}, {}, torch.zeros(6)),
        "number of networks must be a number from 1 on, not 0",
    ),
    "too few labels": (
        lambda: transfer({"a": images_near_grey()}, {"b": Linear(2)}, torch.zeros(2)),
        "labels must be 6 classes, one for each image of 'a'; got shape (2,)",
    ),
    "logits of another grid": (
        lambda: answers_between(np.zeros((3, 3, 2)), np.arange(2.0), np.zeros((1, 2))),
        "logits must have the shape (K, K, classes) with K = 2, not (3, 3, 2)",
    ),
    "labelled images of side 0": (
        lambda: labelled_images(0, 3),
        "side must be a whole number from 1 on, not 0",
    ),
    "no labelled images": (
        lambda: labelled_images(64, 0),
        "number must be a whole number from 1 to 20, not 0",
    ),
    "one position": (
        lambda: best_square(Linear(2), "cat", [0], side=8, num_positions=1),
        "num_positions must be a whole number from 2 on, not 1",
    ),
    "share 1.2": (
        lambda: best_square(Linear(2), "cat", [0], side=8, shares=[1.2]),
        "shares must be a number above 0 and up to 1, not 1.2",
    ),
    "no square so large": (
        lambda: best_square(Linear(2), "cat", [0], side=8, smallest=10_000),
        "no square of the photograph 'cat' has 10000 pixels a side or more; set smallest "
        "lower, or shares higher",
    ),
    "unknown class": (
        lambda: best_square(Linear(2), "cat", [0, 2], side=8, shares=[1]),
        "apt must be classes 0…1, found 2",
    ),
}


@pytest.mark.parametrize(("call", "message"), REFUSED.values(), ids=REFUSED)
def test_controls_and_defences_refuse_what_they_cannot_do(call, message):
    assert complaint(call) == message


FILTERS = {
    "rounding": defences.round_to_file,
    "jpeg": defences.jpeg(90),
    "blur": defences.blur(1),
    "random size": defences.random_resize(0.5, torch.Generator()),
}


@pytest.mark.parametrize("apply", FILTERS.values(), ids=FILTERS)
def test_filters_take_images_only(apply):
    images = images_near_grey()
    assert "images must be finite" in complaint(apply, images * torch.nan)
    assert "images must lie in [0, 1]" in complaint(apply, images + 1)
    assert "images must have shape" in complaint(apply, images[:0])
    # What another filter hands on may be beyond by rounding.
    assert apply(images.round() * (1 + 1e-6)).isfinite().all()


def test_rays_refuse_what_has_no_length(case):
    network, images, labels = case
    goal, lengths = Goal(labels), torch.tensor([0.1, 0.2])
    along = partial(distance_along, network, images, goal=goal)
    assert "direction must be finite" in complaint(along, images * torch.inf, lengths=lengths)
    for wrong in ([0.2, 0.1], [0.0, 0.1], [[0.1, 0.2]], [math.nan]):
        assert complaint(along, images, lengths=torch.tensor(wrong)) == (
            f"lengths must be positive and increase, got {torch.tensor(wrong).tolist()}"
        )
    few = "num_halvings must be a whole number from 0 on, not -1"
    assert complaint(along, images, lengths=lengths, num_halvings=-1) == few
    assert complaint(shorten, network, images, images, goal, num_halvings=-1) == few
    assert "perturbation must be finite" in complaint(
        shorten, network, images, images * torch.nan, goal
    )
    assert "images must lie in" in complaint(shorten, network, images + 1, images, goal)
