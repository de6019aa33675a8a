"""How much alike two ways back to the pixels are."""

import numpy as np
import torch
import torch.nn.functional as F
from scipy.stats import spearmanr
from torch import Tensor

from site_lib.common.checks import check_finite, check_shapes

# Sides of the squares, in pixels, over which a signal's strength is averaged.
FINE, COARSE = 5, 31
# Pixels count where the coarse strength is above this share of its maximum.
FAINTEST = 0.05


def agreement(first: Tensor, second: Tensor) -> float:
    """Rank correlation of what two signals (3, H, W) draw, where both are alive.

    What is compared is the strength within FINE pixels over that within COARSE: both signals
    fade from the middle of the field outwards, and without the division that alone would make
    any two alike. A signal that is zero everywhere agrees with nothing: 0.
    """
    check_shapes(first=(first, "3 H W"), second=(second, "3 H W"))
    both = torch.stack([first, second])
    check_finite("signals", both)
    fine, coarse = (mean_strength(both, side) for side in (FINE, COARSE))
    alive = (coarse > FAINTEST * coarse.amax(dim=(1, 2), keepdim=True)).all(dim=0)
    drawn = (fine / coarse.clamp(min=1e-12))[:, alive].numpy()
    if drawn.size == 0 or np.ptp(drawn, axis=1).min() == 0:
        return 0.0
    return float(spearmanr(*drawn).statistic)


def mean_strength(signals: Tensor, side: int) -> Tensor:
    """Mean over a square around each pixel of a signal's strength: (N, 3, H, W) → (N, H, W).

    Strength is the sum of absolute values over the colours.   side: odd, in pixels.
    """
    strength = signals.abs().sum(dim=1, keepdim=True)
    mean = F.avg_pool2d(strength, side, stride=1, padding=side // 2, count_include_pad=False)
    return mean[:, 0]


def agreements_by_unit(first: Tensor, second: Tensor) -> np.ndarray:
    """Agreement of two ways back, mean over patches, by unit: (units, 2).

    first, second: (units, patches, 3, H, W), two patches or more. Column 0: of the same patch.
    Column 1, the baseline: of different patches of the unit.
    """
    shape = "units patches 3 H W"
    check_shapes(first=(first, shape), second=(second, shape))
    result = []
    for one, other in zip(first, second, strict=True):
        pairs = np.array([[agreement(a, b) for b in other] for a in one])
        same = np.eye(len(pairs), dtype=bool)
        result.append([pairs[same].mean(), pairs[~same].mean()])
    return np.array(result)
