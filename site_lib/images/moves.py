"""The same photograph, moved a little: shifted, enlarged, turned, without any invented border."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from site_lib.common.checks import check_finite, check_number, check_shapes
from site_lib.common.errors import CourseError


def moved(
    photograph: Tensor, side: int, *, across: float = 0.0, zoom: float = 1.0, degrees: float = 0.0
) -> Tensor:
    """The square in the middle of a photograph, seen from elsewhere: (1, 3, side, side).

    photograph: (1, 3, S, S) in [0, 1], whose pixels are those of the view.   across: pixels by
    which the window goes to the right.   zoom: enlargement, 1 or more.   degrees: by which the
    photograph turns anticlockwise. Every pixel is one of the photograph's, or lies between four
    of them; CourseError for a move that leaves it.
    """
    check_shapes(photograph=(photograph, "1 3 S S"))
    check_finite("photograph", photograph)
    check_number("side", side, low=1, whole=True)
    check_number("zoom", zoom, low=1)
    whole = photograph.shape[-1]
    turn = math.radians(degrees)
    cosine, sine = math.cos(turn), math.sin(turn)
    # Half the width, in pixels, of what the window sees.
    reach = (side - 1) / 2 / zoom * (abs(cosine) + abs(sine)) + abs(across)
    if reach > (whole - 1) / 2 + 1e-6:
        raise CourseError(
            f"a view of {side} px leaves a photograph of {whole} px when it is moved by {across} "
            f"px, enlarged {zoom} times and turned by {degrees}°; give a larger photograph"
        )
    # From a pixel of the view, as an offset from its middle, to an offset in the photograph.
    offsets = torch.arange(side, dtype=torch.float32) - (side - 1) / 2
    down, right = torch.meshgrid(offsets / zoom, offsets / zoom, indexing="ij")
    x = cosine * right - sine * down + across
    y = sine * right + cosine * down
    grid = torch.stack([x, y], dim=-1)[None] * (2 / (whole - 1))
    return F.grid_sample(photograph, grid.to(photograph.device), align_corners=True)
