"""Progress of long loops: a bar with its rate on a terminal, plain lines elsewhere."""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TypeVar

from tqdm import tqdm

Item = TypeVar("Item")
SECONDS_BETWEEN_LINES = 10.0


def track(items: Sequence[Item], description: str, unit: str = "step") -> Iterator[Item]:
    """Yield the items while showing how far the loop is and how fast it goes."""
    if sys.stderr.isatty():
        yield from tqdm(items, desc=description, unit=unit, leave=False)
        return
    start = shown = time.monotonic()
    for done, item in enumerate(items, 1):
        yield item
        now = time.monotonic()
        if now - shown >= SECONDS_BETWEEN_LINES:
            shown = now
            rate = done / (now - start)
            line = f"{description}: {done}/{len(items)} {unit}s, {rate:.2f} {unit}/s"
            with suppress(OSError):  # a full disk, or nobody who reads: no reason to stop
                print(line, file=sys.stderr, flush=True)
