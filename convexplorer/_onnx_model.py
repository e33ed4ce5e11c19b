"""Nodes, constants and values of an ONNX graph as bytes, written without a package.

Field numbers are those of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
"""

from collections.abc import Sequence

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer._protobuf import number, part, single, text

IR_VERSION = 8
FLOAT, INT64 = 1, 7  # types of numbers
_TENSOR_TYPES = {"float32": FLOAT, "int64": INT64}
_ONE_FLOAT, _ONE_INT, _STRING, _FLOATS, _INTS = 1, 2, 3, 6, 7  # kinds of attributes

Attribute = int | float | str | Sequence[int] | Sequence[float]


@dataclass(frozen=True)
class Node:
    """One operator.

    Attributes
    ----------
    inputs : names of values; "" for an optional one that is left out.
    """

    operator: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: dict[str, Attribute]

    def encoded(self) -> bytes:
        """Return the node's message."""
        names = b"".join(text(1, one) for one in self.inputs) + b"".join(text(2, one) for one in self.outputs)
        attributes = b"".join(part(5, _attribute(name, value)) for name, value in self.attributes.items())
        return names + text(3, self.outputs[0]) + text(4, self.operator) + attributes


def _attribute(name: str, value: Attribute) -> bytes:
    head = text(1, name)
    if isinstance(value, str):
        return head + text(4, value) + number(20, _STRING)
    if isinstance(value, float):
        return head + single(2, value) + number(20, _ONE_FLOAT)
    if isinstance(value, int):
        return head + number(3, value) + number(20, _ONE_INT)
    if any(isinstance(one, float) for one in value):
        return head + b"".join(single(7, one) for one in value) + number(20, _FLOATS)
    return head + b"".join(number(8, int(one)) for one in value) + number(20, _INTS)


def tensor(name: str, values: np.ndarray) -> bytes:
    """Return the message of a constant."""
    dims = b"".join(number(1, n) for n in values.shape)
    content = values.astype(values.dtype.newbyteorder("<"), copy=False).tobytes()
    return dims + number(2, _TENSOR_TYPES[values.dtype.name]) + text(8, name) + part(9, content)


def value(name: str, shape: Sequence[int | str]) -> bytes:
    """Return the message of an input or output of float32; a text in its shape names an axis of any length."""
    dims = b"".join(part(1, text(2, n) if isinstance(n, str) else number(1, n)) for n in shape)
    return text(1, name) + part(2, part(1, number(1, _TENSOR_TYPES["float32"]) + part(2, dims)))
