"""Lab 6: circular variance, a correlation within families, and random signs."""

import math

import numpy as np
import torch
from torch import Tensor

from site_lib.labs.exercises import Case, Exercise, Function, equals, holds

NUM_DRAWS = 20_000
# Ten standard errors of a share that is drawn so often.
NOISE = 10 * math.sqrt(0.25 / NUM_DRAWS)


def _angles() -> Tensor:
    return torch.arange(12) * math.pi / 12


def _curves() -> Tensor:
    """All alike; one orientation; two across each other; one and, a third turn away, another."""
    made = torch.zeros(4, 12)
    made[0], made[1, 5], made[2, [2, 8]], made[3, [0, 4]] = 2.0, 3.0, 1.0, 1.0
    return made


def _two_families(slope: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A line through two families' means, and a slope within both."""
    step = np.array([-1.0, 0, 1, -2, 0, 2])
    base = np.array([0.0, 0, 0, 50, 50, 50])
    return base + step, base + slope * step, np.array(["a", "a", "a", "b", "b", "b"])


def _with_a_single(x: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The same, with a network that is alone in its family, in between."""
    skill, likeness, family = _two_families(1)
    return np.insert(skill, 3, x), np.insert(likeness, 3, -x), np.insert(family, 3, "c")


def _half_related() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Within families x is (−1, 0, 1) and y (1, −2, 1) plus half of x, with other means."""
    x, y = np.array([-1.0, 0, 1]), np.array([0.5, -2, 1.5])
    return np.append(x, x + 9), np.append(y, y - 4), np.array(["a"] * 3 + ["b"] * 3)


def _p_of(function: Function, differences: list[float], seed: int = 0) -> float:
    return function(np.array(differences), NUM_DRAWS, np.random.default_rng(seed))


EXERCISES = (
    Exercise(
        "circular_variance",
        (
            Case(
                "a flat curve and a single peak",
                lambda f: f(_curves()[:2], _angles()),
                equals(lambda: [1, 0]),
            ),
            Case(
                "two equal peaks, across each other",
                lambda f: f(_curves()[2:3], _angles()),
                equals(lambda: [1]),
            ),
            # Two unit vectors 120 degrees apart, once angles are doubled, add up to length 1.
            Case(
                "two equal peaks, 60 degrees apart",
                lambda f: f(_curves()[3:], _angles()),
                equals(lambda: [0.5]),
            ),
        ),
    ),
    Exercise(
        "correlation_within",
        (
            Case(
                "two families that fall within and rise between",
                lambda f: f(*_two_families(-1)),
                equals(lambda: -1),
            ),
            Case(
                "a network that is alone in its family",
                lambda f: f(*_with_a_single(1000.0)),
                equals(lambda: 1),
            ),
            # Σ xy = 1 in each family, Σ x² = 2, Σ y² = 6.5.
            Case(
                "a relation with scatter",
                lambda f: f(*_half_related()),
                equals(lambda: 1 / math.sqrt(2 * 6.5)),
            ),
        ),
    ),
    Exercise(
        "sign_flip_p",
        (
            Case(
                "three people who agree, where 2 of 8 draws are as far",
                lambda f: _p_of(f, [1, 1, 1]),
                holds("is not near 0.25", lambda p: abs(float(p) - 0.25) < NOISE),
            ),
            Case(
                "differences that cancel",
                lambda f: _p_of(f, [2, -2, 1, -1]),
                equals(lambda: 1),
            ),
            Case(
                "forty people who agree",
                lambda f: _p_of(f, [-0.1] * 40),
                equals(lambda: 1 / (NUM_DRAWS + 1), tolerance=1e-6),
            ),
        ),
    ),
)
