"""A kernel written as an expression of x, y, r and theta: parsed into a fixed set of nodes, never run as Python.

x runs from the middle to the right and y downwards, in cells, so that even sizes work, too; theta turns clockwise from
the right, as a direction does. A name that is neither a variable nor a function is left to a slider.
"""

import ast
import difflib
import keyword
import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.parameter import Parameter
from convexplorer.kernels.expression_names import CONSTANTS, FUNCTIONS, VARIABLES, slider_of

MAX_CHARACTERS, MAX_NODES, MAX_DEPTH = 1000, 400, 100

Values = np.ndarray | np.float64
_Names = Mapping[str, Values]
_Code = Callable[[_Names], Values]

# What people write, and what Python calls it; a power binds more tightly than a sign, which "^" of Python does not.
_SPELLINGS = {
    "^": "**",
    "−": "-",
    "·": "*",
    "×": "*",
    "÷": "/",
    "²": "**2",
    "³": "**3",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
}
_TOKEN = re.compile(
    r"(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[^\W\d²³][^\W²³]*)"
    r"|(?P<sign>\*\*|<=|>=|==|!=|[-+*/%^(),<>]|[−·×÷²³≤≥≠])|(?P<blank>[ \t\r\n]+)|(?P<other>.)",
    re.DOTALL,
)
# Of Python, with their meaning there; other keywords are names of sliders.
_WORDS = ("if", "else", "and", "or", "not", "None", "True", "False")
_BINARY: dict[type[ast.AST], Callable[..., Values]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Mod: np.mod,
    ast.Pow: np.power,
}
_COMPARE: dict[type[ast.AST], Callable[..., Values]] = {
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
}


class ExpressionError(ValueError):
    """An expression cannot be read; the text is a sentence for the user.

    Attributes
    ----------
    start, stop : the characters of the text that are the matter; equal where something is missing.
    """

    def __init__(self, sentence: str, start: int, stop: int) -> None:
        super().__init__(sentence)
        self.start, self.stop = start, stop


@dataclass(frozen=True, eq=False)
class Expression:
    """An expression that was read; it is evaluated on kernels of any size.

    Attributes
    ----------
    text : as it was written.
    sliders : the numbers that its other names stand for, in the order of the text.

    Examples
    --------
    >>> wave = parse_expression("cos(pi * x / half)")
    >>> [slider.name for slider in wave.sliders], wave.kernel((1, 3), {"half": 2}).round(9)
    (['half'], array([[0., 1., 0.]]))
    """

    text: str
    sliders: tuple[Parameter, ...]
    _code: _Code

    def values(self, size: tuple[int, int], given: Mapping[str, float] | None = None) -> np.ndarray:
        """Return the value in each cell, (rows, columns) float64; NaN and infinity where there is none.

        Parameters
        ----------
        size : rows and columns.
        given : numbers of the sliders; omitted ones take their defaults, those of other names are left aside.
        """
        names: dict[str, Values] = dict(_places(size))
        for slider in self.sliders:
            names[slider.name] = np.float64((given or {}).get(slider.name, slider.default))
        with np.errstate(all="ignore"):
            found = self._code(names)
        return np.array(np.broadcast_to(np.asarray(found, np.float64), size))

    def kernel(self, size: tuple[int, int], given: Mapping[str, float] | None = None) -> np.ndarray:
        """Return the value in each cell; ValueError names the first cell that has no finite one."""
        found = self.values(size, given)
        lost = np.argwhere(~np.isfinite(found))
        if len(lost):
            row, column = map(int, lost[0])
            x, y = column - (size[1] - 1) / 2, row - (size[0] - 1) / 2
            others = f" and in {len(lost) - 1} more" if len(lost) > 1 else ""
            is_middle = x == y == 0
            hint = "; sinc(u) is sin(pi u) / (pi u) and 1 in the middle" if is_middle else ""
            raise ValueError(f"there is no finite value at x = {x:g}, y = {y:g}{others}{hint}")
        return found


def parse_expression(text: str) -> Expression:
    """Read an expression.

    Parameters
    ----------
    text : of at most `MAX_CHARACTERS` characters; `^` is a power, and `π`, `θ`, `·`, `−`, `²` mean what they do in
        print.

    Raises
    ------
    ExpressionError : the text is no such expression, or is too long or too deep.

    Examples
    --------
    >>> parse_expression("x^2 + y^2").kernel((3, 3))
    array([[2., 1., 2.],
           [1., 0., 1.],
           [2., 1., 2.]])
    >>> parse_expression("x + open(1)")
    Traceback (most recent call last):
    ...
    convexplorer.kernels.expression.ExpressionError: there is no function called open
    """
    if len(text) > MAX_CHARACTERS:
        raise ExpressionError(
            f"a formula has at most {MAX_CHARACTERS} characters; this has {len(text)}", MAX_CHARACTERS, len(text)
        )
    source, origins = _as_python(text)
    if not source.strip():
        raise ExpressionError("write a formula of x, y, r and theta", len(text), len(text))
    return _Reader(text, source, origins).read()


