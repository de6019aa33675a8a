"""Rendered views and the attributes that are measured from their pixels."""

import math

import pytest
import torch

from site_lib.common.errors import CourseError
from site_lib.images.images import COLOUR_AXES, gratings
from site_lib.images.views import Views, draw_views, render, render_each, simple_attributes


@pytest.fixture
def views():
    return draw_views(3, torch.Generator().manual_seed(0))


def test_every_place_occurs_in_every_light(views):
    pairs, counts = torch.stack([views.place, views.light]).unique(dim=1, return_counts=True)
    assert pairs.shape == (2, 16)
    assert (counts == 3).all()


def test_views_repeat_with_their_seed(views):
    again = draw_views(3, torch.Generator().manual_seed(0))
    assert torch.equal(views.centre, again.centre)
    assert torch.equal(views.chosen(torch.tensor([4])).centre, views.centre[4:5])


def test_photograph_is_shown_at_its_place(views):
    # A white photograph is brighter than noise in each of its colours, before the light.
    side = 48
    images = render(torch.ones(1, 3, 32, 32), views, side, torch.Generator().manual_seed(0))
    assert images.shape == (48, 3, side, side)
    assert 0 <= images.min() <= images.max() <= 1
    columns, rows = ((views.centre + 1) / 2 * side).long().T
    shown = images[torch.arange(48), :, rows, columns]
    torch.testing.assert_close(shown, views.gain.clamp(0, 1))


def grating(orientation):
    return gratings(
        64,
        orientation=torch.tensor([orientation]),
        frequency=torch.tensor([0.125]),
        phase=torch.zeros(1),
        colour=torch.tensor([COLOUR_AXES["luminance"]]),
    )


@pytest.mark.parametrize(
    ("orientation", "expected"),
    [(0.0, (-1, 0)), (math.pi / 2, (1, 0)), (math.pi / 4, (0, 1))],
)
def test_direction_of_gradient_energy(orientation, expected):
    found = simple_attributes(grating(orientation))["orientation"]
    torch.testing.assert_close(found, torch.tensor([expected]).float(), atol=0.05, rtol=0)


def test_luminance_and_hue_of_uniform_fields():
    red, blue = torch.tensor([0.6, 0.4, 0.4]), torch.tensor([0.4, 0.4, 0.7])
    fields = torch.stack([red, blue])[:, :, None, None].expand(2, 3, 8, 8)
    found = simple_attributes(fields.contiguous())
    torch.testing.assert_close(
        found["luminance"][:, 0], torch.tensor([0.4425, 0.4217]), atol=1e-3, rtol=0
    )
    assert found["hue"][0, 0] > 0.8  # red lies along red–green
    assert found["hue"][1, 1] == pytest.approx(1)  # blue along blue–yellow


def test_a_uniform_image_has_no_direction():
    assert simple_attributes(torch.full((1, 3, 8, 8), 0.3))["orientation"].tolist() == [[0, 0]]


def test_views_of_nothing_are_refused(views):
    generator = torch.Generator().manual_seed(0)
    for message, refused in (
        ("number of repeats", lambda: draw_views(0, generator)),
        ("photograph must be finite", lambda: render(photograph(math.nan), views, 8, generator)),
        (r"photograph must have the shape \(1, 3, S, S\)", lambda: render(
            torch.ones(2, 3, 8, 8), views, 8, generator)),
        ("images must be finite", lambda: simple_attributes(photograph(math.inf))),
    ):  # fmt: skip
        with pytest.raises(CourseError, match=message):
            refused()


def photograph(level):
    return torch.full((1, 3, 8, 8), level)


def test_each_photograph_is_shown_once_where_its_view_says():
    squares = [torch.full((1, 3, 16, 16), level) for level in 20 * (0.0, 1.0)]
    images, views = render_each(squares, 24, torch.Generator().manual_seed(0))
    assert images.shape == (40, 3, 24, 24)
    assert set(views.place.tolist()) == set(views.light.tolist()) == {0, 1, 2, 3}
    # A white photograph is white where it stands, in its light, and a black one black.
    columns, rows = ((views.centre + 1) / 2 * 24).long().T
    middle = images[torch.arange(40), :, rows, columns]
    torch.testing.assert_close(middle[1::2], views.gain[1::2].clamp(max=1), atol=0.02, rtol=0)
    assert middle[::2].max() < 0.02


def test_joined_views_keep_their_order(views):
    other = draw_views(1, torch.Generator().manual_seed(1))
    joined = Views.joined([views, other])
    assert torch.equal(joined.centre, torch.cat([views.centre, other.centre]))
    assert torch.equal(joined.chosen(torch.arange(len(views.size))).gain, views.gain)
