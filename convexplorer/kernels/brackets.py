"""A parser for matrices written with brackets: a small grammar, so that no text is evaluated.

::

    text    = [name "="] product
    product = factor {["*"] factor | "/" factor}
    factor  = ["-"] (number | list | call | "(" product ")") {"." harmless method}
    call    = known name "(" product {ignored arguments} ")"
    list    = "[" | "{" | "(" … items between commas or blanks, rows between semicolons
"""

import re
from typing import NoReturn

from convexplorer._dataclass import dataclass
from convexplorer.kernels.numbers import PLAIN_NUMBER, divide, parse_number, quoted

Tree = float | list["Tree"]
Plane = list[list[float]]

_DEEPEST = 8  # brackets; enough for (1, 1, 1, kh, kw) and shallow enough for recursion
_CLOSING = {"[": "]", "(": ")", "{": "}"}

# What wraps numbers without changing them; anything else would have to be computed.
_CALLS = (
    *("array", "asarray", "matrix", "mat", "list", "tuple", "constant", "Variable"),
    *("tensor", "Tensor", "FloatTensor", "DoubleTensor", "as_tensor"),
    *("float", "float16", "float32", "float64", "double", "single", "int", "int32", "int64"),
)
_METHODS = (
    *("astype", "type", "cast", "float", "double", "half"),
    *("to", "cpu", "cuda", "numpy", "copy", "clone", "detach", "tolist"),
)

_DECLARATION = re.compile(r"\s*[A-Za-z_][\w.*:<> ]*(?:\[\s*\d*\s*\]\s*)*=(?!=)")
_TOKEN = re.compile(
    rf"(?P<number>{PLAIN_NUMBER})|(?P<name>[A-Za-z_][\w.:]*)|(?P<end>\n)|(?P<blank>\s)|(?P<mark>.)", re.IGNORECASE
)


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


def parse_brackets(text: str) -> list[Plane]:
    """Return the planes of a matrix with brackets: lists of rows, not yet checked for equal lengths."""
    return planes_of(parse_tree(text))


def parse_tree(text: str, *, tells_place: bool = False) -> Tree:
    """Return nested lists of numbers, as deep as the brackets; `tells_place` begins errors with line and column."""
    declaration = _DECLARATION.match(text)
    reader = _Reader(text, declaration.end() if declaration else 0)
    try:
        tree = reader.product()
        reader.finish()
    except ValueError as error:
        if not tells_place:
            raise
        before = text[: reader.position]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise ValueError(f"line {line}, column {column}: {error}") from None
    return tree


def depth_of(tree: Tree) -> int:
    """Return the levels of lists; raise ValueError if numbers and lists stand side by side."""
    if isinstance(tree, float):
        return 0
    depths = {depth_of(item) for item in tree}
    if len(depths) > 1:
        raise ValueError("numbers and brackets stand side by side in one bracket")
    return 1 + (depths.pop() if depths else 0)


