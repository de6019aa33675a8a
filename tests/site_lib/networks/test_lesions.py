"""Lesions: nothing is lost when none is made, and each takes away what it says."""

import pytest
import torch
from torch import nn

from site_lib.common.errors import CourseError
from site_lib.networks.lesions import LESIONS, lesioned
from site_lib.networks.registry import load


@pytest.fixture(scope="module")
def student():
    return load("student")


@pytest.fixture(scope="module")
def photographs():
    return torch.rand(6, 3, 64, 64, generator=torch.Generator().manual_seed(0))


def convolutions(classifier):
    return [module for module in classifier.net.modules() if isinstance(module, nn.Conv2d)]


def weights(classifier):
    return [module.weight.detach() for module in convolutions(classifier)]


@pytest.mark.parametrize("kind", ["noise", "permuted", "silenced"])
def test_no_damage_leaves_every_weight(student, photographs, kind):
    before = [one.clone() for one in weights(student)]
    damaged = lesioned(student, kind, 0, photographs=photographs, seed=0)
    for one, other in zip(weights(damaged), before, strict=True):
        assert torch.equal(one, other)


@pytest.mark.parametrize("kind", LESIONS)
def test_the_network_that_was_given_stays_whole_and_the_copy_answers(student, photographs, kind):
    before = {name: one.clone() for name, one in student.state_dict().items()}
    damaged = lesioned(student, kind, 1, photographs=photographs, seed=3)
    assert all(torch.equal(one, before[name]) for name, one in student.state_dict().items())
    assert damaged(photographs).isfinite().all()
    assert damaged.record() != student.record()
    assert not damaged.training


def test_only_the_last_stages_are_forgotten(student, photographs):
    damaged = lesioned(student, "late", 2.0, photographs=photographs, seed=0)
    pairs = zip(weights(damaged), weights(student), strict=True)
    assert [torch.equal(*pair) for pair in pairs] == [True] * 3 + [False] * 2


def test_a_stage_of_many_convolutions_is_forgotten_as_a_whole(photographs):
    lite = load("efficientnet_lite0", random_seed=1)
    damaged = lesioned(lite, "late", 2, photographs=photographs, seed=0)
    pairs = zip(weights(damaged), weights(lite), strict=True)
    # The head is one convolution, the block below it has three.
    same = [torch.equal(*pair) for pair in pairs]
    assert same == [True] * (len(same) - 4) + [False] * 4


def test_noise_has_the_amplitude_it_is_said_to_have(student, photographs):
    damaged = lesioned(student, "noise", 0.5, photographs=photographs, seed=0)
    for one, other in zip(weights(damaged), weights(student), strict=True):
        assert (one - other).std() / other.std() == pytest.approx(0.5, rel=0.05)


def test_permuted_filters_are_all_there_and_some_are_elsewhere(student, photographs):
    damaged = lesioned(student, "permuted", 0.5, photographs=photographs, seed=0)
    for one, other in zip(weights(damaged), weights(student), strict=True):
        sums = [each.flatten(1).sum(dim=1).sort().values for each in (one, other)]
        assert torch.allclose(*sums)
        moved = (one != other).flatten(1).any(dim=1).float().mean()
        assert 0.3 < moved <= 0.5


def test_a_share_of_the_filters_is_silent(student, photographs):
    damaged = lesioned(student, "silenced", 0.25, photographs=photographs, seed=0)
    for one in weights(damaged):
        silent = (one == 0).flatten(1).all(dim=1).float().mean()
        assert silent == pytest.approx(0.25, abs=0.02)


def test_statistics_are_those_of_the_photographs(student, photographs):
    damaged = lesioned(student, "permuted", 1, photographs=photographs, seed=0)
    first = next(m for m in damaged.net.modules() if isinstance(m, nn.BatchNorm2d))
    with torch.no_grad():
        before = convolutions(damaged)[0](damaged.normalise(photographs))
    assert torch.allclose(first.running_mean, before.mean(dim=(0, 2, 3)), atol=1e-5)


def test_what_is_no_lesion_is_refused(student, photographs):
    options = {"photographs": photographs, "seed": 0}
    with pytest.raises(CourseError, match="lesion"):
        lesioned(student, "stroke", 1, **options)
    with pytest.raises(CourseError, match="number of stages"):
        lesioned(student, "late", 99, **options)
    with pytest.raises(CourseError, match="share of channels"):
        lesioned(student, "silenced", 1.5, **options)
    with pytest.raises(CourseError, match="noise"):
        lesioned(student, "noise", -1, **options)
