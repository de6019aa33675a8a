"""Recording what layers answer, and leaving no trace in the network."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress

import torch
from torch import Tensor, nn

from site_lib.common.checks import check_finite, check_number, check_shapes
from site_lib.networks.classifier import Classifier


@contextmanager
def record_activations(
    classifier: Classifier, layers: Iterable[str]
) -> Iterator[dict[str, Tensor]]:
    """Collect the outputs of layers during each forward pass inside the ``with`` block.

    layers: module paths, such as those in ``classifier.layers``. Yields a dictionary, layer →
    its latest output, still attached to the graph. The hooks are removed when the block ends,
    also by an error. Raises CourseError for an unknown layer.

    >>> with record_activations(classifier, ["stem"]) as activations:
    ...     classifier(images)
    >>> activations["stem"].shape           # (N, 32, 112, 112)
    """
    recorded: dict[str, Tensor] = {}
    modules = {name: classifier.layer(name) for name in layers}

    def keep(name: str, module: nn.Module):
        return module.register_forward_hook(lambda _m, _i, output: recorded.update({name: output}))

    handles = [keep(name, module) for name, module in modules.items()]
    try:
        yield recorded
    finally:
        for handle in handles:
            handle.remove()


@torch.inference_mode()
def activations_of(
    classifier: Classifier,
    images: Tensor,
    layers: Sequence[str],
    *,
    batch: int = 16,
    summarise: Callable[[Tensor], Tensor] = lambda activation: activation.flatten(1),
) -> dict[str, Tensor]:
    """What layers answer to images: layer → (N, D), on the processor.

    images: (N, 3, H, W) in [0, 1].   summarise: of one layer, (n, …) → (n, D).
    """
    check_number("batch", batch, low=1, whole=True)
    check_shapes(images=(images, "N 3 H W"))
    check_finite("images", images)
    found: dict[str, list[Tensor]] = {layer: [] for layer in layers}
    device = next(classifier.parameters()).device
    # A layer may be passed several times; the first batch, which goes through, tells.
    num_answers = 0
    for part in images.split(batch):
        with (
            record_activations(classifier, layers) as activations,
            _stop_after(classifier, layers, num_answers) as answered,
            suppress(_EnoughError),
        ):
            classifier(part.to(device))
        num_answers = len(answered)
        for layer in layers:
            found[layer].append(summarise(activations[layer]).float().cpu())
    return {layer: torch.cat(parts) for layer, parts in found.items()}


class _EnoughError(Exception):
    """All that was wanted of a pass is known."""


@contextmanager
def _stop_after(
    classifier: Classifier, layers: Iterable[str], number: int
) -> Iterator[list[nn.Module]]:
    """End a pass by :class:`_EnoughError` once layers have answered so often; 0: let it go on.

    Yields the list of those that have answered.
    """
    answered: list[nn.Module] = []

    def count(module: nn.Module, _inputs: tuple[Tensor, ...], _output: Tensor) -> None:
        answered.append(module)
        if len(answered) == number:
            raise _EnoughError

    handles = [classifier.layer(name).register_forward_hook(count) for name in layers]
    try:
        yield answered
    finally:
        for handle in handles:
            handle.remove()


def centre_of_map(activation: Tensor) -> Tensor:
    """What the units at the centre of a layer's map answer: (N, channels, H, W) → (N, channels)."""
    return activation[:, :, activation.shape[2] // 2, activation.shape[3] // 2]


def mean_of_map(activation: Tensor) -> Tensor:
    """Mean of every channel over a layer's map: (N, channels, H, W) → (N, channels)."""
    return activation.mean(dim=(2, 3))
