"""Which category a unit is named after, by three tests that look at different things.

How *strongly* a unit answers photographs of a category, in which *order* it ranks photographs
with and without it, and which category fills the very *top* of that order. Each is a correlation
over photographs with membership in the category, and each is judged by shuffled photographs (see
:func:`best_categories`): the first is the point-biserial one, the second belongs to the test of
Mann and Whitney (1947), the third to the hypergeometric test.

A name is worth something when the photographs that gave it have no part in its test, so
photographs are split in two halves: one names, the other tests.
"""

from dataclasses import dataclass

import torch
from scipy.stats import rankdata
from torch import Tensor

from site_lib.common.checks import check_number, check_shapes
from site_lib.common.errors import CourseError
from site_lib.units.category_correlation import Categories, best_categories, standardised

TESTS = ("strength", "order", "top")


@dataclass(frozen=True)
class Names:
    """What U units are called.

    testing: (M,), the photographs that had no part in it.   named: (U,), the category that goes
    best with the order of the other photographs.   correlations: (U,), of the two.   areas:
    (U,), area under the ROC curve of the named category in the testing half.   tests: name of a
    test → what it says there.
    """

    testing: Tensor
    named: Tensor
    correlations: Tensor
    areas: Tensor
    tests: dict[str, Categories]

    def agreeing(self, significant: float) -> Tensor:
        """(U,), how many tests give the same name and are beyond chance."""
        return torch.stack(
            [
                (one.classes[:, 0] == self.named) & (one.p_values < significant)
                for one in self.tests.values()
            ]
        ).sum(dim=0)


def members_of(labels: list[str], categories: tuple[str, ...]) -> Tensor:
    """(photographs, categories), 1 where a photograph is of a category."""
    return torch.tensor([[float(label == category) for category in categories] for label in labels])


def split_in_halves(members: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Photographs of two halves that share every category out evenly, by chance: two index lists.

    members: (photographs, categories). Of an odd category the second half has one more.
    """
    check_shapes(members=(members, "photographs categories"))
    halves: tuple[list[Tensor], list[Tensor]] = ([], [])
    for column in members.T:
        inside = column.nonzero()[:, 0]
        mixed = inside[torch.randperm(len(inside), generator=generator)]
        halves[0].append(mixed[: len(mixed) // 2])
        halves[1].append(mixed[len(mixed) // 2 :])
    first, second = (torch.cat(half).sort().values for half in halves)
    return first, second


def ranks(responses: Tensor) -> Tensor:
    """Place of each photograph in the order of a unit, 0 for the weakest; ties share their mean.

    responses: (photographs, U).
    """
    placed = rankdata(responses.cpu().numpy(), axis=0) - 1
    return torch.from_numpy(placed).to(responses)


def roc_areas(responses: Tensor, members: Tensor) -> Tensor:
    """Area under the ROC curve of every unit for every category against the rest: (U, categories).

    It is the chance that a photograph of the category excites the unit more than another one does;
    ties count one half. responses: (photographs, U).   members: (photographs, categories).
    Raises CourseError for a category with no photograph, or with all of them.
    """
    check_shapes(
        responses=(responses, "photographs U"), members=(members, "photographs categories")
    )
    inside = members.sum(dim=0)
    if not ((inside > 0) & (inside < len(members))).all():
        raise CourseError("a category needs photographs inside it and outside; join small ones")
    wins = ranks(responses).T @ members - inside * (inside - 1) / 2
    return wins / (inside * (len(members) - inside))


def top(responses: Tensor, number: int) -> Tensor:
    """(photographs, U), 1 for the photographs that excite a unit most, as many as ``number``."""
    check_number("number of top photographs", number, low=1, high=len(responses), whole=True)
    best = responses.topk(number, dim=0).indices
    return torch.zeros_like(responses).scatter(0, best, 1.0)


def name_units(
    responses: Tensor,
    members: Tensor,
    *,
    num_top: int,
    num_shuffles: int,
    generator: torch.Generator,
) -> Names:
    """Names from one half of the photographs, and what three tests say of the other half.

    responses: (photographs, U).   members: (photographs, categories).   num_top: photographs that
    count as the very top.
    """
    naming, testing = split_in_halves(members, generator)
    order = standardised(ranks(responses[naming])).T @ standardised(members[naming])
    correlations, named = order.max(dim=1)
    fresh = responses[testing]
    seen = (fresh, ranks(fresh), top(fresh, num_top))
    tests = {
        test: best_categories(
            values, members[testing], number=1, num_shuffles=num_shuffles, generator=generator
        )
        for test, values in zip(TESTS, seen, strict=True)
    }
    areas = roc_areas(fresh, members[testing]).gather(1, named[:, None])[:, 0]
    return Names(testing, named, correlations, areas, tests)


def best_of_each(names: Names, number: int) -> list[int]:
    """Units by falling correlation in the naming half, at most one of each category."""
    check_number("number of units", number, low=1, whole=True)
    chosen: dict[int, int] = {}
    named = names.named.tolist()
    for unit in names.correlations.argsort(descending=True).tolist():
        chosen.setdefault(named[unit], unit)
    return list(chosen.values())[:number]
