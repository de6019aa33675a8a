"""A planted category is found; without one, chance is called chance."""

import numpy as np
import pytest
import torch

from site_lib.common.errors import CourseError
from site_lib.units.category_correlation import best_categories


def normal(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def judged(activations, evidence, number=2):
    generator = torch.Generator().manual_seed(0)
    return best_categories(
        activations, evidence, number=number, num_shuffles=99, generator=generator
    )


def test_a_planted_category_comes_first_and_is_no_accident():
    evidence = normal(30, 200)
    activations = torch.stack([3 * evidence[:, 17] + 7, -evidence[:, 4]], dim=1)
    activations = activations + 0.3 * normal(30, 2, seed=1)
    found = judged(activations, evidence)
    assert found.classes[0, 0] == 17
    expected = np.corrcoef(activations[:, 0], evidence[:, 17])[0, 1]
    assert float(found.correlations[0, 0]) == pytest.approx(expected, abs=1e-5)
    assert float(found.p_values[0]) == pytest.approx(1 / 100)
    # A unit that falls silent for a class does not go with it.
    assert found.classes[1, 0] != 4


def test_without_a_category_p_values_are_uniform():
    found = judged(normal(20, 300, seed=2), normal(20, 100, seed=3), number=1)
    assert float(found.p_values.mean()) == pytest.approx(0.5, abs=0.1)
    assert float((found.p_values <= 0.05).float().mean()) < 0.12
    # Chance alone finds correlations that look like something.
    assert found.correlations.mean() > 0.4


def test_constant_units_go_with_nothing():
    found = judged(torch.ones(10, 1), normal(10, 50))
    assert (found.correlations == 0).all()
    assert found.p_values == 1


def test_two_photographs_are_too_few():
    with pytest.raises(CourseError, match="on 2 photographs"):
        judged(normal(2, 1), normal(2, 5))


def test_categories_of_nothing_are_refused():
    activations, evidence = normal(10, 2), normal(10, 5)
    holed = activations.clone()
    holed[3, 1] = torch.nan
    for message, refused in (
        ("activations must be finite", lambda: judged(holed, evidence)),
        ("evidence must be finite", lambda: judged(evidence, holed)),
        (r"evidence must have the shape \(photographs, classes\) with photographs = 10",
         lambda: judged(activations, evidence[:9])),
        ("number of categories must be a whole number from 1 to 5, not 6",
         lambda: judged(activations, evidence, number=6)),
        ("number of shuffles must be a whole number from 1 on, not 0", lambda: best_categories(
            activations, evidence, number=1, num_shuffles=0, generator=torch.Generator())),
    ):  # fmt: skip
        with pytest.raises(CourseError, match=message):
            refused()
