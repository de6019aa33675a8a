"""Answers between the points at which a network was asked. Needs no torch."""

import numpy as np
from scipy.interpolate import RegularGridInterpolator

from site_lib.common.checks import check_shapes


def answers_between(logits: np.ndarray, steps: np.ndarray, points: np.ndarray) -> np.ndarray:
    """(M,), places of the largest logit at points of a plane, the logits interpolated linearly.

    logits: (K, K, classes), a row for each step up.   steps: (K,), increasing, of both axes.
    points: (M, 2), up and right, within the steps.
    """
    check_shapes(steps=(steps, "K"), logits=(logits, "K K classes"))
    check_shapes(points=(points, "M 2"))
    return RegularGridInterpolator((steps, steps), logits)(points).argmax(axis=1)
