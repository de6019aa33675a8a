"""Lab 2: shuffled tiles, R², and random projections."""

import numpy as np
import torch
from torch import Tensor

from site_lib.labs.exercises import Case, Exercise, Function, equals, holds

TILE = 4


def _images() -> Tensor:
    """Two images of nine tiles, in which no two pixels are alike."""
    return torch.arange(2 * 3 * 12 * 12).float().view(2, 3, 12, 12) / 1000


def _tiles_of(pictures: np.ndarray) -> np.ndarray:
    """Tiles as rows: (N, 3, 12, 12) → (N, 9, 48)."""
    cut = pictures.reshape(len(pictures), 3, 3, TILE, 3, TILE).transpose(0, 2, 4, 1, 3, 5)
    return cut.reshape(len(pictures), 9, -1)


def _shuffle(function: Function) -> Tensor:
    return function(_images(), TILE, torch.Generator().manual_seed(0))


def _same_tiles(mixed: np.ndarray) -> bool:
    """Every image has the tiles that it had, in some order."""
    before, after = _tiles_of(_images().numpy()), _tiles_of(mixed)
    order = np.argsort(after[:, :, 0], axis=1)[:, :, None]
    return np.allclose(np.take_along_axis(after, order, axis=1), before, atol=1e-5)


def _moved(mixed: np.ndarray) -> bool:
    places = (_tiles_of(mixed) != _tiles_of(_images().numpy())).any(axis=2)
    return places.mean() > 0.5


def _truth() -> np.ndarray:
    return np.array([[0.0, 3.0], [1.0, 5.0], [2.0, 1.0], [5.0, 7.0]])


MEANS, OFFSET = np.array([2.0, 4.0]), np.array([0.0, 3.0])


def _features() -> np.ndarray:
    rng = np.random.default_rng(0)
    return rng.standard_normal((12, 40)) * np.linspace(0.1, 30, 40) + 5


def _squared_distances(points: np.ndarray) -> np.ndarray:
    return np.square(points[:, None] - points[None]).sum(axis=2)


def _keeps_distances(points: np.ndarray) -> bool:
    """On average within a twentieth; with 4000 features the spread of the mean is far smaller."""
    standardised = (_features() - _features().mean(axis=0)) / _features().std(axis=0)
    share = _squared_distances(points).mean() / _squared_distances(standardised).mean()
    return abs(share - 1) < 0.05


def _same_for_other_units(function: Function) -> list[np.ndarray]:
    given = _features()
    return [function(one, 6, np.random.default_rng(1)) for one in (given, 2.5 * given - 40)]


EXERCISES = (
    Exercise(
        "shuffled_tiles",
        (
            Case("nine tiles", _shuffle, holds("an image has not the tiles it had", _same_tiles)),
            Case("nine tiles", _shuffle, holds("most tiles are where they were", _moved)),
            Case(
                "a tile as large as the image",
                lambda f: f(_images(), 12, torch.Generator().manual_seed(0)),
                equals(_images),
            ),
        ),
    ),
    Exercise(
        "share_explained",
        (
            Case("always the mean", lambda f: f(_truth(), 0 * _truth() + MEANS), equals(lambda: 0)),
            Case(
                "half of every deviation",
                lambda f: f(_truth(), (_truth() + MEANS) / 2),
                equals(lambda: 0.75),
            ),
            # Σ (y − ȳ)² is 14 and 20; a constant error of 3 in one of them costs 4 · 9.
            Case(
                "a constant error in one of two numbers",
                lambda f: f(_truth(), _truth() + OFFSET),
                equals(lambda: 1 - 36 / 34),
            ),
        ),
    ),
    Exercise(
        "projected",
        (
            Case(
                "40 features, 6 wanted",
                lambda f: np.shape(f(_features(), 6, np.random.default_rng(0))),
                equals(lambda: (12, 6)),
            ),
            Case(
                "features in other units",
                _same_for_other_units,
                holds(
                    "the result depends on them", lambda two: np.allclose(two[0], two[1], atol=1e-6)
                ),
            ),
            Case(
                "many new features",
                lambda f: f(_features(), 4000, np.random.default_rng(2)),
                holds("squared distances are not kept on average", _keeps_distances),
            ),
        ),
    ),
)
