"""What answers withstand: how large a change it takes, and how much noise leaves them right."""

from collections.abc import Iterable, Sequence
from functools import partial

import torch
from torch import Tensor

from site_lib.adversarial.attack import AttackResult, Network, joined
from site_lib.adversarial.deepfool import deepfool
from site_lib.adversarial.distances import l2
from site_lib.adversarial.fgsm import shortest_fgsm
from site_lib.adversarial.minimal_norm import minimal_norm
from site_lib.adversarial.pgd import pgd
from site_lib.common.checks import check_number, check_shapes
from site_lib.networks.activations import activations_of
from site_lib.networks.answers import first_answers
from site_lib.networks.classifier import Classifier

# Images at a time: the activations of a hundred, kept for a gradient, are more than a laptop has.
PORTION = 20


def smallest_changes(
    network: Network, images: Tensor, labels: Tensor, *, num_steps: int, num_classes: int
) -> dict[str, AttackResult]:
    """What three untargeted attacks find, each changing an image as little as it can.

    ``fgsm``, ``deepfool``, and ``minimal_norm``, which improves on DeepFool's in ``num_steps``
    steps. num_classes: that DeepFool considers. Errors: see
    :func:`~site_lib.adversarial.attack.begin`.
    """
    found: dict[str, list[AttackResult]] = {"fgsm": [], "deepfool": [], "minimal_norm": []}
    for some in in_portions(images, labels):
        found["fgsm"].append(shortest_fgsm(network, *some))
        found["deepfool"].append(deepfool(network, *some, num_classes=num_classes))
        start = found["deepfool"][-1].perturbation
        nearest = minimal_norm(network, *some, start=start, num_steps=num_steps)
        found["minimal_norm"].append(nearest)
    return {name: joined(results) for name, results in found.items()}


def in_portions(images: Tensor, labels: Tensor) -> list[tuple[Tensor, Tensor]]:
    """Images (N, 3, H, W) and labels (N,), PORTION at a time."""
    check_shapes(images=(images, "N 3 H W"), labels=(labels, "N"))
    return [*zip(images.split(PORTION), labels.split(PORTION), strict=True)]


def norms_needed(result: AttackResult) -> Tensor:
    """(N,), L2 norms of what an attack changed; infinite where the answer stays right, and NaN
    where it was wrong before.
    """
    norms = l2(result.perturbation)
    norms[~result.success] = torch.inf
    norms[result.already] = torch.nan
    return norms


def share_right(network: Network, images: Tensor, labels: Tensor, *, num_trials: int) -> Tensor:
    """Share of right answers to each image, of a network that may be random: (N,)."""
    check_number("num_trials", num_trials, low=1, whole=True)
    answers = torch.stack([first_answers(network, images) for _ in range(num_trials)])
    return (answers == labels).double().mean(dim=0)


def right_under_pgd(
    network: Network, images: Tensor, labels: Tensor, *, l2_budgets: Sequence[float], num_steps: int
) -> Tensor:
    """Which images withstand PGD in an L2 ball of each size: (budgets, N) booleans.

    Errors: see :func:`~site_lib.adversarial.attack.begin`.
    """
    check_number("number of budgets", len(l2_budgets), low=1)
    portions = in_portions(images, labels)

    def withstand(budget: float) -> Tensor:
        attack = partial(pgd, network, epsilon=budget, norm="l2", num_steps=num_steps)
        return ~joined([attack(*some) for some in portions]).success

    return torch.stack([withstand(budget) for budget in l2_budgets])


def displacements(
    classifier: Classifier,
    layers: Sequence[str],
    images: Tensor,
    perturbations: Iterable[Tensor],
) -> Tensor:
    """‖h(x + r) − h(x)‖ / ‖h(x)‖ for every r, in every layer, for every image: (R, layers, N).

    perturbations: R of them, each (N, 3, H, W). Images are clipped to [0, 1]. Errors: see
    :func:`~site_lib.networks.activations.activations_of`.
    """
    changes = [*perturbations]

    def of_some(place: Tensor) -> Tensor:
        see = partial(activations_of, classifier, layers=layers, batch=len(place))
        at_rest = see(images[place])

        def moved(r: Tensor) -> Tensor:
            there = see((images[place] + r[place]).clamp(0, 1))
            pairs = [(at_rest[layer], there[layer]) for layer in layers]
            return torch.stack([(b - a).norm(dim=1) / a.norm(dim=1) for a, b in pairs])

        return torch.stack([moved(r) for r in changes])

    return torch.cat([of_some(place) for place in torch.arange(len(images)).split(PORTION)], dim=2)
