"""Panels that drawings about depth share."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from figures_src.relations_with_biology.depth_panels import (
    at_the_end,
    colours,
    depth_table,
    depth_ticks,
    draw_curves,
)
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import layer_label
from site_lib.records.measurement import Result


@pytest.fixture
def result():
    """One trained network, two random and one shuffled; two layers."""
    share = np.array([[0.5, 0.9], [0.1, 0.2], [0.3, 0.4], [0.2, 0.6]])
    arrays = {
        "layers": np.array(["stem", "blocks.0"]),
        "kinds": np.array(["trained", "random", "random", "shuffled"]),
        "share": share,
        "share_interval": np.stack([share - 0.1, share + 0.1], axis=-1),
    }
    return Result(arrays, {}, {})


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


def test_every_network_is_drawn_in_the_colour_of_its_kind_and_named_once(result):
    axes, style = Figure().subplots(), Style("light", "wide")
    draw_curves(axes, result, "share", style, scale=100, every=1)
    drawn = [(line.get_color(), line.get_ydata().tolist()) for line in axes.lines]
    expected = [("shuffled", [20, 60]), ("random", [10, 20]), ("random", [30, 40]),
                ("trained", [50, 90])]  # fmt: skip
    assert [colour for colour, _ in drawn] == [colours(style)[kind] for kind, _ in expected]
    for (_, found), (_, values) in zip(drawn, expected, strict=True):
        assert found == pytest.approx(values)
    labels = axes.get_legend_handles_labels()[1]
    assert labels == ["shuffled weights", "random weights", "trained"]


def test_gaps_are_to_the_nearest_control_and_their_ends_to_the_ends_of_intervals(result):
    share = at_the_end(result, "share")
    assert share["random"] == pytest.approx(0.3)
    assert share["above"] == pytest.approx(0.9 - 0.6)
    assert share["above_ends"] == pytest.approx((0.8 - 0.7, 1.0 - 0.1))
    assert share["below"] == pytest.approx(0.2 - 0.9)
    assert share["below_ends"] == pytest.approx((0.1 - 1.0, 0.7 - 0.8))


def test_the_table_has_the_mean_of_each_kind(result):
    table = depth_table(result, ["share"])
    assert table["layer"] == ["stem", "blocks.0"]
    assert table["share_random"] == pytest.approx([0.2, 0.3])
    assert table["share_shuffled"] == pytest.approx([0.2, 0.6])


def test_a_rise_is_from_the_first_layer_to_the_last_and_a_fall_the_other_way(result):
    share = at_the_end(result, "share")
    assert share["rise"] == pytest.approx(0.9 - 0.5)
    assert share["rise_ends"] == pytest.approx((0.8 - 0.6, 1.0 - 0.4))
    assert share["fall"] == -share["rise"]
    assert share["fall_ends"] == pytest.approx((0.4 - 1.0, 0.6 - 0.8))
