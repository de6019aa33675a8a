"""What a figure shows, for readers who cannot see it: made from the data that it publishes.

The alternative text says it in a sentence or two. This says which quantities were drawn and over
which range, column by column of the figure's CSV file, so that a reader knows what to look up.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

from site_lib.common.errors import CourseError

# So many different words are listed, of more only the number.
MOST_WORDS = 8


@dataclass(frozen=True)
class Column:
    """One column of a figure's data: its name, and its range or its values in words."""

    name: str
    values: str


@dataclass(frozen=True)
class Table:
    """Data of a figure: number of rows, and its columns."""

    num_rows: int
    columns: list[Column]


def read_table(path: Path) -> Table:
    """Summary of a CSV file with a heading; CourseError when it is missing or has no rows."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            heading, *rows = csv.reader(file)
    except (OSError, ValueError) as error:
        raise CourseError(f"cannot read the data {path}: {error}") from None
    if not rows:
        raise CourseError(f"the data {path} have no rows")
    columns = [Column(name, in_words([row[i] for row in rows])) for i, name in enumerate(heading)]
    return Table(len(rows), columns)


def in_words(cells: list[str]) -> str:
    """Range of numbers, or the different words; empty cells count as missing."""
    present = [cell for cell in cells if cell]
    missing = len(cells) - len(present)
    note = f"; {missing} empty" if missing else ""
    if not present:
        return "empty"
    try:
        numbers = [float(cell) for cell in present]
    except ValueError:
        words = list(dict.fromkeys(present))
        listed = len(words) <= MOST_WORDS
        return (", ".join(words) if listed else f"{len(words)} different values") + note
    low, high = (f"{value:.4g}".replace("-", "−") for value in (min(numbers), max(numbers)))
    return (low if low == high else f"{low} to {high}") + note
