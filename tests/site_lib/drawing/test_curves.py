"""Curves with bands: what is drawn is what was given."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from site_lib.drawing.curves import banded, over_photographs
from site_lib.statistics.intervals import bootstrap


def test_statistics_by_row_have_the_intervals_of_their_rows() -> None:
    values = np.random.default_rng(0).normal(size=(3, 20))
    middle, low, high = over_photographs(values, np.median)
    assert middle == pytest.approx(np.median(values, axis=1))
    assert (low[1], high[1]) == bootstrap(values[1], np.median, seed=0)


def test_a_band_reaches_from_its_low_to_its_high_end() -> None:
    axes = Figure().subplots()
    banded(axes, np.array([1, 2]), np.array([0, 1]), np.array([3, 4]), alpha=0.2, step=0.5,
           color="red")  # fmt: skip
    (line,), (band,) = axes.lines, axes.collections
    assert line.get_xydata().tolist() == [[0, 1], [0.5, 2]]
    box = band.get_datalim(axes.transData)
    assert (box.x0, box.y0, box.x1, box.y1) == (0, 0, 0.5, 4)
