"""What an exercise asks for, as calls whose right answers are known, and how answers differ.

Answers are known from a closed form, or from the library's own function, which the course's tests
compare with references.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor

Function = Callable[..., Any]
Judge = Callable[[Any], str]
# Of the largest entry; float32 keeps seven digits, and sums lose some of them.
TOLERANCE = 1e-3


@dataclass(frozen=True)
class Case:
    """One call of a student's function, worth a point.

    given: what it is called on, in words.   call: takes the function; what it returns, tensors,
    arrays, numbers or lists of these.   judge: what is wrong with that, in words; empty when right.
    """

    given: str
    call: Callable[[Function], Any]
    judge: Judge


@dataclass(frozen=True)
class Exercise:
    """A function to be written, after a prediction that is worth a point of its own."""

    function: str
    cases: tuple[Case, ...]

    @property
    def points(self) -> int:
        """Of the prediction and of all cases."""
        return 1 + len(self.cases)


def equals(expected: Callable[[], Any], *, tolerance: float = TOLERANCE) -> Judge:
    """Judge that an answer is the expected one; where it is not, how it differs.

    expected: computes it, when somebody asks.   tolerance: share of the largest expected entry.
    """

    def judge(answer: Any) -> str:
        wanted = _array(expected())
        try:
            given = _array(answer)
        except (TypeError, ValueError):
            return f"gives {_kind(answer)}, not numbers"
        if answer is None:
            return "gives nothing; does it return its result?"
        if given.dtype.kind not in "biuf":
            return f"gives {_kind(answer)}, not numbers"
        if given.shape != wanted.shape:
            return f"gives {_shape(given)}, not {_shape(wanted)}"
        if not np.isfinite(given.astype(float)).all():
            return "gives numbers that are not finite"
        return _difference(given.astype(float), wanted.astype(float), tolerance)

    return judge


def holds(complaint: str, condition: Callable[[np.ndarray], bool]) -> Judge:
    """Judge that numbers have a property; else the complaint."""

    def judge(answer: Any) -> str:
        try:
            numbers = _array(answer).astype(float)
        except (TypeError, ValueError):
            return f"gives {_kind(answer)}, not numbers"
        try:
            fulfilled = condition(numbers)
        except (IndexError, ValueError):  # written for another shape
            return f"gives {_shape(numbers)}, which is not what was asked for"
        return "" if fulfilled else complaint

    return judge


def _array(value: Any) -> np.ndarray:
    return np.asarray(value.detach() if isinstance(value, Tensor) else value)


def _kind(value: Any) -> str:
    return "nothing" if value is None else f"a value of type {type(value).__name__}"


def _shape(array: np.ndarray) -> str:
    return f"an array of shape {array.shape}" if array.shape else "a single number"


def _difference(given: np.ndarray, wanted: np.ndarray, tolerance: float) -> str:
    """How numbers of one shape differ; the usual slips are called by their names."""
    scale = max(float(np.abs(wanted).max(initial=0)), float(np.finfo(np.float32).tiny))

    def alike(first: np.ndarray, second: np.ndarray) -> np.ndarray:
        return np.abs(first - second) <= tolerance * scale

    right = alike(given, wanted)
    if right.all():
        return ""
    if alike(-given, wanted).all():
        return "has the wrong sign"
    factor = float((given * wanted).sum() / np.square(wanted).sum()) if wanted.any() else 0.0
    if factor > 0 and np.abs(given - factor * wanted).max() <= tolerance * scale * factor:
        return f"is {factor:.3g} times what it should be"
    place = tuple(int(i) for i in np.argwhere(~right)[0])
    where = f" at {list(place)}" if place else ""
    wrong = f" ({(~right).sum()} of {right.size} entries differ)" if right.size > 1 else ""
    return f"gives {given[place]:.4g}{where}, not {wanted[place]:.4g}{wrong}"
