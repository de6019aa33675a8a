"""Dreaming where gradient, group or geometry is known."""

import math

import pytest
import torch
from torch import nn

from site_lib.common.errors import CourseError
from site_lib.feature_visualisation.dream import (
    DreamRecipe,
    any_of,
    dream,
    dream_of,
    gradient,
    octaves,
    tiles,
)
from site_lib.feature_visualisation.objectives import class_logit, layer_norm
from site_lib.networks.classifier import Classifier


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


class Convolution(Classifier):
    """One layer that keeps the size, and as answer its mean over space."""

    def __init__(self):
        nn.Module.__init__(self)
        self.name = "convolution"
        self.net = nn.Sequential(nn.Conv2d(3, 3, 1, bias=False))
        self.net[0].weight.data = torch.diag(torch.tensor([1.0, 2.0, 0.0]))[:, :, None, None]
        self.layers = ("0",)

    def forward(self, images):
        return self.net(images).mean(dim=(2, 3))


def test_octaves_end_at_the_side_and_grow_by_the_scale():
    assert octaves(196, number=3, scale=1.4) == [100, 140, 196]
    for wrong, message in (
        ({"number": 0}, "number of octaves must be a whole number from 1 on, not 0"),
        ({"scale": 1.0}, "scale must be a number above 1, not 1.0"),
        ({"scale": math.nan}, "scale must be a number above 1, not nan"),
        ({"number": 20}, "smallest side must be a number from 1 on, not 0"),
    ):
        with pytest.raises(CourseError, match=message):
            octaves(196, **{"number": 3, "scale": 1.4} | wrong)


def test_the_gradient_of_the_layer_norm_goes_through_the_weights_twice():
    images = torch.rand(1, 3, 8, 8, generator=generator())
    found = gradient(Convolution(), layer_norm("0"), images)
    factor = torch.tensor([1.0, 4.0, 0.0]).view(1, 3, 1, 1)
    assert torch.allclose(found, factor * images / images.numel())


def test_a_dream_brightens_what_the_class_likes_by_the_step_size():
    image = torch.full((1, 3, 20, 20), 0.4)
    found = dream(
        Convolution(), class_logit(torch.tensor([1])), image, sides=[10, 20], steps=3,
        step_size=0.01, jitter=4, generator=generator(),
    )  # fmt: skip
    # Only green counts, so its slope is three times the mean: 6 steps of 3 × 0.01.
    assert torch.allclose(found[:, 1], torch.tensor(0.4 + 6 * 0.03), atol=1e-3)
    assert torch.allclose(found[:, [0, 2]], torch.tensor(0.4), atol=1e-3)


def test_any_of_adds_up_probabilities_and_takes_the_soft_maximum_of_scores():
    logits = torch.tensor([[1.0, 2.0, 3.0, -1.0]])
    group = torch.tensor([0, 2])
    probability = logits.softmax(dim=1)[0, group].sum()
    soft_maximum = math.log(math.e + math.e**3)
    found = any_of(group, logit_weight=0.5).score({"logits": logits})
    assert found.item() == pytest.approx(probability.log().item() + 0.5 * soft_maximum)


def test_tiles_are_cut_from_the_picture_at_their_size():
    ramp = torch.linspace(0, 1, 200).expand(1, 3, 200, 200)
    cut = tiles(6, 50, smallest=1, largest=2)(ramp, generator())
    assert cut.shape == (6, 3, 50, 50)
    spans = (cut[:, 0, 0, -1] - cut[:, 0, 0, 0]) * 199 / 49
    assert (spans > 0.99).all()
    assert (spans < 2.01).all()
    assert spans.std() > 0.05
    small = tiles(2, 50, smallest=1, largest=1)(ramp[..., :30, :30], generator())
    assert small.shape == (2, 3, 50, 50)


def dreamt(image, weight=1.0, **options):
    defaults = {"sides": [8], "steps": 2, "step_size": 0.1, "jitter": 2, "generator": generator()}
    objective = weight * class_logit(torch.tensor([1]))
    return dream(Convolution(), objective, image, **defaults | options)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"steps": 0}, "number of steps must be a whole number from 1 on, not 0"),
        ({"step_size": -0.1}, "step_size must be a number above 0"),
        ({"jitter": -1}, "jitter must be a whole number from 0 on"),
        ({"sides": []}, "number of octaves"),
        ({"sides": [-8]}, "side must be a whole number from 1 on"),
    ],
)
def test_a_dream_of_nothing_is_refused(wrong, message):
    with pytest.raises(CourseError, match=message):
        dreamt(torch.rand(1, 3, 8, 8), **wrong)
    with pytest.raises(CourseError, match=r"image must have the shape \(1, 3, H, W\)"):
        dreamt(torch.rand(2, 3, 8, 8))


