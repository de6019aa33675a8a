"""From tensors to pictures of eight bits, as results store them."""

import numpy as np
import torch
from torch import Tensor

# Share of a signal's values that stay below full contrast.
VISIBLE_QUANTILE = 0.985


def visible(signals: Tensor) -> Tensor:
    """Signed signals as pictures: zero is mid-grey, the 98.5th percentile full contrast.

    signals: (…, 3, H, W), each stretched on its own; returned in [0, 1].
    """
    scale = signals.abs().flatten(-3).quantile(VISIBLE_QUANTILE, dim=-1).clamp(min=1e-12)
    return (0.5 + 0.5 * signals / scale[..., None, None, None]).clamp(0, 1)


def as_bytes(images: Tensor) -> np.ndarray:
    """(…, 3, H, W) in [0, 1] → (…, H, W, 3) uint8."""
    return (255 * images.movedim(-3, -1)).round().to(torch.uint8).cpu().numpy()
