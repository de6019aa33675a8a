"""Numbers from the literature: one table format, from the committed file to the page.

A fact is a number that somebody else measured or published. It carries the range over which its
sources disagree, and says whether it was read in its source or only recalled.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from site_lib.common.errors import CourseError, unknown_name

# How a number was checked, in the words that figures and tables use.
CHECKED = {
    "read": "read in the source",
    "secondhand": "second hand",
    "recalled": "recalled, not checked",
}
RECALLED_BOUNDS = ("", "low", "high")


@dataclass(frozen=True)
class Fact:
    """One number and where it comes from.

    unit: what is counted, such as "synapses".   label: short name, for those that a figure
    names, or empty.   kind: group within the unit, such as "GPU".   year: of release or
    publication.   low, high: least and greatest number among the sources; equal to ``value``
    where only one was found.   checked: "read" in the source named; "secondhand" when that
    source gives no origin of its own; "recalled" from memory, without a check.
    recalled_bound: "low" or "high" when that end of the range is recalled, otherwise empty.
    """

    unit: str
    name: str
    label: str
    kind: str
    year: int
    value: int
    low: int
    high: int
    checked: str
    recalled_bound: str
    source: str

    def __post_init__(self) -> None:
        if self.checked not in CHECKED:
            raise unknown_name(f"check of {self.name!r}", self.checked, CHECKED)
        if self.recalled_bound not in RECALLED_BOUNDS:
            raise unknown_name(f"bound of {self.name!r}", self.recalled_bound, ("low", "high"))
        if not 0 < self.low <= self.value <= self.high:
            raise CourseError(
                f"{self.name!r}: {self.value} is not a positive number within "
                f"{self.low} to {self.high}"
            )
        if not self.source:
            raise CourseError(f"{self.name!r} has no source")

    @property
    def recalled(self) -> bool:
        """Whether the number itself was not checked."""
        return self.checked == "recalled"

    @property
    def disputed(self) -> bool:
        """Whether sources give different numbers."""
        return self.low < self.high


COLUMNS = tuple(field.name for field in fields(Fact))
NUMBERS = ("year", "value", "low", "high")


def read_facts(path: Path) -> list[Fact]:
    """Facts of a CSV file with one column for each field; CourseError names what is wrong.

    Empty ``low`` and ``high`` mean that one number was found.
    """
    try:
        with open(path, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CourseError(f"cannot read facts from {path}: {error}") from error
    if not rows:
        raise CourseError(f"{path} holds no facts")
    return [_fact(row, f"{path.name}, line {line}") for line, row in enumerate(rows, start=2)]


def _fact(row: Mapping[str, str], where: str) -> Fact:
    if set(row) != set(COLUMNS) or None in row.values():
        raise CourseError(f"{where}: a fact has the columns {', '.join(COLUMNS)}")
    filled = {**row, "low": row["low"] or row["value"], "high": row["high"] or row["value"]}
    try:
        numbers = {name: int(filled[name]) for name in NUMBERS}
    except ValueError as error:
        raise CourseError(f"{where}: {error}") from None
    try:
        return Fact(**{**filled, **numbers})  # type: ignore[arg-type]
    except CourseError as error:
        raise CourseError(f"{where}: {error}") from None


def fact_named(name: str, facts: Iterable[Fact]) -> Fact:
    """The fact with a name; CourseError lists the nearest names."""
    known = {fact.name: fact for fact in facts}
    if name not in known:
        raise unknown_name("fact", name, known)
    return known[name]


def years_and_values(facts: Iterable[Fact]) -> tuple[np.ndarray, np.ndarray]:
    """Years (N,) and values (N,) of facts, as floats: a series that can be fitted."""
    table = facts_as_table(facts)
    return np.array(table["year"], float), np.array(table["value"], float)


def facts_as_table(facts: Iterable[Fact]) -> dict[str, list]:
    """Columns of the facts, for a CSV file or a result: field name → values."""
    facts = list(facts)
    return {name: [getattr(fact, name) for fact in facts] for name in COLUMNS}


def facts_from_table(table: Mapping[str, np.ndarray]) -> list[Fact]:
    """The facts back from the columns of :func:`facts_as_table`, stored as arrays."""
    columns = (table[name].tolist() for name in COLUMNS)
    return [Fact(*values) for values in zip(*columns, strict=True)]


def short_count(number: float) -> str:
    """A count in words, with three significant digits: 2,300, 54.5 million, 1.5 × 10¹⁴."""
    if number < 1e6:
        return f"{number:,.0f}"
    for size, name in ((1e6, "million"), (1e9, "billion")):
        if number < 999.5 * size:
            return f"{number / size:.3g} {name}"
    mantissa, exponent = f"{number:.2e}".split("e")
    digits = str(int(exponent)).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{float(mantissa):g} × 10{digits}"