def test_where_the_gradient_vanishes_a_dream_stays_as_it_is():
    image = torch.rand(1, 3, 8, 8, generator=generator())
    assert torch.allclose(dreamt(image, weight=0.0), image, atol=1e-6)


class Redness(nn.Module):
    """One class, whose score is twice the mean of red."""

    slope = 2.0

    def forward(self, images):
        return self.slope * images[:, :1].mean(dim=(2, 3))


def recipe(**options):
    """For tiny pictures and networks without batch norms."""
    defaults = {"steps": 60, "octaves": ((1, 1),), "num_tiles": 3, "tile_side": 16, "fade": 1.0,
                "statistics_weight": 0, "total_variation_weight": 0, "likeness_side": 16,
                "learning_rate": 1}  # fmt: skip
    return DreamRecipe(**defaults | options)


def test_a_dream_of_one_class_goes_as_far_as_likeness_lets_it():
    """The only class is certain, so what is climbed is w s r̄ − λ (r̄ − r₀)² / 3 for the mean of
    red r̄, whose maximum lies at r₀ + 3 w s / 2 λ. Nothing asks green and blue to change.
    """
    start, weight, hold = torch.full((1, 3, 16, 16), 0.4), 0.5, 7.5
    found = dream_of(
        Redness(), torch.tensor([0]), start, generator=generator(),
        recipe=recipe(logit_weight=weight, likeness_weight=hold),
    )  # fmt: skip
    shift = 3 * weight * Redness.slope / (2 * hold)
    red, green, blue = found.mean(dim=(0, 2, 3)).tolist()
    assert red == pytest.approx(0.4 + shift, abs=0.05 * shift)
    assert [green, blue] == pytest.approx([0.4, 0.4], abs=0.01)


def test_a_dream_of_a_group_leads_to_the_member_that_is_nearest():
    """Red or green, whose scores are sixty times the mean of the colour: one of them counts."""

    def colours(images):
        return 60 * images.mean(dim=(2, 3))

    for nearest, other in ((0, 1), (1, 0)):
        start = torch.full((1, 3, 16, 16), 0.4)
        start[:, nearest] += 0.1
        found = dream_of(
            colours, torch.tensor([0, 1]), start, generator=generator(),
            recipe=recipe(logit_weight=0.05, likeness_weight=30.0),
        ).mean(dim=(0, 2, 3))  # fmt: skip
        assert found[nearest] == pytest.approx(0.5 + 3 * 0.05 * 60 / (2 * 30), abs=0.02)
        assert found[other] == pytest.approx(0.4, abs=0.02)


def seen_on_the_way(start, **options):
    """Step and picture, before each step of a dream."""
    seen = []
    dream_of(
        Redness(), torch.tensor([0]), start, generator=generator(), recipe=recipe(**options),
        on_step=lambda step, image: seen.append((step, image)),
    )  # fmt: skip
    return seen


def test_a_dream_begins_with_large_things():
    seen = seen_on_the_way(torch.rand(1, 3, 32, 32), steps=4, octaves=((0.5, 0.25), (1, 1)))
    assert [(step, image.shape[-1]) for step, image in seen] == [(0, 8), (1, 8), (2, 32), (3, 32)]


def test_a_dream_begins_with_details_faded():
    """What is left of a wave is ``fade`` where it is fine, and nearly all where it is coarse."""
    across = torch.arange(32) / 32
    coarse, fine = (torch.cos(2 * math.pi * waves * across) for waves in (1, 15))
    start = torch.sigmoid(coarse + fine).expand(1, 3, 32, 32)
    options = {"steps": 1, "octaves": ((1, 1),), "fade": 0.25, "fade_cycles": 4.0}
    [(_, image)] = seen_on_the_way(start, **options)
    contrast = 2 * torch.fft.rfft(image.logit()[0, 0, 0], norm="forward").abs()
    assert contrast[1].item() == pytest.approx(0.25 + 0.75 * math.exp(-1 / 16), abs=1e-3)
    assert contrast[15].item() == pytest.approx(0.25, abs=1e-3)


@pytest.mark.parametrize(
    "wrong",
    [{"number": 0}, {"side": 0}, {"smallest": 0.0}, {"largest": 0.5}, {"largest": math.nan}],
)
def test_tiles_have_a_size(wrong):
    options = {"number": 2, "side": 8, "smallest": 0.75, "largest": 1.0} | wrong
    with pytest.raises(CourseError, match=next(iter(wrong))):
        tiles(options.pop("number"), options.pop("side"), **options)


def test_a_group_of_classes_holds_indices():
    with pytest.raises(CourseError, match="classes must lie in 0…999"):
        any_of(torch.tensor([3, -1]), logit_weight=0.0)
