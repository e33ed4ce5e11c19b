"""Where the parts of a diagram of one axis lie: plain arithmetic on the true positions of the windows.

An axis that is too long for the room becomes an extract: its beginning, the part around the window that is looked at,
and its end, with every cell between them left out and none made smaller than it can be seen.
"""

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.borders import border_sources
from convexplorer.core.geometry.taps import WindowTaps
from convexplorer.results.shape_diagram import is_read

TITLE, STRIP, OUTPUT, LANE = 15, 16, 14, 7  # design pixels
_LARGEST_CELL, _SMALLEST_CELL, _WANTED_CELL = 30, 6, 23
_GAP_CELLS = 1.2  # how wide the mark for what is left out is
_MOST_LANES, _THICKEST_LANE = 8, 14


@dataclass(frozen=True)
class InputCell:
    """A cell of the padded input.

    Attributes
    ----------
    position : along the axis; negative and from n on it is padding.
    source : the cell whose value stands there; −1: none, zeros.
    is_read : some window has a tap on it.
    """

    rect: QRectF
    position: int
    source: int
    is_padding: bool
    is_read: bool


@dataclass(frozen=True)
class Stop:
    """A window at one of its places: the line from its first to its last tap, and the visible taps."""

    output: int
    bracket: QRectF
    taps: tuple[QRectF, ...]


@dataclass(frozen=True)
class OutputCell:
    """A cell of the maps, below the middle of its window."""

    rect: QRectF
    output: int


@dataclass(frozen=True)
class AxisLayout:
    """Where everything of one axis lies.

    Attributes
    ----------
    title : the line above.
    gaps : what is left out, in the strip of the input.
    cell : width of a cell in pixels.
    """

    title: QRectF
    cells: tuple[InputCell, ...]
    gaps: tuple[QRectF, ...]
    stops: tuple[Stop, ...]
    outputs: tuple[OutputCell, ...]
    cell: float

    def stop_at(self, position: QPointF) -> int | None:
        """Return the output whose window, or whose cell, is at a position."""
        for one in self.outputs:
            if one.rect.contains(position):
                return one.output
        reach = max((stop.bracket.height() for stop in self.stops), default=0.0) / 2
        for stop in self.stops:
            if stop.bracket.adjusted(0, -reach, 0, reach).contains(position):
                return stop.output
        return None


def arrange_axis(axis: WindowTaps, area: QRectF, *, current: int = 0, scale: float = 1.0) -> AxisLayout:
    """Arrange the diagram of an axis.

    Parameters
    ----------
    area : the room, of the height of a title and the strips at least.
    current : the output that is looked at: its surroundings are part of an extract.
    """
    current = min(max(current, 0), axis.output - 1)
    ranges, cell = _extract(axis, area.width(), current, scale)
    ruler = _Ruler(ranges, area.left(), cell)
    strip = QRectF(area.left(), area.top() + TITLE * scale, area.width(), STRIP * scale)
    outputs_top = area.bottom() - OUTPUT * scale
    room = outputs_top - strip.bottom() - 2
    lanes = min(max(int(room / (LANE * scale)), 1), _MOST_LANES)
    lane = min(max(room / lanes, LANE * scale), _THICKEST_LANE * scale)
    shown = [i for first, stop in ranges for i in _outputs_between(axis, first, stop)]
    shown = sorted({*shown, current})
    return AxisLayout(
        title=QRectF(area.left(), area.top(), area.width(), TITLE * scale),
        cells=_cells(axis, ranges, ruler, strip),
        gaps=tuple(QRectF(left, strip.top(), right - left, strip.height()) for left, right in ruler.gaps),
        stops=_stops(axis, ruler, shown, current, QPointF(0.0, strip.bottom() + 2), lanes, lane),
        outputs=tuple(
            OutputCell(QRectF(ruler.x(_middle(axis, i)) - cell / 2, outputs_top, cell, OUTPUT * scale), i)
            for i in shown
            if ruler.shows(_middle(axis, i))
        ),
        cell=cell,
    )


