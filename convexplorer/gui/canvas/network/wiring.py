"""The lines between cards: what feeds what. Neighbours by arrows, all others by arcs and round the ends of rows."""

from collections.abc import Sequence
from math import log2

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath

from convexplorer._dataclass import dataclass
from convexplorer.gui.canvas.network.card_layout import Card, CardLayout, Measures

_ARROW = (5.0, 3.0)
_LANES = 4  # lines between two rows lie on so many heights


@dataclass(frozen=True, eq=False)
class Wire:
    """A line from one card to another, with the head of its arrow at the end."""

    source: int
    target: int
    line: QPainterPath
    head: QPainterPath


def wires(layout: CardLayout, inputs: Sequence[Sequence[int]], measures: Measures, width: float) -> tuple[Wire, ...]:
    """Return the lines for all cards.

    Parameters
    ----------
    inputs : for each card, those that it reads.
    width : of all rows.
    """
    pairs = [(one, target) for target, read in enumerate(inputs[: len(layout.cards)]) for one in dict.fromkeys(read)]
    return tuple(_wire(layout, *pair, number, measures, width) for number, pair in enumerate(pairs))


def _wire(layout: CardLayout, source: int, target: int, number: int, measures: Measures, width: float) -> Wire:
    one, other = layout.cards[source], layout.cards[target]
    if one.row == other.row and target == source + 1:
        return _straight(source, target, one, other, measures)
    if one.row == other.row:
        return _arc(source, target, one, other, measures)
    return _around(layout, source, target, number, measures, width)


def _straight(source: int, target: int, one: Card, other: Card, measures: Measures) -> Wire:
    height = one.rect.top() + measures.head / 2
    line = QPainterPath(QPointF(one.rect.right(), height))
    line.lineTo(other.rect.left(), height)
    return Wire(source, target, line, _head(QPointF(other.rect.left(), height), is_down=False))


def _arc(source: int, target: int, one: Card, other: Card, measures: Measures) -> Wire:
    """Return an arc above the cards between: the further, the higher."""
    top = one.rect.top()
    start, end = QPointF(one.rect.right() - 12, top), QPointF(other.rect.left() + 12, top)
    rise = min(measures.down - 6, 8 + 4 * log2(max(target - source, 1)))
    line = QPainterPath(start)
    line.cubicTo(start.x() + 10, top - rise * 4 / 3, end.x() - 10, top - rise * 4 / 3, end.x(), end.y())
    return Wire(source, target, line, _head(end, is_down=True))


def _around(layout: CardLayout, source: int, target: int, number: int, measures: Measures, width: float) -> Wire:
    """Return a line through the room between rows, and along the margin where it passes whole rows."""
    one, other = layout.cards[source], layout.cards[target]
    lane = 7 + 4 * (number % _LANES)
    below = (
        layout.rows[one.row][1] + measures.down - lane
        if target != source + 1
        else layout.rows[one.row][1] + measures.down / 2
    )
    points = [QPointF(one.rect.center().x(), one.rect.bottom()), QPointF(one.rect.center().x(), below)]
    if target == source + 1:
        edge, height = width - measures.margin / 2, one.rect.top() + measures.head / 2
        entry = other.rect.top() + measures.head / 2
        points = [QPointF(one.rect.right(), height), QPointF(edge, height), QPointF(edge, below)]
        points += [
            QPointF(measures.margin / 2, below),
            QPointF(measures.margin / 2, entry),
            QPointF(other.rect.left(), entry),
        ]
        return Wire(source, target, _rounded(points), _head(points[-1], is_down=False))
    above = layout.rows[other.row][0] - lane
    arrival = other.rect.left() + 12
    if other.row > one.row + 1:
        gutter = measures.margin / 2 - 2 + lane % 5
        points += [QPointF(gutter, below), QPointF(gutter, above)]
    else:
        points[1] = QPointF(points[0].x(), above)
    points += [QPointF(arrival, above), QPointF(arrival, other.rect.top())]
    return Wire(source, target, _rounded(points), _head(points[-1], is_down=True))


def _rounded(points: Sequence[QPointF], radius: float = 5.0) -> QPainterPath:
    """Return a line through points with rounded corners."""
    line = QPainterPath(points[0])
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        line.lineTo(_towards(corner, before, radius))
        line.quadTo(corner, _towards(corner, after, radius))
    line.lineTo(points[-1])
    return line


def _towards(start: QPointF, end: QPointF, length: float) -> QPointF:
    """Return the point so far from one towards another, at most half way."""
    way = end - start
    whole = abs(way.x()) + abs(way.y())  # lines are upright or level
    return start if not whole else start + way * min(length / whole, 0.5)


def _head(tip: QPointF, *, is_down: bool) -> QPainterPath:
    length, half = _ARROW
    head = QPainterPath(tip)
    if is_down:
        head.lineTo(tip.x() - half, tip.y() - length)
        head.lineTo(tip.x() + half, tip.y() - length)
    else:
        head.lineTo(tip.x() - length, tip.y() - half)
        head.lineTo(tip.x() - length, tip.y() + half)
    head.closeSubpath()
    return head
