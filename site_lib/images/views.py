"""Stimuli with known attributes: a photograph in a round window, at any place and in any light.

The same photographs are shown at several places, sizes and tilts and in several lights, so that
an object can be told apart from the pixels that it happens to consist of.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields

import torch
import torch.nn.functional as F
from torch import Tensor

from site_lib.common.checks import check_finite, check_number, check_shapes
from site_lib.images.images import COLOUR_AXES, pink_noise

NUM_PLACES = NUM_LIGHTS = 4
# Shares of red, green and blue in luminance (ITU-R BT.709).
LUMINANCE = (0.2126, 0.7152, 0.0722)
SMALLEST = torch.finfo(torch.float32).tiny  # what keeps a quotient of zeros at zero
OPPONENT_AXES = (COLOUR_AXES["red–green"], COLOUR_AXES["blue–yellow"])


@dataclass(frozen=True)
class Views:
    """How each stimulus shows its photograph; every field has one entry for each stimulus.

    place: level 0 to 3, the quarter of the image.   light: level 0 to 3, its hue.
    centre: (N, 2), x and y in [−1, 1].   size: diameter of the window over the image's side.
    tilt: radians.   mirrored: −1 or 1.   gain: (N, 3), factor for R, G and B.
    """

    place: Tensor
    light: Tensor
    centre: Tensor
    size: Tensor
    tilt: Tensor
    mirrored: Tensor
    gain: Tensor

    def chosen(self, indices: Tensor) -> "Views":
        """Some of the views: indices, (M,)."""
        return Views(**{field.name: getattr(self, field.name)[indices] for field in fields(self)})

    @staticmethod
    def joined(parts: "Sequence[Views]") -> "Views":
        """The views of several sets, one set after the other."""
        return Views(
            **{
                field.name: torch.cat([getattr(part, field.name) for part in parts])
                for field in fields(Views)
            }
        )


def draw_views(num_repeats: int, generator: torch.Generator) -> Views:
    """Every place in every light, ``num_repeats`` times, all else at random."""
    check_number("number of repeats", num_repeats, low=1, whole=True)
    levels = torch.cartesian_prod(torch.arange(NUM_PLACES), torch.arange(NUM_LIGHTS)).repeat(
        num_repeats, 1
    )
    place, light = levels.T
    number = len(levels)

    def uniform(low: float, high: float, *shape: int) -> Tensor:
        return low + (high - low) * torch.rand(number, *shape, generator=generator)

    quarter = torch.stack([place % 2, place // 2], dim=1) * 2.0 - 1
    hue = math.pi / 2 * light + uniform(-0.3, 0.3)
    axes = torch.tensor(OPPONENT_AXES)
    tint = torch.stack([hue.cos(), hue.sin()], dim=1) @ axes
    return Views(
        place,
        light,
        centre=0.3 * quarter + uniform(-0.12, 0.12, 2),
        size=uniform(0.5, 0.75),
        tilt=uniform(-0.5, 0.5),
        mirrored=uniform(-1, 1).sign(),
        gain=uniform(0.5, 1.0)[:, None] * (1 + 0.2 * tint),
    )


def render(photograph: Tensor, views: Views, side: int, generator: torch.Generator) -> Tensor:
    """A photograph through a soft round window before noise: (N, 3, side, side) in [0, 1].

    photograph: (1, 3, S, S).
    """
    check_shapes(photograph=(photograph, "1 3 S S"), size=(views.size, "N"))
    check_finite("photograph", photograph)
    number = len(views.size)
    cosine, sine = views.tilt.cos(), views.tilt.sin()
    rotation = torch.stack([cosine, sine, -sine, cosine], dim=1).view(number, 2, 2)
    rotation[:, 0] *= views.mirrored[:, None]
    to_photograph = rotation / views.size[:, None, None]
    shift = -to_photograph @ views.centre[:, :, None]
    grid = F.affine_grid(
        torch.cat([to_photograph, shift], dim=2), [number, 3, side, side], align_corners=False
    )
    shown = F.grid_sample(photograph.expand(number, -1, -1, -1), grid, align_corners=False)
    window = torch.sigmoid((0.95 - grid.norm(dim=-1)) / 0.03)[:, None]
    noise = pink_noise(number, side, generator=generator)
    image = window * shown + (1 - window) * noise
    return (image * views.gain[:, :, None, None]).clamp(0, 1)


def render_each(
    photographs: Sequence[Tensor], side: int, generator: torch.Generator
) -> tuple[Tensor, Views]:
    """Every photograph once, at a random place in a random light.

    photographs: (1, 3, S, S) each.   Returns (N, 3, side, side) in [0, 1] and how each image shows
    its photograph.
    """
    number = NUM_PLACES * NUM_LIGHTS
    views = [
        draw_views(1, generator).chosen(torch.randint(number, (1,), generator=generator))
        for _ in photographs
    ]
    images = [
        render(photograph, one, side, generator)
        for photograph, one in zip(photographs, views, strict=True)
    ]
    return torch.cat(images), Views.joined(views)


def simple_attributes(images: Tensor) -> dict[str, Tensor]:
    """What the pixels say without any network: name → (N, number of values).

    luminance: mean.   hue: cosine and sine of the mean colour's angle.   orientation: direction
    of the gradient energy as cos 2θ and sin 2θ, times its share that has a direction; 0 for a
    uniform image.
    """
    check_shapes(images=(images, "N 3 H W"))
    check_finite("images", images)
    mean = images.mean(dim=(2, 3))
    opponent = mean @ torch.tensor(OPPONENT_AXES, device=images.device).T
    luminance = torch.tensor(LUMINANCE, device=images.device)
    grey = torch.einsum("nchw,c->nhw", images, luminance)
    down, right = torch.gradient(grey, dim=(1, 2))
    energy = (right.square() + down.square()).sum(dim=(1, 2)).clamp(min=SMALLEST)
    oriented = torch.stack(
        [
            (right.square() - down.square()).sum(dim=(1, 2)) / energy,
            2 * (right * down).sum(dim=(1, 2)) / energy,
        ],
        dim=1,
    )
    return {
        "luminance": grey.mean(dim=(1, 2))[:, None],
        "hue": F.normalize(opponent, dim=1),
        "orientation": oriented,
    }
