"""The networks of a comparison of many: what they are, where in their training, how damaged."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Member:
    """One network of the comparison: untrained, somewhere in its training, or damaged after it.

    kind: "optimised" on ImageNet, "partly" (trained here, on a few photographs), "graft" (trained
    here above stages that were optimised), "random", "lesion".   family: name of the architecture.
    step: of its training here, None at the end.   seed: of random weights, or of a lesion.
    lesion, amount: see site_lib.networks.lesions.
    """

    kind: str
    family: str
    step: int | None = None
    seed: int | None = None
    lesion: str = ""
    amount: float = 0.0

    @property
    def name(self) -> str:
        if self.lesion:
            return f"{self.family}, {self.lesion} {self.amount:g}, {self.seed}"
        if self.seed is not None:
            return f"{self.family}, random {self.seed}"
        return self.family if self.step is None else f"{self.family}, step {self.step}"


def in_training(kind: str, family: str, checkpoints: Iterable[int]) -> list[Member]:
    """An architecture at steps of its training here, and at the end of it."""
    return [Member(kind, family, step) for step in (*checkpoints, None)]


def untrained(family: str, number: int, seed: int) -> list[Member]:
    """So many networks of an architecture with random weights; seeds count from ``seed`` on."""
    return [Member("random", family, seed=seed + index) for index in range(number)]


def damaged(
    family: str, lesions: Iterable[str], number: int, seed: int, *, num_layers: int
) -> list[Member]:
    """An architecture with every lesion, such as "noise 0.5", each with so many seeds.

    num_layers: that it has, its classifier included; lesions of as many last ones are left out.
    """
    kinds = [(kind, float(amount)) for kind, amount in map(str.split, lesions)]
    return [
        Member("lesion", family, seed=seed + index, lesion=kind, amount=amount)
        for kind, amount in kinds
        if kind != "late" or amount < num_layers
        for index in range(number)
    ]