class _Reader:
    """A recursive-descent parser: every method reads one rule of the grammar."""

    def __init__(self, text: str, start: int) -> None:
        found = _TOKEN.finditer(text, start)
        self.text = text
        self.tokens = [_Token(m.lastgroup or "", m.group(), m.start(), m.end()) for m in found]
        self.tokens = [token for token in self.tokens if token.kind != "blank"]
        self.i = 0
        self.depth = 0

    @property
    def position(self) -> int:
        """Where the token stands that was read last."""
        return self.tokens[self.i - 1].start if 0 < self.i <= len(self.tokens) else 0

    def product(self) -> Tree:
        value = self.factor()
        while self.peek() in ("*", "/") or (isinstance(value, float) and self.peek() in _CLOSING):
            # LaTeX writes a factor without a sign: 1/16 [1 2 1].
            operator = "*" if self.peek() in _CLOSING else self.take().text
            other = self.factor()
            if operator == "*":
                value = _scaled(value, other) if isinstance(other, float) else _scaled(other, value)
            elif isinstance(other, float):
                value = _divided(value, other)
            else:
                raise ValueError("something is divided by a matrix")
        return value

    def factor(self) -> Tree:
        sign = 1.0
        while self.peek() in ("-", "+"):
            sign *= -1.0 if self.take().text == "-" else 1.0
        value = self.unsigned(self.take())
        return value if sign > 0 else _scaled(value, -1.0)

    def unsigned(self, token: _Token) -> Tree:
        if token.kind == "number":
            return parse_number(token.text)
        if token.text in ("'", '"'):  # Python's float("nan")
            number = parse_number(self.take().text)
            if self.take().text != token.text:
                self.refuse(token)
            return number
        if token.kind == "name":
            value = self.call(token)
        elif token.text in _CLOSING:
            value = self.items(token)
        else:
            self.refuse(token)
        while self.peek_token().kind == "mark" and self.peek() == ".":
            self.method()
        return value

    def call(self, name: _Token) -> Tree:
        if re.split(r"[.:]", name.text)[-1] not in _CALLS or self.peek() != "(":
            raise ValueError(f"{quoted(name.text)} is not computed here; paste the numbers themselves")
        self.take()
        self.deeper()
        value = self.product()
        self.skip_to_closing()
        self.depth -= 1
        return value

    def method(self) -> None:
        self.take()
        name = self.take()
        if name.text not in _METHODS or self.peek() != "(":
            raise ValueError(f"{quoted('.' + name.text)} is not computed here; paste the numbers themselves")
        self.take()
        self.skip_to_closing()

    def items(self, opening: _Token) -> Tree:
        """Read a list to its closing bracket; round brackets around one value only group it."""
        self.deeper()
        rows: list[list[Tree]] = [[]]
        is_separated, is_tuple = True, False
        while self.peek() != _CLOSING[opening.text]:
            token = self.peek_token(skip_ends=False)
            if token.text == ",":
                if is_separated:
                    raise ValueError("a number is missing between two commas")
                is_separated = is_tuple = True
                self.i += 1
            elif token.text == ";" or token.kind == "end":
                # A line end begins a row only among plain numbers, as in MATLAB; NumPy breaks lines between brackets.
                among_numbers = self.depth == 1 and bool(rows[-1]) and isinstance(rows[-1][-1], float)
                if token.text == ";" or (among_numbers and not is_separated):
                    rows.append([])
                is_separated = is_separated or token.text == ";"
                self.i += 1
            else:
                self.require_gap(token, is_separated)
                rows[-1].append(self.item())
                is_separated = False
        self.take()
        self.depth -= 1
        rows = [row for row in rows if row]
        if opening.text == "(" and not is_tuple and len(rows) == 1 and len(rows[0]) == 1:
            return rows[0][0]
        return list(rows) if len(rows) > 1 else list(rows[0]) if rows else []

    def item(self) -> Tree:
        """Read one item of a list: a number, perhaps a fraction, or a list of its own."""
        value: Tree = self.factor()
        if self.peek() == "/":
            self.take()
            value = _divided(value, self.number())
        return value

    def number(self) -> float:
        value = self.factor()
        if not isinstance(value, float):
            raise ValueError("something is divided by a matrix")
        return value

    def require_gap(self, token: _Token, is_separated: bool) -> None:
        """Raise ValueError for "1-2", which would otherwise be read as the two numbers 1 and -2."""
        before = self.tokens[self.i - 1]
        is_glued = before.end == token.start and {before.kind, token.kind} <= {"number", "name"}
        if is_glued and not is_separated:
            raise ValueError(f"{quoted(before.text + token.text)} is no number")

    def finish(self) -> None:
        while self.peek() in (",", ";"):
            self.take()
        if self.peek_token().kind:
            self.refuse(self.peek_token())

    def skip_to_closing(self) -> None:
        depth = 1
        while depth:
            text = self.take().text
            depth += (text in _CLOSING) - (text in _CLOSING.values())

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise ValueError(f"brackets are nested more than {_DEEPEST} deep")

    def peek(self) -> str:
        return self.peek_token().text

    def peek_token(self, *, skip_ends: bool = True) -> _Token:
        i = self.i
        while skip_ends and i < len(self.tokens) and self.tokens[i].kind == "end":
            i += 1
        return self.tokens[i] if i < len(self.tokens) else _Token("", "", len(self.text), len(self.text))

    def take(self) -> _Token:
        while self.i < len(self.tokens) and self.tokens[self.i].kind == "end":
            self.i += 1
        if self.i == len(self.tokens):
            raise ValueError("the matrix ends too early: a bracket is not closed")
        self.i += 1
        return self.tokens[self.i - 1]

    def refuse(self, token: _Token) -> NoReturn:
        raise ValueError(f"{quoted(self.text[token.start :])} is not understood")


def _scaled(value: Tree, factor: Tree) -> Tree:
    if not isinstance(factor, float):
        raise ValueError("two matrices are multiplied; paste the numbers themselves")
    if isinstance(value, float):
        return value * factor
    return [_scaled(item, factor) for item in value]


def _divided(value: Tree, divisor: float) -> Tree:
    # Not a multiplication by 1 / divisor: the last digit would differ from what the text says.
    if isinstance(value, float):
        return divide(value, divisor)
    return [_divided(item, divisor) for item in value]


def planes_of(tree: Tree) -> list[Plane]:
    """Return nested lists as planes of rows; raise ValueError if they are deeper."""
    depth = depth_of(tree)
    while depth > 3 and isinstance(tree, list) and len(tree) == 1:
        tree, depth = tree[0], depth - 1  # (1, C, kh, kw): one filter of a layer's weights
    if depth > 3:
        raise ValueError(f"a kernel has rows, columns and perhaps planes; the text has {depth} levels of brackets")
    while depth < 3:
        tree, depth = [tree], depth + 1
    return tree  # type: ignore[return-value]  # `depth_of` has seen that every branch is three deep
