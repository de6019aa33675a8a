"""Morphing where the answer is known."""

import pytest
import torch
from torch import nn

from site_lib.common.errors import CourseError
from site_lib.feature_visualisation.morph import MorphRecipe, likeness, morph
from site_lib.feature_visualisation.parameterisations import FourierImage
from site_lib.images.images import load_photographs
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load


class Shown(nn.Module):
    """An image of one grey level."""

    def __init__(self):
        super().__init__()
        self.level = nn.Parameter(torch.tensor([0.25]))

    def forward(self, side):
        return self.level.view(1, 1, 1, 1).expand(1, 3, side, side)


def test_likeness_is_minus_the_mean_squared_change_since_it_was_made():
    image = Shown()
    near = likeness(image, 4)
    assert near.score({}).tolist() == [0]
    image.level.data += 0.5
    assert torch.allclose(near.score({}), torch.tensor([-0.25]))
    near.score({}).sum().backward()
    assert torch.allclose(image.level.grad, torch.tensor([-1.0]))


def test_likeness_ignores_what_is_finer_than_its_side():
    image = FourierImage.of(torch.full((1, 3, 32, 32), 0.5))
    near = likeness(image, 8)
    image.spectrum.data[:, :, 12, 12] = 100  # 12 cycles in 32 pixels: 8 pixels show up to 4
    assert (image() - 0.5).abs().max() > 0.1
    assert near.score({}).abs().max() < 1e-9


def test_a_heavier_likeness_keeps_a_morph_nearer_to_its_start():
    classifier = freeze_for_inference(load("efficientnet_lite0", random_seed=0))
    start = load_photographs(["cat"], 64)

    def change(weight):
        recipe = MorphRecipe(steps=6, likeness_side=16, likeness_weight=weight)
        kept = []
        end = morph(
            classifier, start, torch.tensor([288]), torch.tensor([0.1]), recipe=recipe,
            generator=torch.Generator().manual_seed(0),
            on_step=lambda _step, images: kept.append(images),
        )  # fmt: skip
        assert torch.allclose(kept[0], start, atol=1 / 255)
        return (end - start).square().mean()

    assert change(1e4) < 0.5 * change(0.0)


def test_a_morph_has_a_class_and_a_push_for_each_image():
    def morphed(classes=(5, 6), push=(0.1, 0.1), starts=(2, 3, 32, 32)):
        return morph(
            load("student", random_seed=0), torch.rand(starts), torch.tensor(classes),
            torch.tensor(push), recipe=MorphRecipe(steps=1), generator=torch.Generator(),
        )  # fmt: skip

    for message, wrong in (
        (r"classes must have the shape \(N\) with N = 2, not \(1,\)", {"classes": [5]}),
        ("classes must lie in 0…999", {"classes": [5, 1000]}),
        ("push must be finite", {"push": [0.1, torch.nan]}),
        (r"starts must have the shape \(N, 3, S, S\)", {"starts": (2, 3, 32, 48)}),
    ):
        with pytest.raises(CourseError, match=message):
            morphed(**wrong)
