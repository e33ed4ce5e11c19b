"""The content of a shape diagram: the axes of a setting, and the padding conventions of frameworks."""

import functools

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.taps import WindowTaps


@dataclass(frozen=True)
class AxisDiagram:
    """One axis of a layer's setting.

    Attributes
    ----------
    name : "↕ rows", "↔ columns".
    formula : for the number of outputs, with the current numbers.
    notes : one on the content of the padding and one on cells that no window reads; "" if there are none.
    current : index of the selected output.
    filler : text drawn in padding that repeats no cell.
    """

    name: str
    axis: WindowTaps
    formula: str
    notes: tuple[str, str] = ("", "")
    current: int = 0
    filler: str = "0"


@dataclass(frozen=True)
class ConventionRow:
    """A framework's padding of the same setting, as a row of the table.

    Attributes
    ----------
    pads : padding before and after, of rows and of columns; "" if the setting is impossible.
    output : size of the maps.
    difference : from the current map, or the reason why the setting is impossible.
    is_current : True if the current padding is the same.
    """

    name: str
    pads: tuple[str, str]
    output: str
    difference: str
    is_current: bool = False


@dataclass(frozen=True)
class ShapeDiagram:
    """The complete content of the diagram.

    Attributes
    ----------
    caption : below the table; names the map on which the differences were measured.
    """

    axes: tuple[AxisDiagram, ...]
    rows: tuple[ConventionRow, ...] = ()
    caption: str = ""


@functools.lru_cache(maxsize=8)
def is_read(axis: WindowTaps) -> np.ndarray:
    """Return a mask (before + n + after,) bool of the padded axis: True for cells that a window reads.

    A cell of the input also counts as read if the border mode repeats it in padding under a tap.
    """
    outputs = np.arange(axis.output)
    sources = axis.sources(outputs)
    reads = np.zeros(axis.before + axis.n + axis.after, bool)
    reads[axis.positions(outputs) + axis.before] = True
    reads[sources[sources >= 0] + axis.before] = True
    reads.flags.writeable = False
    return reads
