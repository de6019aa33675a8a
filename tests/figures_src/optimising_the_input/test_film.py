"""The film of a super-stimulus, on frames that say where they come from."""

import torch

from figures_src.optimising_the_input.film import Film
from site_lib.feature_visualisation.super_stimuli import Recipe


def grey(*levels):
    return torch.stack([torch.full((3, 8, 8), level / 255) for level in levels])


def test_the_film_shows_the_start_that_the_chosen_candidate_grew_from():
    film = Film(Recipe(starts=2, candidates=2, side=8, steps=9, coarse_steps=3))
    for step in range(3):
        film.starts.keep(step, grey(0, 0, 10 + step, 20 + step))  # two classes, two starts each
    for candidate in range(2):
        for step in range(9):
            film.keep_candidate(candidate, step, grey(0, 100 + 50 * candidate + step))
    arrays = film.arrays(1, candidate=0, start=1)
    assert arrays["film_steps"].tolist() == [0, 1, 2, 3, 11]
    assert arrays["film"][:, 0, 0, 0].tolist() == [20, 21, 22, 100, 108]
    other = film.arrays(1, candidate=1, start=0)
    assert other["film"][:, 0, 0, 0].tolist() == [10, 11, 12, 150, 158]


def test_early_frames_are_dense():
    film = Film(Recipe(starts=1, candidates=1, side=8, steps=17, coarse_steps=20))
    for step in range(20):
        film.starts.keep(step, grey(0))
    assert list(film.starts.images) == [0, 1, 2, 4, 6, 8, 12, 16, 18]
    for step in range(17):
        film.keep_candidate(0, step, grey(0))
    steps = film.arrays(0, candidate=0, start=0)["film_steps"].tolist()
    assert steps[-3:] == [20, 28, 36]
