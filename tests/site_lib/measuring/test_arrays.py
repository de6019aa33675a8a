"""What an experiment hands over."""

import numpy as np
import torch

from site_lib.measuring.arrays import as_arrays


def test_tensors_become_arrays_of_the_same_names_types_and_values():
    weight = torch.ones(2, requires_grad=True)
    arrays = as_arrays({"right": torch.tensor([True, False]), "norm": 2 * weight})
    assert arrays["right"].dtype == bool
    assert arrays["norm"].dtype == np.float32
    assert arrays["norm"].tolist() == [2, 2]
