"""Small networks of different families, trained here by distillation, for comparing many.

Four begin with random weights, each the smallest sensible member of a family that is or was in
use. Two are grafts: EfficientNet-Lite0's first stages, as trained on ImageNet, below a new tail
(transfer learning, Yosinski et al., 2014, arXiv:1411.1792). Their weights are committed
(``figures_src/relations_with_biology/train_small_networks.py``).
"""

from collections.abc import Callable
from pathlib import Path
from typing import Self, cast

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from site_lib.common.errors import unknown_name
from site_lib.common.files import check_sha256
from site_lib.networks.classifier import IMAGENET_MEAN, IMAGENET_STD, Classifier, NetworkEntry
from site_lib.networks.efficientnet_lite import EfficientNetLite
from site_lib.networks.initialising import initialise
from site_lib.networks.registry import LITE_MEAN, LITE_STD, load
from site_lib.records.measurement import load_result

WEIGHTS = Path(__file__).parent / "weights" / "small"
RECORD = WEIGHTS / "training.npz"
NUM_CLASSES = 1000
WIDTH = 128
# Side of the crops that they are trained on.
SIDE = 96
TRUNK = "efficientnet_lite0"


class SmallNetwork(nn.Module):
    """Stages one after the other, their mean over the image, a linear classifier.

    Standardised images (N, 3, H, W), sides from 64 pixels on, → logits (N, 1000).   num_kept: so
    many first stages keep their weights in training, as those of a graft do.
    """

    def __init__(self, *stages: nn.Module, num_kept: int = 0) -> None:
        super().__init__()
        self.features = nn.Sequential(*stages)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Linear(WIDTH, NUM_CLASSES)
        self.num_kept = num_kept
        self.kept.requires_grad_(False)

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(self.pool(self.features(x)).flatten(1))

    @property
    def kept(self) -> nn.Sequential:
        return self.features[: self.num_kept]

    def train(self, mode: bool = True) -> Self:
        """Training mode, in which the blocks that were kept stay as they are."""
        super().train(mode)
        self.kept.eval()
        return self


def conv(inputs: int, outputs: int, kernel: int = 3, *, stride: int = 1, groups: int = 1,
         rectified: bool = True) -> nn.Sequential:  # fmt: skip
    """Convolution without bias, batch normalisation, ReLU."""
    convolution = nn.Conv2d(
        inputs, outputs, kernel, stride, padding=kernel // 2, groups=groups, bias=False
    )
    relu = [nn.ReLU()] if rectified else []
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs), *relu)


def separable(inputs: int, outputs: int, *, stride: int = 1) -> nn.Sequential:
    """Filter each channel in space, then mix channels (MobileNet: Howard et al., 2017)."""
    return nn.Sequential(
        conv(inputs, inputs, stride=stride, groups=inputs), conv(inputs, outputs, 1)
    )


class Residual(nn.Module):
    """Two convolutions beside a shortcut (He et al., 2016, arXiv:1512.03385)."""

    def __init__(self, inputs: int, outputs: int, *, stride: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            conv(inputs, outputs, stride=stride), conv(outputs, outputs, rectified=False)
        )
        same = inputs == outputs and stride == 1
        self.shortcut = (
            nn.Identity() if same else conv(inputs, outputs, 1, stride=stride, rectified=False)
        )
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        return self.relu(self.shortcut(x) + self.body(x))


def pool() -> nn.MaxPool2d:
    """Max-pooling that halves the side of the map."""
    return nn.MaxPool2d(3, 2, padding=1)


# ---------------------------------------------------------------- architectures


def two_layers() -> SmallNetwork:
    """Two layers of large filters, as LeNet has (LeCun et al., 1998)."""
    return SmallNetwork(conv(3, 64, 9, stride=4), pool(), conv(64, WIDTH, 5))


def plain() -> SmallNetwork:
    """3 × 3 convolutions and pooling only (VGG: Simonyan & Zisserman, 2015, arXiv:1409.1556)."""
    return SmallNetwork(
        conv(3, 24, stride=2), conv(24, 24), pool(), conv(24, 48), conv(48, 48), pool(),
        conv(48, 96), conv(96, 96), pool(), conv(96, WIDTH),
    )  # fmt: skip


def residual() -> SmallNetwork:
    """Four residual blocks."""
    return SmallNetwork(
        conv(3, 24, 5, stride=2), pool(), Residual(24, 24, stride=1), Residual(24, 48, stride=2),
        Residual(48, 96, stride=2), Residual(96, WIDTH, stride=2),
    )  # fmt: skip


