"""An operator of ONNX that only ONNX Runtime computes here, one node in a session of its own."""

import functools
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from convexplorer import _onnxruntime
from convexplorer._dataclass import dataclass
from convexplorer._onnx_model import FLOAT, IR_VERSION, Node, tensor, value
from convexplorer._protobuf import number, part, text
from convexplorer.core.geometry.field import Field
from convexplorer.core.layers.fields import check_output, set_fields
from convexplorer.core.layers.layer import Shape
from convexplorer.core.layers.plain import PlainLayer
from convexplorer.core.layers.tracing.part import Part

_UNARY = (
    *("Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "Ceil", "Cos", "Cosh", "Erf", "Floor", "IsNaN", "Round"),
    *("Sign", "Sin", "Sinh", "Tan"),
)
_BINARY = (
    "Add",
    "Div",
    "Greater",
    "GreaterOrEqual",
    "Less",
    "LessOrEqual",
    "MatMul",
    "Max",
    "Min",
    "Mul",
    "Pow",
    "Sub",
)
_REDUCING = (
    *("ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd"),
    *("ReduceSum", "ReduceSumSquare"),
)
_RESIZING = {
    "mode": str,
    "coordinate_transformation_mode": str,
    "nearest_mode": str,
    "cubic_coeff_a": float,
    "exclude_outside": int,
}
_NONE: Mapping[str, type] = {}
#: Operators that are run, functions of their inputs alone: what each reads, "x" for layers, "i" and "f" for constants
#: of whole and of real numbers, "-" for nothing; and its attributes. ONNX Runtime does not check what it is given: an
#: input that is left out where one belongs ends the program.
OPERATORS: Mapping[str, tuple[tuple[str, ...], Mapping[str, type]]] = {
    **dict.fromkeys(_UNARY, (("x",), _NONE)),
    **dict.fromkeys(_BINARY, (("xx", "xf", "fx"), _NONE)),
    **dict.fromkeys(_REDUCING, (("x", "xi"), {"axes": list, "keepdims": int})),
    **dict.fromkeys(("ArgMax", "ArgMin"), (("x",), {"axis": int, "keepdims": int})),
    **dict.fromkeys(("Hardmax", "Softmax"), (("x",), {"axis": int})),
    "CumSum": (("xi",), {"exclusive": int, "reverse": int}),
    "LpNormalization": (("x",), {"axis": int, "p": int}),
    "MeanVarianceNormalization": (("x",), {"axes": list}),
    "Resize": (("x-f", "xff"), _RESIZING),
    "Tile": (("xi",), _NONE),
}
LEAST_OPSET = 11  # before, operators of these names had other attributes
_MOST = 1 << 16  # of whole numbers: axes, and how often something is repeated
_WORDS = frozenset(
    {"nearest", "linear", "cubic", "half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"}
    | {"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"}
)
MAX_OPSET = 25
_KEPT_SESSIONS = 256
_NUMBERS = {"float": np.float32, "int": np.int64}


@dataclass(frozen=True, eq=False, init=False)
class OnnxOperator(PlainLayer):
    """One node of an ONNX graph; of its values nothing but the numbers is known.

    Attributes
    ----------
    operator, opset : of ONNX itself, with the version of its operators.
    node : JSON with "inputs", for each the number of an input of the layer, null for one that is left out, or
        {"float" or "int": numbers, "shape": sizes} for a constant; and "attributes" by name.
    """

    input_count: ClassVar[int | None] = 0
    sees_all = True
    is_opaque = True
    operator: str
    opset: int
    node: str

    def __init__(self, operator: str, opset: int, node: str) -> None:
        if operator not in OPERATORS:
            raise ValueError(f"{operator or 'an operator without a name'} is not run by ONNX Runtime here")
        if not LEAST_OPSET <= opset <= MAX_OPSET:
            raise ValueError(f"opset must lie in {LEAST_OPSET}…{MAX_OPSET}; got {opset}")
        _check(operator, *_parsed(node))
        set_fields(self, operator=operator, opset=opset, node=node)

    def __call__(self, *xs: np.ndarray) -> np.ndarray:
        """Return the values that ONNX Runtime gives."""
        session, _ = self._session(*(x.shape for x in xs))
        given = {f"x{i}": np.ascontiguousarray(x, np.float32)[np.newaxis] for i, x in enumerate(xs)}
        try:
            (found,) = session.run(None, {one.name: given[one.name] for one in session.get_inputs()})
        except Exception as error:
            raise ValueError(_sentence(self.operator, error)) from None
        y: np.ndarray = found[0].astype(xs[0].dtype, copy=False)
        return y

    def output_shape(self, *input_shapes: Shape) -> Shape:
        """Return the shape that ONNX Runtime infers; raise ValueError if it infers none, or is not installed."""
        return self._session(*input_shapes)[1]

    def multiply_adds(self, *input_shapes: Shape) -> int:
        """Return 0: nothing is known of them."""
        return 0

    def magnitudes(self, *xs: np.ndarray) -> tuple[float, ...] | None:
        """Return None: nothing is known of sums."""
        return None

    def input_gradients(
        self, gradient: np.ndarray, *xs: np.ndarray, linear: np.ndarray | None = None
    ) -> tuple[np.ndarray, ...]:
        """Raise ValueError: the gradient is not known."""
        raise ValueError(f"nothing is known of the gradient of {self.operator}, which ONNX Runtime computes")

    def back(self, part: Part, *xs: np.ndarray, linear: np.ndarray | None = None) -> tuple[Part, ...]:
        """Raise ValueError: the gradient is not known."""
        raise ValueError(f"nothing is known of the gradient of {self.operator}, which ONNX Runtime computes")

    def field(self, below: Field, spatial: Shape | None) -> Field:
        """Return what all inputs see together."""
        return below.of_all(spatial)

    def _session(self, *input_shapes: Shape) -> tuple[Any, Shape]:
        return _session_of(self.operator, self.opset, self.node, tuple(map(tuple, input_shapes)))


@functools.lru_cache(maxsize=_KEPT_SESSIONS)
def _session_of(operator: str, opset: int, node: str, shapes: tuple[Shape, ...]) -> tuple[Any, Shape]:
    """Return a session for inputs of these shapes, and the shape of what it gives, before anything is computed."""
    if not _onnxruntime.load():
        raise ValueError(f'{operator} needs ONNX Runtime; pip install "convexplorer[onnxruntime]"')
    try:
        session = _onnxruntime.session(_model(operator, opset, node, shapes), threads=1)
    except Exception as error:  # of the library, which has its own classes
        raise ValueError(_sentence(operator, error)) from None
    sizes = session.get_outputs()[0].shape
    if not all(isinstance(size, int) for size in sizes):
        raise ValueError(f"{operator} gives as many values as its numbers say, which is not known before")
    if len(sizes) < 2 or sizes[0] != 1:
        raise ValueError(f"{operator} gives {tuple(sizes)} values, which are not those of one picture")
    shape = tuple(sizes[1:])
    check_output(shape)
    return session, shape


def _model(operator: str, opset: int, node: str, shapes: Sequence[Shape]) -> bytes:
    arguments, attributes = _parsed(node)
    names, constants = [], b""
    for index, one in enumerate(arguments):
        if isinstance(one, np.ndarray):
            constants += part(5, tensor(f"c{index}", one))
        names.append(f"c{index}" if isinstance(one, np.ndarray) else "" if one is None else f"x{one}")
    read = sorted({one for one in arguments if isinstance(one, int)})
    if not read or read[-1] >= len(shapes):
        raise ValueError(f"{operator} reads {len(read)} layers; it is given {len(shapes)}")
    nodes = Node(operator, tuple(names), ("y",), attributes), Node("Cast", ("y",), ("values",), {"to": FLOAT})
    graph = b"".join(part(1, one.encoded()) for one in nodes) + text(2, "operator") + constants
    graph += b"".join(part(11, value(f"x{i}", (1, *shapes[i]))) for i in read)
    graph += part(12, text(1, "values") + part(2, part(1, number(1, FLOAT))))
    return number(1, IR_VERSION) + part(7, graph) + part(8, text(1, "") + number(2, opset))


def _parsed(node: str) -> tuple[list[int | np.ndarray | None], dict[str, Any]]:
    """Return the inputs and the attributes of a node; raise ValueError if the text is none."""
    try:
        found = json.loads(node)
        return [_argument(one) for one in found["inputs"]], dict(found["attributes"])
    except (KeyError, TypeError, OverflowError, RecursionError, ValueError) as error:
        raise ValueError(f"node must be the inputs and attributes of an operator as JSON; got {node[:40]!r}") from error


def _argument(one: Any) -> int | np.ndarray | None:
    if one is None or (type(one) is int and 0 <= one < 64):
        return one
    ((kind, numbers),) = ((kind, one[kind]) for kind in _NUMBERS if kind in one)
    return np.array(numbers, _NUMBERS[kind]).reshape(one["shape"])


def _check(operator: str, arguments: Sequence[int | np.ndarray | None], attributes: Mapping[str, Any]) -> None:
    """Raise ValueError unless an operator is given what it takes."""
    forms, known = OPERATORS[operator]
    if "".join(map(_form, arguments)) not in forms or not all(map(_is_usual, arguments)):
        raise ValueError(f"{operator} does not take these inputs")
    for name, given in attributes.items():
        if name not in known or not _fits(given, known[name]):
            raise ValueError(f"{operator} has no {name} = {given!r}")


def _form(argument: int | np.ndarray | None) -> str:
    if isinstance(argument, np.ndarray):
        return argument.dtype.kind
    return "-" if argument is None else "x"


def _is_usual(argument: int | np.ndarray | None) -> bool:
    if not isinstance(argument, np.ndarray) or not argument.size:
        return not isinstance(argument, np.ndarray)
    return bool(np.isfinite(argument).all()) and (argument.dtype.kind == "f" or bool((abs(argument) <= _MOST).all()))


def _fits(given: Any, kind: type) -> bool:
    if kind is list:
        return isinstance(given, list) and bool(given) and all(_fits(one, int) for one in given)
    if kind is float:
        return type(given) in (int, float) and math.isfinite(given)
    if kind is str:
        return isinstance(given, str) and given in _WORDS
    return type(given) is int and abs(given) <= _MOST


def _sentence(operator: str, error: Exception) -> str:
    """Return why the library does not compute an operator, in one line."""
    return f"ONNX Runtime does not compute {operator}: {' '.join(str(error).split())[:200]}"
