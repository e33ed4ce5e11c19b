"""Addresses of tensors as text: `conv2` is a layer, `conv2/17` one of its maps, `conv2/17@(12,40)` a value in it.

All numbers count from 0, as rows and columns do everywhere. A name with which an address would be misread stands in
double quotes, with JSON's escapes: `"/stem/Conv"/3`, `scores/"3"` for the map named 3. What an address means in a
network is found by `results.addressed`.
"""

import json
import re
from collections.abc import Sequence
from json import JSONDecodeError

from convexplorer._dataclass import dataclass
from convexplorer.model.layer import Layer
from convexplorer.model.project import INPUT
from convexplorer.words import plain

EXAMPLE = "conv2/17@(12,40)"
_LONGEST = 10_000  # characters; a longer text is a document
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
_CELL = re.compile(r"\(\s*([^()]*?)\s*\)|([^()]*?)", re.ASCII)


@dataclass(frozen=True)
class Address:
    """What an address names: a layer, one of its maps, or one value.

    Attributes
    ----------
    layer : id of the layer, "input" for the picture.
    map : number of the map, or its name; of values without places the number or the name of the value. None for all.
    cell : of the map, along all its axes; () for all of it.
    """

    layer: str
    map: int | str | None = None
    cell: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.cell and self.map is None:
            raise ValueError(f"a cell is one of a map, as in {EXAMPLE}; {self.layer!r} names none")

    def __str__(self) -> str:
        """Return the text that `parse_address` reads."""
        text = _written(self.layer)
        if self.map is not None:
            text += f"/{self.map if isinstance(self.map, int) else _written(self.map, is_map=True)}"
        return f"{text}@({','.join(map(str, self.cell))})" if self.cell else text


def parse_address(text: str) -> Address:
    """Return the address that a text is; ValueError says where it is none.

    The brackets around a cell may be missing, as they mean something to a shell.

    Examples
    --------
    >>> parse_address("conv2/17@(12,40)")
    Address(layer='conv2', map=17, cell=(12, 40))
    >>> parse_address("input/R@3,4"), str(Address("a/b", "7"))
    (Address(layer='input', map='R', cell=(3, 4)), '"a/b"/"7"')
    """
    if len(text) > _LONGEST:
        raise ValueError(f"an address has at most {_LONGEST} characters, as in {EXAMPLE}; got {len(text)}")
    layer, rest, _ = _name(text.strip(), "a layer")
    number: int | str | None = None
    if rest.startswith("/"):
        name, rest, is_quoted = _name(rest[1:], "a map")
        number = int(name) if _NUMBER.fullmatch(name) and not is_quoted else name
    if not rest:
        return Address(layer, number)
    if number is None:
        raise ValueError(f"a cell is one of a map, as in {EXAMPLE}; “{plain(text)}” names no map")
    return Address(layer, number, _cell(rest[1:].strip()))


def address_of(layers: Sequence[Layer], layer: int, place: Sequence[int]) -> Address:
    """Return the address of a value.

    Parameters
    ----------
    layer : its position, −1 for the picture.
    place : (channel, *cell), or (number,) of a value without place.
    """
    name = INPUT if layer < 0 else layers[layer].id
    number, *cell = (int(i) for i in place)
    return Address(name, number, tuple(cell))


def _name(text: str, what: str) -> tuple[str, str, bool]:
    """Return the name at the begin of a text, the rest, and whether the name is in quotes."""
    if text.startswith('"'):
        try:
            name, end = json.JSONDecoder().raw_decode(text)
        except JSONDecodeError:
            raise ValueError(f"the quotes around the name of {what} do not end well in “{plain(text)}”") from None
        rest = text[end:].lstrip()
    else:
        end = min((i for i in (text.find("/"), text.find("@")) if i >= 0), default=len(text))
        name, rest = text[:end].strip(), text[end:]
        if not name:
            raise ValueError(f"the name of {what} is missing; an address is written as {EXAMPLE}")
    if rest and rest[0] not in ("/@" if what == "a layer" else "@"):
        expected = "/ and its map, or nothing" if what == "a layer" else "@ and its cell, or nothing"
        raise ValueError(f"behind the name of {what} stands {expected}; got “{plain(rest)}”")
    return name, rest, text.startswith('"')


def _cell(text: str) -> tuple[int, ...]:
    found = _CELL.fullmatch(text)
    parts = [] if found is None else [part.strip() for part in (found[1] or found[2] or "").split(",")]
    if not parts or not all(map(_NUMBER.fullmatch, parts)):
        raise ValueError(f"a cell is row and column from 0, as in {EXAMPLE}; got “{plain(text)}”")
    return tuple(map(int, parts))


def _written(name: str, *, is_map: bool = False) -> str:
    """Return a name as it stands in an address, in quotes where it would be misread."""
    is_odd = not name or name != name.strip() or not name.isprintable() or re.search(r'[/@"]', name)
    if not is_odd and not (is_map and _NUMBER.fullmatch(name)):
        return name
    return json.dumps(name, ensure_ascii=not name.isprintable())
