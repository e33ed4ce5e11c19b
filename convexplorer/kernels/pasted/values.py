"""Values that are met in code beside numbers, and how lists, elements and sizes become arrays."""

import math
import re
from typing import Any

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.kernels.numbers import quoted
from convexplorer.kernels.pasted import makers, operations


@dataclass(frozen=True)
class Unknown:
    """A value that is not known here: a picture, an option; by its name."""

    name: str


@dataclass(frozen=True, eq=False)
class Bound:
    """A method of a value, before it is called."""

    value: Any
    name: str


@dataclass(frozen=True)
class Empty:
    """A matrix of a size that numbers are streamed into."""

    shape: tuple[int, ...]


def called(function: Any, positional: list[Any], named: dict[str, Any], name: str) -> Any:
    """Return what a function of the table gives; ValueError if its arguments are not understood."""
    try:
        with np.errstate(all="ignore"):
            return function(*positional, **named)
    except TypeError as error:
        raise ValueError(f"{quoted(name)} is called with arguments that are not understood") from error


def joined(values: list[Any]) -> Any:
    """Return a list as an array if it is one of numbers of one shape, else as a list."""
    if values and all(isinstance(one, int | float) and not isinstance(one, bool) for one in values):
        return np.array(values, np.float64)
    if values and all(isinstance(one, np.ndarray) for one in values):
        shapes = {one.shape for one in values}
        if len(shapes) > 1:
            rows = {one.shape for one in values if one.ndim == 1}
            if rows == shapes:
                first = len(values[0])
                i, wrong = next((i, len(one)) for i, one in enumerate(values, 1) if len(one) != first)
                raise ValueError(f"row {i} has {wrong} numbers, row 1 has {first}")
            return values
        return np.stack(values) if values[0].ndim < 5 else values
    return values


def assembled(value: Any) -> Any:
    """Return elements that were set one by one as an array, if they are all there."""
    if not isinstance(value, dict) or not all(isinstance(key, tuple) for key in value):
        return value
    shape = tuple(max(places) + 1 for places in zip(*value, strict=False))
    if len({len(key) for key in value}) > 1 or math.prod(shape) != len(value):
        return value
    array = np.zeros(shape)
    for place, number in value.items():
        array[place] = number
    return array


def padding(positional: list[Any], named: dict[str, Any]) -> str | None:
    """Return the border of a call that pads, as a key of `BORDERS`; None if it is not known."""
    words = [one for one in (named.get("mode"), named.get("borderType"), *positional) if isinstance(one, str)]
    constants = [one for one in (*positional, *named.values()) if "BORDER_" in str(getattr(one, "name", ""))]
    if constants:
        return operations.NAMES_OF_BORDERS["cv"].get(operations.word_of(constants[0]))
    return operations.NAMES_OF_BORDERS["pad"].get(words[0].lower() if words else "constant")


def of_size(sized: re.Match[str], positional: list[Any]) -> Any:
    """Return a matrix of C++ or HLSL: filled from its arguments, or empty to be streamed into."""
    rows, columns = sized["rows"] or sized["r"], sized["columns"] or sized["c"]
    arrays = [one for one in positional if isinstance(one, np.ndarray) and one.size > 2]
    if rows:
        numbers = arrays[0].ravel() if arrays else makers.listed(*positional)
        return makers.reshaped(numbers, np.array([int(rows), int(columns)], np.float64))
    pairs = [one for one in positional if isinstance(one, np.ndarray) and one.size == 2]
    lengths = [one for one in positional if isinstance(one, float)][:2]
    shape = [float(n) for n in pairs[0]] if pairs else lengths
    if len(shape) != 2:
        return arrays[0] if arrays else Unknown("Mat")
    if arrays:
        return makers.reshaped(arrays[0], np.array(shape))
    return Empty(makers.check_lengths(shape))


def are_items(positional: list[Any]) -> bool:
    """Return True for the items of PHP's array: numbers, or rows of them."""
    kinds = {type(one) for one in positional}
    return kinds == {float} or (kinds == {np.ndarray} and len(positional) > 1)


def array_of_items(positional: list[Any], named: dict[str, Any]) -> Any:
    """Return R's array, which is filled by column, or PHP's, whose arguments are its items."""
    if "dim" in named:
        return makers.reshaped(positional[0] if positional else 0.0, named["dim"], is_by_column=True)
    return makers.listed(*positional)