class _Ruler:
    """From places along the axis to pixels, over the gaps of an extract."""

    def __init__(self, ranges: Sequence[tuple[int, int]], left: float, cell: float) -> None:
        self._ranges = ranges
        self.cell = cell
        self._lefts: list[float] = []
        self.gaps: list[tuple[float, float]] = []
        for i, (first, stop) in enumerate(ranges):
            if i:
                self.gaps.append((left, left + _GAP_CELLS * cell))
                left += _GAP_CELLS * cell
            self._lefts.append(left)
            left += (stop - first) * cell

    def shows(self, place: float) -> bool:
        """Return whether a place is part of the extract."""
        return any(first <= place <= stop for first, stop in self._ranges)

    def left_of(self, position: int) -> float | None:
        """Return where a cell begins, None if it is left out."""
        for (first, stop), left in zip(self._ranges, self._lefts, strict=True):
            if first <= position < stop:
                return left + (position - first) * self.cell
        return None

    def x(self, place: float) -> float:
        """Return where a place is drawn; what is left out lies in its gap, in order."""
        for i, (first, stop) in enumerate(self._ranges):
            if place < first:
                if i == 0:
                    return self._lefts[0]
                hidden = self._ranges[i - 1][1]
                left, right = self.gaps[i - 1]
                return left + (place - hidden) / (first - hidden) * (right - left)
            if place <= stop:
                return self._lefts[i] + (place - first) * self.cell
        first, stop = self._ranges[-1]
        return self._lefts[-1] + (stop - first) * self.cell


def _extract(axis: WindowTaps, width: float, current: int, scale: float) -> tuple[list[tuple[int, int]], float]:
    """Return the parts of the padded axis that are shown, (first, stop) each, and the width of a cell."""
    first, stop = -axis.before, axis.n + axis.after
    total = stop - first
    span = (axis.size - 1) * axis.dilation + 1
    if total * _SMALLEST_CELL * 2 * scale <= width or total * _WANTED_CELL * scale <= width:
        return [(first, stop)], min(_LARGEST_CELL * scale, width / total)
    # Room for two windows side by side in each third, where that is possible.
    wanted = width / 3 / (span + axis.stride + 1)
    cell = min(max(wanted, _SMALLEST_CELL * scale), _WANTED_CELL * scale)
    capacity = int(width / cell - 2 * _GAP_CELLS)
    third = max(capacity // 3, 1)
    middle = math.floor(_middle(axis, current))
    around = min(max(middle - third // 2, first), stop - third)
    ranges = _merged([(first, first + third), (around, around + third), (stop - third, stop)])
    slack = capacity - sum(b - a for a, b in ranges)
    if len(ranges) > 1 and slack > 0:
        grown = min(ranges[0][1] + slack, ranges[1][0])
        ranges = _merged([(ranges[0][0], grown), *ranges[1:]])
    return ranges, cell


def _merged(ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join ranges that overlap, touch, or leave out a single cell: a gap is no shorter than that."""
    found: list[tuple[int, int]] = []
    for first, stop in sorted(ranges):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(stop, found[-1][1]))
        else:
            found.append((first, stop))
    return found


def _middle(axis: WindowTaps, output: int) -> float:
    """Return the place of the middle of a window."""
    first, stop = axis.covered(output, output + 1)
    return (first + stop) / 2


def _outputs_between(axis: WindowTaps, first: int, stop: int) -> range:
    """Return the outputs whose windows have their middles in a part of the axis."""
    offset = _middle(axis, 0)
    low = math.ceil((first - offset) / axis.stride)
    high = math.floor((stop - offset) / axis.stride)
    return range(max(low, 0), min(high + 1, axis.output))


def _cells(axis: WindowTaps, ranges: Sequence[tuple[int, int]], ruler: _Ruler, strip: QRectF) -> tuple[InputCell, ...]:
    reads = is_read(axis)
    sources = border_sources(axis.n, axis.before, axis.after, axis.border)
    found = []
    for first, stop in ranges:
        left = ruler.x(first)
        for i, position in enumerate(range(first, stop)):
            rect = QRectF(left + i * ruler.cell, strip.top(), ruler.cell, strip.height())
            place = position + axis.before
            is_padding = not 0 <= position < axis.n
            found.append(InputCell(rect, position, int(sources[place]), is_padding, bool(reads[place])))
    return tuple(found)


def _stops(
    axis: WindowTaps, ruler: _Ruler, shown: Sequence[int], current: int, corner: QPointF, lanes: int, height: float
) -> tuple[Stop, ...]:
    """Draw the windows below each other where they overlap; one that finds no room is left out, the current never."""
    taken: list[list[tuple[int, int]]] = [[] for _ in range(lanes)]
    found = []
    for output in [current, *(i for i in shown if i != current)]:
        first, stop = axis.covered(output, output + 1)
        free = [
            lane
            for lane in ((output + step) % lanes for step in range(lanes))
            if all(stop <= a or first >= b for a, b in taken[lane])
        ]
        if not free:
            continue
        taken[free[0]].append((first, stop))
        top = corner.y() + free[0] * height
        tap = height - 2
        lefts = (ruler.left_of(place) for place in range(first, stop, axis.dilation))
        found.append(
            Stop(
                output,
                QRectF(ruler.x(first), top, ruler.x(stop) - ruler.x(first), tap),
                tuple(QRectF(left, top, ruler.cell, tap) for left in lefts if left is not None),
            )
        )
    return tuple(sorted(found, key=lambda stop: stop.output))
