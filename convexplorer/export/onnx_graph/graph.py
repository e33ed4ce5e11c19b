"""The graph of an ONNX file: the nodes and constants of each step, and the file's bytes."""

from collections.abc import Sequence
from dataclasses import field

import numpy as np

from convexplorer import __version__
from convexplorer._dataclass import dataclass
from convexplorer._onnx_model import IR_VERSION, Attribute, Node, tensor, value
from convexplorer._protobuf import number, part, text
from convexplorer.core.geometry.borders import Amounts, border_sources

OPSET = 17
BATCH = "batch"  # the first axis, of any length


@dataclass(frozen=True, eq=False)
class Piece:
    """The nodes of one step.

    Attributes
    ----------
    name : of the step, and of its result.
    nodes : in order.
    constants : by name, float32 or int64.
    """

    name: str
    nodes: list[Node] = field(default_factory=list)
    constants: dict[str, np.ndarray] = field(default_factory=dict)

    def do(self, operator: str, *inputs: str, outputs: int = 1, **attributes: Attribute) -> str:
        """Add a node; return the name of its first result, `beside` makes those of the others."""
        first = f"{self.name}/{operator}_{len(self.nodes)}"
        names = (first, *(beside(first, i) for i in range(1, outputs)))
        self.nodes.append(Node(operator, inputs, names, attributes))
        return first

    def constant(self, name: str, values: np.ndarray) -> str:
        """Add weights; return their name: "conv.kernel"."""
        full = f"{self.name}.{name}"
        self.constants[full] = np.ascontiguousarray(values, np.int64 if values.dtype.kind in "iu" else np.float32)
        return full

    def numbers(self, *values: int) -> str:
        """Add a row of whole numbers; return its name."""
        return self.constant(f"numbers_{len(self.constants)}", np.array(values, np.int64))

    def scalar(self, value: float) -> str:
        """Add one real number; return its name."""
        return self.constant(f"number_{len(self.constants)}", np.array(value, np.float32))

    def padded(self, x: str, spatial: Sequence[int], amounts: Amounts, border: str, value: float = 0.0) -> str:
        """Return `x` with cells around it; `x` itself if there are none to add."""
        if not any(map(any, amounts)):
            return x
        if border in ("symmetric", "wrap"):  # ONNX names neither before opset 19: the cells that are repeated
            for axis, (n, pair) in enumerate(zip(spatial, amounts, strict=True)):
                if any(pair):
                    x = self.do("Gather", x, self.numbers(*border_sources(n, *pair, border).tolist()), axis=axis + 2)
            return x
        mode = {"zeros": "constant"}.get(border, border)
        sides = self.numbers(0, 0, *(before for before, _ in amounts), 0, 0, *(after for _, after in amounts))
        return self.do("Pad", x, sides, *([self.scalar(value)] if mode == "constant" else []), mode=mode)

    def finish(self, result: str) -> None:
        """Give the result the name of the step."""
        if not self.nodes or result not in self.nodes[-1].outputs[:1]:
            result = self.do("Identity", result)
        last = self.nodes.pop()
        self.nodes.append(Node(last.operator, last.inputs, (self.name, *last.outputs[1:]), last.attributes))


def beside(first: str, index: int) -> str:
    """Return the name of a node's further result."""
    return f"{first}.{index}"


def model(
    pieces: Sequence[Piece],
    image: tuple[str, Sequence[int]],
    outputs: Sequence[tuple[str, Sequence[int]]],
    metadata: dict[str, str],
) -> bytes:
    """Return the file's bytes.

    Parameters
    ----------
    image, outputs : names with shapes, without the axis of the batch.
    metadata : texts by name, kept in the file.
    """
    nodes = [part(1, node.encoded()) for piece in pieces for node in piece.nodes]
    constants = [part(5, tensor(name, values)) for piece in pieces for name, values in piece.constants.items()]
    ends = [(11, *image), *((12, *one) for one in outputs)]
    values = [part(place, value(name, (BATCH, *shape))) for place, name, shape in ends]
    graph = b"".join([*nodes, text(2, "network"), *constants, *values])
    entries = b"".join(part(14, text(1, name) + text(2, told)) for name, told in metadata.items())
    head = number(1, IR_VERSION) + text(2, "ConvExplorer") + text(3, __version__)
    return head + part(7, graph) + part(8, text(1, "") + number(2, OPSET)) + entries
