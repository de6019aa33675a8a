"""A grid that keeps neighbours, and what neighbours share."""

import runpy

import numpy as np
import pytest

from site_lib.common.files import ROOT

SCRIPT = ROOT / "figures_src" / "what_units_see" / "map-of-photographs.py"


@pytest.fixture(scope="module")
def drawing():
    return runpy.run_path(str(SCRIPT))


def test_points_on_a_grid_stay_where_they_are(drawing):
    cells = np.stack(np.meshgrid(np.arange(4), np.arange(3)), axis=-1).reshape(-1, 2)
    # In any unit, and a little beside the grid so that no two share a row or a column.
    rng = np.random.default_rng(0)
    points = 7.0 * cells + rng.uniform(-0.1, 0.1, cells.shape)
    order = rng.permutation(12)
    np.testing.assert_array_equal(drawing["on_grid"](points[order], 4), cells[order])


def test_every_point_has_a_cell_of_its_own(drawing):
    found = drawing["on_grid"](np.random.default_rng(1).standard_normal((20, 2)), 6)
    assert len({tuple(cell) for cell in found.tolist()}) == 20
    assert found.max(axis=0).tolist() <= [5, 3]


def test_neighbours_of_one_category_are_counted(drawing):
    line = np.array([[0.0, 0], [1, 0], [10, 0], [11, 0], [30, 0]])
    count = drawing["neighbours_alike"]
    assert count(line, np.array(["a", "a", "b", "b", "a"])) == 4
    assert count(line, np.array(["a", "b", "a", "b", "a"])) == 0


def test_families_share_the_categories_out(drawing):
    from site_lib.data.corpus_photographs import categories

    listed = [category for family in drawing["FAMILIES"].values() for category in family]
    assert sorted(listed) == sorted(categories())