def separated() -> SmallNetwork:
    """Depthwise separable convolutions only (MobileNet)."""
    return SmallNetwork(
        conv(3, 24, stride=2), separable(24, 48, stride=2), separable(48, 96, stride=2),
        separable(96, 96), separable(96, 160, stride=2), separable(160, 160),
        separable(160, 160), separable(160, WIDTH),
    )  # fmt: skip


def graft(num_blocks: int, inputs: int) -> SmallNetwork:
    """Lite0's stem and first blocks, with ``inputs`` channels at their end, and a new tail."""
    trunk = stages_of_lite(EfficientNetLite())[: num_blocks + 1]
    return SmallNetwork(
        *trunk, separable(inputs, 96, stride=2), separable(96, 160), separable(160, WIDTH),
        num_kept=len(trunk),
    )  # fmt: skip


def stages_of_lite(net: EfficientNetLite) -> list[nn.Module]:
    """Stem and blocks in order."""
    return [net.stem, *net.blocks]


BUILDERS: dict[str, Callable[[], SmallNetwork]] = {
    "two-layers": two_layers,
    "plain": plain,
    "residual": residual,
    "separated": separated,
    "graft-5": lambda: graft(5, 40),
    "graft-9": lambda: graft(9, 112),
}


# ---------------------------------------------------------------------- loading


def load_small(
    name: str,
    *,
    step: int | None = None,
    random_seed: int | None = None,
    device: torch.device | str = "cpu",
) -> Classifier:
    """Small network in evaluation mode, as a Classifier that takes pixels in [0, 1].

    step: of its training, None for the end.   random_seed: for random weights instead, in all
    stages. Raises CourseError for an unknown name or step, and for altered weights.
    """
    net = build(name)
    if random_seed is not None:
        initialise(net, SIDE, torch.Generator().manual_seed(random_seed))
        sha256 = f"random weights, seed {random_seed}"
    else:
        keep_trained_trunk(net)
        state, sha256 = trained_weights(name, step)
        net.load_state_dict(net.state_dict() | state)
    return classifier_of(name, net, sha256).eval().to(device)


def before_training(name: str, generator: torch.Generator) -> Classifier:
    """The state in which its training begins: random weights, but for the trunk of a graft."""
    net = build(name)
    initialise(net, SIDE, generator)
    # As in the student: a classifier that starts almost silent.
    nn.init.normal_(net.classifier.weight, std=0.01, generator=generator)
    keep_trained_trunk(net)
    return classifier_of(name, net, "in training")


def build(name: str) -> SmallNetwork:
    """Architecture by name, without weights; CourseError when unknown."""
    if name not in BUILDERS:
        raise unknown_name("small network", name, BUILDERS)
    return BUILDERS[name]()


def keep_trained_trunk(net: SmallNetwork) -> None:
    """Give a graft Lite0's weights in the stages that it keeps, in place."""
    if net.num_kept:
        lite = cast(EfficientNetLite, load(TRUNK).net)
        for stage, source in zip(net.kept, stages_of_lite(lite), strict=False):
            stage.load_state_dict(source.state_dict())


def trained_weights(name: str, step: int | None = None) -> tuple[dict[str, Tensor], str]:
    """What training changed, in 16 bits, and the SHA-256 of its file, checked with the record."""
    label = label_of(name, step)
    known = {entry["model"]: entry["sha256"] for entry in load_result(RECORD).record["weights"]}
    if label not in known:
        raise unknown_name("trained small network", label, known)
    file = file_of(label)
    check_sha256(file, known[label])
    return load_file(file), known[label]


def label_of(name: str, step: int | None) -> str:
    """As in files and records: "plain" at the end of training, "plain-step-200" on the way."""
    return name if step is None else f"{name}-step-{step}"


def file_of(label: str, folder: Path = WEIGHTS) -> Path:
    """File with the weights of a label."""
    return folder / f"{label}.safetensors"


def classifier_of(name: str, net: SmallNetwork, weights_sha256: str) -> Classifier:
    """A network as a classifier that knows its layers and how its pixels are scaled."""
    mean, std = (LITE_MEAN, LITE_STD) if net.num_kept else (IMAGENET_MEAN, IMAGENET_STD)
    layers = (*(f"features.{i}" for i in range(len(net.features))), "classifier")
    entry = NetworkEntry(
        name, BUILDERS[name], lambda: trained_weights(name), layers, SIDE, "MIT", mean, std
    )
    return Classifier(entry, net, name=name, weights_sha256=weights_sha256)
