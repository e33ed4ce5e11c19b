"""What code with kernels means: its literals, the functions of a fixed table, and the names it gives to them."""

import math
import re
from typing import Any

import numpy as np

from convexplorer.kernels.matrix import parse_matrix
from convexplorer.kernels.numbers import quoted
from convexplorer.kernels.pasted import makers, operations
from convexplorer.kernels.pasted.functions import MAKERS, METHODS, SAME, SQUARE
from convexplorer.kernels.pasted.grammar import is_list_type, program_of
from convexplorer.kernels.pasted.makers import array_of
from convexplorer.kernels.pasted.operations import OPERATIONS, Arguments
from convexplorer.kernels.pasted.tree import (
    Chain,
    Filled,
    Items,
    Name,
    Node,
    Number,
    Signed,
    Skipped,
    Slice,
    Statement,
    Suffixed,
    Text,
)
from convexplorer.kernels.pasted.value import Pasted
from convexplorer.kernels.pasted.values import (
    Bound,
    Empty,
    Unknown,
    are_items,
    array_of_items,
    assembled,
    called,
    joined,
    of_size,
    padding,
)

_CONSTANTS: dict[str, Any] = {
    **dict.fromkeys(("True", "true", "TRUE", "T"), True),
    **dict.fromkeys(("False", "false", "FALSE", "F"), False),
    **dict.fromkeys(("None", "null", "nil", "NULL", "newaxis"), None),
    **dict.fromkeys(("nan", "NaN", "NAN", "Nan"), math.nan),
    **dict.fromkeys(("inf", "Inf", "Infinity", "INFINITY", "infinity"), math.inf),
    **dict.fromkeys(("pi", "PI", "M_PI", "Pi"), math.pi),
}
_SIZED = re.compile(r"(?:Mat_<.*>|Mat|Matx(?P<rows>\d)(?P<columns>\d)[fd]|(?:float|half|double)(?P<r>\d)x(?P<c>\d))")
_DESCRIBING = frozenset({"kernel", "matrix", "weights", "kernelMatrix"})  # keys of an object with a kernel
_SHOWING = frozenset({"print", "println", "disp", "show", "imshow", "plot", "log", "figure", "imwrite", "len", "shape"})
_PADDING = ("pad", "copyMakeBorder")
_MOST_WORK = 1 << 24  # cells that are computed for one text


