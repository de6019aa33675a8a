"""How alike two pictures are."""

import numpy as np
from skimage.metrics import structural_similarity
from torch import Tensor

from site_lib.common.checks import check_shapes


def similarity(ones: Tensor, others: Tensor) -> np.ndarray:
    """Structural similarity of pairs of images (Wang et al., 2004): (N,), 1 for equal ones.

    ones, others: (N, 3, H, W) in [0, 1], with sides of 7 pixels or more.
    """
    check_shapes(ones=(ones, "N 3 H W"), others=(others, "N 3 H W"))
    pairs = zip(*(images.movedim(1, -1).cpu().numpy() for images in (ones, others)), strict=True)
    return np.array([structural_similarity(a, b, channel_axis=2, data_range=1.0) for a, b in pairs])
