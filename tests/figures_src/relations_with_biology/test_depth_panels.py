"""Panels that drawings about depth share."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from figures_src.relations_with_biology.depth_panels import depth_ticks, draw_share, panels
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import layer_label


@pytest.mark.parametrize(
    ("layer", "label"),
    [
        ("stem", "stem"),
        ("blocks.3.depthwise", "block 3"),
        ("blocks.12", "block 12"),
        ("features.15.conv.1.0", "block 15"),
        ("features.16", "features.16"),
    ],
)
def test_layers_are_called_as_a_reader_counts_them(layer, label):
    assert layer_label(layer) == label


def test_ticks_stand_at_the_layers_that_they_name():
    axes = Figure().subplots()
    depth_ticks(axes, ["stem", "blocks.0", "blocks.1", "blocks.2"], 2)
    assert list(axes.get_xticks()) == [0, 2]
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["stem", "1"]


def test_the_trained_network_and_the_mean_of_random_ones_are_drawn_in_per_cent():
    axes = Figure().subplots()
    style = Style("light", "wide")
    draw_share(axes, np.array([[0.5, 1], [0.1, 0.2], [0.3, 0.4]]), ["stem", "blocks.0"], style)
    drawn = {line.get_color(): line.get_ydata().tolist() for line in axes.lines}
    assert drawn[style.trained] == [50, 100]
    assert drawn[style.random] == pytest.approx([20, 30])


@pytest.mark.parametrize("layout", ["wide", "narrow"])
def test_there_are_five_panels(layout):
    _, axes = panels(Style("light", layout))
    assert sorted(axes) == list("abcde")
