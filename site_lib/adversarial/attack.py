"""What every attack shares: its goal, its result, and the checks of what it is given."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from site_lib.common.checks import check_choice, check_finite, check_number
from site_lib.common.errors import CourseError

Network = Callable[[Tensor], Tensor]

# Logits of the same pixels differ in their last digits from one processor to the next, and even
# with the batch that an image is computed in: EfficientNet-Lite0's by up to 2e-6 of the largest.
# An answer that is ahead by less than this share of it is not taken for an answer.
ROUNDING = 1e-4

COUNT: dict[str, Any] = {"low": 1, "whole": True}
# The ranges of the settings that attacks have; an epsilon in L2 has no upper limit.
SETTINGS: dict[str, dict[str, Any]] = {
    "epsilon": {"low": 0, "high": 1, "open_low": True},
    "step_size": {"low": 0, "open_low": True},
    "num_steps": COUNT,
    "num_iterations": COUNT,
    "num_trials": COUNT,
    "num_classes": {"low": 2, "whole": True},
    "batch": COUNT,
    "patience": COUNT,
    "overshoot": {"low": 0},
    "tolerance": {"low": 0, "high": 1},
    "growth": {"low": 1, "open_low": True},
    "probability": {"low": 0, "high": 0.999},
}
MAY_BE_NONE = ("step_size",)


@dataclass(frozen=True)
class Goal:
    """What the network should answer: anything but the label, or the target.

    labels: (N,), the right classes.   targets: (N,), or None for an untargeted attack.
    probability: that the target must have besides being first.   scale: (N,), the largest
    logits of the originals, if known; see :meth:`clearance`.
    """

    labels: Tensor
    targets: Tensor | None = None
    probability: float = 0.0
    scale: Tensor | None = None

    @property
    def aim(self) -> Tensor:
        """(N,), the classes at stake: the targets, or else the labels."""
        return self.labels if self.targets is None else self.targets

    def margin(self, logits: Tensor) -> Tensor:
        """(N,), logits by which the goal is still missed; below 0 the answer is a wanted one.

        Untargeted z_y − max_{k≠y} z_k, targeted max_{k≠t} z_k − z_t.
        """
        aimed = logits.gather(1, self.aim[:, None])[:, 0]
        others = logits.scatter(1, self.aim[:, None], -torch.inf).amax(dim=1)
        return aimed - others if self.targets is None else others - aimed

    def log_odds(self, logits: Tensor) -> Tensor:
        """(N,), log p / (1 − p) of the classes at stake."""
        aimed = logits.gather(1, self.aim[:, None])[:, 0]
        return aimed - logits.scatter(1, self.aim[:, None], -torch.inf).logsumexp(dim=1)

    def clearance(self, logits: Tensor) -> Tensor:
        """(N,), margin that is asked for, beyond what another order of additions changes.

        The share ROUNDING of the largest logit, here or at the originals. (At a boundary
        between z and −z both are 0, and tell nothing of the sums they came from.)
        """
        scale = logits.abs().amax(dim=1)
        return ROUNDING * (scale if self.scale is None else torch.maximum(scale, self.scale))

    def missing(self, logits: Tensor) -> Tensor:
        """(N,), logits by which the goal is missed, clearance included; below 0 it is reached."""
        missing = self.margin(logits)
        if self.targets is not None and self.probability:
            wanted = math.log(self.probability / (1 - self.probability))
            missing = torch.maximum(missing, wanted - self.log_odds(logits))
        return missing + self.clearance(logits)

    def loss(self, logits: Tensor) -> Tensor:
        """(N,), what an attack descends: log p(label), or the cross-entropy of the target."""
        if self.targets is None:
            return -F.cross_entropy(logits, self.labels, reduction="none")
        return F.cross_entropy(logits, self.targets, reduction="none")

    def reached(self, logits: Tensor) -> Tensor:
        """(N,) booleans: the answer is as wanted, by more than rounding can change."""
        return self.missing(logits) < 0

    def of(self, indices: Tensor) -> "Goal":
        """The goal for some of the images: indices, (M,)."""
        return replace(
            self,
            labels=self.labels[indices],
            targets=None if self.targets is None else self.targets[indices],
            scale=None if self.scale is None else self.scale[indices],
        )


@dataclass(frozen=True)
class AttackResult:
    """What an attack found.

    images: the originals, (N, 3, H, W).   adversarial: the changed images in [0, 1]; where the
    attack failed, its last try.   success: (N,) booleans, judged by the pixels of
    ``adversarial``.   already: (N,), the answer needed no attack.   steps: (N,), gradients that
    were taken of each image.   shared: the one perturbation of a universal attack,
    (1, 3, H, W).
    """

    images: Tensor
    adversarial: Tensor
    success: Tensor
    already: Tensor
    steps: Tensor
    shared: Tensor | None = field(default=None)

    @property
    def perturbation(self) -> Tensor:
        """(N, 3, H, W), adversarial minus original."""
        return self.adversarial - self.images


def joined(results: Sequence[AttackResult]) -> AttackResult:
    """One result of several, of the same attack on some images each; without what they share."""
    tensors = {
        name: torch.cat([getattr(result, name) for result in results])
        for name in ("images", "adversarial", "success", "already", "steps")
    }
    return AttackResult(**tensors)


def begin(
    network: Network,
    images: Tensor,
    labels: Tensor,
    targets: Tensor | None = None,
    *,
    targeted: bool = False,
    **settings: Any,
) -> tuple[Goal, Tensor]:
    """Check an attack's input; its goal, and where that goal is reached without an attack.

    targeted: there must be targets.   settings: the attack's numbers, and its norm if it has
    one.   Raises CourseError for a setting beyond its range, for images that are not (N, 3, H, W)
    floats in [0, 1], for labels or targets that are not N classes of the network, for a target
    equal to the label, and for a network that does not give finite logits.
    """
    check_settings(**settings)
    check_images(images)
    with torch.no_grad():
        logits = network(images)
    if logits.ndim != 2 or len(logits) != len(images) or logits.shape[1] < 2:
        raise CourseError(
            f"the network must give logits ({len(images)}, classes), two classes or more; "
            f"got {tuple(logits.shape)}"
        )
    check_finite("the network's logits", logits)
    for name, classes in (("labels", labels), ("targets", targets)):
        if classes is not None or name == "labels" or targeted:
            check_classes(name, classes, len(images), logits.shape[1])
    if targets is not None and (targets == labels).any():
        index = int((targets == labels).nonzero()[0])
        raise CourseError(
            f"image {index} has class {int(labels[index])} as its label and as its target; "
            "choose another target"
        )
    scale = logits.abs().amax(dim=1)
    goal = Goal(labels, targets, settings.get("probability", 0.0), scale)
    return goal, goal.reached(logits)


def check_settings(*, norm: str = "linf", **settings: Any) -> None:
    """CourseError for a setting of an attack beyond its range; None stands for a default."""
    check_choice("norm", norm, ("linf", "l2"))
    for name, value in settings.items():
        limits = SETTINGS[name]
        if (name, norm) == ("epsilon", "l2"):
            limits = limits | {"high": None}
        if value is not None or name not in MAY_BE_NONE:
            check_number(name, value, **limits)


def check_images(images: Any, *, slack: float = 0.0) -> None:
    """CourseError unless images are (N, 3, H, W) floats in [0, 1].

    slack: by how much they may lie outside.
    """
    if not isinstance(images, Tensor):
        raise CourseError(f"images must be a tensor (N, 3, H, W), got {type(images).__name__}")
    if images.ndim != 4 or images.shape[1] != 3 or not images.numel():
        raise CourseError(f"images must have shape (N, 3, H, W), got {tuple(images.shape)}")
    if not images.is_floating_point():
        raise CourseError(f"images must be floats in [0, 1], got {images.dtype}; divide by 255")
    check_finite("images", images)
    low, high = images.amin().item(), images.amax().item()
    if low < -slack or high > 1 + slack:
        raise CourseError(f"images must lie in [0, 1], found values from {low:.3g} to {high:.3g}")


def check_classes(name: str, classes: Any, number: int, num_classes: int) -> None:
    """CourseError unless classes are so many whole numbers, each one of the network's classes."""
    if not isinstance(classes, Tensor):
        raise CourseError(f"{name} must be a tensor of {number} classes, not {classes!r}")
    if classes.shape != (number,) or classes.dtype != torch.long:
        raise CourseError(
            f"{name} must be {number} whole numbers (torch.long), one for each image; "
            f"got {classes.dtype} of shape {tuple(classes.shape)}"
        )
    beyond = (classes < 0) | (classes >= num_classes)
    if beyond.any():
        wrong = int(classes[beyond][0])
        raise CourseError(f"{name} must be classes 0…{num_classes - 1}, found {wrong}")


def margin_and_gradient(network: Network, images: Tensor, goal: Goal) -> tuple[Tensor, Tensor]:
    """Margin (N,) of each image and its gradient (N, 3, H, W) with respect to the pixels."""
    pixels = images.detach().requires_grad_(True)
    margin = goal.margin(network(pixels))
    (gradient,) = torch.autograd.grad(margin.sum(), pixels)
    return margin.detach(), gradient


def loss_and_gradient(
    network: Network, images: Tensor, goal: Goal
) -> tuple[Tensor, Tensor, Tensor]:
    """Loss (N,), its gradient (N, 3, H, W), and where the goal is reached, (N,)."""
    pixels = images.detach().requires_grad_(True)
    logits = network(pixels)
    loss = goal.loss(logits)
    (gradient,) = torch.autograd.grad(loss.sum(), pixels)
    return loss.detach(), gradient, goal.reached(logits.detach())


def per_image(values: Tensor) -> Tensor:
    """(N,) → (N, 1, 1, 1), to be multiplied with images."""
    return values.view(-1, 1, 1, 1)
