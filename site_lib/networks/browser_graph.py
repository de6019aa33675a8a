"""One graph for the browser: what EfficientNet-Lite answers, and the gradient for the pixels.

No framework derives the gradient there, so it is written out. Backwards, a convolution is a
transposed convolution with the same weights, ReLU6 lets through where its input was between 0
and 6, and a residual sum passes its gradient to both terms. Weights stand in the file once.

The objective is Σ_k w_k z_k − c log Σ_k exp z_k + Σ_u s_u a_u for the logits z and the units' a
at the centre of their maps. The target's logit is w = e_t, c = 0; its log-probability c = 1.

Inputs: ``pixels`` (1, 3, S, S) in [0, 1], ``logit_weights`` (1, 1000), ``normaliser`` (1,),
``unit_weights`` (1, U), ``backward`` (): whether the gradient is wanted.
Outputs: ``logits`` (1, 1000), ``gradient`` (1, 3, S, S), zeros if it is not wanted, and of the
units of the recorded layers, one layer after the other: ``peaks`` (1, U), the largest answer on the
map, ``places`` (1, U), where that is, row by row, and ``centres`` (1, U).
"""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from site_lib.common.errors import CourseError
from site_lib.networks.classifier import Classifier
from site_lib.networks.efficientnet_lite import (
    ConvNorm,
    EfficientNetLite,
    InvertedResidual,
    SameConv2d,
)
from site_lib.networks.onnx_file import Graph

FLOAT, WHOLE = np.dtype(np.float32), np.dtype(np.int64)
# Takes the gradient of a value, appends nodes, and returns the gradient of an earlier value.
Backward = Callable[[Graph, str], str]


def gradient_graph(classifier: Classifier, layers: Sequence[str]) -> Graph:
    """The graph of a classifier with batch normalisation, for one image of its input side.

    layers: depthwise convolutions of blocks whose units are recorded, ``blocks.3.depthwise.conv``.
    CourseError for another architecture, and for a layer that is none of these.
    """
    if not isinstance(classifier.net, EfficientNetLite):
        raise CourseError(f"{classifier.name} is no EfficientNet-Lite; the graph is made for these")
    known = [f"blocks.{number}.depthwise.conv" for number in range(len(classifier.net.blocks))]
    for layer in layers:
        if layer not in known:
            raise CourseError(f"{layer} is no depthwise convolution; choose among {known}")
    return _Writer(classifier, layers).write()


