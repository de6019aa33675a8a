"""EfficientNet-Lite 0, 1 and 2 in plain PyTorch.

The mobile version of EfficientNet (Tan & Le, 2019, arXiv:1905.11946): inverted residual
blocks as in MobileNetV2 (Sandler et al., 2018, arXiv:1801.04381), ReLU6 everywhere, no
squeeze-and-excitation. Every convolution pads as TensorFlow's "same" does, because the
published weights were trained so.
"""

import math
from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class Stage:
    """A run of blocks: ``repeats`` blocks to ``width`` channels, the first with ``stride``."""

    repeats: int
    kernel: int
    stride: int
    expansion: int
    width: int


# Table 1 of Tan & Le (2019).
STAGES = (
    Stage(1, 3, 1, 1, 16),
    Stage(2, 3, 2, 6, 24),
    Stage(2, 5, 2, 6, 40),
    Stage(3, 3, 2, 6, 80),
    Stage(3, 5, 1, 6, 112),
    Stage(4, 5, 2, 6, 192),
    Stage(1, 3, 1, 6, 320),
)
STEM_WIDTH, HEAD_WIDTH, NUM_CLASSES = 32, 1280, 1000


class SameConv2d(nn.Conv2d):
    """Convolution whose output side is ``ceil(input side / stride)``, padded as TensorFlow does.

    The total padding depends on the input's side; when it is odd, the extra row and column
    go to the bottom and to the right.
    """

    def forward(self, x: Tensor) -> Tensor:
        top, bottom = self.padding_for(x.shape[-2], 0)
        left, right = self.padding_for(x.shape[-1], 1)
        if (top, left) == (bottom, right):
            return self._convolved(x, (top, left))
        if x.requires_grad:
            return self._convolved(F.pad(x, (left, right, top, bottom)), (0, 0))
        # Copying a network's largest maps into larger ones would take a sixth of a forward pass
        # (with the way back, nothing is gained). Padded on both sides by a step of the windows
        # more than they need at the top and left, the others stay where they are.
        down, across = int(bottom > top), int(right > left)
        padding = (top + down * self.stride[0], left + across * self.stride[1])
        height, width = (math.ceil(s / t) for s, t in zip(x.shape[-2:], self.stride, strict=True))
        answers = self._convolved(x, padding)
        return answers[..., down : down + height, across : across + width]

    def _convolved(self, x: Tensor, padding: tuple[int, int]) -> Tensor:
        return F.conv2d(x, self.weight, self.bias, self.stride, padding, self.dilation, self.groups)

    def padding_for(self, side: int, axis: int) -> tuple[int, int]:
        """Zeros put before and after an input of the given side, along an axis (0: rows)."""
        kernel, stride = self.kernel_size[axis], self.stride[axis]
        total = max((math.ceil(side / stride) - 1) * stride + kernel - side, 0)
        return total // 2, total - total // 2


class ConvNorm(nn.Module):
    """Convolution, batch normalisation and, unless ``linear``, ReLU6."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int,
        *,
        stride: int = 1,
        groups: int = 1,
        linear: bool = False,
    ) -> None:
        super().__init__()
        self.conv = SameConv2d(inputs, outputs, kernel, stride, groups=groups, bias=False)
        self.norm = nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.01)
        self.activation = nn.Identity() if linear else nn.ReLU6()

    def forward(self, x: Tensor) -> Tensor:
        return self.activation(self.norm(self.conv(x)))


class InvertedResidual(nn.Module):
    """Expand channels (1×1), filter each in space (depthwise), project back without ReLU6.

    The input is added to the output when both have the same shape.
    """

    def __init__(self, inputs: int, outputs: int, stage: Stage, stride: int) -> None:
        super().__init__()
        wide = inputs * stage.expansion
        self.expand = nn.Identity() if stage.expansion == 1 else ConvNorm(inputs, wide, 1)
        self.depthwise = ConvNorm(wide, wide, stage.kernel, stride=stride, groups=wide)
        self.project = ConvNorm(wide, outputs, 1, linear=True)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        y = self.project(self.depthwise(self.expand(x)))
        return x + y if self.residual else y


class EfficientNetLite(nn.Module):
    """Stem, blocks, head, global average, classifier: (N, 3, H, W) → (N, 1000) logits."""

    def __init__(self, *, width: float = 1.0, depth: float = 1.0) -> None:
        super().__init__()
        self.stem = ConvNorm(3, STEM_WIDTH, 3, stride=2)
        blocks: list[nn.Module] = []
        inputs = STEM_WIDTH
        for index, stage in enumerate(STAGES):
            outputs = _rounded_width(stage.width, width)
            # The Lite family scales the depth of every stage but the first and the last.
            fixed = index in (0, len(STAGES) - 1)
            repeats = stage.repeats if fixed else math.ceil(depth * stage.repeats)
            for repeat in range(repeats):
                stride = stage.stride if repeat == 0 else 1
                blocks.append(InvertedResidual(inputs, outputs, stage, stride))
                inputs = outputs
        self.blocks = nn.Sequential(*blocks)
        self.head = ConvNorm(inputs, HEAD_WIDTH, 1)
        self.classifier = nn.Linear(HEAD_WIDTH, NUM_CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        x = self.head(self.blocks(self.stem(x)))
        return self.classifier(x.mean(dim=(2, 3)))


def _rounded_width(width: int, factor: float, multiple: int = 8) -> int:
    """Nearest multiple of 8 to ``width * factor``, but never below 90 % of it."""
    rounded = max(multiple, int(width * factor + multiple / 2) // multiple * multiple)
    return rounded + multiple if rounded < 0.9 * width * factor else rounded


# Names in the published checkpoints, outermost first, and ours.
_RENAMED = (
    ("_conv_stem", "stem.conv"),
    ("_conv_head", "head.conv"),
    ("_fc", "classifier"),
    ("_expand_conv", "expand.conv"),
    ("_depthwise_conv", "depthwise.conv"),
    ("_project_conv", "project.conv"),
    ("_blocks", "blocks"),
)
_NORMS_OF_A_BLOCK = {"_bn0": "expand.norm", "_bn1": "depthwise.norm", "_bn2": "project.norm"}
_NORMS_OUTSIDE = {"_bn0": "stem.norm", "_bn1": "head.norm"}


def translate_checkpoint(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Rename the keys of a published EfficientNet-Lite checkpoint to this module's."""
    translated = {}
    for key, value in state.items():
        norms = _NORMS_OF_A_BLOCK if key.startswith("_blocks") else _NORMS_OUTSIDE
        for old, new in (*_RENAMED, *norms.items()):
            key = key.replace(old, new)
        translated[key] = value
    return translated