def _places(size: tuple[int, int]) -> dict[str, Values]:
    """Return the variables on a kernel of a size."""
    rows, columns = size
    y, x = (np.arange(n) - (n - 1) / 2 for n in (rows, columns))
    down, right = np.broadcast_to(y[:, np.newaxis], size), np.broadcast_to(x, size)
    return {
        "x": right,
        "y": down,
        "r": np.hypot(down, right),
        "theta": np.arctan2(down, right),
        "rows": np.float64(rows),
        "columns": np.float64(columns),
    }


def _as_python(text: str) -> tuple[str, list[int]]:
    """Return an expression as Python spells it, and for each of its characters the place in the text.

    Only numbers, names, signs and blanks come through, so that no string, attribute, bracket or comment is parsed.
    """
    source, origins = "", []
    end_of_number = -1
    for found in _TOKEN.finditer(text):
        token, start = found.group(), found.start()
        if found.lastgroup == "other":
            shown = token if token.isprintable() else f"U+{ord(token):04X}"
            raise ExpressionError(f"{shown} has no meaning in a formula", start, start + 1)
        if found.lastgroup == "name" and start == end_of_number:
            raise ExpressionError(f"a product is written with *, as in 2 * {token[:20]}", start, found.end())
        if found.lastgroup == "number" and start == end_of_number:
            raise ExpressionError("two numbers stand side by side", start, found.end())
        end_of_number = found.end() if found.lastgroup == "number" else -1
        if found.lastgroup == "blank":
            token = " " * len(token)
        elif found.lastgroup == "name" and keyword.iskeyword(token) and token not in _WORDS:
            token += "_"  # "lambda" is a wavelength
        spelled = _SPELLINGS.get(token, token)
        source += spelled
        origins += [min(start + i, found.end() - 1) for i in range(len(spelled))]
    origins.append(len(text))
    blanks = len(source) - len(source.lstrip())  # Python takes them for an indent
    return source[blanks:], origins[blanks:]


