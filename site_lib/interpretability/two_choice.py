"""The two-choice test: does a picture of a unit tell which photograph will excite it?

After Borowski et al. (2021, arXiv:2010.12606) and Zimmermann et al. (2021, arXiv:2106.12447). An
observer is shown references of a unit and two photographs it has not seen, one of which excites
the unit more, and says which one. Here an observer is another network, which takes the photograph
that is more like the references in its own features.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from site_lib.common.checks import check_number, check_shapes
from site_lib.common.errors import CourseError


@dataclass(frozen=True)
class Trials:
    """Pairs of photographs for each unit, each (units, trials), as places in a list.

    more: those that excite the unit more.   less: their partners.
    """

    more: Tensor
    less: Tensor


def extreme_pairs(responses: Tensor, number: int, *, skip: float = 0.0) -> Trials:
    """The i-th most exciting photograph of each unit with its i-th least exciting one.

    responses: (photographs, units).   number: pairs for each unit.   skip: share of photographs
    that is left out at either end first, in [0, 0.5); the larger, the harder the pairs.
    """
    check_shapes(responses=(responses, "photographs units"))
    check_number("skip", skip, low=0, high=0.5)
    check_number("number of pairs", number, low=1, whole=True)
    first = round(skip * len(responses))
    if 2 * (first + number) > len(responses):
        raise CourseError(f"{len(responses)} photographs make no {number} pairs beyond the first "
                          f"{first}; show more photographs or skip less")  # fmt: skip
    order = responses.argsort(dim=0, descending=True, stable=True)
    chosen = slice(first, first + number)
    return Trials(order[chosen].T, order.flip(0)[chosen].T)


def best_exemplars(responses: Tensor, number: int) -> Tensor:
    """The photographs that excite each unit most: (units, number), places in the list.

    responses: (photographs, units).
    """
    check_shapes(responses=(responses, "photographs units"))
    check_number("number of exemplars", number, low=1, high=len(responses), whole=True)
    return responses.topk(number, dim=0).indices.T


def told_right(references: Tensor, photographs: Tensor, trials: Trials) -> Tensor:
    """Whether the observer takes the more exciting photograph: (units, trials), 0, ½ or 1.

    references: (units, D), what stands for each unit, in the observer's features.   photographs:
    (N, D).   Of two that are alike to the last bit it takes either, which counts as ½.
    """
    check_shapes(references=(references, "units D"), photographs=(photographs, "N D"))
    alike = F.normalize(references, dim=1) @ F.normalize(photographs, dim=1).T
    difference = alike.gather(1, trials.more) - alike.gather(1, trials.less)
    return (difference.sign() + 1) / 2


def of_another_unit(references: Tensor, layers: Tensor) -> Tensor:
    """The control: each unit's references exchanged for those of the next unit of its layer.

    references: (units, …).   layers: (units,), which layer each unit is of. Raises CourseError
    for a unit that is alone in its layer.
    """
    order = torch.arange(len(references))
    for layer in layers.unique():
        members = (layers == layer).nonzero()[:, 0]
        if len(members) < 2:
            raise CourseError("a unit that is alone in its layer has no other; test two or more")
        order[members] = members.roll(-1)
    return references[order]
