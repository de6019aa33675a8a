"""The table that a figure publishes, from its rows."""

from collections.abc import Iterable, Mapping
from typing import Any


def columns(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Columns by name, from rows that all have the same names in the same order."""
    rows = list(rows)
    return {name: [row[name] for row in rows] for name in rows[0]}
