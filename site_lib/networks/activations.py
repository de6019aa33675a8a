"""Recording what layers answer, and leaving no trace in the network."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from torch import Tensor, nn

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
