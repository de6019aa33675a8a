"""Claims: sentences of the course that a build can refute.

A drawing states its claims from the measured result; the ledger page, ``make claims`` and
the sentence on the page all read the same record.
"""

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal

from site_lib.common.errors import CourseError, unknown_name
from site_lib.records.sidecars import sidecars

Kind = Literal["predicted", "measured", "looked-up", "arithmetic"]
# What each kind is called, and what it is, as the page of claims says it.
KINDS: dict[Kind, tuple[str, str]] = {
    "predicted": ("Predicted", "The bound comes from theory or from a paper, not from these data."),
    "measured": ("Measured", "The bound was chosen with room for other machines and samples."),
    "looked-up": ("Looked up", "Numbers from the literature, compared."),
    "arithmetic": ("Arithmetic", "What follows from a definition."),
}
# Sentences of these kinds could have turned out false here.
REFUTABLE: tuple[Kind, ...] = ("predicted", "measured")


@dataclass(frozen=True)
class Claim:
    """A value, and the bounds within which its sentence is true.

    sentence: plain text with the value written in.   value: the number.
    at_least, at_most: bounds, either may be None.   interval: confidence interval of the
    value, with ``interval_of`` saying of what (for example "95 % bootstrap over photographs").
    kind: one of :data:`KINDS`.   reason: of a predicted claim, where its bound comes from.

    Raises CourseError for an unknown kind, for a claim that could be refuted and has no bound, and
    for a prediction without a reason.
    """

    id: str
    sentence: str
    value: float
    at_least: float | None = None
    at_most: float | None = None
    interval: tuple[float, float] | None = None
    interval_of: str = ""
    kind: Kind = "measured"
    reason: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise unknown_name("kind of claim", self.kind, KINDS)
        if self.refutable and self.at_least is None and self.at_most is None:
            raise CourseError(f"claim {self.id!r} has no bound, so nothing could refute it")
        if (self.kind == "predicted") != bool(self.reason):
            raise CourseError(
                f"claim {self.id!r}: a prediction says where its bound comes from (`reason`), "
                "and only a prediction does"
            )

    @property
    def refutable(self) -> bool:
        """Whether another result could have made the sentence false."""
        return self.kind in REFUTABLE

    @property
    def holds(self) -> bool:
        """True when the value is a number within the bounds, and its interval clears them too."""
        ends = (self.value, *(self.interval or ()))
        above = self.at_least is None or min(ends) >= self.at_least
        below = self.at_most is None or max(ends) <= self.at_most
        return bool(math.isfinite(self.value) and above and below)

    @property
    def test(self) -> str:
        """What was compared, such as ``0.71 [0.62, 0.81] ≥ 0.5``."""
        interval = " [{:.3g}, {:.3g}]".format(*self.interval) if self.interval else ""
        return f"{self.value:.4g}{interval} {self.bound}".rstrip()

    @property
    def bound(self) -> str:
        """The bounds in words, such as ``≥ 8`` or ``between 8 and 20``; empty without any."""
        if self.at_least is None and self.at_most is None:
            return ""
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
    # Records of sites that were published earlier have fewer fields.
    values = {field.name: record[field.name] for field in fields(Claim) if field.name in record}
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
