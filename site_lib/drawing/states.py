"""What a reader can choose among in a figure: numbers for a script of the page, and pictures.

Both are small files below the folder of the figure. A script fetches them when a reader comes
near; the figure itself needs neither.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
from PIL import Image

from site_lib.common.checks import check_number
from site_lib.common.errors import CourseError
from site_lib.drawing.galleries import encoded

DIGITS = 4


def states(**values: Any) -> bytes:
    """A JSON file of named values; floats have four digits, arrays become lists.

    Raises CourseError for a number that is not finite, which JSON does not have.
    """
    return msgspec.json.encode({name: _short(value) for name, value in values.items()})


def _short(value: Any) -> Any:
    """A value as JSON has it, with no more digits than a picture needs."""
    match value:
        case np.ndarray() | np.generic():
            return _short(value.tolist())
        case Mapping():
            return {str(name): _short(one) for name, one in value.items()}
        case list() | tuple():
            return [_short(one) for one in value]
        case float():
            if not np.isfinite(value):
                raise CourseError(f"{value} cannot be published; leave it out of the states")
            return float(f"{value:.{DIGITS}g}")
    return value


def strip(frames: Sequence[np.ndarray] | np.ndarray, *, height: int, quality: int = 72) -> bytes:
    """Pictures of one size, (H, W, 3) or (H, W) uint8, side by side in one WebP file.

    height: of the file in pixels; larger pictures are made smaller.   quality: in percent.
    """
    check_number("number of frames", len(frames), low=1)
    pictures = [Image.fromarray(frame).convert("RGB") for frame in frames]
    share = min(1, height / pictures[0].height)
    size = (round(share * pictures[0].width), round(share * pictures[0].height))
    small = [np.asarray(picture.resize(size, Image.Resampling.LANCZOS)) for picture in pictures]
    return encoded(np.concatenate(small, axis=1), "webp", quality=quality, method=4)
