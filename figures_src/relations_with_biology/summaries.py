"""What words say about rows of numbers."""

from typing import Any

import numpy as np

from site_lib.records.measurement import Result


def summary(values: np.ndarray) -> dict[str, float]:
    """The ``first``, ``last``, ``lowest`` and ``highest`` of the values, and their ``mean``."""
    return {
        "first": float(values.flat[0]),
        "last": float(values.flat[-1]),
        "lowest": float(values.min()),
        "highest": float(values.max()),
        "mean": float(values.mean()),
    }


def arrays_as_numbers(result: Result) -> dict[str, Any]:
    """The arrays of a result as numbers, and lists of numbers, by name."""
    return {name: values.tolist() for name, values in result.arrays.items()}
