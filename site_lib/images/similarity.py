"""How alike two pictures are."""

import numpy as np
from scipy.sparse.csgraph import connected_components
from skimage.metrics import structural_similarity
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d, normalize

from site_lib.common.checks import check_finite, check_number, check_shapes

# Side to which images are reduced before their pixels are compared.
COARSE = 28


def similarity(ones: Tensor, others: Tensor) -> np.ndarray:
    """Structural similarity of pairs of images (Wang et al., 2004): (N,), 1 for equal ones.

    ones, others: (N, 3, H, W) in [0, 1], with sides of 7 pixels or more.
    """
    check_shapes(ones=(ones, "N 3 H W"), others=(others, "N 3 H W"))
    pairs = zip(*(images.movedim(1, -1).cpu().numpy() for images in (ones, others)), strict=True)
    return np.array([structural_similarity(a, b, channel_axis=2, data_range=1.0) for a, b in pairs])


def near_duplicates(images: Tensor, *, correlation: float) -> np.ndarray:
    """Groups of images that are nearly the same picture, pixel by pixel: (N,) numbers from 0.

    images: (N, 3, H, W) in [0, 1].   correlation: two images whose grey pixels, reduced to
    28 × 28, correlate by more than this share a group, and so do those that a chain of such pairs
    connects. An image without any contrast is like no other.
    """
    check_shapes(images=(images, "N 3 H W"))
    check_finite("images", images)
    check_number("correlation", correlation, low=-1, high=1)
    coarse = adaptive_avg_pool2d(images.mean(dim=1, keepdim=True), COARSE).flatten(1)
    patterns = normalize(coarse - coarse.mean(dim=1, keepdim=True))
    alike = (patterns @ patterns.T).cpu().numpy() > correlation
    return connected_components(alike, directed=False)[1]
