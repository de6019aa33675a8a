"""Random crops, on photographs whose every pixel says where it is."""

import pytest
import torch
from torch.nn.functional import interpolate

from site_lib.common.errors import CourseError
from site_lib.images.random_crops import crops_of, random_crops, relit, stack_photographs


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def ramp(height, width):
    """A photograph whose red is the column and whose green is the row, in [0, 1]."""
    rows = ((torch.arange(height) + 0.5) / height)[:, None].expand(height, width)
    columns = ((torch.arange(width) + 0.5) / width).expand(height, width)
    return torch.stack([columns, rows, torch.zeros(height, width)])


def test_photographs_of_several_shapes_lie_in_the_corner_and_go_on_at_their_edges():
    wide, high = torch.rand(3, 40, 80), torch.rand(3, 60, 30)
    stack = stack_photographs([wide, high], longest=100)
    assert stack.pixels.shape == (2, 3, 80, 80)
    assert stack.sizes.tolist() == [[40, 80], [60, 30]]
    assert torch.equal(stack.pixels[0, :, :40], wide)
    assert torch.equal(stack.pixels[1, :, :60, :30], high)
    assert torch.equal(stack.pixels[1, :, 59:, 29:], high[:, 59:, 29:].expand(3, 21, 51))


def test_what_is_too_long_is_made_smaller_and_keeps_its_shape():
    stack = stack_photographs([ramp(100, 200)], longest=50)
    assert stack.sizes.tolist() == [[25, 50]]
    assert torch.allclose(stack.pixels[0, :, :25], ramp(25, 50), atol=0.02)


def test_the_whole_of_a_square_is_what_resizing_gives():
    photograph = ramp(64, 64)
    stack = stack_photographs([photograph], longest=64)
    # Of the crops with the whole area some are square, too.
    crops = crops_of(stack, torch.zeros(200, dtype=torch.long), 32, smallest=1.0,
                     generator=generator())  # fmt: skip
    halved = interpolate(photograph[None], (32, 32), mode="area")[0]
    distance = torch.minimum(
        (crops - halved).abs().amax(dim=(1, 2, 3)),
        (crops.flip(-1) - halved).abs().amax(dim=(1, 2, 3)),
    )
    assert distance.min() < 0.01


def test_crops_lie_within_the_photograph_and_keep_to_areas_and_aspects():
    stack = stack_photographs([ramp(90, 120)], longest=120)
    crops = random_crops(stack, 300, 16, smallest=0.1, generator=generator())
    columns, rows = crops[:, 0, 0], crops[:, 1, :, 0]
    width = 120 * (columns[:, -1] - columns[:, 0]).abs() * 16 / 15
    height = 90 * (rows[:, -1] - rows[:, 0]) * 16 / 15
    area = width * height / 90**2
    assert 0.095 < area.min() < 0.12
    assert 0.7 < area.max() < 1.01
    assert 0.74 < (width / height).min() < 0.8
    assert 1.25 < (width / height).max() < 1.35
    assert 0.35 < (columns[:, 0] > columns[:, -1]).float().mean() < 0.65
    # Half of a logarithmic range lies below its geometric mean.
    assert float((area < 0.1**0.5).float().mean()) == pytest.approx(0.5, abs=0.1)


def test_each_crop_is_of_the_photograph_that_is_asked_for():
    grey = torch.tensor([0.2, 0.5, 0.8])
    stack = stack_photographs([g.expand(3, 20, 30 + i) for i, g in enumerate(grey)], longest=99)
    which = torch.tensor([2, 0, 1, 2])
    crops = crops_of(stack, which, 8, smallest=0.2, generator=generator())
    assert torch.allclose(crops, grey[which][:, None, None, None].expand_as(crops), atol=1e-6)


def test_crops_follow_their_generator():
    stack = stack_photographs([torch.rand(3, 40, 50), torch.rand(3, 50, 40)], longest=50)
    one, same, other = (
        random_crops(stack, 6, 16, smallest=0.2, generator=generator(seed)) for seed in (1, 1, 2)
    )
    assert torch.equal(one, same)
    assert not torch.allclose(one, other, atol=0.01)


def test_light_changes_image_by_image_and_grey_stays_grey():
    images = torch.full((200, 3, 4, 4), 0.5)
    images[100:, 0] = 0.6
    changed = relit(images, generator=generator())
    assert torch.allclose(changed[:100, 0], changed[:100, 2])
    # At mid-grey neither saturation nor contrast changes anything.
    brightness = changed[:100, 0, 0, 0] - 0.5
    assert brightness.abs().max() < 0.15
    assert brightness.std() == pytest.approx(0.15 / 3**0.5, rel=0.2)
    # Differences of colour are multiplied by saturation and contrast, independent of each other.
    factor = (changed[100:, 0] - changed[100:, 1])[:, 0, 0] / 0.1
    assert factor.min() >= 0.5 * 0.6
    assert factor.max() <= 1.5 * 1.4
    assert factor.mean() == pytest.approx(1, abs=0.1)


def test_nothing_to_cut_from_is_refused():
    stack = stack_photographs([torch.rand(3, 20, 20)], longest=20)
    for message, refused in (
        ("number of photographs", lambda: stack_photographs([], 20)),
        ("longest", lambda: stack_photographs([torch.rand(3, 9, 9)], 0)),
        ("number of crops", lambda: random_crops(stack, 0, 8, smallest=0.5, generator=generator())),
        ("side must be", lambda: random_crops(stack, 1, -8, smallest=0.5, generator=generator())),
        ("smallest", lambda: random_crops(stack, 1, 8, smallest=0.0, generator=generator())),
    ):
        with pytest.raises(CourseError, match=message):
            refused()
