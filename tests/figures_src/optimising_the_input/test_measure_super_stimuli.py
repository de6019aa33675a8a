"""The film of a super-stimulus, on frames that say where they come from."""

import numpy as np
import torch

from figures_src.optimising_the_input.measure_super_stimuli import Film
from site_lib.feature_visualisation.super_stimuli import Recipe


def grey(*levels):
    return torch.stack([torch.full((3, 8, 8), level / 255) for level in levels])


def test_the_film_shows_the_start_that_the_chosen_candidate_grew_from():
    film = Film(index=1, recipe=Recipe(starts=2, candidates=2, coarse_steps=3))
    for step in range(3):
        film.keep_starts(step, grey(0, 0, 10 + step, 20 + step))  # two classes, two starts each
    for candidate in range(2):
        for step in (0, 1, 8):
            film.keep(candidate, step, grey(0, 100 + 50 * candidate + step))
    arrays = film.arrays(start=np.array([1, 0]), choice=0)
    assert arrays["film_steps"].tolist() == [0, 1, 2, 3, 11]
    assert arrays["film"][:, 0, 0, 0].tolist() == [20, 21, 22, 100, 108]
    other = film.arrays(start=np.array([1, 0]), choice=1)
    assert other["film"][:, 0, 0, 0].tolist() == [10, 11, 12, 150, 158]
