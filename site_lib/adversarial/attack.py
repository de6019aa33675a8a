"""What every attack shares: its goal, its result, and the checks of what it is given."""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
import torch.nn.functional as F
from torch import Tensor

from site_lib.errors import CourseError

Network = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Goal:
    """What the network should answer: anything but the label, or the target.

    labels: (N,), the right classes.   targets: (N,), or None for an untargeted attack.
    """

    labels: Tensor
    targets: Tensor | None = None

    def margin(self, logits: Tensor) -> Tensor:
        """(N,), logits by which the goal is still missed; below 0 the goal is reached.

        Untargeted z_y − max_{k≠y} z_k, targeted max_{k≠t} z_k − z_t.
        """
        aim = self.labels if self.targets is None else self.targets
        aimed = logits.gather(1, aim[:, None])[:, 0]
        others = logits.scatter(1, aim[:, None], -torch.inf).amax(dim=1)
        return aimed - others if self.targets is None else others - aimed

    def loss(self, logits: Tensor) -> Tensor:
        """(N,), what an attack descends: log p(label), or the cross-entropy of the target."""
        if self.targets is None:
            return -F.cross_entropy(logits, self.labels, reduction="none")
        return F.cross_entropy(logits, self.targets, reduction="none")

    def reached(self, logits: Tensor) -> Tensor:
        """(N,) booleans."""
        return self.margin(logits) < 0

    def of(self, indices: Tensor) -> "Goal":
        """The goal for some of the images: indices, (M,)."""
        return Goal(self.labels[indices], None if self.targets is None else self.targets[indices])


@dataclass(frozen=True)
class AttackResult:
    """What an attack found.

    images: the originals, (N, 3, H, W).   adversarial: the changed images in [0, 1]; where the
    attack failed, its last try.   success: (N,) booleans.   already: (N,), the answer needed no
    attack.   steps: (N,), gradients that were taken of each image.   shared: the one
    perturbation of a universal attack, (1, 3, H, W).
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


def begin(
    network: Network, images: Tensor, labels: Tensor, targets: Tensor | None = None
) -> tuple[Goal, Tensor]:
    """Check an attack's input; its goal, and where that goal is reached without an attack.

    Raises CourseError for images that are not (N, 3, H, W) floats in [0, 1], for labels or
    targets that are not N classes of the network, and for a target equal to the label.
    """
    check_images(images)
    with torch.no_grad():
        logits = network(images)
    for name, classes in (("labels", labels), ("targets", targets)):
        if classes is not None:
            _check_classes(name, classes, images, logits.shape[1])
    if targets is not None and (targets == labels).any():
        index = int((targets == labels).nonzero()[0])
        raise CourseError(
            f"image {index} has class {int(labels[index])} as its label and as its target; "
            "choose another target"
        )
    goal = Goal(labels, targets)
    return goal, goal.reached(logits)


def check_images(images: Tensor) -> None:
    """CourseError unless images are (N, 3, H, W) floats in [0, 1]."""
    if images.ndim != 4 or images.shape[1] != 3 or not len(images):
        raise CourseError(f"images must have shape (N, 3, H, W), got {tuple(images.shape)}")
    if not images.is_floating_point():
        raise CourseError(f"images must be floats in [0, 1], got {images.dtype}; divide by 255")
    if not images.isfinite().all():
        raise CourseError("images contain NaN or infinite values")
    low, high = images.amin().item(), images.amax().item()
    if low < 0 or high > 1:
        raise CourseError(f"images must lie in [0, 1], found values from {low:.3g} to {high:.3g}")


def _check_classes(name: str, classes: Tensor, images: Tensor, number: int) -> None:
    if classes.shape != images.shape[:1] or classes.is_floating_point():
        raise CourseError(
            f"{name} must be {len(images)} whole numbers, one for each image; "
            f"got {classes.dtype} of shape {tuple(classes.shape)}"
        )
    if classes.amin() < 0 or classes.amax() >= number:
        wrong = int(classes[(classes < 0) | (classes >= number)][0])
        raise CourseError(f"{name} must be classes 0…{number - 1}, found {wrong}")


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
