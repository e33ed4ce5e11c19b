"""How one layer is said in a framework: calls that make its parts, the arrays they load, and what must be defined."""

from collections.abc import Mapping
from dataclasses import field

import numpy as np

from convexplorer import core
from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.borders import Amounts
from convexplorer.export.network.plan import Step, combined_maps

NO_ARRAYS: Mapping[str, np.ndarray] = {}


@dataclass(frozen=True, eq=False)
class Call:
    """A part of a layer, made once: `layers.ZeroPadding2D(((0, 1), (0, 1)))`.

    Attributes
    ----------
    function : its name in the framework, or in the definitions.
    arguments : as written.
    suffix : behind the layer's name; "" for the part that has the name itself.
    arrays : weights by their names in the framework, in its order of axes.
    note : why it is said so, where a reader would wonder.
    """

    function: str
    arguments: tuple[str, ...] = ()
    suffix: str = ""
    arrays: Mapping[str, np.ndarray] = field(default_factory=lambda: NO_ARRAYS)
    note: str = ""


@dataclass(frozen=True, eq=False)
class Saying:
    """One layer: calls in a row, of which the first gets the inputs.

    Attributes
    ----------
    calls : () for a layer that is an expression.
    expression : of several inputs, "{0}", "{1}", …
    definitions : names of functions and classes that the calls need.
    """

    calls: tuple[Call, ...] = ()
    expression: str = ""
    definitions: tuple[str, ...] = ()


def numbers(values: tuple[int, ...] | list[int]) -> str:
    """Return whole numbers as written in code: one for all that are equal.

    Examples
    --------
    >>> numbers((3, 3)), numbers((2, 1))
    ('3', '(2, 1)')
    """
    return str(values[0]) if len(set(values)) == 1 else str(tuple(values))


def pairs(amounts: Amounts) -> str:
    """Return (before, after) of each axis as written in code: `((0, 1), (0, 1))`, of one axis `(0, 1)`."""
    return str(amounts[0]) if len(amounts) == 1 else str(tuple(tuple(pair) for pair in amounts))


def spread_out(kernel: np.ndarray, rates: tuple[int, ...]) -> np.ndarray:
    """Return a kernel (…, …, *size) with the zeros between its cells that a dilation means."""
    size = tuple((n - 1) * rate + 1 for n, rate in zip(kernel.shape[2:], rates, strict=True))
    wide = np.zeros((*kernel.shape[:2], *size), kernel.dtype)
    wide[(slice(None), slice(None), *(slice(None, None, rate) for rate in rates))] = kernel
    return wide


def is_padded(amounts: Amounts) -> bool:
    """Whether there is a cell to add or to cut off at all."""
    return any(map(any, amounts))


def combined(step: Step, functions: Mapping[str, str], framework: str) -> Saying:
    """Return how two maps of one input are combined.

    Parameters
    ----------
    functions : of two arrays, as written, by the operation of `core.CombineMaps`.
    framework : that has them, for the refusal of others.
    """
    layer: core.CombineMaps = step.layer  # type: ignore[assignment]
    function = functions.get(layer.operation)
    if function is None:
        raise step.refusal(f"{framework} has no {layer.operation} here")
    firsts, seconds = combined_maps(layer, step.input_shape[0])
    return Saying((Call("CombineMaps", (function, str(firsts), str(seconds))),), definitions=("CombineMaps",))
