"""Graphs in the file format of ONNX, written without its package: nodes, constants, bytes.

ONNX files are protocol buffers: fields of a number, a kind and a content. The numbers below are
those of ``onnx.proto`` (https://onnx.ai/onnx/repo-docs/IR.html), version 8 of the format.
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Union

import numpy as np

from site_lib.common.errors import CourseError

IR_VERSION, OPSET = 8, 17
PRODUCER = "inside-a-trained-network"
# Numbers of element types and of kinds of attributes in onnx.proto.
ELEMENTS = {np.dtype(np.float32): 1, np.dtype(np.int64): 7, np.dtype(np.bool_): 9,
            np.dtype(np.float16): 10}  # fmt: skip
FLOAT, INT, GRAPH, INTS = 1, 2, 5, 7
# Smaller constants stay as they are when weights are halved: biases, limits, shapes.
SMALLEST_HALVED = 1024

Attribute = Union[float, int, Sequence[int], "Graph"]


@dataclass
class Graph:
    """Nodes in the order in which they are computed; every value has a name.

    inputs, outputs: name → element type and shape.   constants: name → values.
    """

    name: str
    inputs: dict[str, tuple[np.dtype, Sequence[int]]] = field(default_factory=dict)
    outputs: dict[str, tuple[np.dtype, Sequence[int]]] = field(default_factory=dict)
    constants: dict[str, np.ndarray] = field(default_factory=dict)
    nodes: list[bytes] = field(default_factory=list)

    def constant(self, name: str, values: np.ndarray | np.generic) -> str:
        """Keep values under a name, which it returns; CourseError if it stands for others."""
        values = np.asarray(values)
        if name in self.constants and not np.array_equal(self.constants[name], values):
            raise CourseError(f"the graph has another constant {name!r} already")
        self.constants[name] = values
        return name

    def add(self, operator: str, *inputs: str, into: str = "", **attributes: Attribute) -> str:
        """Append a node with one output; returns the output's name.

        into: that name; empty for one made from the operator and its place in the graph.
        """
        output = into or f"{self.name}.{operator}.{len(self.nodes)}"
        parts = [*(_text(1, name) for name in inputs), _text(2, output), _text(4, operator)]
        parts += [_part(5, _attribute(*item)) for item in attributes.items()]
        self.nodes.append(b"".join(parts))
        return output


def model(graph: Graph, *, half: bool = False) -> bytes:
    """The file of a graph.

    half: keep large constants in half precision, at half the size; arithmetic stays in single.
    """
    opset = _text(1, "") + _number(2, OPSET)
    return b"".join([
        _number(1, IR_VERSION), _text(2, PRODUCER), _part(7, _graph(graph, half=half)),
        _part(8, opset),
    ])  # fmt: skip


def _graph(graph: Graph, *, half: bool = False) -> bytes:
    # In order, and no set: the same graph gives the same bytes in every process.
    halved = [name for name, values in graph.constants.items() if half and _is_large(values)]
    casts = Graph("half")
    for name in halved:
        casts.add("Cast", f"{name}.half", into=name, to=ELEMENTS[np.dtype(np.float32)])
    constants = [
        _tensor(f"{name}.half", values.astype(np.float16))
        if name in halved
        else _tensor(name, values)
        for name, values in graph.constants.items()
    ]
    return b"".join([
        *(_part(1, node) for node in (*casts.nodes, *graph.nodes)), _text(2, graph.name),
        *(_part(5, tensor) for tensor in constants),
        *(_part(11, _value(name, *kind)) for name, kind in graph.inputs.items()),
        *(_part(12, _value(name, *kind)) for name, kind in graph.outputs.items()),
    ])  # fmt: skip


def _is_large(values: np.ndarray) -> bool:
    return values.dtype == np.float32 and values.size >= SMALLEST_HALVED


def _attribute(name: str, value: Attribute) -> bytes:
    head = _text(1, name)
    if isinstance(value, Graph):
        return head + _part(6, _graph(value)) + _number(20, GRAPH)
    if isinstance(value, float):
        return head + _varint(2 << 3 | 5) + struct.pack("<f", value) + _number(20, FLOAT)
    if isinstance(value, int):
        return head + _number(3, value) + _number(20, INT)
    return head + b"".join(_number(8, each) for each in value) + _number(20, INTS)


def _tensor(name: str, values: np.ndarray) -> bytes:
    little = np.ascontiguousarray(values, values.dtype.newbyteorder("<"))
    element = ELEMENTS[little.dtype.newbyteorder("=")]
    return b"".join([
        *(_number(1, side) for side in values.shape), _number(2, element),
        _text(8, name), _part(9, little.tobytes()),
    ])  # fmt: skip


def _value(name: str, element: np.dtype, shape: Iterable[int]) -> bytes:
    sides = b"".join(_part(1, _number(1, side)) for side in shape)
    tensor = _number(1, ELEMENTS[np.dtype(element)]) + _part(2, sides)
    return _text(1, name) + _part(2, _part(1, tensor))


# ---------------------------------------------------------------- protocol buffers


def _varint(number: int) -> bytes:
    """A whole number in groups of seven bits, the lowest first; negative ones as 64 bits."""
    number &= 2**64 - 1
    groups = []
    while number > 127:
        groups.append(number & 127 | 128)
        number >>= 7
    return bytes([*groups, number])


def _number(field_number: int, value: int) -> bytes:
    return _varint(field_number << 3) + _varint(value)


def _part(field_number: int, content: bytes) -> bytes:
    return _varint(field_number << 3 | 2) + _varint(len(content)) + content


def _text(field_number: int, text: str) -> bytes:
    return _part(field_number, text.encode())
