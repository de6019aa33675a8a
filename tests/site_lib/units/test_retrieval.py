"""Finding originals again, where the answer is known."""

import pytest
import torch

from site_lib.common.errors import CourseError
from site_lib.units.retrieval import found_again


@pytest.fixture
def patterns():
    return torch.randn(30, 4, 25, generator=torch.Generator().manual_seed(0))


def test_scale_and_what_all_images_share_do_not_count(patterns):
    shared = 50 * torch.randn(4, 25, generator=torch.Generator().manual_seed(1))
    assert found_again(patterns, 3 * patterns + shared).all()


def test_images_that_changed_places_are_not_found(patterns):
    order = torch.arange(30)
    order[:2] = torch.tensor([1, 0])
    found = found_again(patterns, patterns[order])
    assert found.tolist() == [False, False, *[True] * 28]


def test_noise_finds_about_one_of_all():
    generator = torch.Generator().manual_seed(2)
    rates = [found_again(*torch.randn(2, 20, 50, generator=generator)).mean() for _ in range(200)]
    assert sum(rates) / len(rates) == pytest.approx(1 / 20, abs=0.02)


@pytest.mark.parametrize(
    ("intact", "changed", "message"),
    [
        (torch.ones(3, 4), torch.ones(2, 4), "changed"),
        (torch.ones(1, 4), torch.ones(1, 4), "number of images"),
        (torch.full((2, 4), torch.nan), torch.ones(2, 4), "intact must be finite"),
    ],
)
def test_what_cannot_be_compared_is_refused(intact, changed, message):
    with pytest.raises(CourseError, match=message):
        found_again(intact, changed)
