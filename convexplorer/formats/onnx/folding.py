"""What follows from constants alone: arithmetic on shapes, weights that are transposed or put together in the graph."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.onnx.graph import Node
from convexplorer.formats.onnx.order import described
from convexplorer.formats.onnx.tensors import DTYPES

# Numbers that the graph of one file may make of its constants: a gigabyte of float32.
MAX_NUMBERS = 1 << 28

Array = np.ndarray
Arrays = Sequence[Array | None]


class FoldingError(NetworkFileError):
    """The constants of a node do not fit each other; nothing else is wrong with the file."""


class Folding:
    """The constants of one graph, and how many numbers were made of them."""

    def __init__(self, opset: int) -> None:
        self.opset = opset
        self._made = 0

    def fold(self, node: Node, inputs: Arrays) -> tuple[Array, ...] | None:
        """Return the outputs of a node whose inputs are all constants; None for an operator that is not folded.

        Raises
        ------
        FoldingError : the constants do not fit each other, or the result would take too much memory.
        """
        function = None if node.domain else _FUNCTIONS.get(node.operator)
        if function is None:
            return None
        try:
            count = _size_beforehand(node, inputs)
            self._made += count
            if self._made > MAX_NUMBERS:
                raise NetworkFileError(
                    f"{described(node)} would make {self._made} numbers; at most {MAX_NUMBERS} are made"
                )
            with np.errstate(all="ignore"):
                made = function(_Call(node, tuple(inputs), self.opset))
        except (ValueError, IndexError, TypeError, KeyError, AttributeError, ArithmeticError, MemoryError) as error:
            if isinstance(error, FoldingError):
                raise
            raise FoldingError(f"the constants of {described(node)} do not fit each other") from error
        found = tuple(np.asarray(one) for one in (made if isinstance(made, tuple) else (made,)))
        for array in found:
            array.setflags(write=False)
        return found


def fold_constants(nodes: Sequence[Node], constants: Mapping[str, Array], folding: Folding) -> dict[str, Array]:
    """Return the constants, and all tensors that follow from them alone; nodes stand behind those that they read."""
    known = dict(constants)
    for node in nodes:
        if all(name in known or not name for name in node.inputs):
            try:
                made = folding.fold(node, [known.get(name) for name in node.inputs])
            except FoldingError:  # told where the node is made into a layer
                continue
            known |= {name: array for name, array in zip(node.outputs, made or (), strict=False) if name}
    return known


class _Call:
    """One node with its inputs."""

    def __init__(self, node: Node, inputs: tuple[Array | None, ...], opset: int) -> None:
        self.node = node
        self.inputs = inputs
        self.opset = opset

    def array(self, index: int = 0) -> Array:
        """Return an input that must be there."""
        found = self.inputs[index]
        if found is None:
            raise ValueError("an input is missing")
        return found

    def arrays(self) -> list[Array]:
        """Return all inputs."""
        return [self.array(i) for i in range(len(self.inputs))]

    def given(self, index: int) -> Array | None:
        """Return an input that may be missing."""
        return self.inputs[index] if index < len(self.inputs) else None

    def attribute(self, name: str, default: Any = None) -> Any:
        """Return an attribute."""
        return self.node.attributes.get(name, default)

    def numbers(self, index: int, name: str) -> tuple[int, ...] | None:
        """Return whole numbers that older versions have as an attribute and newer ones as an input; None without."""
        given = self.given(index)
        found = self.attribute(name) if given is None else given.reshape(-1).tolist()
        return None if found is None else tuple(int(one) for one in found)


def _size_beforehand(node: Node, inputs: Arrays) -> int:
    """Return how many numbers a node makes, for those that make more than they are given; else their sum."""
    arrays = [array for array in inputs if array is not None]
    given = sum(array.size for array in arrays)
    if node.operator == "ConstantOfShape":
        return math.prod(map(int, arrays[0]))  # one number seen in every place, but who reads it may copy it
    if node.operator == "Expand":
        return math.prod(np.broadcast_shapes(arrays[0].shape, tuple(map(int, arrays[1]))))
    if node.operator == "Tile":
        return arrays[0].size * math.prod(map(int, arrays[1]))
    if node.operator == "Range":
        start, stop, step = (float(one.reshape(-1)[0]) for one in arrays)
        return max(math.ceil((stop - start) / step), 0)
    if node.operator in _ELEMENTWISE or node.operator == "Where":
        return math.prod(np.broadcast_shapes(*(array.shape for array in arrays)))
    if node.operator == "Gather":
        return arrays[0].size * max(arrays[1].size, 1)
    if node.operator == "MatMul":
        return arrays[0].size * arrays[1].shape[-1] if arrays[1].ndim else 0
    return given


def _constant(call: _Call) -> Array:
    attributes = call.node.attributes
    for name in ("value", "value_float", "value_int", "value_floats", "value_ints"):
        if attributes.get(name) is not None:
            value, whole = attributes[name], name.startswith("value_int")
            array: Array = np.asarray(value, None if name == "value" else np.int64 if whole else np.float32)
            return array
    raise ValueError("a constant without numbers")


def _constant_of_shape(call: _Call) -> Array:
    """Return one number seen in all places: networks for tests have weights of hundreds of megabytes of it."""
    value = call.attribute("value", np.zeros(1, np.float32))
    seen: Array = np.broadcast_to(value.reshape(-1)[:1], math.prod(map(int, call.array())))
    return seen.reshape(tuple(map(int, call.array())))


def _cast(call: _Call) -> Array:
    number = call.attribute("to")
    if isinstance(number, str):  # before opset 6
        number = {"FLOAT": 1, "INT32": 6, "INT64": 7, "DOUBLE": 11, "BOOL": 9}[number]
    if number == 9:
        return np.asarray(call.array() != 0)
    return call.array().astype(np.float32 if number == 16 else DTYPES[number])


def _slice(call: _Call) -> Array:
    x = call.array()
    starts, ends = call.numbers(1, "starts"), call.numbers(2, "ends")
    assert starts is not None and ends is not None  # noqa: PT018
    axes = call.numbers(3, "axes") or tuple(range(len(starts)))
    steps = call.numbers(4, "steps") or (1,) * len(starts)
    return x[slices(x.shape, starts, ends, axes, steps)]


def slices(
    shape: Sequence[int], starts: Sequence[int], ends: Sequence[int], axes: Sequence[int], steps: Sequence[int]
) -> tuple[slice, ...]:
    """Return ONNX's starts, ends and steps as slices of all axes; ends reach beyond an axis to mean all of it."""
    found = [slice(None)] * len(shape)
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        size = shape[axis]
        first = min(max(start + size if start < 0 else start, 0), size - 1 if step < 0 else size)
        last = end + size if end < 0 else end
        last = min(max(last, -1), size) if step < 0 else min(max(last, 0), size)
        found[axis] = slice(first, None if last < 0 else last, step)
    return tuple(found)


