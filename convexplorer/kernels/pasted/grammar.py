"""The grammar of code with kernels: words become a tree of literals, calls and products, which computes nothing.

::

    program    = {statement (newline | ";")}
    statement  = ["return"] [target ("=" | "*=" | …)] expression
    expression = sum ["<<" sum {"," sum}]
    sum        = product {("+" | "-") product}
    product    = signed {("*" | "/" | "@" | …) signed}
    signed     = {"-" | "+"} suffixed
    suffixed   = (number | text | name | list) {"(" arguments ")" | "[" index "]" | "." name | "'"}

What is no such statement is skipped, and kept as `Skipped` with the names in it: it may change a kernel.
"""

import re
from collections.abc import Callable
from typing import NoReturn

from convexplorer.kernels.numbers import quoted
from convexplorer.kernels.pasted.tokens import Token, tokens_of
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

_DEEPEST = 12  # brackets in one another; a call around weights with four axes takes six
_CLOSING = {"[": "]", "(": ")", "{": "}"}
_PRODUCTS = ("*", "/", "@", ".*", "./", "**", "^")
_ASSIGNMENTS = ("=", ":=", "<-", "*=", "/=", "+=", "-=")
_KEYWORDS = ("return", "new", "await", "yield", "print")
_JUMPS = ("def", "class", "for", "while", "if", "else", "with", "import", "from", "function", "void", "fn", "func")
_LISTS = (
    "vec!",
    "Float32",
    "Float64",
    "ImageConvolve",
    "ImageCorrelate",
    "ListConvolve",
    "ListCorrelate",
    "Normal",
    "N",
)
_SUFFIX = re.compile(r"(?:_?f(?:32|64)|[fFdDL])$")  # of a number in C, Java, Rust
_NUMBERED = re.compile(r"(?:u?int|float|double|byte|short|half)(?:8|16|32|64|_t)?|f32|f64|i32")


def program_of(text: str) -> list[Statement | Skipped]:
    """Return the statements of code in order; raise ValueError for a text without words."""
    reader = _Reader(text)
    found: list[Statement | Skipped] = []
    while reader.i < len(reader.tokens):
        start = reader.i
        try:
            statement = reader.statement()
        except ValueError as error:
            is_block = reader.tokens[start].text == "{"  # whose statements come one by one
            reader.i = start + 1 if is_block else max(reader.end_of_statement(start), start + 1)
            found.append(Skipped(_assigned(reader.tokens[start : reader.i]), str(error)))
        else:
            if statement is not None:
                found.append(statement)
    return found


def _assigned(tokens: list[Token]) -> frozenset[str]:
    """Return the names that words assign to, with or without an index."""
    found, name, depth = set[str](), "", 0
    for token in tokens:
        if depth == 0 and token.kind == "name":
            name = token.text
        elif token.text in ("[", "]"):
            depth = max(depth + (1 if token.text == "[" else -1), 0)
        elif depth == 0:
            if token.text in _ASSIGNMENTS and name:
                found.add(name)
            name = ""
    return frozenset(found)


def is_list_type(node: Node) -> bool:
    """Return True for a name behind which square brackets hold a list: vec![…], Float32[…], ImageConvolve[…]."""
    return isinstance(node, Name) and (node.name in _LISTS or bool(_NUMBERED.fullmatch(node.name)))


