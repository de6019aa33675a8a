"""Names of curves: moved no further than they must."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from site_lib.drawing.labels import apart, names_in_corner


def test_labels_that_do_not_touch_stay_where_they_are() -> None:
    assert apart([0, 2, 3], distance=1, lowest=0).tolist() == [0, 2, 3]


def test_labels_that_touch_move_by_equal_shares() -> None:
    assert apart([5, 5], distance=2, lowest=0) == pytest.approx([4, 6])


def test_labels_above_the_lowest_place_push_the_others_up() -> None:
    moved = apart([0, 0, 0, 9], distance=1, lowest=-0.5)
    assert moved == pytest.approx([-0.5, 0.5, 1.5, 9], abs=1e-3)
    assert (np.diff(moved) > 0.999).all()


def test_names_in_a_corner_stand_below_each_other_in_their_colours() -> None:
    axes = Figure().subplots()
    names_in_corner(axes, {"trained": "red", "random": "blue"}, 0.1, 0.9, step=0.2)
    first, second = axes.texts
    assert (first.get_position(), second.get_position()) == ((0.1, 0.9), (0.1, pytest.approx(0.7)))
    assert (second.get_text(), second.get_color()) == ("random", "blue")