def _squeeze(call: _Call) -> Array:
    return np.squeeze(call.array(), call.numbers(1, "axes"))


def _unsqueeze(call: _Call) -> Array:
    return np.expand_dims(call.array(), call.numbers(1, "axes") or ())


def _reshape(call: _Call) -> Array:
    x, shape = call.array(), call.numbers(1, "shape")
    assert shape is not None
    return x.reshape(wanted_shape(x.shape, shape, bool(call.attribute("allowzero", 0))))


def wanted_shape(shape: Sequence[int], wanted: Sequence[int], allows_zero: bool = False) -> tuple[int, ...]:
    """Return the shape that Reshape gives: 0 keeps an axis, −1 takes what is left; ValueError if it does not fit."""
    found = [shape[i] if size == 0 and not allows_zero else size for i, size in enumerate(wanted)]
    known = math.prod(size for size in found if size != -1)
    if found.count(-1) > 1 or min(found, default=0) < -1 or (-1 in found and not known):
        raise ValueError(f"{tuple(wanted)} is no shape")
    return tuple(math.prod(shape) // known if size == -1 else size for size in found)


def _flatten(call: _Call) -> Array:
    x, axis = call.array(), call.attribute("axis", 1)
    return x.reshape(math.prod(x.shape[: axis % (x.ndim + 1) if axis < 0 else axis]), -1)


def _split(call: _Call) -> tuple[Array, ...]:
    x, axis = call.array(), call.attribute("axis", 0)
    sizes = split_sizes(x.shape[axis], call.numbers(1, "split"), len(call.node.outputs))
    return tuple(np.split(x, np.cumsum(sizes)[:-1], axis))


def split_sizes(size: int, told: Sequence[int] | None, count: int) -> tuple[int, ...]:
    """Return the sizes of the parts of an axis; without any told, equal ones, of which the last may be smaller."""
    if told:
        if sum(told) != size or min(told) < 0:
            raise ValueError(f"{size} cannot be split into {tuple(told)}")
        return tuple(told)
    each = -(-size // max(count, 1))
    return tuple(max(min(each, size - each * i), 0) for i in range(count))


def _reduced(function: Callable[..., Any]) -> Callable[[_Call], Array]:
    def apply(call: _Call) -> Array:
        axes = call.numbers(1, "axes")
        if not axes and call.attribute("noop_with_empty_axes", 0):
            return call.array().view()
        return np.asarray(
            function(call.array(), axis=axes or None, keepdims=bool(call.attribute("keepdims", 1)))
        ).astype(call.array().dtype)

    return apply


def _elementwise(function: Callable[..., Any]) -> Callable[[_Call], Array]:
    return lambda call: np.asarray(function(*call.arrays()))


def _divided(x: Array, y: Array) -> Array:
    if x.dtype.kind in "iu":
        return np.trunc(x / y).astype(x.dtype) if (y != 0).all() else x * 0
    return np.asarray(x / y)


def _many(function: np.ufunc) -> Callable[..., Array]:
    def apply(*xs: Array) -> Array:
        y = xs[0].copy()
        for x in xs[1:]:
            y = function(y, x)
        return y

    return apply


def _clip(call: _Call) -> Array:
    low, high = call.given(1), call.given(2)
    limits = [call.attribute("min") if low is None else low, call.attribute("max") if high is None else high]
    return call.array() if limits == [None, None] else np.clip(call.array(), *limits).astype(call.array().dtype)


_ELEMENTWISE: dict[str, Callable[..., Any]] = {
    "Abs": np.abs,
    "Add": np.add,
    "And": np.logical_and,
    "Ceil": np.ceil,
    "Div": _divided,
    "Equal": np.equal,
    "Exp": np.exp,
    "Floor": np.floor,
    "Greater": np.greater,
    "GreaterOrEqual": np.greater_equal,
    "Less": np.less,
    "LessOrEqual": np.less_equal,
    "Log": np.log,
    "Max": _many(np.maximum),
    "Min": _many(np.minimum),
    "Mod": np.mod,
    "Mul": np.multiply,
    "Neg": np.negative,
    "Not": np.logical_not,
    "Or": np.logical_or,
    "Pow": lambda x, y: np.power(x, y).astype(x.dtype),
    "Reciprocal": lambda x: (1 / x).astype(x.dtype),
    "Round": np.round,
    "Sign": np.sign,
    "Sqrt": np.sqrt,
    "Sub": np.subtract,
    "Sum": _many(np.add),
}

_FUNCTIONS: dict[str, Callable[[_Call], Array | tuple[Array, ...]]] = {
    **{name: _elementwise(function) for name, function in _ELEMENTWISE.items()},
    "Cast": _cast,
    "Clip": _clip,
    "Concat": lambda call: np.concatenate(call.arrays(), call.attribute("axis", 1)),
    "Constant": _constant,
    "ConstantOfShape": _constant_of_shape,
    "Dropout": lambda call: call.array().view(),
    "Expand": lambda call: call.array() * np.ones(tuple(map(int, call.array(1))), call.array().dtype),
    "Flatten": _flatten,
    "Gather": lambda call: np.take(call.array(), call.array(1).astype(np.int64), call.attribute("axis", 0)),
    "Identity": lambda call: call.array().view(),
    "MatMul": lambda call: call.array() @ call.array(1),
    "Range": lambda call: np.arange(*(one.reshape(-1)[0] for one in call.arrays())).astype(call.array().dtype),
    "ReduceMax": _reduced(np.max),
    "ReduceMean": _reduced(np.mean),
    "ReduceMin": _reduced(np.min),
    "ReduceProd": _reduced(np.prod),
    "ReduceSum": _reduced(np.sum),
    "Reshape": _reshape,
    "Shape": lambda call: np.array(call.array().shape[call.attribute("start", 0) : call.attribute("end")], np.int64),
    "Size": lambda call: np.array(call.array().size, np.int64),
    "Slice": _slice,
    "Split": _split,
    "Squeeze": _squeeze,
    "Tile": lambda call: np.tile(call.array(), tuple(map(int, call.array(1)))),
    "Transpose": lambda call: call.array().transpose(call.attribute("perm")),
    "Unsqueeze": _unsqueeze,
    "Where": lambda call: np.where(*call.arrays()),
}