class Meaning:
    """The values of the names in a program, and the operations it calls.

    Attributes
    ----------
    found : what each call with a kernel says, in order.
    last : the numbers of the last expression that is not assigned.
    errors : why something was not computed, in order.
    reasons : why something is no statement of the grammar, in order.
    """

    def __init__(self, text: str) -> None:
        self.values: dict[str, Any] = {}
        self.used: set[str] = set()
        self.found: list[Pasted] = []
        self.last: list[Any] = []
        self.errors: list[str] = []
        self.reasons: list[str] = []
        self._touched: set[str] = set()
        self._padded: str | None = None
        self._is_matlab = False
        self._work = 0
        for statement in program_of(text):
            self._take(statement)
        for value in (*self.values.values(), *self.last):
            if isinstance(value, dict) and _DESCRIBING & value.keys():
                self.found.append(operations.described(value))

    def kernels(self) -> list[tuple[str, np.ndarray]]:
        """Return the arrays of numbers that the program ends with: by name, those that nothing else was made from."""
        known = [(name, assembled(value)) for name, value in self.values.items()]
        arrays = [(name, one) for name, one in known if isinstance(one, np.ndarray) and one.size > 1]
        arrays = [
            (name, one) for name, one in arrays if one.ndim > 1
        ] or arrays  # lists beside matrices are biases, names
        ends = [(name, one) for name, one in arrays if name not in self.used] or arrays[-1:]
        bare = [one for one in self.last if isinstance(one, np.ndarray) and one.ndim]
        return [("", bare[-1])] if bare else ends

    def _take(self, statement: Statement | Skipped) -> None:
        if isinstance(statement, Skipped):
            self.reasons.append(statement.reason)
            for name in {one.partition(".")[0] for one in statement.names} & self.values.keys():
                self.values[name] = Unknown(name)  # which this may have changed
            return
        self._touched.clear()
        try:
            value = self._evaluate(statement.value)
            if statement.name:
                self._assign(statement, value)
            else:
                self.last.append(value)
        except (ValueError, OverflowError, ZeroDivisionError, RecursionError) as error:
            is_changed = statement.index is not None and isinstance(self.values.get(statement.name), np.ndarray)
            told = (
                f"{quoted(statement.name)} is changed in a way that is not computed here" if is_changed else str(error)
            )
            self.errors.append(told)
            for name in {statement.name} if statement.name else self._touched:  # which a call may have changed
                self.values[name] = Unknown(name)

    def _assign(self, statement: Statement, value: Any) -> None:
        name, old = statement.name, self.values.get(statement.name)
        if statement.operator != "=":
            if not isinstance(old, np.ndarray | int | float):
                return
            value = self._operate(statement.operator[0], old, value)
        if statement.index is not None:
            value = self._with_element(old, statement.index, value)
        elif isinstance(value, np.ndarray) and len(statement.declared) > 1 and value.ndim == 1:
            value = makers.reshaped(value, np.array(statement.declared, np.float64))
        if isinstance(value, np.ndarray):
            self.used |= self._touched
        self.used.discard(name)
        self.values[name] = value

    def _with_element(self, old: Any, index: Items, value: Any) -> Any:
        """Return what a name holds after `name[index] = value`; of a name without numbers, its elements so far."""
        if isinstance(old, np.ndarray):
            changed = old.copy()
            try:
                changed[self._index(index)] = array_of(value)
            except (IndexError, ValueError) as error:
                raise ValueError(f"an element outside of {old.shape} is set") from error
            return changed
        places = tuple(int(makers.number_of(self._evaluate(one))) for one in index.rows[0])
        if any(not 0 <= place <= makers.MAX_NUMBERS for place in places):
            raise ValueError(f"an element at {places} is set")
        elements = dict(old) if isinstance(old, dict) else {}
        elements[places] = makers.number_of(value)
        return elements

    def _evaluate(self, node: Node) -> Any:
        match node:
            case Number(value):
                return value
            case Text(value):
                return value
            case Name(name):
                return self._named(name)
            case Signed(Number(value)):
                return -value
            case Signed(operand):
                return self._operate("*", self._evaluate(operand), -1.0)
            case Chain(first, rest):
                value = self._evaluate(first)
                for operator, operand in rest:
                    value = self._operate(operator, value, self._evaluate(operand))
                return value
            case Items():
                return self._listed(node)
            case Suffixed():
                return self._suffixed(node)
            case Filled(target, items):
                return self._filled(self._evaluate(target), items)
            case Slice():
                return node
        raise ValueError("this is not understood")

    def _named(self, name: str) -> Any:
        parts = re.split(r"\.|::", name)
        if parts[0] in self.values:
            self._touched.add(parts[0])
            value = assembled(self.values[parts[0]])
            for part in parts[1:]:
                value = self._get(value, part)
            return value
        last = parts[-1]
        if last in _CONSTANTS and (len(parts) == 1 or last not in ("T", "F")):
            return _CONSTANTS[last]
        return Unknown(name)

    def _listed(self, items: Items) -> Any:
        if items.named and items.bracket != "(":
            return {name: self._evaluate(node) for name, node in items.named}
        rows = [[self._evaluate(node) for node in row] for row in items.rows]
        values = [joined(row) for row in rows] if len(rows) > 1 else rows[0] if rows else []
        if items.bracket == "(" and len(values) == 1 and not items.is_tuple:
            return values[0]
        whole = joined(values)
        if isinstance(whole, np.ndarray):
            self._spend(whole.size)
        return whole

    def _suffixed(self, node: Suffixed) -> Any:
        is_typed = is_list_type(node.first)
        value = Unknown("") if is_typed else self._evaluate(node.first)
        for kind, content in node.suffixes:
            if kind == "get":
                value = self._get(value, str(content))
            elif kind == "'":
                value = self._turned_over(value)
            elif kind == "call" and isinstance(content, Items):
                value = self._call(Unknown("c") if is_typed and value == Unknown("") else value, content)
            elif isinstance(content, Items) and is_typed:
                value = self._typed(node.first, content, len(node.suffixes))
                is_typed = value == Unknown("c")
            elif isinstance(content, Items):
                value = self._indexed(value, content)
        return value

    def _typed(self, first: Node, items: Items, count: int) -> Any:
        """Return what square brackets behind a name hold: numbers, a call's arguments, or the length of a list type."""
        name = first.name if isinstance(first, Name) else ""
        if name in OPERATIONS:
            return self._call(Unknown(name), items)
        return Unknown("c") if count > 1 or not items.rows else self._listed(items)

    def _turned_over(self, value: Any) -> np.ndarray:
        self._is_matlab = True
        array = array_of(value)
        return array[:, np.newaxis] if array.ndim == 1 else array.T

    def _get(self, value: Any, name: str) -> Any:
        if isinstance(value, np.ndarray | int | float):
            if name in ("T", "mT"):
                return np.asarray(value).T
            if name == "size":
                return float(np.size(value))
        if isinstance(value, Unknown):
            return Unknown(f"{value.name}.{name}")
        return Bound(value, name)

    def _call(self, called: Any, items: Items) -> Any:
        positional = [self._evaluate(one) for row in items.rows for one in row]
        named = {name: self._evaluate(one) for name, one in items.named}
        if isinstance(called, Bound):
            return self._method(called, positional, named)
        if isinstance(called, np.ndarray):
            if all(isinstance(one, Slice) for one in positional) and positional:
                return called.ravel()  # MATLAB's A(:)
            raise ValueError("one element of a matrix is taken, which is not computed here")
        name = called.name if isinstance(called, Unknown) else ""
        return self._function(name, positional, named)

    def _function(self, name: str, positional: list[Any], named: dict[str, Any]) -> Any:
        parts = re.split(r"\.|::", name)
        last, pair = parts[-1], ".".join(parts[-2:])
        described = [one for one in positional if isinstance(one, dict) and _DESCRIBING & one.keys()]
        if described:
            self.found.append(operations.described(described[0]))
            return Unknown("result")
        if last in _PADDING:
            self._padded = padding(positional, named)
            return Unknown("padded")
        sized = _SIZED.fullmatch(last)
        if sized is not None:
            return of_size(sized, positional)
        if last == "matrix" and len(parts) == 1:
            return self._kept(called(makers.r_matrix, positional, named, name))
        if last == "array" and ("dim" in named or are_items(positional)):
            return array_of_items(positional, named)
        operation = OPERATIONS.get(pair, OPERATIONS.get(last))
        if operation is not None and not (last == "Kernel" and pair == last and not positional):
            return self._operation(operation, positional, named)
        return self._made(name, last, pair, positional, named)

    def _made(self, name: str, last: str, pair: str, positional: list[Any], named: dict[str, Any]) -> Any:
        maker = MAKERS.get(pair, MAKERS.get(last))
        if last == "getStructuringElement" and positional and isinstance(positional[0], Unknown):
            positional = [positional[0].name, *positional[1:]]  # cv2.MORPH_CROSS
        is_known = maker is not None and not any(isinstance(one, Unknown) for one in positional[:1])
        if maker is None or not is_known:
            if last not in _SHOWING and any(
                isinstance(one, np.ndarray) and one.size > 2 for one in (*positional, *named.values())
            ):
                raise ValueError(f"{quoted(name)} is not known here; paste the numbers that it gives")
            return Unknown(name)
        if positional and isinstance(positional[0], str) and last in ("matrix", "mat"):
            return parse_matrix(positional[0])
        if last in SQUARE and pair == last:
            named = {**named, "is_square": True}
        elif last == "reshape" and pair == last:
            named = {**named, "is_by_column": True}
        elif last.startswith("tensor") and len(positional) > 1 and isinstance(positional[1], np.ndarray):
            maker = makers.reshaped
        return self._kept(called(maker, positional, named, name))

    def _operation(self, operation: operations.Operation, positional: list[Any], named: dict[str, Any]) -> Unknown:
        self.found.append(operation(Arguments(positional, named, self._padded)))
        return Unknown("result")

    def _method(self, bound: Bound, positional: list[Any], named: dict[str, Any]) -> Any:
        value, name = bound.value, bound.name
        if isinstance(value, Pasted) or name in SAME:
            return value
        method = METHODS.get(name)
        if method is None or not isinstance(value, np.ndarray | int | float):
            raise ValueError(f"{quoted('.' + name)} is not known here; paste the numbers that it gives")
        return self._kept(called(method, [value, *positional], named, name))

    def _filled(self, target: Any, items: Items) -> Any:
        numbers = np.array([makers.number_of(self._evaluate(one)) for one in items.rows[0]])
        if isinstance(target, Empty):
            return makers.reshaped(numbers, np.array(target.shape, np.float64))
        return numbers

    def _indexed(self, value: Any, items: Items) -> Any:
        if isinstance(value, np.ndarray):
            try:
                return self._kept(value[self._index(items)])
            except IndexError as error:
                raise ValueError(f"an element outside of {value.shape} is taken") from error
        if isinstance(value, Unknown):
            return value
        raise ValueError("an element of what is no matrix is taken")

    def _index(self, items: Items) -> tuple[Any, ...]:
        found: list[Any] = []
        for node in items.rows[0] if items.rows else ():
            if isinstance(node, Slice):
                ends = [None if one is None else int(makers.number_of(self._evaluate(one))) for one in node.parts]
                if len(ends) == 3 and ends[2] == 0:
                    raise ValueError("a step of 0 goes nowhere")
                found.append(slice(*ends) if len(ends) > 1 else slice(None))
            else:
                value = self._evaluate(node)
                found.append(None if value is None else int(makers.number_of(value)))
        if sum(one is None for one in found) > 3:
            raise ValueError("weights have at most 4 axes")
        return tuple(found)

    def _operate(self, operator: str, one: Any, other: Any) -> Any:
        if isinstance(one, Unknown | Bound) or isinstance(other, Unknown | Bound):
            return Unknown("result")
        a, b = array_of(one), array_of(other)
        if operator in ("@",) or (operator == "*" and self._is_matlab and a.ndim and b.ndim):
            return self._kept(makers.product(a, b))
        if operator == "*" and a.ndim > 1 and b.ndim > 1 and a.shape == b.shape:
            raise ValueError("two matrices are multiplied; paste the numbers themselves")
        if operator in ("/", "./"):
            if b.ndim:
                raise ValueError("something is divided by a matrix")
            return self._kept(makers.divided(a, b))
        if operator in ("**", "^"):
            return makers.number_of(one) ** makers.number_of(other)
        try:
            result = {"*": np.multiply, ".*": np.multiply, "+": np.add, "-": np.subtract}[operator](a, b)
        except (KeyError, ValueError) as error:
            raise ValueError(f"{a.shape} {operator} {b.shape} is not computed here") from error
        return self._kept(result)

    def _kept(self, value: Any) -> Any:
        """Return a result, as a plain number if it is one."""
        if isinstance(value, np.ndarray | np.generic):
            self._spend(value.size)
            return value if value.ndim else float(value)
        return value

    def _spend(self, cells: int) -> None:
        self._work += cells
        if cells > makers.MAX_NUMBERS or self._work > _MOST_WORK:
            raise ValueError("the text asks for more than a kernel has")
