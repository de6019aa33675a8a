"""Receptive fields: which part of the image a unit can see, and which part it does see.

*Theoretical*: from the arithmetic of kernels and strides alone (Araujo, Norris & Sim, 2019,
doi:10.23915/distill.00021). *Effective*: from gradients, since central pixels reach a unit
along many more paths than peripheral ones (Luo et al., 2016, arXiv:1701.04128).
"""

import math
from dataclasses import dataclass
from functools import reduce
from operator import or_

import torch
import torch.fx
import torch.nn.functional as F
from torch import Tensor, nn

from site_lib.common.checks import check_finite, check_number, check_shapes, check_within
from site_lib.common.errors import CourseError
from site_lib.networks.activations import centre_of_map, record_activations
from site_lib.networks.classifier import Classifier
from site_lib.networks.efficientnet_lite import SameConv2d
from site_lib.networks.freezing import LeafTracer


@dataclass(frozen=True)
class Field:
    """Receptive fields of the units of a layer: equal squares on a regular lattice.

    size: side in pixels.   jump: pixels between the fields of neighbouring units.
    centre: pixel coordinate of the middle of unit 0's field.   map_side: units along each side.
    """

    size: int
    jump: int
    centre: float
    map_side: int

    def through(self, window: "Window") -> "Field":
        """Field of a layer whose units look at ``window.kernel`` neighbouring units of this one."""
        reach = window.dilation * (window.kernel - 1)
        return Field(
            size=self.size + reach * self.jump,
            jump=self.jump * window.stride,
            centre=self.centre + (reach / 2 - window.padding_before) * self.jump,
            map_side=window.map_side,
        )

    def __or__(self, other: "Field") -> "Field":
        """Field of a sum or concatenation: the smallest square around both."""
        if (self.jump, self.map_side) != (other.jump, other.map_side):
            raise CourseError("branches of different resolution cannot be joined")
        first = min(f.centre - (f.size - 1) / 2 for f in (self, other))
        last = max(f.centre + (f.size - 1) / 2 for f in (self, other))
        return Field(round(last - first) + 1, self.jump, (first + last) / 2, self.map_side)

    def centre_of(self, index: int) -> float:
        """Pixel coordinate, along one axis, of the middle of a unit's field."""
        return self.centre + index * self.jump


@dataclass(frozen=True)
class Window:
    """What a convolution or pooling layer does along one axis, for one side of input."""

    kernel: int
    stride: int
    dilation: int
    padding_before: int
    map_side: int


def theoretical_receptive_fields(net: nn.Module, side: int) -> dict[str, Field]:
    """Fields of every layer of a network with square kernels, by module path, from arithmetic.

    side: of the input image, in pixels (it decides how "same" padding splits). Follows the
    network's graph: convolutions and pooling widen the field, sums and concatenations take the
    square around all branches, layers that act on each position alone keep it. Layers behind a
    global average see the whole image and are left out.
    """
    modules = dict(net.named_modules())
    pixel = Field(size=1, jump=1, centre=0, map_side=side)
    fields: dict[torch.fx.Node, Field | None] = {}
    by_path: dict[str, Field] = {}
    for node in LeafTracer().trace(net).nodes:
        field = pixel if node.op == "placeholder" else _field_of(node, fields, modules)
        fields[node] = field
        if field is not None:
            # The output of a composite module is that of the last layer traced inside it.
            for path in _paths_of(node):
                by_path[path] = field
    return by_path


def _field_of(
    node: torch.fx.Node, fields: dict[torch.fx.Node, Field | None], modules: dict[str, nn.Module]
) -> Field | None:
    inputs = [fields[source] for source in node.all_input_nodes]
    known = [field for field in inputs if field is not None]
    if node.op in ("output", "get_attr") or not known or len(known) < len(inputs):
        return None
    field = reduce(or_, known)
    if node.op != "call_module":
        # `x.mean((2, 3))` and `flatten` end the map; element-wise functions keep the field.
        ends = ("mean", "flatten", "adaptive_avg_pool2d")
        name = node.target if isinstance(node.target, str) else getattr(node.target, "__name__", "")
        return None if name in ends else field
    module = modules[str(node.target)]
    if isinstance(module, nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d):
        return field.through(_window(module, field.map_side))
    if isinstance(module, nn.AdaptiveAvgPool2d | nn.Linear | nn.Flatten):
        return None
    return field


def _window(module: nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d, side: int) -> Window:
    kernel, stride = _one(module.kernel_size), _one(module.stride)
    dilation = _one(getattr(module, "dilation", 1))
    if isinstance(module, SameConv2d):
        return Window(kernel, stride, dilation, module.padding_for(side, 0)[0], -(-side // stride))
    padding = _one(module.padding)
    steps = (side + 2 * padding - dilation * (kernel - 1) - 1) / stride
    map_side = (math.ceil(steps) if getattr(module, "ceil_mode", False) else math.floor(steps)) + 1
    return Window(kernel, stride, dilation, padding, map_side)


def _one(value: int | str | tuple[int, ...]) -> int:
    if isinstance(value, int):
        return value
    if isinstance(value, str) or len(set(value)) != 1:
        raise CourseError(f"kernels, strides and padding must be square numbers, not {value!r}")
    return value[0]


def _paths_of(node: torch.fx.Node) -> list[str]:
    """Paths of the modules that the traced node lies in, such as blocks.3 and blocks.3.expand."""
    stack = node.meta.get("nn_module_stack") or {}
    return [path for path in stack if path]


def gradient_energy(
    classifier: Classifier,
    images: Tensor,
    layers: list[str],
    *,
    num_probes: int,
    generator: torch.Generator,
) -> dict[str, Tensor]:
    """How strongly each pixel drives the units at the centre of each layer.

    For the central position of a layer with channels a_c, the energy of a pixel x is
    Σ_c ‖∂a_c/∂x‖². It is estimated without bias as the mean of (v·∂a/∂x)² over ``num_probes``
    random vectors v of unit variance (Hutchinson's trick), so one backward pass serves all
    channels.

    images: (N, 3, H, W) in [0, 1]. Returns layer → (N, H, W), energy summed over colours.
    """
    check_number("number of probes", num_probes, low=1, whole=True)
    check_finite("images", images)
    images = images.clone().requires_grad_(True)
    with record_activations(classifier, layers) as activations:
        classifier(images)
    energy = {}
    for layer in layers:
        activation = activations[layer]
        if activation.dim() != 4:
            raise CourseError(f"layer {layer!r} has no spatial map, so its units see everything")
        centre = centre_of_map(activation)
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
    check_number("fraction", fraction, low=0, high=1, open_low=True)
    check_shapes(energy=(energy, "H W"))
    check_within("energy", energy, 0, math.inf)
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
        integral[height:, width:]
        - integral[:-height, width:]
        - integral[height:, :-width]
        + integral[:-height, :-width]
    )
