"""Distillation: losses and mixtures whose values are known."""

import pytest
import torch

from site_lib.common.errors import CourseError
from site_lib.networks.distillation import (
    agreement,
    answer_correlation,
    cut_mix,
    distillation_loss,
    mix_up,
    num_right,
)


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def test_the_loss_is_zero_for_equal_answers_and_matches_its_definition():
    student = torch.randn(4, 10, generator=generator())
    teacher = torch.randn(4, 10, generator=generator(1))
    assert distillation_loss(teacher, teacher, 4.0) == pytest.approx(0, abs=1e-6)
    p, q = (teacher / 4).softmax(1), (student / 4).softmax(1)
    expected = 16 * (p * (p / q).log()).sum() / 4
    assert distillation_loss(student, teacher, 4.0) == pytest.approx(float(expected), rel=1e-5)


def test_adding_a_constant_to_the_logits_changes_nothing():
    student, teacher = torch.randn(2, 3, 10, generator=generator())
    loss = distillation_loss(student, teacher, 2.0)
    assert torch.allclose(distillation_loss(student + 5, teacher - 3, 2.0), loss, atol=1e-5)


def test_agreement_counts_equal_first_places():
    first = torch.tensor([[1.0, 0], [0, 1.0], [1.0, 0]])
    second = torch.tensor([[2.0, 1], [3.0, 1], [9.0, 1]])
    assert agreement(first, second) == pytest.approx(2 / 3)


def test_cut_mix_pastes_one_square_of_a_partner():
    images = torch.arange(6.0).view(6, 1, 1, 1).expand(6, 3, 20, 20)
    mixed = cut_mix(images, generator=generator(3))
    pasted = mixed != images
    rows = pasted.any(dim=(0, 1, 3)).nonzero().flatten()
    columns = pasted.any(dim=(0, 1, 2)).nonzero().flatten()
    assert 0 < len(rows) == len(columns) < 20
    for image in mixed:
        assert len(image.unique()) <= 2


def test_mix_up_lays_one_partner_over_each_image():
    images = torch.eye(50).view(50, 50, 1, 1)
    mixed = mix_up(images, generator=generator(3)).view(50, 50)
    assert torch.allclose(mixed.sum(dim=1), torch.ones(50))
    assert ((mixed > 0).sum(dim=1) <= 2).all()
    # Opacities are uniform, and the partners are the images in another order.
    assert mixed.diag().mean() == pytest.approx(0.5, abs=0.15)
    over_others = mixed - mixed.diag().diag() > 0
    assert (over_others.sum(dim=0) <= 1).all()
    assert over_others.sum() >= 45


def test_answers_correlate_where_they_depend_on_the_image_alike():
    teacher = torch.randn(200, 50, generator=generator())
    habit = 10 * torch.randn(50, generator=generator(1))
    assert answer_correlation(3 * teacher + habit, teacher) == pytest.approx(1, abs=1e-5)
    other = torch.randn(200, 50, generator=generator(2)) + habit
    assert answer_correlation(other, teacher + habit) == pytest.approx(0, abs=0.05)


def test_answers_of_nan_agree_with_nothing():
    broken, teacher = torch.full((2, 5), torch.nan), torch.zeros(2, 5)
    for compare in (agreement, answer_correlation):
        with pytest.raises(CourseError, match="student must be finite"):
            compare(broken, broken)
        with pytest.raises(CourseError, match=r"teacher must have the shape \(N, classes\)"):
            compare(teacher, teacher[:1])
    with pytest.raises(CourseError, match="number of images must be a number from 2 on, not 1"):
        answer_correlation(teacher[:1], teacher[:1])


def test_a_temperature_of_zero_is_refused():
    with pytest.raises(CourseError, match="temperature"):
        distillation_loss(torch.ones(1, 2), torch.ones(1, 2), 0.0)


def test_right_answers_are_counted_among_the_first():
    logits = torch.tensor([[0.0, 3.0, 2.0, 1.0], [5.0, 0.0, 1.0, 2.0]])
    classes = torch.tensor([2, 0])
    assert [num_right(logits, classes, within=k) for k in (1, 2, 4)] == [1, 2, 2]
    with pytest.raises(CourseError, match="logits must be finite"):
        num_right(logits / 0, classes, within=1)
