"""What images should look like: penalties that keep the optimiser near natural pictures."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor

from site_lib.common.errors import CourseError
from site_lib.networks.classifier import Classifier
from site_lib.networks.freezing import FoldedNorm


def total_variation(images: Tensor) -> Tensor:
    """Mean squared difference of neighbouring pixels, a scalar ≥ 0; 0 for uniform images."""
    rows = images[..., 1:, :] - images[..., :-1, :]
    columns = images[..., 1:] - images[..., :-1]
    return rows.square().mean() + columns.square().mean()


def distance_from_grey(images: Tensor) -> Tensor:
    """Mean squared distance from mid-grey, a scalar ≥ 0 (Simonyan et al.'s L2 penalty)."""
    return (images - 0.5).square().mean()


class _ChannelStatistics(torch.autograd.Function):
    """Mean and variance over batch and space, (N, C, H, W) → two (C,).

    The same numbers as ``torch.var_mean``, whose channels-last path takes ten times as long on
    a CPU; this prior reads fifty layers at every step.
    """

    @staticmethod
    def forward(ctx, x: Tensor) -> tuple[Tensor, Tensor]:
        rows = x.permute(0, 2, 3, 1).reshape(-1, x.shape[1])
        average = rows.new_full((len(rows),), 1 / len(rows))
        mean = average @ rows
        variance = (average @ (rows * rows) - mean * mean).clamp(min=0)
        ctx.save_for_backward(x, mean)
        return mean, variance

    @staticmethod
    def backward(ctx, for_mean: Tensor, for_variance: Tensor) -> Tensor:
        x, mean = ctx.saved_tensors
        number = x.numel() / len(mean)
        slope = 2 * for_variance / number
        offset = for_mean / number - slope * mean
        return torch.addcmul(offset.view(1, -1, 1, 1), x, slope.view(1, -1, 1, 1))


def channel_statistics(x: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and (biased) variance of each channel: (N, C, H, W) → (C,), (C,)."""
    return _ChannelStatistics.apply(x)


class StatisticsRecorder:
    """Distance of a batch's statistics from those of the training images, layer by layer."""

    def __init__(self) -> None:
        self.distances: list[Tensor] = []

    def pop(self) -> Tensor:
        """Mean distance over the layers of the latest forward pass; forgets it."""
        distance = torch.stack(self.distances).mean()
        self.distances.clear()
        return distance


@contextmanager
def batch_norm_statistics(classifier: Classifier) -> Iterator[StatisticsRecorder]:
    """Compare activations with what batch normalisation learnt of the training images.

    After Yin et al. (2020, arXiv:1912.08795), with means and standard deviations in units of the
    training data's standard deviation, so that each channel counts alike:
    mean over channels of ((m − μ)/σ)² + (s/σ − 1)². The classifier must be frozen
    (``freeze_for_inference``): its folded norms keep μ and σ. Hooks go when the block ends.
    """
    recorder = StatisticsRecorder()

    def compare(norm: FoldedNorm, _inputs: tuple[Tensor, ...], output: Tensor) -> None:
        std = norm.expected_std.clamp(min=1e-3)
        mean, variance = channel_statistics(output)
        # Square roots have no gradient at 0, where a dead channel sits.
        spread = (variance + 1e-8).sqrt()
        off_mean = ((mean - norm.expected_mean) / std).square()
        off_spread = ((spread - norm.expected_std) / std).square()
        recorder.distances.append((off_mean + off_spread).mean())

    norms = [module for module in classifier.modules() if isinstance(module, FoldedNorm)]
    if not norms:
        raise CourseError(f"{classifier.name} has no folded batch norms; freeze it first")
    handles = [norm.register_forward_hook(compare) for norm in norms]
    try:
        yield recorder
    finally:
        for handle in handles:
            handle.remove()
