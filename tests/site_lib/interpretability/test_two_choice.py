"""The two-choice test with units and observers whose answers are known."""

import pytest
import torch

from site_lib.common.errors import CourseError
from site_lib.interpretability.two_choice import (
    best_exemplars,
    extreme_pairs,
    of_another_unit,
    told_right,
)

# Six photographs; the first unit likes late ones, the second early ones.
RESPONSES = torch.stack([torch.arange(6.0), -torch.arange(6.0)], dim=1)


def test_pairs_go_from_the_ends_to_the_middle():
    trials = extreme_pairs(RESPONSES, 2)
    assert trials.more.tolist() == [[5, 4], [0, 1]]
    assert trials.less.tolist() == [[0, 1], [5, 4]]
    harder = extreme_pairs(RESPONSES, 1, skip=1 / 3)
    assert harder.more.tolist() == [[3], [2]]
    assert harder.less.tolist() == [[2], [3]]


def test_there_are_no_more_pairs_than_photographs():
    with pytest.raises(CourseError, match="show more photographs"):
        extreme_pairs(RESPONSES, 4)


def test_exemplars_are_the_most_exciting_photographs():
    assert best_exemplars(RESPONSES, 3).tolist() == [[5, 4, 3], [0, 1, 2]]


def test_an_observer_whose_features_are_the_responses_is_always_right():
    references = torch.eye(2)
    photographs = torch.stack([RESPONSES[:, 0], -RESPONSES[:, 0]], dim=1) - 2.5
    trials = extreme_pairs(RESPONSES, 3)
    assert told_right(references, photographs, trials).eq(1).all()
    assert told_right(-references, photographs, trials).eq(0).all()


def test_what_is_no_reference_is_answered_at_random():
    assert (
        told_right(torch.zeros(2, 4), torch.rand(6, 4), extreme_pairs(RESPONSES, 2)).eq(0.5).all()
    )


def test_the_control_stays_within_the_layer():
    references = torch.arange(5)[:, None]
    layers = torch.tensor([0, 1, 0, 1, 0])
    assert of_another_unit(references, layers)[:, 0].tolist() == [2, 3, 4, 1, 0]
    with pytest.raises(CourseError, match="alone in its layer"):
        of_another_unit(references, torch.tensor([0, 1, 0, 0, 0]))
