"""What a shape diagram is given to paint: the axes of a setting, and how frameworks would pad it."""

import functools
from dataclasses import dataclass

import numpy as np

from convexplorer.core.geometry.taps import WindowTaps


@dataclass(frozen=True)
class AxisDiagram:
    """One axis of a setting.

    Attributes
    ----------
    name : "↕ rows", "↔ columns".
    formula : how the number of outputs comes about, with today's numbers.
    notes : what stands in the padding, and what no window reads; "" each where there is no such.
    current : the output that is looked at.
    filler : what is written into padding that repeats no cell.
    """

    name: str
    axis: WindowTaps
    formula: str
    notes: tuple[str, str] = ("", "")
    current: int = 0
    filler: str = "0"


@dataclass(frozen=True)
class ConventionRow:
    """How a framework would pad the setting, as written in the table.

    Attributes
    ----------
    pads : padding before and after, of rows and of columns; "" where the setting cannot be.
    output : size of the maps.
    difference : from the current map, or why the setting cannot be.
    is_current : this is what the setting does now.
    """

    name: str
    pads: tuple[str, str]
    output: str
    difference: str
    is_current: bool = False


@dataclass(frozen=True)
class ShapeDiagram:
    """All that is painted.

    Attributes
    ----------
    caption : below the table: on what the differences were measured.
    """

    axes: tuple[AxisDiagram, ...]
    rows: tuple[ConventionRow, ...] = ()
    caption: str = ""


@functools.lru_cache(maxsize=8)
def is_read(axis: WindowTaps) -> np.ndarray:
    """Return, for each cell of the padded axis, (before + n + after,) bool, whether a window reads it.

    A cell of the input is read too where a border mode repeats it as padding under a tap.
    """
    outputs = np.arange(axis.output)
    sources = axis.sources(outputs)
    reads = np.zeros(axis.before + axis.n + axis.after, bool)
    reads[axis.positions(outputs) + axis.before] = True
    reads[sources[sources >= 0] + axis.before] = True
    reads.flags.writeable = False
    return reads
