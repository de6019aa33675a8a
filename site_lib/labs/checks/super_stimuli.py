"""Lab 3: places among the classes, occlusion, and survival of shifts."""

import torch
from torch import Tensor

from site_lib.labs.exercises import Case, Exercise, equals
from site_lib.units.occlusion import occlusion_map


def _logits() -> Tensor:
    return torch.tensor([[3.0, 1.0, 2.0, 0.5], [-4.0, -1.0, -2.0, -3.0], [0.1, 0.2, 0.3, 0.4]])


def _image(number: int = 1, side: int = 10) -> Tensor:
    return torch.rand(number, 3, side, side, generator=torch.Generator().manual_seed(0))


def _pixel(images: Tensor) -> Tensor:
    """Brightness of the pixel in row 1 and column 6: (N,)."""
    return images[:, :, 1, 6].mean(dim=1)


def _seen(images: Tensor) -> Tensor:
    """A smooth answer to every pixel: (N,)."""
    weights = torch.randn(images.shape[1:], generator=torch.Generator().manual_seed(1))
    return torch.tanh((images * weights).flatten(1).sum(dim=1) / 5)


def _white() -> Tensor:
    return torch.ones(1, 3, 10, 10)


def _hidden_pixel() -> Tensor:
    """Squares of 4, 3 apart, that hide the pixel: row 0, columns 3 and 6; half of it is lost."""
    lost = torch.zeros(3, 3)
    lost[0, 1:] = 0.5
    return lost


def _spot() -> Tensor:
    """Two images, the first with a bright pixel in row 1 and column 6, the second all grey."""
    images = torch.full((2, 3, 8, 8), 0.25)
    images[0, :, 1, 6] = 1.0
    return images


def _ramp() -> Tensor:
    """An image whose columns hold 1 to 8: (1, 3, 8, 8); numbers, not colours."""
    return torch.arange(1.0, 9.0).expand(1, 3, 8, 8)


EXERCISES = (
    Exercise(
        "places",
        (
            Case(
                "first, second and third places",
                lambda f: f(_logits(), torch.tensor([0, 2, 1])),
                equals(lambda: [1, 2, 3]),
            ),
            Case(
                "last places",
                lambda f: f(_logits(), torch.tensor([3, 0, 0])),
                equals(lambda: [4, 4, 4]),
            ),
        ),
    ),
    Exercise(
        "lost_behind",
        (
            Case(
                "the brightness of one white pixel",
                lambda f: f(_pixel, _white(), 4, 3),
                equals(_hidden_pixel),
            ),
            Case(
                "squares of 3 that are 2 apart",
                lambda f: f(_seen, _image(), 3, 2),
                equals(lambda: occlusion_map(_seen, _image(), square=3, stride=2)),
            ),
            Case(
                "a black image, where grey adds to the answer",
                lambda f: f(_pixel, 0 * _white(), 4, 3),
                equals(lambda: -_hidden_pixel()),
            ),
        ),
    ),
    Exercise(
        "survival",
        (
            Case(
                "no shift and one down",
                lambda f: f(_pixel, _spot(), [(0, 0), (1, 0)]),
                equals(lambda: [(1 + 0.25) / 2, 1]),
            ),
            Case(
                "an answer that grows to the right",
                lambda f: f(lambda x: x[:, 0, 2, 5], _ramp(), [(0, 1), (0, 2)]),
                equals(lambda: [(5 + 4) / 2 / 6]),
            ),
            Case(
                "shifts around the edge",
                lambda f: f(lambda x: x[:, 0, 0, 3], _ramp().mT, [(1, 0), (3, 0)]),
                equals(lambda: [(8 + 6) / 2]),
            ),
        ),
    ),
)