class _Writer:
    """Writes the way forward, and keeps for each step how to go back."""

    def __init__(self, classifier: Classifier, layers: Sequence[str]) -> None:
        self.classifier, self.layers = classifier, layers
        self.net: EfficientNetLite = classifier.net  # type: ignore[assignment]
        self.graph = Graph("network")
        self.units: dict[str, tuple[str, int]] = {}

    def write(self) -> Graph:
        """The whole graph."""
        graph, side = self.graph, self.classifier.input_side
        channels = {layer: int(self._conv_norm(layer).conv.out_channels) for layer in self.layers}
        num_units, image = sum(channels.values()), (1, 3, side, side)
        graph.inputs = {
            "pixels": (FLOAT, image), "logit_weights": (FLOAT, (1, 1000)),
            "normaliser": (FLOAT, (1,)), "unit_weights": (FLOAT, (1, num_units)),
            "backward": (np.dtype(np.bool_), ()),
        }  # fmt: skip
        graph.outputs = {
            "logits": (FLOAT, (1, 1000)), "gradient": (FLOAT, image),
            "peaks": (FLOAT, (1, num_units)), "places": (WHOLE, (1, num_units)),
            "centres": (FLOAT, (1, num_units)),
        }  # fmt: skip
        start = 0
        for layer, number in channels.items():
            self.units[layer] = (self._slice("unit_weights", layer, start, number), number)
            start += number
        value, back = self._body(side)
        pooled = graph.add("Flatten", graph.add("GlobalAveragePool", value))
        weights = graph.constant("classifier.weight", _array(self.net.classifier.weight))
        bias = graph.constant("classifier.bias", _array(self.net.classifier.bias))
        graph.add("Gemm", pooled, weights, bias, into="logits", transB=1)
        self._answers()
        then, gradient = self._backwards(back, weights, side // 32)
        then.outputs = {gradient: (FLOAT, image)}
        nothing = Graph("nothing")
        nothing.outputs = {nothing.add("Sub", "pixels", "pixels"): (FLOAT, image)}
        graph.add("If", "backward", into="gradient", then_branch=then, else_branch=nothing)
        return graph

    # ---------------------------------------------------------------- forward

    def _body(self, side: int) -> tuple[str, list[Backward]]:
        """From pixels to what the head answers; the steps back in the order of the way there."""
        graph, scale = self.graph, _array(self.classifier.std)
        std = graph.constant("std", scale)
        shifted = graph.add("Sub", "pixels", graph.constant("mean", _array(self.classifier.mean)))
        value = graph.add("Div", shifted, std)
        back: list[Backward] = [lambda then, gradient: then.add("Div", gradient, std)]
        value, side = self._convolution("stem", self.net.stem, value, side, back)
        for number, block in enumerate(self.net.blocks):
            assert isinstance(block, InvertedResidual)
            value, side = self._block(f"blocks.{number}", block, value, side, back)
        value, side = self._convolution("head", self.net.head, value, side, back)
        return value, back

    def _block(
        self, name: str, block: InvertedResidual, value: str, side: int, back: list[Backward]
    ) -> tuple[str, int]:
        inner: list[Backward] = []
        new, new_side = value, side
        if isinstance(block.expand, ConvNorm):
            new, new_side = self._convolution(f"{name}.expand", block.expand, new, side, inner)
        for part in ("depthwise", "project"):
            conv: ConvNorm = getattr(block, part)
            new, new_side = self._convolution(f"{name}.{part}", conv, new, new_side, inner)
        if not block.residual:
            back += inner
            return new, new_side
        back.append(lambda then, gradient: then.add("Add", gradient, _all(inner, then, gradient)))
        return self.graph.add("Add", value, new), new_side

    def _convolution(
        self, name: str, module: ConvNorm, value: str, side: int, back: list[Backward]
    ) -> tuple[str, int]:
        """Convolution with its batch normalisation folded in, and ReLU6 unless it is linear."""
        graph, conv = self.graph, module.conv
        kernel, shift, slope = _folded(module)
        weights = graph.constant(f"{name}.weight", kernel)
        before, after = conv.padding_for(side, 0)
        new_side = -(-side // conv.stride[0])
        value = graph.add(
            "Conv", value, weights, graph.constant(f"{name}.bias", shift), strides=conv.stride,
            group=conv.groups, pads=(before, before, after, after),
        )  # fmt: skip
        back.append(self._transposed(name, kernel, conv, side))
        layer = f"{name}.conv"
        if layer in self.units:
            self._record(layer, value, slope, shift, new_side, back)
        if isinstance(module.activation, torch.nn.ReLU6):
            low = graph.constant("zero", np.float32(0))
            clipped = graph.add("Clip", value, low, graph.constant("six", np.float32(6)))
            passes = graph.add("Equal", value, clipped)
            back.append(
                lambda then, gradient: then.add("Mul", gradient, then.add("Cast", passes, to=1))
            )
            value = clipped
        return value, new_side

    def _transposed(self, name: str, kernel: np.ndarray, conv: SameConv2d, side: int) -> Backward:
        """The way back through a convolution, as what the runtime computes fastest."""
        graph, weights, size = self.graph, f"{name}.weight", conv.kernel_size[0]
        (before, after), stride = conv.padding_for(side, 0), conv.stride[0]
        if size == 1:
            return lambda then, gradient: then.add(
                "Conv", gradient, then.add("Transpose", weights, perm=(1, 0, 2, 3))
            )
        if stride == 1:
            # Channel by channel, the transposed convolution is one with the kernel turned round.
            turned = graph.constant(f"{name}.turned", kernel[..., ::-1, ::-1])
            pads = tuple(size - 1 - each for each in (before, before, after, after))
            return lambda then, gradient: then.add(
                "Conv", gradient, turned, pads=pads, group=conv.groups
            )
        # Rows that the stride leaves over have no part in any output, but get a gradient, of 0.
        extra = side - ((-(-side // stride) - 1) * stride + size - before - after)
        return lambda then, gradient: then.add(
            "ConvTranspose", gradient, weights, strides=conv.stride, group=conv.groups,
            pads=(before, before, after, after), output_padding=(extra, extra),
        )  # fmt: skip

    def _record(
        self, layer: str, value: str, slope: np.ndarray, shift: np.ndarray, side: int,
        back: list[Backward],
    ) -> None:  # fmt: skip
        """Answers of a layer's units before normalisation, and the way in for their gradient."""
        graph, number = self.graph, self.units[layer][1]
        steepness = graph.constant(f"{layer}.slope", slope.reshape(1, -1, 1, 1))
        offset = graph.constant(f"{layer}.offset", shift.reshape(1, -1, 1, 1))
        answers = graph.add("Div", graph.add("Sub", value, offset), steepness)
        flat_shape = graph.constant(f"{layer}.flat", np.array([1, number, side * side]))
        flat = graph.add("Reshape", answers, flat_shape)
        middle = np.array(side // 2 * (side + 1))
        graph.add("ReduceMax", flat, into=f"{layer}.peaks", axes=(2,), keepdims=0)
        graph.add("ArgMax", flat, into=f"{layer}.places", axis=2, keepdims=0)
        place = graph.constant(f"{layer}.middle", middle)
        graph.add("Gather", flat, place, into=f"{layer}.centres", axis=2)
        there = np.zeros((1, 1, side, side), np.float32)
        there[..., side // 2, side // 2] = 1
        mask = graph.constant(f"{layer}.there", there)
        column = graph.constant(f"{layer}.column", np.array([1, number, 1, 1]))
        weights = self.units[layer][0]

        def enter(then: Graph, gradient: str) -> str:
            seed = then.add("Div", then.add("Reshape", weights, column), steepness)
            return then.add("Add", gradient, then.add("Mul", seed, mask))

        back.append(enter)

    def _answers(self) -> None:
        """Join what the recorded layers answered."""
        for kind in ("peaks", "places", "centres"):
            names = [f"{layer}.{kind}" for layer in self.layers]
            self.graph.add("Concat", *names, into=kind, axis=1)

    def _conv_norm(self, layer: str) -> ConvNorm:
        module = self.classifier.layer(layer.removesuffix(".conv"))
        assert isinstance(module, ConvNorm)
        return module

    def _slice(self, value: str, layer: str, start: int, number: int) -> str:
        graph = self.graph
        limits = [graph.constant(f"{layer}.{name}", np.array([at])) for name, at in
                  (("start", start), ("end", start + number), ("axis", 1))]  # fmt: skip
        return graph.add("Slice", value, *limits)

    # --------------------------------------------------------------- backward

    def _backwards(self, back: list[Backward], weights: str, side: int) -> tuple[Graph, str]:
        """From the objective to the pixels: the graph, and the name of the gradient."""
        then = Graph("backwards")
        share = then.add("Mul", then.add("Softmax", "logits", axis=1), "normaliser")
        gradient = then.add("MatMul", then.add("Sub", "logit_weights", share), weights)
        width = self.net.classifier.in_features
        column = then.constant("head.column", np.array([1, width, 1, 1]))
        gradient = then.add("Reshape", gradient, column)
        even = then.constant("head.even", np.full((1, 1, side, side), side**-2, np.float32))
        return then, _all(back, then, then.add("Mul", gradient, even))


def _all(back: list[Backward], then: Graph, gradient: str) -> str:
    """The gradient after all steps, the last of the way forward first."""
    for step in reversed(back):
        gradient = step(then, gradient)
    return gradient


def _folded(module: ConvNorm) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weights and bias of a convolution with its normalisation, and the norm's slope."""
    norm = module.norm
    assert norm.running_mean is not None
    assert norm.running_var is not None
    slope = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    shift = norm.bias - norm.running_mean * slope
    return _array(module.conv.weight * slope.view(-1, 1, 1, 1)), _array(shift), _array(slope)


def _array(values: Tensor) -> np.ndarray:
    return values.detach().float().cpu().numpy()
