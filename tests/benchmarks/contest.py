"""Contestants that take turns, and the table of how fast each was.

Times depend on the machine; ratios within a round, in which all take their turn, much less. They
are processor seconds, which other work on the machine disturbs less than the clock.
"""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

ROUNDS = 7


@dataclass(frozen=True)
class Row:
    """One contestant. seconds: median, least and most over the rounds.   ratio: how many times
    as fast as the table's first contestant, likewise.   note: what else there is to say.
    """

    name: str
    seconds: tuple[float, float, float]
    ratio: tuple[float, float, float]
    note: str = ""


@dataclass(frozen=True)
class Table:
    """What was compared, and the contestants; the first is what the others are measured by."""

    title: str
    rows: list[Row]

    def print(self) -> None:
        """Print the table, a line for each contestant."""
        print(f"{self.title}:")
        for row in self.rows:
            median, low, high = row.ratio
            print(
                f"  {row.name:34} {1000 * row.seconds[0]:9.1f} ms   "
                f"{median:.2f} × the first ({low:.2f} to {high:.2f})   {row.note}",
                flush=True,
            )


def contest(
    title: str,
    contestants: Mapping[str, Callable[[], object]],
    *,
    rounds: int = ROUNDS,
    times: int = 1,
    describe: Callable[[object], str] = lambda _result: "",
) -> Table:
    """Let all take turns and print how they did.

    times: of the work measured in one call, so that seconds are those of one.   describe: puts
    the last result of a contestant into words. With several rounds, one more comes first and does
    not count.
    """
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    notes = {}
    for number in range(rounds + 1 if rounds > 1 else 1):
        for name, run in contestants.items():
            start = time.process_time()
            result = run()
            taken = (time.process_time() - start) / times
            notes[name] = describe(result)
            if number or rounds == 1:
                seconds[name].append(taken)
    table = Table(title, rows(seconds, notes))
    table.print()
    return table


def rows(seconds: Mapping[str, list[float]], notes: Mapping[str, str]) -> list[Row]:
    """Medians and spreads; ratios are taken within each round. seconds: name → one per round."""
    first = next(iter(seconds.values()))
    return [
        Row(
            name,
            _spread(taken),
            _spread([own / other for own, other in zip(first, taken, strict=True)]),
            notes.get(name, ""),
        )
        for name, taken in seconds.items()
    ]


def _spread(values: list[float]) -> tuple[float, float, float]:
    return statistics.median(values), min(values), max(values)
