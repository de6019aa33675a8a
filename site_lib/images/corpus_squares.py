"""Photographs of the corpus as a network takes them."""

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor

from site_lib.common.errors import CourseError
from site_lib.images.images import read_image, square


class OnFile(Protocol):
    """What is read from a file, such as a photograph of the corpus."""

    @property
    def path(self) -> Path:
        """Its file."""


def corpus_squares(photographs: Iterable[OnFile], side: int) -> Tensor:
    """Central squares of photographs, resized: (N, 3, side, side) in [0, 1].

    Raises CourseError when there is none, and for a file that cannot be read.
    """
    found = [square(read_image(one.path), side) for one in photographs]
    if not found:
        raise CourseError("there is no photograph to show; ask for one at least")
    return torch.cat(found)
