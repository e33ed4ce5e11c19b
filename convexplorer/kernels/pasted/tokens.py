"""The words of code in any of the languages in which kernels are written."""

import re
from collections.abc import Iterator

from convexplorer._dataclass import dataclass

MAX_CHARACTERS = 1_000_000  # of code; plain numbers may be longer, see `kernels.matrix`

_SKIPPED = re.compile(r"(?:[ \t\f\v\r]|\\\n|(?:#|//|%)[^\n]*)+")
_TOKEN = re.compile(
    r"""(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?:_?f(?:32|64)|[fFdDL])?(?![A-Za-z_\d]))
    |(?P<text>[rbfu]?"(?:[^"\\\n]|\\.)*"|[rbfu]?'(?:[^'\\\n]|\\.)*')
    |(?P<name>[A-Za-z_$][\w$]*!?(?:(?:\.|::)(?=[A-Za-z_])[\w$]+)*(?:<[\w\s,:*]*>(?=\s*[({>]))?)
    |(?P<end>\n)
    |(?P<mark><<|<-|\*\*|\.\*|\./|\.'|[=!<>+*/@-]=|=>|->|::|:=|\.\.\.|.)""",
    re.X,
)
_TRANSPOSED = (")", "]", "'", ".'")
_LONG = {"/*": "*/", '"""': '"""', "'''": "'''"}  # comments and texts over several lines


@dataclass(frozen=True)
class Token:
    """A word of code; `gap` tells whether blanks stand before it."""

    kind: str
    text: str
    start: int
    gap: bool


def tokens_of(text: str) -> list[Token]:
    """Return the words of a text, without comments; an apostrophe behind a bracket or a name transposes.

    Raises
    ------
    ValueError : the text is too long, or a comment has no end.
    """
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"this is no kernel: the text has {len(text)} characters")
    return list(_tokens(text))


def _tokens(text: str) -> Iterator[Token]:
    at, before, gap = 0, Token("", "", 0, True), False
    while at < len(text):
        if skipped := _SKIPPED.match(text, at):
            at, gap = skipped.end(), True
        elif long := next((mark for mark in _LONG if text.startswith(mark, at)), ""):
            end = text.find(_LONG[long], at + len(long))
            if end < 0:
                raise ValueError(f"{long} is not closed")
            at, gap = end + len(long), True
        else:
            is_behind = not gap and (before.kind in ("name", "number") or before.text in _TRANSPOSED)
            if text[at] == "'" and is_behind:
                before = Token("mark", "'", at, gap)
                at += 1
            else:
                found = _TOKEN.match(text, at)
                assert found is not None  # the last mark is any character
                before = Token(found.lastgroup or "", found.group(), at, gap)
                at = found.end()
            gap = False
            yield before
