"""What a shape diagram is given to paint: the axes of a setting, and how frameworks would pad it."""

from dataclasses import dataclass

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
