"""The networks of a comparison of many: what they are, and where in their training."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Member:
    """One network of the comparison, untrained or somewhere in its training.

    kind: "optimised" on ImageNet, "partly" (trained here, on a few photographs), "graft" (trained
    here above stages that were optimised), "random".   family: name of the architecture.
    step: of its training here, None at the end.   seed: of random weights.
    """

    kind: str
    family: str
    step: int | None = None
    seed: int | None = None

    @property
    def name(self) -> str:
        if self.seed is not None:
            return f"{self.family}, random {self.seed}"
        return self.family if self.step is None else f"{self.family}, step {self.step}"


def in_training(kind: str, family: str, checkpoints: Iterable[int]) -> list[Member]:
    """An architecture at steps of its training here, and at the end of it."""
    return [Member(kind, family, step) for step in (*checkpoints, None)]


def untrained(family: str, number: int, seed: int) -> list[Member]:
    """So many networks of an architecture with random weights; seeds count from ``seed`` on."""
    return [Member("random", family, seed=seed + index) for index in range(number)]
