"""A circuit read from the weights: how each channel of a block feeds each channel that leaves it.

An inverted residual block expands channels by a 1 × 1 convolution, filters each in space, and
projects back by another 1 × 1 convolution; rectifiers stand between. Where they pass their input
on, the block is linear, and the product of the three weights is one number for each pair of
channels (after Olah et al., 2020, doi:10.23915/distill.00024.001, who read circuits so).
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from site_lib.common.checks import check_shapes
from site_lib.common.errors import CourseError


@dataclass(frozen=True)
class Conditions:
    """Under what conditions the channels that enter a block pass it, from photographs.

    lags: (k, k, in), how much each channel is like itself at the places that a filter joins; 1 at
    the middle.   passing: (M, in), share of each channel's energy at places where the path through
    expanded channel m is open, that is, where neither of its rectifiers is silent or saturated.
    """

    lags: Tensor
    passing: Tensor


def channel_weights(block: nn.Module, conditions: Conditions | None = None) -> Tensor:
    """From each channel that enters a block to each that leaves it: (out, in).

    block: an inverted residual block, frozen, that expands its channels.   conditions: without,
    every path counts as open, and a filter in space with the sum of its weights, which is its
    answer to a uniform map.
    """
    expand, depthwise, project = (_conv(block, name) for name in ("expand", "depthwise", "project"))
    entering, leaving = expand.weight[:, :, 0, 0], project.weight[:, :, 0, 0]
    filters = depthwise.weight[:, 0]
    if conditions is None:
        return leaving @ (filters.sum(dim=(1, 2))[:, None] * entering)
    check_shapes(lags=(conditions.lags, "K K in"), passing=(conditions.passing, "M in"))
    gain = torch.einsum("mxy,xyc->mc", filters, conditions.lags)
    return leaving @ (gain * conditions.passing * entering)


def strongest_unit(weights: Tensor, number: int) -> tuple[int, Tensor]:
    """The leaving channel with the largest weights, and so many of its inputs of either end.

    weights: (out, in).   Returns the channel, and (2 · number,) entering ones: those with the most
    positive weights, then those with the most negative.
    """
    check_shapes(weights=(weights, "out in"))
    unit = int(weights.norm(dim=1).argmax())
    order = weights[unit].argsort(descending=True)
    return unit, torch.cat([order[:number], order[-number:]])


def _conv(block: nn.Module, name: str) -> nn.Conv2d:
    conv = getattr(block.get_submodule(name), "conv", None)
    if not isinstance(conv, nn.Conv2d):
        raise CourseError(f"the block has no convolution {name!r}; give one that expands channels")
    return conv


@torch.no_grad()
def conditions(block: nn.Module, entering: Tensor) -> Conditions:
    """Conditions for what enters a block: (N, C, H, W). See :class:`Conditions`."""
    check_shapes(entering=(entering, "N C H W"))
    expand, depthwise = block.get_submodule("expand"), block.get_submodule("depthwise")
    expanded = expand(entering)
    is_open = _open(expanded) * _open(_same_size(depthwise(expanded), entering))
    energy = entering.square()
    total = energy.sum(dim=(0, 2, 3)).clamp(min=1e-12)
    passing = torch.einsum("nmhw,nchw->mc", is_open, energy) / total
    side = _conv(block, "depthwise").kernel_size[0]
    height, width = entering.shape[2:]
    around = F.pad(entering, (side // 2,) * 4)
    lags = [
        (around[..., row : row + height, column : column + width] * entering).sum(dim=(0, 2, 3))
        for row in range(side)
        for column in range(side)
    ]
    return Conditions(torch.stack(lags).view(side, side, -1) / total, passing)


def _open(rectified: Tensor) -> Tensor:
    """Where ReLU6 is neither silent nor saturated."""
    return ((rectified > 0) & (rectified < 6)).float()


def _same_size(leaving: Tensor, entering: Tensor) -> Tensor:
    """What leaves; CourseError where the block has changed the resolution."""
    if leaving.shape[2:] != entering.shape[2:]:
        raise CourseError("the block changes the resolution; take one with a stride of 1")
    return leaving


@torch.no_grad()
def measured_weights(block: nn.Module, entering: Tensor, channels: Tensor) -> Tensor:
    """The same numbers by experiment: (out, ablated channels).

    One channel after the other is set to 0. What that takes from each channel leaving the block
    (before its input is added again) is fitted as a multiple of what was taken out, over all
    photographs and places. entering: (N, C, H, W).   channels: (K,), which to ablate. Raises
    CourseError for a block that changes the resolution.
    """
    check_shapes(entering=(entering, "N C H W"), channels=(channels, "K"))

    branch = nn.Sequential(
        *(block.get_submodule(name) for name in ("expand", "depthwise", "project"))
    )

    whole = _same_size(branch(entering), entering)
    found = []
    for channel in channels.tolist():
        without = entering.clone()
        without[:, channel] = 0
        taken = entering[:, channel]
        lost = whole - branch(without)
        slope = torch.einsum("nohw,nhw->o", lost, taken)
        found.append(slope / taken.square().sum().clamp(min=1e-12))
    return torch.stack(found, dim=1)
