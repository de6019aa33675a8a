"""Lab 1: colour, shuffled filters, and pixels that matter."""

import numpy as np
import torch
from torch import Tensor

from site_lib.labs.exercises import Case, Exercise, Function, equals, holds


def _amplitude(*largest: tuple[int, float]) -> Tensor:
    """Three colours, two frequencies, four orientations: each unit's largest axis and value."""
    made = torch.full((len(largest), 3, 2, 4), 0.5)
    for unit, (axis, value) in enumerate(largest):
        made[unit, axis, 1, 2] = value
    return made


def _weak_peak() -> Tensor:
    """Brightness has the larger mean, colour the larger peak."""
    made = _amplitude((1, 1.1))
    made[0, 0] = 1.0
    return made


def _filters() -> Tensor:
    """Five filters without two equal weights."""
    return torch.arange(5 * 3 * 4 * 4).float().view(5, 3, 4, 4)


def _shuffle(function: Function, seed: int = 0) -> Tensor:
    return function(_filters(), torch.Generator().manual_seed(seed))


def _shuffle_twice(function: Function) -> list[Tensor]:
    """The given filters afterwards, and two results for one seed."""
    given, generators = _filters(), [torch.Generator().manual_seed(3) for _ in range(2)]
    return [*(function(given, one) for one in generators), given]


def _keeps_its_own(shuffled: np.ndarray) -> bool:
    """Every filter has its weights still, and not in their places."""
    before = _filters().flatten(1).numpy()
    after = shuffled.reshape(before.shape)
    return (np.sort(after, axis=1) == before).all() and (after != before).mean() > 0.5


def _orders_differ(shuffled: np.ndarray) -> bool:
    after = shuffled.reshape(5, -1) - _filters().flatten(1).numpy()[:, :1]
    return len(np.unique(after, axis=0)) == len(after)


def _same_again(results: np.ndarray) -> bool:
    first, second, given = results
    return (first == second).all() and (given == _filters().numpy()).all()


WEIGHTS = torch.tensor([0.0, 0, 1, -2, 0.5, 0, 3, 0])


def _weighted(images: Tensor) -> Tensor:
    """Two channels: nothing, and a sum over row 2 of the second colour: (N, 2)."""
    answers = images[:, 1, 2] @ WEIGHTS
    return torch.stack([torch.zeros_like(answers), answers], dim=1)


def _image() -> Tensor:
    return torch.rand(1, 3, 6, 8, generator=torch.Generator().manual_seed(0)) * 0.4


EXERCISES = (
    Exercise(
        "prefers_colour",
        (
            Case(
                "three units with clear peaks",
                lambda f: f(_amplitude((0, 2.0), (1, 2.0), (2, 2.0))),
                equals(lambda: [False, True, True]),
            ),
            Case(
                "a unit whose colour has the largest amplitude and not the largest mean",
                lambda f: f(_weak_peak()),
                equals(lambda: [True]),
            ),
        ),
    ),
    Exercise(
        "shuffled_within",
        (
            Case(
                "five filters",
                _shuffle,
                holds("a filter has not its own weights in other places", _keeps_its_own),
            ),
            Case("five filters", _shuffle, holds("all have one order", _orders_differ)),
            Case(
                "the same seed twice",
                _shuffle_twice,
                holds("the results differ, or the given filters have changed", _same_again),
            ),
        ),
    ),
    Exercise(
        "pixels_that_matter",
        (
            Case(
                "a weighted sum over a row",
                lambda f: f(_weighted, _image(), 2, torch.arange(8)),
                equals(lambda: WEIGHTS != 0),
            ),
            Case(
                "columns in another order",
                lambda f: f(_weighted, _image(), 2, torch.tensor([6, 5, 3])),
                equals(lambda: [True, False, True]),
            ),
            Case(
                "a row that does not matter",
                lambda f: f(_weighted, _image(), 3, torch.arange(8)),
                equals(lambda: np.zeros(8)),
            ),
        ),
    ),
)
