"""The small renderer against scenes whose light and outline are known."""

import math

import numpy as np
import pytest

from site_lib.images import relief as module
from site_lib.images.relief import Relief, project, shade


def flat(side: int = 64) -> Relief:
    relief = Relief(side, side)
    relief.albedo[:] = 0.5
    return relief


def test_of_the_points_in_one_cell_the_highest_stays():
    relief = flat(8)
    colours = np.eye(3)
    x, y = np.full(3, 0.1), np.full(3, 0.1)
    relief.deposit(x, y, np.array([0.2, 0.4, 0.3]), colours, gloss=0.7)
    relief.deposit(x[:1], y[:1], np.array([0.1]), np.ones(3), gloss=0.0)
    row, column = (int(index[0]) for index in relief.cells(x, y))
    assert relief.height[row, column] == pytest.approx(0.4)
    assert relief.albedo[row, column].tolist() == colours[1].tolist()
    assert np.count_nonzero(relief.height) == 1


def test_a_flat_ground_is_lit_evenly_by_lambert_s_law():
    light = shade(flat(), tilt=0.0)
    facing = 0.85 * module.LIGHT[2] + 0.15
    expected = 0.5 * (module.SUN * facing + module.SKY)
    assert np.allclose(light, expected, rtol=1e-5)


def test_a_wall_throws_its_shadow_away_from_the_light():
    relief = flat(128)
    relief.height[60:68, 60:68] = 0.2
    light = shade(relief, tilt=0.0)[..., 0]
    lower_right, upper_left = light[74, 73], light[53, 54]
    assert lower_right < 0.6 * upper_left
    assert light[10, 10] == pytest.approx(light[118, 10], rel=1e-4)


def test_seen_from_straight_above_a_relief_is_its_own_picture():
    relief = flat(32)
    relief.height[:] = np.random.default_rng(0).random((32, 32))
    colours = np.random.default_rng(1).random((32, 32, 3))
    assert np.allclose(project(relief, colours, tilt=0.0), colours, atol=1e-5)


def test_leaning_back_foreshortens_by_the_cosine_and_hides_what_is_behind():
    tilt = math.radians(30)
    relief = Relief(160, 128)
    x, y = relief.coordinates()
    disc = np.hypot(x, y) < 0.5
    colours = np.repeat(disc[..., None], 3, axis=2).astype(float)
    seen = project(relief, colours, tilt)[..., 0] > 0.5
    assert seen.sum() / disc.sum() == pytest.approx(math.cos(tilt), rel=0.02)


def test_a_wall_hides_the_ground_behind_it_by_its_height_times_the_tangent():
    tilt, top = math.radians(30), 0.4
    relief = Relief(160, 128)
    y = relief.coordinates()[1]
    colours = np.repeat(y[..., None], 3, axis=2)
    relief.height[(y > 0.3) & (y < 0.34)] = top
    rows_seen = np.unique(project(relief, colours, tilt)[..., 0])
    hidden = (rows_seen > 0.3 - top * math.tan(tilt) + relief.cell) & (rows_seen < 0.3)
    assert not hidden.any()
    assert np.abs(rows_seen - (0.3 - top * math.tan(tilt))).min() < 2 * relief.cell
