"""Lab 5: projected gradient descent, transfer, a filter to attack through, training on attacks."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from site_lib.adversarial.pgd import pgd
from site_lib.labs.exercises import Case, Exercise, Function, equals, holds

EPSILON = 0.02


def _images() -> Tensor:
    """Grey enough for the box to lie within [0, 1]: (4, 3, 6, 6)."""
    return 0.2 + 0.6 * torch.rand(4, 3, 6, 6, generator=torch.Generator().manual_seed(0))


LABELS = torch.tensor([0, 1, 0, 1])


def _linear() -> nn.Sequential:
    """Two classes whose logits are w · x and −w · x."""
    network = nn.Sequential(nn.Flatten(), nn.Linear(108, 2, bias=False))
    row = torch.randn(108, generator=torch.Generator().manual_seed(1)) / 20
    _rows(network).data = torch.stack([row, -row])
    return network


def _rows(network: nn.Sequential) -> Tensor:
    """The weights of such a network, (2, 108)."""
    return network.get_parameter("1.weight")


def _curved() -> nn.Module:
    """A small network with a bend: (N, 3, 6, 6) → (N, 3)."""
    network = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Tanh(), nn.Flatten(), nn.Linear(128, 3))
    generator = torch.Generator().manual_seed(2)
    for parameter in network.parameters():
        parameter.data = torch.randn(parameter.shape, generator=generator) / 3
    return network


def _across(steps: float) -> Tensor:
    """Where so many steps of half the box lead in a linear network, without an edge of colours."""
    signs = _rows(_linear())[0].detach().sign().view(3, 6, 6)
    towards = torch.where(LABELS == 0, -1.0, 1.0)[:, None, None, None]
    return _images() + min(steps / 2, 1) * EPSILON * towards * signs


def _near_the_edge(function: Function) -> Tensor:
    """Smallest and largest value of what began near black and white."""
    extremes = _images().round()
    found = function(_linear(), extremes, LABELS, 0.1, 0.05, 4)
    return torch.stack([found.min(), found.max(), (found - extremes).abs().max()])


def _answers_of_curved() -> Tensor:
    """What the network says, since an attack on a wrong answer has nothing to do."""
    return _curved()(_images()).argmax(dim=1)


def _known_descent() -> Tensor:
    settings: dict[str, Any] = {"step_size": 0.004, "num_steps": 12, "early_stop": False}
    return pgd(_curved(), _images(), _answers_of_curved(), epsilon=EPSILON, **settings).adversarial


def _nearly_known(found: np.ndarray) -> bool:
    """The sign of a slope near 0 may depend on the last digit."""
    return (np.abs(found - _known_descent().numpy()) < 1e-5).mean() > 0.98


def _answers(*rows: list[int]) -> list[Tensor]:
    return [torch.tensor(row) for row in rows]


def _rounded(images: Tensor) -> Tensor:
    """A filter without a gradient."""
    return (images * 8).round() / 8


def _slope_through(function: Function) -> Tensor:
    """Gradient of a weighted sum of what is let through."""
    pixels = _images().requires_grad_(True)
    (function(_rounded)(pixels) * _across(1)).sum().backward()
    assert pixels.grad is not None
    return pixels.grad


def _lighter(_network: nn.Module, given: Tensor, _labels: Tensor) -> Tensor:
    """An "attack" that adds a fifth, with a gradient that must not be followed."""
    return given + 0.2


def _after_steps(function: Function, number: int = 1) -> tuple[list[float], Tensor]:
    """Losses, and the weights afterwards, of plain gradient descent."""
    network = _linear()
    optimiser = torch.optim.SGD(network.parameters(), lr=0.5)
    losses = [function(network, optimiser, _images(), LABELS, _lighter) for _ in range(number)]
    return losses, _rows(network).detach()


def _reference(network: nn.Module, attack: Callable[..., Tensor]) -> Tensor:
    return F.cross_entropy(network(attack(network, _images(), LABELS)), LABELS)


def _known_weights(number: int) -> Tensor:
    """W − η ∂ loss / ∂ W, so many times."""
    network = _linear()
    weight = _rows(network)
    for _ in range(number):
        (slope,) = torch.autograd.grad(_reference(network, _lighter), weight)
        weight.data -= 0.5 * slope
    return weight.detach()


EXERCISES = (
    Exercise(
        "descend",
        (
            Case(
                "a linear network and one step",
                lambda f: f(_linear(), _images(), LABELS, EPSILON, EPSILON / 2, 1),
                equals(lambda: _across(1)),
            ),
            Case(
                "a linear network, until the edge of the box",
                lambda f: f(_linear(), _images(), LABELS, EPSILON, EPSILON / 2, 5),
                equals(lambda: _across(5), tolerance=1e-4),
            ),
            Case(
                "black and white pixels, as smallest, largest and greatest change",
                _near_the_edge,
                equals(lambda: [0, 1, 0.1]),
            ),
            Case(
                "a curved network and twelve steps",
                lambda f: f(_curved(), _images(), _answers_of_curved(), EPSILON, 0.004, 12),
                holds("is not where pgd arrives", _nearly_known),
            ),
        ),
    ),
    Exercise(
        "transferred",
        (
            Case(
                "four attacks that worked, one of which carried over",
                lambda f: f(*_answers([5] * 4, [1, 2, 3, 4], [5] * 4, [5, 5, 7, 5], [5] * 4)),
                equals(lambda: 0.25),
            ),
            Case(
                "images that one of the networks got wrong before, or that withstood",
                lambda f: f(
                    *_answers(
                        [3, 1, 2, 2, 2],
                        [9, 9, 9, 2, 9],
                        [2, 2, 7, 2, 2],
                        [9, 9, 9, 2, 9],
                        [3, 2, 2, 2, 2],
                    )
                ),
                equals(lambda: 1),
            ),
            Case(
                "no attack that worked",
                lambda f: f(*_answers([1, 2], [1, 2], [1, 2], [3, 3], [1, 2])),
                equals(lambda: 0),
            ),
        ),
    ),
    Exercise(
        "straight_through",
        (
            Case(
                "a filter that rounds",
                lambda f: f(_rounded)(_images()),
                equals(lambda: _rounded(_images())),
            ),
            Case(
                "the gradient through a filter that rounds",
                _slope_through,
                equals(lambda: _across(1)),
            ),
        ),
    ),
    Exercise(
        "trained_step",
        (
            Case(
                "a linear network and images made lighter",
                lambda f: _after_steps(f)[1],
                equals(lambda: _known_weights(1)),
            ),
            Case(
                "three steps, one after the other",
                lambda f: _after_steps(f, 3)[1],
                equals(lambda: _known_weights(3)),
            ),
            Case(
                "the loss before the step",
                lambda f: _after_steps(f)[0],
                equals(lambda: [_reference(_linear(), _lighter).item()]),
            ),
        ),
    ),
)