class _Reader:
    """A recursive-descent parser: every method reads one rule of the grammar."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens_of(text)
        self.i = 0
        self.depth = 0

    def statement(self) -> Statement | None:
        """Read a statement with its end; None for an empty one."""
        self.depth = 0
        if self.peek(ends=True).text in ("\n", ";", "}", ",", ")"):
            self.i += 1
            return None
        while self.peek().kind == "name" and self.peek().text in _KEYWORDS and self.peek(1).text != "(":
            self.i += 1
        target = self.target()
        value = self.expression()
        after = self.peek(ends=True).text
        if after not in ("\n", ";", "}", ""):
            self.refuse()
        if target is None:
            return Statement(value)
        name, index, declared, operator = target
        return Statement(value, name, index, declared, operator)

    def target(self) -> tuple[str, Items | None, tuple[int, ...], str] | None:
        """Read what is assigned to with its operator, or nothing: types before the name are ignored."""
        start, names, i, depth = self.i, list[int](), self.i, 0
        while i < len(self.tokens):
            token = self.tokens[i]
            if depth == 0 and token.text in _ASSIGNMENTS:
                break
            if depth == 0 and (token.kind == "end" or token.text in (";", "{", "}", "(")):
                return None
            depth += (token.text in _CLOSING) - (token.text in _CLOSING.values())
            if token.kind == "name" and depth == 0:
                names.append(i)
            i += 1
        else:
            return None
        colon = next((j for j in range(start, i) if self.tokens[j].text == ":" and j > start), i)
        before = [j for j in names if j < colon]
        if not before or self.tokens[start].text in _JUMPS:
            return None
        at, operator = before[-1], self.tokens[i].text
        name, after = self.tokens[at].text, self.tokens[at + 1 : colon]
        lengths = tuple(int(token.text) for token in after if token.text.isdecimal())
        self.i = at + 1
        is_element = at == start and self.peek(ends=True).text in ("[", "(") and self.tokens[start].text == name
        index = self.index() if is_element and self.peek(ends=True).text == "[" else None
        while index is not None and self.peek(ends=True).text == "[":
            index = Items("[", (index.rows[0] + self.index().rows[0],))
        self.i = i + 1
        return name, index, () if is_element else lengths, "=" if operator in (":=", "<-") else operator

    def expression(self) -> Node:
        value = self.sum()
        if self.peek(ends=True).text != "<<":
            return value
        self.take()
        items = [self.sum()]
        while self.peek().text == ",":
            self.take()
            items.append(self.sum())
        return Filled(value, Items("(", (tuple(items),)))

    def sum(self) -> Node:
        return self.chain(("+", "-", ".+", ".-"), self.product)

    def product(self) -> Node:
        return self.chain(_PRODUCTS, self.signed)

    def chain(self, operators: tuple[str, ...], read: Callable[[], Node]) -> Node:
        first, rest = read(), list[tuple[str, Node]]()
        while (token := self.peek(ends=True)).text in operators and not self.is_next_item(token):
            self.take()
            rest.append((token.text, read()))
        return Chain(first, tuple(rest)) if rest else first

    def is_next_item(self, token: Token) -> bool:
        """Return True for the minus of the next number among blanks: [1 -2], not [1 - 2]."""
        is_sign = token.text in ("+", "-") and token.gap and self.depth > 0
        return is_sign and self.i + 1 < len(self.tokens) and not self.tokens[self.i + 1].gap

    def signed(self) -> Node:
        is_negative = False
        while self.peek().text in ("-", "+"):
            is_negative ^= self.take().text == "-"
        value = self.suffixed()
        return Signed(value) if is_negative else value

    def suffixed(self) -> Node:
        first = self.primary()
        suffixes: list[tuple[str, Items | str | None]] = []
        while True:
            token, following = self.peek(ends=True), self.peek()
            if token.text in ("'", ".'"):
                self.take()
                suffixes.append(("'", None))
            elif following.text == "." and self.peek(1).kind == "name":
                self.take()
                suffixes += [("get", part) for part in re.split(r"\.|::", self.take().text)]
            elif token.text == "(" and not self.is_listed(token) and (isinstance(first, Name) or suffixes):
                suffixes.append(("call", self.items("(")))
            elif token.text == "[" and not self.is_listed(token):
                suffixes.append(("index", self.items("[") if is_list_type(first) else self.index()))
            elif token.text == "{" and self.is_typed(first, suffixes):
                return self.items("{")
            else:
                return Suffixed(first, tuple(suffixes)) if suffixes else first

    def is_listed(self, token: Token) -> bool:
        """Return True for a bracket that begins the next item of a list between blanks."""
        return token.gap and self.depth > 0

    def is_typed(self, first: Node, suffixes: "list[tuple[str, Items | str | None]]") -> bool:
        """Return True for braces behind the type of a list: float[]{…}, [9]float32{…}, vector<float>{…}."""
        is_type = isinstance(first, Name) and bool(_NUMBERED.fullmatch(first.name) or ">" in first.name)
        return is_type and all(kind == "index" for kind, _ in suffixes)

    def primary(self) -> Node:
        token = self.take()
        if token.kind == "number":
            return Number(float(_SUFFIX.sub("", token.text)))
        if token.kind == "text":
            return Text(token.text.lstrip("rbfu")[1:-1])
        if token.kind == "name":
            if token.text in _KEYWORDS and self.peek(ends=True).kind == "name":
                return self.primary()
            if token.text in _JUMPS:
                raise self.refusal(token)
            return Name(token.text)
        if token.text in _CLOSING:
            self.i -= 1
            self.skip_go_type()
            return self.items(self.peek().text)
        raise self.refusal(token)

    def skip_go_type(self) -> None:
        """Step over the type before a list of Go: [9]float32{…}, [][]float64{…}."""
        i = self.i
        while i + 1 < len(self.tokens) and self.tokens[i].text == "[":
            i += 1 if self.tokens[i + 1].text == "]" else 2
            if i >= len(self.tokens) or self.tokens[i].text != "]":
                return
            i += 1
        if i + 1 < len(self.tokens) and _NUMBERED.fullmatch(self.tokens[i].text) and self.tokens[i + 1].text == "{":
            self.i = i + 1

    def items(self, opening: str) -> Items:
        """Read a list, or the arguments of a call, to the closing bracket."""
        self.take()
        self.deeper()
        rows: list[list[Node]] = [[]]
        named: list[tuple[str, Node]] = []
        is_separated, is_tuple = True, False
        while (token := self.peek(ends=True)).text != _CLOSING[opening]:
            if not token.kind:
                raise ValueError("the code ends too early: a bracket is not closed")
            if token.text == "...":
                raise ValueError("the matrix was shortened with “...”; copy it with all its numbers")
            if token.text == ",":
                is_separated = is_tuple = True
                self.i += 1
            elif token.text == ";" or token.kind == "end":
                is_row = token.text == ";" or (opening == "[" and not is_separated and not is_tuple)
                if is_row and rows[-1]:
                    rows.append([])
                is_separated = is_separated or token.text == ";"
                self.i += 1
            elif not is_separated and not token.gap and self.tokens[self.i - 1].kind == token.kind != "mark":
                self.refuse()
            else:
                key = self.key()
                if key:
                    named.append((key, self.argument(opening)))
                else:
                    rows[-1].append(self.argument(opening))
                is_separated = False
        self.take()
        self.depth -= 1
        return Items(opening, tuple(tuple(row) for row in rows if row), tuple(named), is_tuple)

    def key(self) -> str:
        """Read the name of a named argument or of an object's entry, or nothing."""
        token, after = self.peek(), self.peek(1).text
        if (after in ("=", ":", "->") and token.kind in ("name", "text")) or (token.kind == "name" and after == ":"):
            self.take()
            self.take()
            return token.text.strip("\"'")
        return ""

    def argument(self, opening: str) -> Node:
        if opening in "([" and self.peek().text == ":":
            return self.slice()
        return self.expression()

    def index(self) -> Items:
        """Read what is between square brackets behind a value: numbers and parts of axes."""
        self.take()
        self.deeper()
        parts: list[Node] = []
        while self.peek().text != "]":
            if self.peek().text == ",":
                self.take()
                continue
            start = self.i
            parts.append(self.slice())
            if self.i == start:
                self.refuse()
        self.take()
        self.depth -= 1
        return Items("[", (tuple(parts),))

    def slice(self) -> Node:
        parts: list[Node | None] = [None]
        is_slice = False
        while self.peek().text not in (",", "]", ")", ""):
            if self.peek().text == ":" or self.peek().text == "::":
                parts += [None] * len(self.take().text)
                is_slice = True
            elif parts[-1] is not None:
                self.refuse()
            else:
                parts[-1] = self.sum()
        if len(parts) > 3:
            self.refuse()
        first = parts[0]
        if is_slice or first is None:
            return Slice(tuple(parts))
        return first

    def end_of_statement(self, start: int) -> int:
        """Return the index behind a statement that is skipped."""
        depth, i = 0, start
        while i < len(self.tokens):
            token = self.tokens[i]
            if depth <= 0 and (token.kind == "end" or token.text in (";", "{", "}")) and i > start:
                return i + 1
            if token.text in ("(", "["):
                depth += 1
            elif token.text in (")", "]"):
                depth -= 1
            i += 1
        return i

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise ValueError(f"brackets are nested more than {_DEEPEST} deep")

    def peek(self, ahead: int = 0, *, ends: bool = False) -> Token:
        """Return a word that comes, line ends not counted unless `ends`; outside brackets a line end stops."""
        i = self.i
        while True:
            while not ends and i < len(self.tokens) and self.tokens[i].kind == "end":
                i += 1
            if i >= len(self.tokens):
                return Token("", "", len(self.text), True)
            if not ahead:
                return self.tokens[i]
            i, ahead = i + 1, ahead - 1

    def take(self) -> Token:
        while self.i < len(self.tokens) and self.tokens[self.i].kind == "end":
            self.i += 1
        if self.i >= len(self.tokens):
            raise ValueError("the code ends too early")
        self.i += 1
        return self.tokens[self.i - 1]

    def refuse(self) -> NoReturn:
        raise self.refusal(self.peek())

    def refusal(self, token: Token) -> ValueError:
        return ValueError(f"{quoted(self.text[token.start : token.start + 60])} is not understood")
