"""Results of an experiment as it hands them over."""

from collections.abc import Mapping

import numpy as np
from torch import Tensor


def as_arrays(tensors: Mapping[str, Tensor]) -> dict[str, np.ndarray]:
    """Tensors on any device as arrays, by the same names."""
    return {name: tensor.detach().cpu().numpy() for name, tensor in tensors.items()}
