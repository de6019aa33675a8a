"""What is let through, and the one line that the rest gets."""

import math
from fractions import Fraction

import numpy as np
import pytest
import torch

from site_lib.common.checks import (
    check_choice,
    check_finite,
    check_number,
    check_shapes,
    check_within,
)
from site_lib.common.errors import CourseError


@pytest.mark.parametrize(
    ("value", "limits"),
    [
        (0, {"low": 0, "high": 1}),
        (1.0, {"low": 0, "high": 1}),
        (1e-300, {"low": 0, "open_low": True}),
        (-5, {}),
        (7, {"low": 1, "whole": True}),
        (np.float32(0.5), {"low": 0, "high": 1}),
        (np.int64(3), {"low": 1, "whole": True}),
        (Fraction(1, 2), {"high": 1}),
    ],
)
def test_numbers_within_their_limits_are_let_through(value, limits):
    check_number("size", value, **limits)


@pytest.mark.parametrize(
    ("value", "limits", "message"),
    [
        (-0.1, {"low": 0, "high": 1}, "size must be a number from 0 to 1, not -0.1"),
        (1.5, {"low": 0, "high": 1}, "size must be a number from 0 to 1, not 1.5"),
        (np.float64(2), {"high": 1}, "size must be a number up to 1, not 2.0"),
        (-1, {"low": 0}, "size must be a number from 0 on, not -1"),
        (0, {"low": 0, "open_low": True}, "size must be a number above 0, not 0"),
        (
            9,
            {"low": 0, "high": 2, "open_low": True},
            "size must be a number above 0 and up to 2, not 9",
        ),
        (math.nan, {}, "size must be a number, not nan"),
        (math.inf, {"low": 0}, "size must be a number from 0 on, not inf"),
        (2.5, {"low": 1, "whole": True}, "size must be a whole number from 1 on, not 2.5"),
        (True, {"low": 0, "whole": True}, "size must be a whole number from 0 on, not True"),
        ("3", {"low": 0}, "size must be a number from 0 on, not '3'"),
        (None, {"low": 0}, "size must be a number from 0 on, not None"),
    ],
)
def test_every_other_number_gets_one_line(value, limits, message):
    with pytest.raises(CourseError) as caught:
        check_number("size", value, **limits)
    assert str(caught.value) == message


def test_a_word_is_one_of_those_allowed():
    check_choice("norm", "l2", ("linf", "l2"))
    for value, shown in (("l7", "'l7'"), (None, "None"), (["l2"], r"\['l2'\]"), ("", "''")):
        with pytest.raises(CourseError, match=f"^norm must be 'linf' or 'l2', not {shown}$"):
            check_choice("norm", value, ("linf", "l2"))


@pytest.mark.parametrize("kind", [np.array, torch.tensor])
def test_values_are_finite(kind):
    for fine in ([], [1.0, -2.0], [[1, 2], [3, 4]], [3.4e38]):
        check_finite("responses", kind(fine))
    for values, message in (
        ([[1.0, math.nan]], "1 of 2 values is not, the first is nan"),
        ([-math.inf, math.nan, 0.0], "2 of 3 values are not, the first is -inf"),
        (math.nan, "1 of 1 values is not, the first is nan"),
    ):
        with pytest.raises(CourseError, match=f"^responses must be finite; {message}$"):
            check_finite("responses", kind(values))


def test_a_tensor_with_a_gradient_stays_in_its_graph():
    values = torch.ones(2, requires_grad=True)
    check_finite("values", values)
    with pytest.raises(CourseError, match="finite"):
        check_finite("values", values / 0)


@pytest.mark.parametrize("kind", [np.array, torch.tensor])
def test_values_within_limits(kind):
    for fine in ([], [0.0, 1.0], [[0.25]]):
        check_within("images", kind(fine), 0, 1)
    for values, message in (
        ([0.0, 255.0], r"images must lie in 0…1, but go from 0 to 255"),
        ([-0.5, 1.0], r"but go from -0\.5 to 1"),
        ([0.5, math.nan], "images must be finite"),
    ):
        with pytest.raises(CourseError, match=message):
            check_within("images", kind(values), 0, 1)


def test_a_letter_is_one_size_and_a_number_is_itself():
    images, rdms = torch.zeros(2, 3, 8, 8), np.zeros((5, 4, 4))
    check_shapes(
        images=(images, "N 3 S S"), rdms=(rdms, "K M M"), classes=(images[:, 0, 0, 0], "N")
    )
    for wanted, message in (
        ({"rdms": (rdms, "K M")}, r"rdms must have the shape \(K, M\), not \(5, 4, 4\)"),
        ({"images": (images, "N 1 H W")}, r"images must have the shape \(N, 1, H, W\)"),
        ({"rdms": (rdms, "K K M")}, r"shape \(K, K, M\), not \(5, 4, 4\)"),
        ({"empty": (np.zeros((0, 3)), "N 3")}, r"empty must have the shape \(N, 3\), not \(0, 3\)"),
        (
            {"images": (images, "N 3 H W"), "classes": (np.zeros(5), "N")},
            r"classes must have the shape \(N\) with N = 2, not \(5,\)",
        ),
    ):
        with pytest.raises(CourseError, match=message):
            check_shapes(**wanted)
