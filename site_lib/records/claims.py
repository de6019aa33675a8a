"""Claims: sentences of the course that a build can refute.

A drawing states its claims from the measured result; the ledger page, ``make claims`` and
the sentence on the page all read the same record.
"""

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from site_lib.common.errors import CourseError
from site_lib.records.sidecars import sidecars


@dataclass(frozen=True)
class Claim:
    """A measured value, and the bounds within which its sentence is true.

    sentence: plain text with the value written in.   value: the measured number.
    at_least, at_most: bounds, either may be None.   interval: confidence interval of the
    value, with ``interval_of`` saying of what (for example "95 % bootstrap over photographs").

    Raises CourseError without a bound.
    """

    id: str
    sentence: str
    value: float
    at_least: float | None = None
    at_most: float | None = None
    interval: tuple[float, float] | None = None
    interval_of: str = ""

    def __post_init__(self) -> None:
        if self.at_least is None and self.at_most is None:
            raise CourseError(f"claim {self.id!r} has no bound, so nothing could refute it")

    @property
    def holds(self) -> bool:
        """True when the value is a number within the bounds."""
        above = self.at_least is None or self.value >= self.at_least
        below = self.at_most is None or self.value <= self.at_most
        return bool(math.isfinite(self.value) and above and below)

    @property
    def bound(self) -> str:
        """The bounds in words, such as ``≥ 8`` or ``between 8 and 20``."""
        if self.at_least is not None and self.at_most is not None:
            if self.at_least == self.at_most:
                return f"= {self.at_least:g}"
            return f"between {self.at_least:g} and {self.at_most:g}"
        return f"≥ {self.at_least:g}" if self.at_least is not None else f"≤ {self.at_most:g}"

    def as_record(self) -> dict[str, Any]:
        """JSON-able form, as stored in a figure's sidecar.

        Raises CourseError for a value or an end of the interval that is NaN or infinite.
        """
        if not all(map(math.isfinite, (self.value, *(self.interval or ())))):
            raise CourseError(
                f"claim {self.id!r} has the value {self.value} and the interval {self.interval}; "
                "a claim needs finite numbers"
            )
        return asdict(self) | {"holds": self.holds, "bound": self.bound}


@dataclass(frozen=True)
class StatedClaim:
    """One line of the ledger: a claim and the figure that carries it."""

    claim: Claim
    figure: str


def claim_from_record(record: dict[str, Any]) -> Claim:
    """Rebuild a claim; ``holds`` is derived again from value and bounds, never trusted."""
    values = {field.name: record[field.name] for field in fields(Claim)}
    if values["interval"] is not None:
        values["interval"] = tuple(values["interval"])
    return Claim(**values)


def ledger(figures: Path) -> list[StatedClaim]:
    """All claims of the sidecars in a folder.

    Raises CourseError for a damaged sidecar, and when an id occurs twice.
    """
    entries = list(_entries(figures))
    seen: dict[str, str] = {}
    for entry in entries:
        if entry.claim.id in seen:
            both = f"{seen[entry.claim.id]} and {entry.figure}"
            raise CourseError(f"claim id {entry.claim.id!r} occurs twice, in {both}")
        seen[entry.claim.id] = entry.figure
    return entries


def _entries(figures: Path) -> Iterator[StatedClaim]:
    for figure, sidecar in sidecars(figures).items():
        for record in sidecar["claims"]:
            yield StatedClaim(claim_from_record(record), figure)
