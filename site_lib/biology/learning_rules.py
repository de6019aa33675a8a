"""Learning without weight transport: four ways to tell hidden layers what to change.

Layers h_l = tanh(h_{l−1} W_l + b_l) end in a softmax over classes, whose error e = p − y is known
where it arises. The rules differ in what a hidden layer is told of it, δ_l (a row for each image)::

    back-propagation           δ_l = (δ_{l+1} W_{l+1}ᵀ) ∘ (1 − h_l²)
    feedback alignment         δ_l = (δ_{l+1} B_{l+1})  ∘ (1 − h_l²)    B fixed and random
    direct feedback alignment  δ_l = (e B_l)            ∘ (1 − h_l²)    B fixed and random
    frozen                     δ_l = 0

Then every layer changes by ΔW_l = −η h_{l−1}ᵀ δ_l / N. Only back-propagation needs the forward
weights on the way back (Rumelhart, Hinton & Williams, 1986, doi:10.1038/323533a0). With fixed
random ones the forward weights come to agree (Lillicrap et al., 2016, doi:10.1038/ncomms13276), and
the error may go to every layer directly (Nøkland, 2016, arXiv:1609.01596). Frozen hidden layers are
the control: what the last layer achieves alone.

Tensors may have further dimensions in front, for networks that learn side by side.
"""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from site_lib.common.checks import check_finite, check_number
from site_lib.common.errors import CourseError, unknown_name

RULES = ("back-propagation", "feedback alignment", "direct feedback alignment", "frozen")


@dataclass
class Layers:
    """Fully connected layers, first to last.

    weights: (…, units before, units) each.   biases: (…, 1, units) each.
    """

    weights: list[Tensor]
    biases: list[Tensor]

    def to(self, device: torch.device) -> "Layers":
        """A copy on a device."""
        return Layers(
            [weight.to(device, copy=True) for weight in self.weights],
            [bias.to(device, copy=True) for bias in self.biases],
        )

    def activities(self, inputs: Tensor) -> list[Tensor]:
        """The inputs (…, N, D), every hidden layer, and the logits (…, N, classes)."""
        found = [inputs]
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            found.append(torch.tanh(found[-1] @ weight + bias))
        return [*found, found[-1] @ self.weights[-1] + self.biases[-1]]

    def accuracy(self, inputs: Tensor, labels: Tensor) -> Tensor:
        """Share of the images (…, N, D) for which the label (…, N) has the largest logit: (…)."""
        answers = self.activities(inputs)[-1].argmax(dim=-1)
        return (answers == labels).float().mean(dim=-1)


def layers_before_learning(
    units: Sequence[int], *, num_networks: int, generator: torch.Generator
) -> Layers:
    """Networks side by side: normal weights of Glorot's spread, biases of zero.

    units: of every layer, inputs first and classes last; at least one hidden layer.
    """
    check_number("number of layers", len(units), low=3)
    pairs = list(itertools.pairwise(units))
    return Layers(
        [_random((num_networks, *pair), sum(pair), generator) for pair in pairs],
        [torch.zeros(num_networks, 1, after) for _, after in pairs],
    )


def feedback_weights(rule: str, layers: Layers, generator: torch.Generator) -> list[Tensor]:
    """The fixed B of every hidden layer, of Glorot's spread: (…, units told from, units told).

    Empty for the rules that have none. Raises CourseError for an unknown rule.
    """
    if rule not in RULES:
        raise unknown_name("learning rule", rule, RULES)
    classes = layers.weights[-1].shape[-1]
    found = []
    for weight in layers.weights[1:] if "alignment" in rule else []:
        *networks, told, above = weight.shape
        origin = classes if rule.startswith("direct") else above
        fixed = _random((*networks, origin, told), origin + told, generator)
        found.append(fixed.to(weight.device))
    return found


def told_errors(
    rule: str, layers: Layers, activities: list[Tensor], labels: Tensor, feedback: list[Tensor]
) -> list[Tensor]:
    """δ of every layer, first to last: (…, N, units) each, of the last one e itself.

    activities: of ``layers``.   labels: (…, N), classes.   feedback: :func:`feedback_weights`.
    """
    logits = activities[-1]
    error = logits.softmax(dim=-1) - F.one_hot(labels, logits.shape[-1]).to(logits.dtype)
    told = [error]
    for layer in reversed(range(len(layers.weights) - 1)):
        hidden = activities[layer + 1]
        if rule == "back-propagation":
            signal = told[0] @ layers.weights[layer + 1].mT
        elif rule == "feedback alignment":
            signal = told[0] @ feedback[layer]
        elif rule == "direct feedback alignment":
            signal = error @ feedback[layer]
        else:
            signal = torch.zeros_like(hidden)
        told.insert(0, signal * (1 - hidden.square()))
    return told


def changes(activities: list[Tensor], told: list[Tensor]) -> list[Tensor]:
    """What every layer's weights should go down by, −ΔW_l / η: shaped as the weights.

    With the errors that back-propagation tells, this is the gradient of the mean cross-entropy.
    """
    return [
        before.mT @ delta / delta.shape[-2]
        for before, delta in zip(activities[:-1], told, strict=True)
    ]


def angles_to_gradient(
    rule: str, layers: Layers, inputs: Tensor, labels: Tensor, feedback: list[Tensor]
) -> Tensor:
    """Degrees between a rule's change of each hidden layer and the gradient's: (…, hidden layers).

    Below 90 the change goes downhill. inputs: (…, N, D).   labels: (…, N). Raises CourseError
    where nothing changes, as in frozen layers.
    """
    activities = layers.activities(inputs)
    proposed, gradient = (
        changes(activities, told_errors(name, layers, activities, labels, feedback))[:-1]
        for name in (rule, "back-propagation")
    )
    if not all(change.flatten(-2).any(dim=-1).all() for change in (*proposed, *gradient)):
        raise CourseError(f"nothing changes under the rule {rule!r}, so there is no angle")
    cosines = [
        F.cosine_similarity(one.flatten(-2), other.flatten(-2), dim=-1)
        for one, other in zip(proposed, gradient, strict=True)
    ]
    return torch.stack(cosines, dim=-1).clamp(-1, 1).arccos().rad2deg()


def learn(
    rule: str,
    layers: Layers,
    inputs: Tensor,
    labels: Tensor,
    feedback: list[Tensor],
    *,
    num_steps: int,
    batch: int,
    learning_rate: float,
    generator: torch.Generator,
) -> Iterator[int]:
    """Plain stochastic descent, in place; every network draws its own batches.

    inputs: (networks, N, D).   labels: (networks, N). Gives the number of each step before it is
    made, so that ``for step in learn(…)`` can look at the layers.
    """
    check_number("batch", batch, low=1, whole=True)
    check_number("learning rate", learning_rate, low=0, open_low=True)
    check_finite("inputs", inputs)
    networks = torch.arange(len(inputs), device=inputs.device)[:, None]
    for step in range(num_steps):
        yield step
        drawn = torch.randint(inputs.shape[1], (len(inputs), batch), generator=generator)
        drawn = drawn.to(inputs.device)
        activities = layers.activities(inputs[networks, drawn])
        told = told_errors(rule, layers, activities, labels[networks, drawn], feedback)
        for weight, change in zip(layers.weights, changes(activities, told), strict=True):
            weight -= learning_rate * change
        for bias, delta in zip(layers.biases, told, strict=True):
            bias -= learning_rate * delta.mean(dim=-2, keepdim=True)


def _random(shape: tuple[int, ...], fans: int, generator: torch.Generator) -> Tensor:
    return torch.randn(shape, generator=generator) * math.sqrt(2 / fans)
