"""The orientation of edges, on gratings whose orientation is known."""

import math

import pytest
import torch

from site_lib.common.errors import CourseError
from site_lib.images.edge_orientation import edge_orientation
from site_lib.images.images import COLOUR_AXES, gratings


def bars(*degrees, colour="luminance", frequency=0.08, contrast=1.0):
    number = len(degrees)
    return gratings(
        33,
        orientation=torch.tensor(degrees) * math.pi / 180,
        frequency=torch.full((number,), frequency),
        phase=torch.linspace(0, 2, number),
        colour=torch.tensor(COLOUR_AXES[colour]).expand(number, 3),
        contrast=contrast,
    )


@pytest.mark.parametrize("colour", COLOUR_AXES)
def test_bars_of_gratings_in_any_colour(colour):
    degrees = [0.0, 20.0, 45.0, 90.0, 110.0, 170.0]
    found, coherence = edge_orientation(bars(*degrees, colour=colour)[:, None])
    away = (torch.rad2deg(found) - torch.tensor(degrees) + 90) % 180 - 90
    assert away.abs().max() < 2
    assert coherence.min() > 0.9


def test_pictures_of_a_set_count_alike_however_strong_their_edges_are():
    faint, strong = bars(20.0, contrast=0.1), bars(50.0)
    found, coherence = edge_orientation(torch.stack([faint, strong], dim=1))
    assert math.degrees(float(found)) == pytest.approx(35, abs=1.5)
    assert float(coherence) == pytest.approx(math.cos(math.radians(30)), abs=0.05)


def test_orientations_at_right_angles_cancel():
    _, coherence = edge_orientation(torch.stack([bars(30.0), bars(120.0)], dim=1))
    assert float(coherence) < 0.03


def test_flat_pictures_have_no_orientation_and_do_not_count():
    flat = torch.full((1, 1, 3, 33, 33), 0.5)
    assert edge_orientation(flat)[1].tolist() == [0]
    alone, beside = bars(70.0)[:, None], torch.cat([bars(70.0)[:, None], flat], dim=1)
    for one, other in zip(edge_orientation(alone), edge_orientation(beside), strict=True):
        assert torch.allclose(one, other)


def test_single_images_and_single_pixels_are_refused():
    for shape in ((1, 3, 8, 8), (1, 1, 3, 1, 8)):
        with pytest.raises(CourseError, match=r"images must have the shape \(K, N, 3, H, W\)"):
            edge_orientation(torch.rand(shape))
    with pytest.raises(CourseError, match="pictures in a set"):
        edge_orientation(torch.rand(1, 0, 3, 4, 4))
