"""Receptive fields: which part of the image a unit can see, and which part it does see.

*Theoretical*: from the arithmetic of kernels and strides alone (Araujo, Norris & Sim, 2019,
doi:10.23915/distill.00021). *Effective*: from gradients, since central pixels reach a unit
along many more paths than peripheral ones (Luo et al., 2016, arXiv:1701.04128).
"""

from dataclasses import dataclass

import torch
import torch.fx
import torch.nn.functional as F
from torch import Tensor, nn

from site_lib.activations import record_activations
from site_lib.errors import CourseError
from site_lib.models import Classifier, LeafTracer


@dataclass(frozen=True)
class Field:
    """Receptive field of the units of a layer, the same for all of them up to a shift.

    size: side in pixels.   jump: pixels between the fields of neighbouring units.
    """

    size: int
    jump: int

    def through(self, kernel: int, stride: int, dilation: int = 1) -> "Field":
        """Field of a layer that looks at ``kernel`` neighbouring units of this one."""
        return Field(self.size + dilation * (kernel - 1) * self.jump, self.jump * stride)

    def __or__(self, other: "Field") -> "Field":
        """Field of a sum or concatenation: the larger of the two, centred on the same pixel."""
        if self.jump != other.jump:
            raise CourseError("branches of different resolution cannot be joined")
        return Field(max(self.size, other.size), self.jump)


PIXEL = Field(size=1, jump=1)


def theoretical_receptive_fields(net: nn.Module) -> dict[str, Field]:
    """Field of every layer of a network with square kernels, by module path, from arithmetic.

    Follows the network's graph: convolutions and pooling widen the field, sums and
    concatenations take the widest branch, layers that act on each position alone keep it.
    Layers behind a global average see the whole image and are left out.
    """
    modules = dict(net.named_modules())
    fields: dict[torch.fx.Node, Field | None] = {}
    by_path: dict[str, Field] = {}
    for node in LeafTracer().trace(net).nodes:
        field = _field_of(node, fields, modules)
        fields[node] = field
        if field is not None:
            # The output of a composite module is that of the last layer traced inside it.
            for path in _paths_of(node):
                by_path[path] = field
    return by_path


def _field_of(node: torch.fx.Node, fields: dict[torch.fx.Node, Field | None],
              modules: dict[str, nn.Module]) -> Field | None:  # fmt: skip
    if node.op == "placeholder":
        return PIXEL
    inputs = [fields[source] for source in node.all_input_nodes]
    if node.op in ("output", "get_attr") or not inputs or None in inputs:
        return None
    field: Field = inputs[0]  # type: ignore[assignment]
    for other in inputs[1:]:
        field = field | other  # type: ignore[operator]
    if node.op != "call_module":
        # `x.mean((2, 3))` and `flatten` end the map; element-wise functions keep the field.
        ends = ("mean", "flatten", "adaptive_avg_pool2d")
        name = node.target if isinstance(node.target, str) else getattr(node.target, "__name__", "")
        return None if name in ends else field
    module = modules[str(node.target)]
    if isinstance(module, nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d):
        dilation = getattr(module, "dilation", 1)
        return field.through(_one(module.kernel_size), _one(module.stride), _one(dilation))
    if isinstance(module, nn.AdaptiveAvgPool2d | nn.Linear | nn.Flatten):
        return None
    return field


def _one(value: int | tuple[int, ...]) -> int:
    if isinstance(value, int):
        return value
    if len(set(value)) != 1:
        raise CourseError(f"kernels and strides must be square, not {tuple(value)}")
    return value[0]


def _paths_of(node: torch.fx.Node) -> list[str]:
    """Paths of the modules that the traced node lies in, such as blocks.3 and blocks.3.expand."""
    stack = node.meta.get("nn_module_stack") or {}
    return [path for path in stack if path]


def gradient_energy(classifier: Classifier, images: Tensor, layers: list[str], *,
                    num_probes: int, generator: torch.Generator) -> dict[str, Tensor]:  # fmt: skip
    """How strongly each pixel drives the units at the centre of each layer.

    For the central position of a layer with channels a_c, the energy of a pixel x is
    Σ_c ‖∂a_c/∂x‖². It is estimated without bias as the mean of (v·∂a/∂x)² over ``num_probes``
    random vectors v of unit variance (Hutchinson's trick), so one backward pass serves all
    channels.

    images: (N, 3, H, W) in [0, 1]. Returns layer → (N, H, W), energy summed over colours.
    """
    images = images.clone().requires_grad_(True)
    with record_activations(classifier, layers) as activations:
        classifier(images)
    energy = {}
    for layer in layers:
        activation = activations[layer]
        if activation.dim() != 4:
            raise CourseError(f"layer {layer!r} has no spatial map, so its units see everything")
        centre = activation[:, :, activation.shape[2] // 2, activation.shape[3] // 2]
        total = torch.zeros_like(images[:, 0])
        for _ in range(num_probes):
            probe = torch.randn(centre.shape, generator=generator).to(centre.device)
            (gradient,) = torch.autograd.grad((centre * probe).sum(), images, retain_graph=True)
            total += gradient.square().sum(dim=1)
        energy[layer] = total / num_probes
    return energy


@dataclass(frozen=True)
class Square:
    """Square of pixels: rows top … top + side − 1, columns left … left + side − 1."""

    top: int
    left: int
    side: int


def effective_field(energy: Tensor, fraction: float = 0.9) -> Square:
    """Smallest square, anywhere, that holds a fraction of the gradient energy.

    energy: (H, W), non-negative. The square is never larger than the theoretical field, since
    no energy lies outside that. Raises CourseError when there is no energy.
    """
    # Sum over any rectangle in four look-ups.
    integral = F.pad(energy.double().cumsum(0).cumsum(1), (1, 0, 1, 0))
    wanted = fraction * integral[-1, -1]
    if not wanted > 0:
        raise CourseError("no gradient reaches the image, so the effective field is undefined")
    low, high = 1, max(energy.shape)
    while low < high:  # the best square of a larger side never holds less
        side = (low + high) // 2
        if _sums_of_squares(integral, side).max() >= wanted:
            high = side
        else:
            low = side + 1
    sums = _sums_of_squares(integral, low)
    top, left = divmod(int(sums.argmax()), sums.shape[1])
    return Square(top, left, low)


def _sums_of_squares(integral: Tensor, side: int) -> Tensor:
    """Sums over all squares of a side, cut to the image where the side exceeds it."""
    height, width = (min(side, length - 1) for length in integral.shape)
    return (
        integral[height:, width:] - integral[:-height, width:]
        - integral[height:, :-width] + integral[:-height, :-width]
    )  # fmt: skip
