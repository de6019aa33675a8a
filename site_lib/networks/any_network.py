"""A network of anybody's: one of the course by name, one of torchvision's, or weights in a file.

>>> network = load_any("efficientnet_lite0")
>>> network = load_any("resnet18")                   # torchvision; weights are downloaded once
>>> network = load_any("runs/mine.safetensors")      # weights of an architecture of the course
"""

import copy
from pathlib import Path

import torch
import torchvision
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from site_lib.common.errors import CourseError, unknown_name
from site_lib.common.files import sha256_of_file
from site_lib.networks.classifier import Classifier, NetworkEntry
from site_lib.networks.controls import shuffle_parameters
from site_lib.networks.initialising import estimate_statistics, initialise
from site_lib.networks.registry import REGISTRY, load, weights_from_torchvision
from site_lib.networks.small_networks import BUILDERS, build, classifier_of, load_small

SUFFIX = ".safetensors"
INPUT_SIDE = 224  # of torchvision's networks, as they were trained


def load_any(name: str) -> Classifier:
    """Classifier in evaluation mode.

    name: of a network of the course, of a model of torchvision, or a path that ends in
    ``.safetensors``. Raises CourseError for an unknown name, weights that cannot be had, and a
    file that fits no architecture.
    """
    if name.endswith(SUFFIX):
        return _from_file(Path(name))
    if name in REGISTRY:
        return load(name)
    if name in BUILDERS:
        return load_small(name)
    theirs = torchvision.models.list_models(module=torchvision.models)
    if name not in theirs:
        raise unknown_name("model", name, [*REGISTRY, *BUILDERS, *theirs])
    state, sha256 = weights_from_torchvision(name)
    return of_torchvision(name, state, sha256)


def of_torchvision(name: str, state: dict[str, Tensor], sha256: str) -> Classifier:
    """A model of torchvision's with these weights; its layers are its stages that give maps."""
    net = torchvision.models.get_model(name, weights=None).eval()
    net.load_state_dict(state)
    entry = NetworkEntry(
        name=name,
        build=lambda: net,
        weights=lambda: (state, sha256),
        layers=stages_with_maps(net),
        input_side=INPUT_SIDE,
        licence="BSD 3-Clause (torchvision)",
    )
    return Classifier(entry, net, name=name, weights_sha256=sha256).eval()


def stages_with_maps(net: nn.Module) -> tuple[str, ...]:
    """Names of the stages, from input to output, whose output is a map (1, channels, H, W).

    Stages are the network's parts; of a part that is a sequence, its parts. Raises CourseError
    for a network that has none, such as a transformer.
    """
    names = []
    for name, part in net.named_children():
        inside = [f"{name}.{one}" for one, _ in part.named_children()]
        sequence = isinstance(part, nn.Sequential) and len(inside) > 1
        names += inside if sequence else [name]
    shapes: dict[str, int] = {}
    modules = dict(net.named_modules())
    handles = [
        modules[name].register_forward_hook(
            lambda _m, _i, output, name=name: shapes.update(
                {name: output.dim() if isinstance(output, Tensor) else 0}
            )
        )
        for name in names
    ]
    with torch.inference_mode():
        net(torch.zeros(1, 3, INPUT_SIDE, INPUT_SIDE))
    for handle in handles:
        handle.remove()
    found = tuple(name for name in names if shapes.get(name) == 4)
    if not found:
        raise CourseError("this network has no stages that give maps (channels, height, width)")
    return found


def _from_file(path: Path) -> Classifier:
    try:
        state = load_file(path)
    except (OSError, SafetensorError) as error:
        raise CourseError(f"cannot read the weights {path} ({error})") from error
    shapes = {name: tuple(tensor.shape) for name, tensor in state.items()}
    for name in (*REGISTRY, *BUILDERS):
        with torch.device("meta"):
            net = build(name) if name in BUILDERS else REGISTRY[name].build()
        if {key: tuple(one.shape) for key, one in net.state_dict().items()} == shapes:
            return _fill(name, state, sha256_of_file(path), path)
    raise CourseError(
        f"{path} fits no architecture of the course: names and shapes of its tensors must be those "
        f"of {', '.join([*REGISTRY, *BUILDERS])}"
    )


def _fill(name: str, state: dict[str, Tensor], sha256: str, path: Path) -> Classifier:
    """An architecture of the course with weights from a file."""
    if name in BUILDERS:
        net = build(name)
        net.load_state_dict(state)
        return classifier_of(name, net, sha256).eval()
    network = load(name, random_seed=0)
    network.net.load_state_dict(state)
    network.name, network.weights_sha256 = f"{name} with {path.name}", sha256
    return network.eval()


def controls_of(classifier: Classifier, photographs: Tensor, seed: int) -> dict[str, Classifier]:
    """The same architecture with ``random`` weights, and with its own ``shuffled``.

    photographs: (N, 3, H, W) in [0, 1], from which both take the statistics of batch normalisation.
    """
    generator = torch.Generator().manual_seed(seed)
    found = {name: copy.deepcopy(classifier) for name in ("random", "shuffled")}
    initialise(found["random"].net, classifier.input_side, generator)
    shuffle_parameters(found["shuffled"].net, generator)
    for name, control in found.items():
        estimate_statistics(control.net, control.normalise(photographs))
        control.name = f"{classifier.name}, {name} weights"
        control.weights_sha256 += f", {name} with seed {seed}"
    return found
