"""The part of a network up to a layer, for work that needs nothing behind it."""

import copy

import torch
from torch import nn

from site_lib.common.errors import CourseError
from site_lib.networks.classifier import Classifier
from site_lib.networks.freezing import LeafTracer


def up_to(classifier: Classifier, layer: str) -> Classifier:
    """Classifier whose network ends with a layer and returns that layer's output.

    Layers keep their names and share their weights with the original's, so that recording,
    searching, projecting back and maximising give the same results, sooner. Raises CourseError
    for an unknown layer, and for one that holds several layers (name one of these).
    """
    classifier.layer(layer)
    graph = LeafTracer().trace(classifier.net)
    found = [n for n in graph.nodes if n.op == "call_module" and n.target == layer]
    if not found:
        raise CourseError(f"{layer} is no single layer of {classifier.name}; name one within it")
    for node in graph.nodes:
        if node.op == "output":
            node.args = (found[-1],)
    net = torch.fx.GraphModule(classifier.net, graph)
    net.graph.eliminate_dead_code()
    net.recompile()
    net.delete_all_unused_submodules()
    shortened = copy.copy(classifier)
    shortened._modules = {**classifier._modules, "net": net.eval()}
    return shortened


def before_rectifier(classifier: Classifier, layer: str) -> str:
    """The layer that a rectifier follows; any other layer's own name.

    Where a rectifier is silent it has no gradient to climb; the layer before it always has one.
    Batch normalisation must be folded (``freeze_for_inference``) to count as part of it.
    """
    if not isinstance(classifier.layer(layer), nn.ReLU | nn.ReLU6):
        return layer
    node = next(n for n in LeafTracer().trace(classifier.net).nodes if n.target == layer)
    return node.args[0].target


def feeding_layer(classifier: Classifier, layer: str) -> str:
    """The layer whose rectified channels a depthwise convolution filters one by one.

    Channel for channel: where channel c of this layer is silent, so is channel c of the
    depthwise convolution. Any other layer's own name.
    """
    module = classifier.layer(layer)
    if not isinstance(module, nn.Conv2d) or not 1 < module.groups == module.out_channels:
        return layer
    modules = dict(classifier.net.named_modules())
    node = next(n for n in LeafTracer().trace(classifier.net).nodes if n.target == layer)
    source = node.args[0]
    while source.op == "call_module" and isinstance(modules[source.target], nn.Identity):
        source = source.args[0]
    return before_rectifier(classifier, source.target) if source.op == "call_module" else layer
