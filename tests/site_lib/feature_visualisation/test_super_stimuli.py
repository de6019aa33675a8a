"""The recipe and the source's choice on networks whose answers are known."""

import math

import pytest
import torch
from torch import nn

from site_lib.common.errors import CourseError
from site_lib.feature_visualisation.super_stimuli import (
    Recipe,
    SuperStimuli,
    confidence,
    confidence_in_whole,
    super_stimuli,
)
from site_lib.feature_visualisation.transforms import robust_views


class Brightness(nn.Module):
    """Two classes, white and black: their scores are ± slope · (mean brightness − ½)."""

    def __init__(self, slope):
        super().__init__()
        self.slope = slope
        self.register_buffer("mean", torch.zeros(1, 3, 1, 1))

    def forward(self, images):
        score = self.slope * (images.mean(dim=(1, 2, 3)) - 0.5)
        return torch.stack([score, -score], dim=1)


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def uniform_images(*values):
    return torch.stack([torch.full((3, 16, 16), value) for value in values])


def test_confidence_is_the_log_probability_where_views_change_nothing():
    logits = torch.tensor([1.0, 0.0, -2.0, 3.0])
    images, classes = uniform_images(0.2, 0.5, 0.9), torch.tensor([3, 0, 3])
    found = confidence(
        lambda seen: logits.expand(len(seen), 4), images, classes, views=robust_views(),
        generator=generator(),
    )  # fmt: skip
    assert torch.allclose(found, logits.log_softmax(dim=0)[classes])


def test_a_margin_is_told_from_a_hair():
    sharp = Brightness(2000)
    images, classes = uniform_images(0.505, 0.9), torch.tensor([0, 0])
    assert (sharp(images).softmax(dim=1)[:, 0] > 0.999).all()
    by_a_hair, with_a_margin = confidence(
        sharp, images, classes, views=robust_views(), generator=generator()
    )
    # In the darkest view 0.9 is 0.9 · 0.8 − 0.08 = 0.64, far above the middle for this noise.
    assert with_a_margin > -1e-3
    assert by_a_hair < -1


@pytest.mark.parametrize("wrong", [math.nan, math.inf])
def test_a_confidence_that_is_no_number_is_refused(wrong):
    """Images are chosen by the largest one, and NaN is larger than any."""
    images = uniform_images(0.2, wrong, 0.9)
    with pytest.raises(CourseError, match="the confidence must be finite; 1 of 3 values is not"):
        confidence(Brightness(1), images, torch.tensor([0, 0, 1]), views=[], generator=generator())


def test_what_does_not_survive_another_grid_is_told_from_what_does():
    """Stripes one pixel wide become grey between the pixels; a uniform image stays what it is."""

    def whitest(images):
        score = 10 * (images.amax(dim=(1, 2, 3)) - 0.8)
        contrast = (images[..., 1:] - images[..., :-1]).abs().mean(dim=(1, 2, 3))
        return torch.stack([score + 10 * contrast, torch.zeros_like(score)], dim=1)

    stripes = torch.zeros(3, 24, 24)
    stripes[..., ::2] = 1
    images, classes = torch.stack([stripes, torch.ones(3, 24, 24)]), torch.tensor([0, 0])
    as_climbed = whitest(images)[:, 0]
    assert as_climbed[0] > as_climbed[1]
    found = confidence_in_whole(whitest, images, classes)
    # Of two classes the odds are the difference of their scores.
    assert torch.isclose(found[1], as_climbed[1])
    assert found[0] < as_climbed[0]


def test_of_two_that_are_nearly_certain_the_surer_one_is_told():
    """In single precision both probabilities are 1."""
    images, classes = uniform_images(0.8, 0.9), torch.tensor([0, 0])
    assert (Brightness(30)(images).softmax(dim=1)[:, 0] == 1).all()
    found = confidence_in_whole(Brightness(30), images, classes)
    assert torch.allclose(found, 2 * 30 * torch.tensor([0.3, 0.4]), rtol=1e-3)


