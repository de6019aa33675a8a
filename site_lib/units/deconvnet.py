"""From one activation back to the pixels: deconvnet, guided back-propagation, plain gradient.

All three go backwards through the same layers and differ only at the rectifiers. With R the
signal that arrives from above and x what the rectifier received on the way forward:

- *gradient* (Simonyan et al., 2014, arXiv:1312.6034): R where x > 0, else 0.
- *deconvnet* (Zeiler & Fergus, 2014, arXiv:1311.2901): max(R, 0), whatever x was.
- *guided* (Springenberg et al., 2015, arXiv:1412.6806): max(R, 0) where x > 0, else 0.

Everything else is ordinary back-propagation, which already is what the deconvnet asks for:

- *Filters*: the backward pass of a convolution is the convolution with the same filters,
  flipped both ways. A stride becomes a transposed convolution, which spreads its input out; a
  depthwise layer filters each channel with its own flipped filter.
- *Unpooling with switches*: max-pooling remembers where each maximum was and sends the signal
  back to that place alone, zeros elsewhere. Where windows overlap, their signals add up.
- *Batch normalisation* (absent from the paper) is in evaluation mode a fixed scale per channel;
  the signal is multiplied by it.
- *Residual branches* (absent too): the signal goes down both branches and the results add up.
- *ReLU6*: its ceiling is neither paper's business. The deconvnet and guided back-propagation
  let the signal through there: the units that excite us most are the ones that reach it, and
  their pictures would be blank. The plain gradient stays true, so it is zero above 6.

Rectifiers other than ReLU and ReLU6 keep their ordinary gradient.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal, get_args

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.overrides import TorchFunctionMode

from site_lib.common.errors import CourseError, unknown_name
from site_lib.networks.activations import record_activations
from site_lib.networks.classifier import Classifier

Rule = Literal["deconvnet", "guided", "gradient"]


def project_back(
    classifier: Classifier,
    images: Tensor,
    layer: str,
    units: Tensor,
    *,
    rule: Rule,
    positions: Tensor | None = None,
) -> Tensor:
    """Keep one activation of a layer per image, zero the rest, go back to the pixels.

    images: (N, 3, H, W) in [0, 1].   units: (N,), a channel for each image.   positions: (N, 2),
    row and column in the layer's map; None for the place where the channel is strongest.
    Returns (N, 3, H, W), signed, with respect to the pixels before normalisation.

    The deconvnet starts from the activation's own value, as in the paper; the other two start
    from 1, so that "gradient" is the derivative. A negative activation, possible before a
    rectifier or in a linear layer, gives the deconvnet of the unit with its sign turned.
    Raises CourseError for an unknown layer or rule, a unit or position that the layer does not
    have, or a classifier in training mode (whose images would influence each other).
    """
    if classifier.training:
        raise CourseError("the network is in training mode; call classifier.eval() first")
    images = images.detach().clone().requires_grad_(True)
    with (
        torch.enable_grad(),
        record_activations(classifier, [layer]) as activations,
        rectifiers_follow(rule),
    ):
        classifier(images)
        kept = _one_per_image(activations[layer], units, positions)
    start = kept.detach() if rule == "deconvnet" else torch.ones_like(kept)
    (signal,) = torch.autograd.grad(kept, images, grad_outputs=start)
    return signal


def _one_per_image(activation: Tensor, units: Tensor, positions: Tensor | None) -> Tensor:
    """Chosen activation of each image, (N,): of a map (N, C, h, w) or of a vector (N, C)."""
    number, channels, *map_shape = activation.shape
    if units.shape != (number,) or not _all_below(units, (channels,)):
        raise CourseError(f"give one unit below {channels} for each of the {number} images")
    each = torch.arange(number, device=activation.device)
    of_units = activation[each, units.to(activation.device)]
    if positions is None:
        flat = of_units.reshape(number, -1)
        return flat[each, flat.argmax(dim=1)]
    if positions.shape != (number, len(map_shape)) or not _all_below(positions, map_shape):
        raise CourseError(f"give each image a position inside the layer's map, {map_shape}")
    return of_units[each, *positions.to(activation.device).unbind(dim=1)]


def _all_below(values: Tensor, limits: Sequence[int]) -> bool:
    """Whether whole numbers, (N,) or (N, len(limits)), lie from 0 up to, not including, limits."""
    bounds = torch.tensor(limits, device=values.device)
    return bool(((values >= 0) & (values < bounds)).all())


# ------------------------------------------------------------------- rectifiers


@contextmanager
def rectifiers_follow(rule: Rule) -> Iterator[None]:
    """Every ReLU and ReLU6 that runs inside the block goes backwards by the given rule.

    Calls of the functions themselves are intercepted, so it makes no difference whether a
    network holds rectifiers as modules, shares one between places (ResNet) or calls
    ``F.relu`` (GoogLeNet); nothing in the network changes, hence nothing has to be put back.
    In-place rectifiers work out of place here, which leaves recorded activations as they were.
    Only the forward pass must lie in the block. Raises CourseError for an unknown rule.
    """
    if rule not in get_args(Rule):
        raise unknown_name("rule", rule, get_args(Rule))
    with _Interception(rule):
        yield


class _Interception(TorchFunctionMode):
    """Puts :class:`_Rectifier` in the place of each call of a ReLU or ReLU6."""

    def __init__(self, rule: Rule) -> None:
        super().__init__()
        self.rule = rule

    def __torch_function__(
        self,
        function: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        kwargs = kwargs or {}
        ceiling = _ceiling_of(function, kwargs)
        if ceiling is None:
            return function(*args, **kwargs)
        return _Rectifier.apply(args[0] if args else kwargs["input"], ceiling, self.rule)


_RELU = (F.relu, F.relu_, torch.relu, torch.relu_, Tensor.relu, Tensor.relu_)


def _ceiling_of(function: Callable[..., Any], kwargs: dict[str, Any]) -> float | None:
    """Largest value that a rectifier lets through; None for any other function."""
    if function in _RELU:
        return math.inf
    if function is F.relu6:
        return 6.0
    # nn.ReLU6 is a Hardtanh from 0 to 6.
    if function is F.hardtanh and kwargs.get("min_val") == 0:
        return kwargs["max_val"]
    return None


class _Rectifier(torch.autograd.Function):
    """min(max(x, 0), ceiling), going backwards by one of the three rules."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, ceiling: float, rule: Rule) -> Tensor:
        ctx.rule, ctx.ceiling = rule, ceiling
        if rule != "deconvnet":
            ctx.save_for_backward(x)
        return x.clamp(0, ceiling)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, signal: Tensor) -> tuple[Tensor, None, None]:
        if ctx.rule != "gradient":
            signal = signal.clamp(min=0)
        if ctx.rule != "deconvnet":
            # One pass over the map, which a product with a mask of truth values would not be.
            (x,) = ctx.saved_tensors
            ceiling = ctx.ceiling if ctx.rule == "gradient" else math.inf
            signal = torch.ops.aten.hardtanh_backward(signal, x, 0, ceiling)
        return signal, None, None