class _Reader:
    """A reader that turns the nodes of an expression into functions of the names."""

    def __init__(self, text: str, source: str, origins: Sequence[int]) -> None:
        self._text, self._source, self._origins = text, source, origins
        self._bytes = source.encode()
        self._sliders: dict[str, Parameter] = {}
        self._nodes = 0

    def read(self) -> Expression:
        code = self._code(self._tree(), 0)
        return Expression(self._text, tuple(self._sliders.values()), code)

    def _tree(self) -> ast.expr:
        try:
            return ast.parse(self._source, mode="eval").body
        except SyntaxError as error:
            raise self._syntax_error(error) from None
        except (RecursionError, MemoryError, ValueError, OverflowError):
            raise ExpressionError("the formula is nested too deeply", 0, len(self._text)) from None

    def _syntax_error(self, error: SyntaxError) -> ExpressionError:
        """Return what is wrong where Python cannot read on; its offset is 0 at the end of the text."""
        at = error.offset or 0
        start = self._origin(at - 1) if at > 0 else len(self._text)
        open_ones = self._source.count("(") - self._source.count(")")
        if open_ones > 0:
            return ExpressionError("a parenthesis is not closed", len(self._text), len(self._text))
        if open_ones < 0:
            return ExpressionError("a parenthesis is closed that was not opened", start, start + 1)
        if "else" in str(error):
            return ExpressionError("write it as value if condition else value", start, len(self._text))
        if start >= len(self._text):
            return ExpressionError("something is missing at the end", start, start)
        return ExpressionError("the formula cannot be read on from here", start, start + 1)

    def _code(self, node: ast.expr, depth: int) -> _Code:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise self._error(node, f"a formula has at most {MAX_NODES} numbers, names and signs")
        if depth > MAX_DEPTH:
            raise self._error(node, f"a formula is nested at most {MAX_DEPTH} levels deep")
        match node:
            case ast.Constant():
                return self._constant(node)
            case ast.Name():
                return self._name(node)
            case ast.BinOp() if type(node.op) in _BINARY:
                parts = [self._code(each, depth + 1) for each in (node.left, node.right)]
                return _called(_BINARY[type(node.op)], parts)
            case ast.UnaryOp(op=ast.USub()):
                return _applied(np.negative, self._code(node.operand, depth + 1))
            case ast.UnaryOp(op=ast.UAdd()):
                return self._code(node.operand, depth + 1)
            case ast.UnaryOp(op=ast.Not()):
                return _applied(_is_zero, self._code(node.operand, depth + 1))
            case ast.BoolOp():
                join = np.minimum if isinstance(node.op, ast.And) else np.maximum
                return _folded(join, [_applied(_is_not_zero, self._code(each, depth + 1)) for each in node.values])
            case ast.Compare():
                return self._comparison(node, depth)
            case ast.IfExp():
                parts = [self._code(each, depth + 1) for each in (node.test, node.body, node.orelse)]
                return _called(FUNCTIONS["where"].function, parts)
            case ast.Call():
                return self._call(node, depth)
            case ast.Tuple():
                raise self._error(node, "commas stand between the values of a function only")
            case _:
                raise self._error(node, "this has no meaning in a formula")

    def _constant(self, node: ast.Constant) -> _Code:
        if isinstance(node.value, bool) or not isinstance(node.value, int | float):
            raise self._error(node, "this is no number")
        try:
            value = np.float64(node.value)  # at once: powers of Python's whole numbers would take forever
        except OverflowError:
            value = np.float64("inf")
        if not np.isfinite(value):
            raise self._error(node, "this number is too large")
        return lambda _names: value

    def _name(self, node: ast.Name) -> _Code:
        name = node.id
        if keyword.iskeyword(name[:-1]) and name.endswith("_"):
            name = name[:-1]
        name = VARIABLES[name].same_as if name in VARIABLES and VARIABLES[name].same_as else name
        if name in CONSTANTS:
            value = np.float64(CONSTANTS[name].value)
            return lambda _names: value
        if name in FUNCTIONS:
            raise self._error(node, f"{name} is a function: write {FUNCTIONS[name].call(name)}")
        if name not in VARIABLES and name not in self._sliders:
            self._sliders[name] = slider_of(name)
        return lambda names: names[name]

    def _comparison(self, node: ast.Compare, depth: int) -> _Code:
        parts = [self._code(each, depth + 1) for each in (node.left, *node.comparators)]
        tests = []
        for operator, left, right in zip(node.ops, parts, parts[1:], strict=False):
            if type(operator) not in _COMPARE:
                raise self._error(node, "values are compared by <, <=, >, >=, == and !=")
            tests.append(_applied(np.float64, _called(_COMPARE[type(operator)], [left, right])))
        return _folded(np.minimum, tests)

    def _call(self, node: ast.Call, depth: int) -> _Code:
        if not isinstance(node.func, ast.Name):
            raise self._error(node, "a product is written with *")
        name = node.func.id
        row = FUNCTIONS.get(name)
        if row is None:
            if name in VARIABLES or name in CONSTANTS:
                raise self._error(node.func, f"{name} is no function; a product is written {name} * (…)")
            near = difflib.get_close_matches(name, FUNCTIONS, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise self._error(node.func, f"there is no function called {name[:40]}{hint}")
        if node.keywords or any(isinstance(each, ast.Starred) for each in node.args):
            raise self._error(node, f"write {row.call(name)}")
        if len(node.args) not in row.counts:
            raise self._error(node, f"write {row.call(name)}; here are {len(node.args)} values")
        return _called(row.function, [self._code(each, depth + 1) for each in node.args])

    def _error(self, node: ast.expr, sentence: str) -> ExpressionError:
        start, stop = node.col_offset, node.end_col_offset or node.col_offset + 1
        first, last = self._character(start), self._character(stop)
        return ExpressionError(sentence, self._origin(first), self._origin(max(last - 1, 0)) + 1)

    def _character(self, offset: int) -> int:
        """Return which character begins at a byte of the source, in which `ast` counts."""
        return len(self._bytes[:offset].decode(errors="replace"))

    def _origin(self, character: int) -> int:
        return self._origins[min(character, len(self._origins) - 1)]


def _is_zero(value: Values) -> Values:
    return np.float64(np.equal(value, 0))


def _is_not_zero(value: Values) -> Values:
    return np.float64(np.not_equal(value, 0))


def _applied(function: Callable[..., Values], part: _Code) -> _Code:
    return lambda names: function(part(names))


def _called(function: Callable[..., Values], parts: Sequence[_Code]) -> _Code:
    return lambda names: function(*[part(names) for part in parts])


def _folded(join: Callable[..., Values], parts: Sequence[_Code]) -> _Code:
    def fold(names: _Names) -> Values:
        found = parts[0](names)
        for part in parts[1:]:
            found = join(found, part(names))
        return found

    return fold
