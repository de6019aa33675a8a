"""Does a layer know an image again after it was changed? Nearest neighbours among all originals."""

import numpy as np
import torch.nn.functional as F
from torch import Tensor

from site_lib.common.checks import check_finite, check_number, check_shapes


def found_again(intact: Tensor, changed: Tensor) -> np.ndarray:
    """Whether each changed image is nearest to its own original among all originals: (N,) bool.

    intact, changed: (N, …), what a layer answers to images before and after. Nearest is the
    largest correlation of patterns, after the mean of their set is taken away from each unit; what
    all images of a set share, such as a white ground, therefore does not count. By chance, one of N
    is found. Raises CourseError for values that are not finite.
    """
    check_number("number of images", len(intact), low=2)
    check_shapes(intact=(intact.flatten(1), "N D"), changed=(changed.flatten(1), "N D"))
    check_finite("intact", intact)
    check_finite("changed", changed)
    first, second = (_standardised(each.flatten(1).double()) for each in (intact, changed))
    nearest = (second @ first.T).argmax(dim=1).cpu().numpy()
    return nearest == np.arange(len(intact))


def _standardised(patterns: Tensor) -> Tensor:
    """Centred over the set, then centred and of length one within each image."""
    around_mean = patterns - patterns.mean(dim=0)
    return F.normalize(around_mean - around_mean.mean(dim=1, keepdim=True), dim=1)
