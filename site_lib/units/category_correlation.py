"""Which category goes with a unit: correlations over photographs, against chance.

A corpus of a few dozen photographs and a thousand classes: the best of so many correlations is
large by chance alone. So it is compared with the best that the same unit reaches when the
photographs are shuffled (a permutation test on the maximum, which accounts for the number of
classes: Nichols & Holmes, 2002, doi:10.1002/hbm.1058).
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from site_lib.common.checks import check_finite, check_number, check_shapes
from site_lib.common.errors import CourseError

# Their correlations with all units and classes are held in memory at a time.
SHUFFLES_AT_A_TIME = 64


@dataclass(frozen=True)
class Categories:
    """The best categories of U units.

    classes: (U, n), indices, best first.   correlations: (U, n), Pearson's r.
    p_values: (U,), share of shuffles whose best correlation is at least the unit's best.
    """

    classes: Tensor
    correlations: Tensor
    p_values: Tensor


def best_categories(
    activations: Tensor,
    evidence: Tensor,
    *,
    number: int,
    num_shuffles: int,
    generator: torch.Generator,
) -> Categories:
    """Classes whose evidence rises with the units' activations over photographs.

    activations: (photographs, U).   evidence: (photographs, classes), for instance
    log-probabilities. Raises CourseError for fewer than three photographs and for values that
    are not finite.
    """
    check_shapes(
        activations=(activations, "photographs U"), evidence=(evidence, "photographs classes")
    )
    check_finite("activations", activations)
    check_finite("evidence", evidence)
    check_number("number of categories", number, low=1, high=evidence.shape[1], whole=True)
    check_number("number of shuffles", num_shuffles, low=1, whole=True)
    if len(activations) < 3:
        raise CourseError(f"no correlation can be judged on {len(activations)} photographs")
    units, classes = standardised(activations), standardised(evidence)
    best = (units.T @ classes).topk(number, dim=1)
    # The order that was found is one of the shuffles.
    reached = torch.ones(len(best.values), device=best.values.device)
    for first in range(0, num_shuffles, SHUFFLES_AT_A_TIME):
        orders = torch.stack([
            torch.randperm(len(units), generator=generator)
            for _ in range(min(SHUFFLES_AT_A_TIME, num_shuffles - first))
        ])  # fmt: skip
        # The smaller of the two is shuffled, and all shuffles meet the units in one product:
        # (photographs, classes, shuffles), the largest over classes.
        shuffled = classes[orders.to(classes.device)].permute(1, 2, 0)
        by_chance = (units.T @ shuffled.flatten(1)).unflatten(1, shuffled.shape[1:]).amax(dim=1)
        reached += (by_chance >= best.values[:, :1]).sum(dim=1)
    return Categories(best.indices, best.values, reached / (num_shuffles + 1))


def standardised(columns: Tensor) -> Tensor:
    """Columns with mean 0 and length 1, so that products are correlations; 0 if constant."""
    centred = columns - columns.mean(dim=0)
    return centred / centred.norm(dim=0).clamp(min=1e-12)
