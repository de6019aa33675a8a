"""Checks of what a function is given: a CourseError names argument, value and what is allowed.

Needs no torch: a tensor is checked with its own methods.
"""

import math
from collections.abc import Collection
from numbers import Integral, Real
from typing import Any

from site_lib.common.errors import CourseError


def check_number(
    name: str,
    value: Any,
    *,
    low: float | None = None,
    high: float | None = None,
    open_low: bool = False,
    whole: bool = False,
) -> None:
    """CourseError unless value is a finite number from low to high.

    open_low: low itself is not allowed.   whole: only whole numbers are. True and False are no
    numbers here.

    >>> check_number("epsilon", -0.1, low=0, high=1)
    Traceback (most recent call last):
    site_lib.common.errors.CourseError: epsilon must be a number from 0 to 1, not -0.1
    """
    kind = Integral if whole else Real
    fits = isinstance(value, kind) and not isinstance(value, bool) and math.isfinite(value)
    if fits and low is not None:
        fits = value > low if open_low else value >= low
    if fits and high is not None:
        fits = value <= high
    if not fits:
        shown = value if isinstance(value, Real) else repr(value)
        noun = "a whole number" if whole else "a number"
        raise CourseError(f"{name} must be {noun}{_range(low, high, open_low)}, not {shown}")


def _range(low: float | None, high: float | None, open_low: bool) -> str:
    if low is None:
        return "" if high is None else f" up to {high:g}"
    if open_low:
        return f" above {low:g}" + ("" if high is None else f" and up to {high:g}")
    return f" from {low:g} on" if high is None else f" from {low:g} to {high:g}"


def check_choice(name: str, value: Any, allowed: Collection[str]) -> None:
    """CourseError unless value is one of a few words.

    >>> check_choice("norm", "l7", ("linf", "l2"))
    Traceback (most recent call last):
    site_lib.common.errors.CourseError: norm must be 'linf' or 'l2', not 'l7'
    """
    if not isinstance(value, str) or value not in allowed:
        words = " or ".join(repr(word) for word in allowed)
        raise CourseError(f"{name} must be {words}, not {value!r}")


def check_finite(name: str, tensor: Any) -> None:
    """CourseError if any value of a tensor or an array is NaN or infinite.

    >>> check_finite("responses", np.array([1.0, np.nan]))
    Traceback (most recent call last):
    site_lib.common.errors.CourseError: responses must be finite; 1 of 2 values is not, …
    """
    wrong = ~(abs(tensor) < math.inf)
    count = int(wrong.sum())
    if count:
        size, first = math.prod(tensor.shape), tensor[wrong].tolist()[0]
        verb = "is" if count == 1 else "are"
        raise CourseError(
            f"{name} must be finite; {count} of {size} values {verb} not, the first is {first}"
        )


def check_within(name: str, tensor: Any, low: float, high: float) -> None:
    """CourseError unless every value of a tensor or an array is finite and in [low, high].

    >>> check_within("images", np.array([0.0, 255.0]), 0, 1)
    Traceback (most recent call last):
    site_lib.common.errors.CourseError: images must lie in 0…1, but go from 0 to 255
    """
    check_finite(name, tensor)
    if math.prod(tensor.shape) and not low <= tensor.min() <= tensor.max() <= high:
        range_found = f"{float(tensor.min()):g} to {float(tensor.max()):g}"
        raise CourseError(f"{name} must lie in {low:g}…{high:g}, but go from {range_found}")


def check_shapes(**named: tuple[Any, str]) -> None:
    """CourseError unless tensors or arrays have the shapes that are written beside them.

    A number stands for itself and a letter for one size of 1 or more, the same everywhere.

    >>> check_shapes(models=(np.ones((2, 5, 5)), "K N N"), data=(np.ones((3, 4, 4)), "S N N"))
    Traceback (most recent call last):
    site_lib.common.errors.CourseError: data must have the shape (S, N, N) with N = 5, not (3, 4, 4)
    """
    sizes: dict[str, int] = {}
    for name, (tensor, wanted) in named.items():
        shape, letters = tuple(tensor.shape), wanted.split()
        known = {letter: sizes[letter] for letter in letters if letter in sizes}
        fits = len(shape) == len(letters) and all(
            size == int(letter)
            if letter.isdigit()
            else size > 0 and size == sizes.setdefault(letter, size)
            for letter, size in zip(letters, shape, strict=True)
        )
        if not fits:
            given = " with " + ", ".join(f"{k} = {size}" for k, size in known.items())
            raise CourseError(
                f"{name} must have the shape ({', '.join(letters)}){given if known else ''}, "
                f"not {shape}"
            )