def test_the_candidate_with_the_highest_confidence_is_chosen():
    candidates = torch.arange(2 * 3).view(2, 3, 1, 1, 1).expand(2, 3, 3, 4, 4)
    sure = torch.tensor([[-3.0, -1.0, -2.0], [-1.0, -2.0, -4.0]])
    made = SuperStimuli(candidates, sure, start=torch.zeros(2, 3, dtype=torch.long))
    assert made.choice.tolist() == [1, 0]
    assert made.images[:, 0, 0, 0].tolist() == [1, 3]


@pytest.fixture(scope="module")
def toy():
    """White and black, three candidates of each, and what was reported on the way."""
    recipe = Recipe(starts=4, candidates=3, side=16, steps=6, coarse_side=12, coarse_steps=4,
                    noise=0.01, learning_rate=1, statistics_weight=0)  # fmt: skip
    steps = []

    def make(seed):
        return super_stimuli(
            Brightness(20), torch.tensor([0, 1]), recipe=recipe, generator=generator(seed),
            on_coarse_step=lambda step, images: steps.append(("starts", step, images.shape)),
            on_step=lambda number, step, images: steps.append((number, step, images.shape)),
        )  # fmt: skip

    return make(0), make(0), make(1), steps


def test_the_recipe_finds_white_and_black(toy):
    made = toy[0]
    assert made.candidates.shape == (2, 3, 3, 16, 16)
    white, black = made.candidates.mean(dim=(2, 3, 4))
    assert (white > 0.5).all()
    assert (black < 0.5).all()
    levels = 255 * made.images
    assert torch.allclose(levels, levels.round(), atol=1e-4)


class Colours(nn.Module):
    """Three classes, red, green and blue: their scores are twice the mean colour."""

    def forward(self, images):
        return 2 * images.mean(dim=(2, 3))


def test_where_scores_are_linear_the_wanted_colour_is_made_and_confidence_is_its_odds():
    """The optimum is the pure colour, a corner of the cube, which a sigmoid only comes near to."""
    recipe = Recipe(starts=2, candidates=2, side=16, steps=80, coarse_side=12, coarse_steps=40,
                    learning_rate=3, coarse_learning_rate=3, statistics_weight=0, fade=1.0,
                    total_variation_weight=1, coarse_total_variation_weight=1)  # fmt: skip
    classes = torch.tensor([2, 0])
    made = super_stimuli(Colours(), classes, recipe=recipe, generator=generator())
    colour = made.candidates.mean(dim=(3, 4))
    assert (colour - torch.eye(3)[classes][:, None]).abs().max() < 0.3
    # At any size, and mirrored, an image keeps its mean.
    expected = (2 * colour).softmax(dim=2)[[0, 1], :, classes].logit()
    assert torch.allclose(made.confidence, expected, atol=0.02)
    assert made.choice.tolist() == expected.argmax(dim=1).tolist()


def test_candidates_differ_and_the_seed_decides(toy):
    made, again, other, _ = toy
    assert torch.equal(made.candidates, again.candidates)
    assert not torch.equal(made.candidates, other.candidates)
    assert not torch.equal(made.candidates[:, 0], made.candidates[:, 1])


def test_starts_are_climbed_small_and_the_best_of_them_at_full_size(toy):
    made, *_, steps = toy
    small, finished = steps[:4], steps[4 : 4 + 3 * 6]
    assert small == [("starts", step, (2 * 4, 3, 12, 12)) for step in range(4)]
    assert [(number, step) for number, step, _ in finished] == [
        (number, step) for number in range(3) for step in range(6)
    ]
    assert [shape[-1] for *_, shape in finished[:6]] == [12] * 3 + [16] * 3
    assert all(len(set(starts)) == 3 for starts in made.start.tolist())


def test_the_first_stage_is_a_recipe_of_its_own():
    recipe = Recipe(starts=4, candidates=3, side=16, steps=6, coarse_side=12, coarse_steps=4)
    coarse = recipe.coarse
    assert (coarse.steps, coarse.side) == (4, 12)
    assert coarse.learning_rate == recipe.coarse_learning_rate
    assert coarse.logit_weight == recipe.coarse_logit_weight
    assert coarse.total_variation_weight == recipe.coarse_total_variation_weight
    assert coarse.statistics_weight == recipe.statistics_weight
