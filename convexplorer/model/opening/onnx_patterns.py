"""Activations that an exporter has taken apart: several nodes that are one function of a tensor, put together again."""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np

from convexplorer.formats.onnx.graph import Node
from convexplorer.model.opening.onnx_activations import activation_of, clip_limits

# A pattern is the tensor itself, a constant, or an operator with patterns as inputs; sums and products commute.
X = "x"
Pattern = Any

_CLIP_6 = ("Clip", ("Add", X, 3.0))
_HARD_SIGMOID = (("Div", _CLIP_6, 6.0), ("Mul", _CLIP_6, 1 / 6))
_ERROR = tuple(("Add", ("Erf", inner), 1.0) for inner in (("Div", X, math.sqrt(2)), ("Mul", X, math.sqrt(0.5))))
_CUBES = (("Pow", X, 3.0), ("Mul", X, ("Mul", X, X)))
_SLOPE = math.sqrt(2 / math.pi)
_BENT = tuple(("Add", ("Tanh", ("Mul", ("Add", X, ("Mul", cube, 0.044715)), _SLOPE)), 1.0) for cube in _CUBES)


def _halved(factor: Pattern) -> tuple[Pattern, ...]:
    """Return the ways to write x · factor / 2."""
    return (
        ("Mul", ("Mul", X, factor), 0.5),
        ("Mul", ("Mul", X, 0.5), factor),
        ("Mul", X, ("Mul", factor, 0.5)),
        ("Div", ("Mul", X, factor), 2.0),
    )


# Larger ones first: a hard swish holds a hard sigmoid.
_PATTERNS: tuple[tuple[str, dict[str, Any], tuple[Pattern, ...]], ...] = (
    (
        "HardSwish",
        {},
        (
            ("Div", ("Mul", X, _CLIP_6), 6.0),
            ("Mul", ("Mul", X, _CLIP_6), 1 / 6),
            ("Mul", ("Mul", X, 1 / 6), _CLIP_6),
            *(("Mul", X, one) for one in (*_HARD_SIGMOID, ("HardSigmoid", X))),
        ),
    ),
    ("Gelu", {"approximate": "none"}, tuple(way for error in _ERROR for way in _halved(error))),
    ("Gelu", {"approximate": "tanh"}, tuple(way for bent in _BENT for way in _halved(bent))),
    ("Mish", {}, (("Mul", X, ("Tanh", ("Softplus", X))),)),
    ("Swish", {}, (("Mul", X, ("Sigmoid", X)),)),
    ("Softsign", {}, (("Div", X, ("Add", ("Abs", X), 1.0)),)),
    ("HardSigmoid", {"alpha": 1 / 6, "beta": 0.5}, _HARD_SIGMOID),
)
_ROOTS = {pattern[0] for _, _, patterns in _PATTERNS for pattern in patterns}
_COMMUTING = ("Add", "Mul")


def recognised(nodes: Sequence[Node], known: Mapping[str, Any], wanted: Collection[str]) -> list[Node]:
    """Return nodes, with those that are one activation together replaced by it.

    Parameters
    ----------
    known : constants by name.
    wanted : tensors that are outputs of the network, and stay.
    """
    search = _Search(nodes, known, wanted)
    for i in reversed(range(len(nodes))):
        if nodes[i].operator in _ROOTS and i not in search.taken:
            search.replace(i)
    return [search.replaced.get(i, node) for i, node in enumerate(nodes) if i not in search.taken]


class _Search:
    """The nodes of one graph, and what was found among them."""

    def __init__(self, nodes: Sequence[Node], known: Mapping[str, Any], wanted: Collection[str]) -> None:
        self.nodes = nodes
        self.known = known
        self.wanted = frozenset(wanted)
        self.writers = {name: i for i, node in enumerate(nodes) for name in node.outputs}
        self.readers: dict[str, set[int]] = {}
        for i, node in enumerate(nodes):
            for name in node.inputs:
                self.readers.setdefault(name, set()).add(i)
        self.taken: set[int] = set()
        self.replaced: dict[int, Node] = {}

    def replace(self, root: int) -> None:
        """Put an activation in place of a node and those it reads, if they are one."""
        node = self.nodes[root]
        for operator, attributes, patterns in _PATTERNS:
            for pattern in patterns:
                for tensor in self._candidates(root, pattern):
                    used = self._match(pattern, root, tensor)
                    if used is not None and self._is_closed(used, root):
                        self.taken |= used - {root}
                        self.replaced[root] = Node(
                            operator, (tensor,), node.outputs, attributes, node.name, "", node.metadata
                        )
                        return

    def _candidates(self, root: int, pattern: Pattern) -> list[str]:
        """Return the tensors that may be x: all that is read within the depth of a pattern."""
        found: dict[str, None] = {}
        ends = [root]
        for _ in range(_depth(pattern)):
            names = [name for i in ends for name in self.nodes[i].inputs if name and name not in self.known]
            found |= dict.fromkeys(names)
            ends = [self.writers[name] for name in names if name in self.writers][:16]
        return list(found)

    def _match(self, pattern: Pattern, index: int, x: str) -> set[int] | None:
        """Return the nodes that a pattern is made of, from one on; None if they differ from it."""
        node = self.nodes[index]
        operator, *parts = pattern
        if node.operator != operator or node.domain or index in self.taken or not self._has_right_numbers(node):
            return None
        inputs = list(node.inputs[: len(parts)])
        if len(inputs) < len(parts):
            return None
        orders = [inputs, inputs[::-1]] if operator in _COMMUTING else [inputs]
        for order in orders:
            used = {index}
            for part, name in zip(parts, order, strict=True):
                found = self._match_input(part, name, x)
                if found is None:
                    break
                used |= found
            else:
                return used
        return None

    def _match_input(self, part: Pattern, name: str, x: str) -> set[int] | None:
        if part == X:
            return set() if name == x else None
        if isinstance(part, float):
            value = self.known.get(name)
            if not isinstance(value, np.ndarray) or value.size != 1:
                return None
            return set() if math.isclose(float(value.reshape(-1)[0]), part, rel_tol=1e-4) else None
        return self._match(part, self.writers[name], x) if name in self.writers and name != x else None

    def _has_right_numbers(self, node: Node) -> bool:
        check = _NUMBERS.get(node.operator)
        return check is None or check(node, self.known)

    def _is_closed(self, used: set[int], root: int) -> bool:
        """Whether nothing else reads what is computed inside."""
        inner = {name for i in used - {root} for name in self.nodes[i].outputs}
        return not inner & self.wanted and all(self.readers.get(name, set()) <= used for name in inner)


def _depth(pattern: Pattern) -> int:
    return 1 + max(map(_depth, pattern[1:])) if isinstance(pattern, tuple) else 0


_NUMBERS: dict[str, Callable[[Node, Mapping[str, Any]], bool]] = {
    "Clip": lambda node, known: clip_limits(node, known) == (0.0, 6.0),
    "HardSigmoid": lambda node, known: activation_of(node, known) is not None,
}
