"""Where the cards of all layers and the maps on them lie: plain arithmetic, no widget.

Cards stand from left to right in the order of the layers, and in rows where the width ends.
"""

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from math import ceil

from PySide6.QtCore import QPointF, QRectF

from convexplorer._dataclass import dataclass

TALL = 4  # so many maps stand above each other


@dataclass(frozen=True)
class Measures:
    """Lengths in logical pixels.

    Attributes
    ----------
    pad : between the edge of a card and what is on it.
    head : the height of title and shape.
    foot : the height of the line below the maps.
    gap : between maps.
    across, down : between cards of a row, and between rows: room for the lines from card to card.
    margin : at the left and the right of all rows.
    least : width of what is on a card.
    bar : (width, height) of the line of a bar.
    """

    pad: float = 6
    head: float = 34
    foot: float = 15
    gap: float = 3
    across: float = 20
    down: float = 26
    margin: float = 16
    least: float = 100
    bar: tuple[float, float] = (150, 15)


@dataclass(frozen=True)
class Station:
    """What the layout must know of a layer.

    Attributes
    ----------
    pictures : number of maps on the card.
    size : (width, height) of each.
    bars : number of values that are bars.
    note : (width, height) of a sentence instead of maps; None without one.
    words : width of the lines above the maps.
    is_head : the card holds nothing but these lines, and is as narrow.
    """

    pictures: int = 0
    size: tuple[float, float] = (0, 0)
    bars: int = 0
    note: tuple[float, float] | None = None
    words: float = 0
    is_head: bool = False


@dataclass(frozen=True)
class Card:
    """The place of a layer.

    Attributes
    ----------
    row : number of its row.
    body : of the maps, bars, or of the sentence.
    columns : of the maps.
    """

    rect: QRectF
    row: int
    body: QRectF
    columns: int
    station: Station
    gap: float

    def picture(self, index: int) -> QRectF:
        """Return the rectangle of a map."""
        width, height = self.station.size
        across, down = index % self.columns, index // self.columns
        return QRectF(
            self.body.left() + across * (width + self.gap), self.body.top() + down * (height + self.gap), width, height
        )

    def bar(self, index: int) -> QRectF:
        """Return the rectangle of the line of a bar."""
        height = self.body.height() / max(self.station.bars, 1)
        return QRectF(self.body.left(), self.body.top() + index * height, self.body.width(), height)

    def spot(self, index: int) -> QRectF:
        """Return the rectangle of a map or of the line of a bar."""
        return self.bar(index) if self.station.bars else self.picture(index)

    def index_at(self, place: QPointF) -> int | None:
        """Return the map or bar at a place."""
        station = self.station
        if not self.body.contains(place):
            return None
        if station.bars:
            return min(int((place.y() - self.body.top()) * station.bars / self.body.height()), station.bars - 1)
        if not station.pictures:
            return None
        width, height = station.size
        across = int((place.x() - self.body.left()) // (width + self.gap))
        down = int((place.y() - self.body.top()) // (height + self.gap))
        index = down * self.columns + across
        if across >= self.columns or index >= station.pictures or not self.picture(index).contains(place):
            return None
        return index


@dataclass(frozen=True, eq=False)
class CardLayout:
    """All cards, in the order of the layers.

    Attributes
    ----------
    rows : (top, bottom) of each row.
    """

    cards: tuple[Card, ...]
    rows: tuple[tuple[float, float], ...]
    height: float

    @cached_property
    def _firsts(self) -> list[int]:
        """The first card of each row."""
        found = [0] * len(self.rows)
        for index in range(len(self.cards) - 1, -1, -1):
            found[self.cards[index].row] = index
        return found

    def visible(self, top: float, bottom: float) -> range:
        """Return the cards of the rows that a horizontal band meets."""
        if not self.rows:
            return range(0)
        first = max(0, bisect_right([low for _, low in self.rows], top))
        last = max(0, bisect_right([high for high, _ in self.rows], bottom) - 1)
        first = min(first, len(self.rows) - 1)
        last = max(first, last)
        stop = self._firsts[last + 1] if last + 1 < len(self.rows) else len(self.cards)
        return range(self._firsts[first], stop)

    def card_at(self, place: QPointF) -> int | None:
        """Return the card at a place."""
        near = self.visible(place.y(), place.y())
        return next((index for index in near if self.cards[index].rect.contains(place)), None)

    def neighbour(self, index: int, rows: int) -> int:
        """Return the card that lies so many rows below another, nearest to it."""
        own = self.cards[index]
        row = min(max(own.row + rows, 0), len(self.rows) - 1)
        if row == own.row:
            return index
        stop = self._firsts[row + 1] if row + 1 < len(self.rows) else len(self.cards)
        middle = own.rect.center().x()
        return min(range(self._firsts[row], stop), key=lambda i: abs(self.cards[i].rect.center().x() - middle))


def arrange(stations: Sequence[Station], width: float, measures: Measures) -> CardLayout:
    """Place cards in rows of at most a width."""
    left, top, row, tallest = measures.margin, measures.down, 0, 0.0
    cards: list[Card] = []
    rows: list[tuple[float, float]] = []
    for station in stations:
        columns, body_width, body_height = _body(station, measures)
        least = 0 if station.is_head else measures.least
        card_width = max(body_width, least, station.words) + 2 * measures.pad
        if cards and cards[-1].row == row and left + card_width > width - measures.margin:
            rows.append((top, top + tallest))
            left, top, row, tallest = measures.margin, top + tallest + measures.down, row + 1, 0.0
        card_height = measures.head + body_height + measures.foot + measures.pad
        rect = QRectF(left, top, card_width, card_height)
        body = QRectF(left + measures.pad, top + measures.head, body_width, body_height)
        cards.append(Card(rect, row, body, columns, station, measures.gap))
        left, tallest = left + card_width + measures.across, max(tallest, card_height)
    if cards:
        rows.append((top, top + tallest))
    return CardLayout(tuple(cards), tuple(rows), top + tallest + measures.margin)


def _body(station: Station, measures: Measures) -> tuple[int, float, float]:
    """Return the columns of the maps, and the size of all of them."""
    if station.note is not None:
        return 1, *station.note
    if station.bars:
        width, height = measures.bar
        return 1, width, height * station.bars
    if not station.pictures:
        return 1, 0.0 if station.is_head else measures.least, 0.0
    columns = ceil(station.pictures / TALL)
    down = ceil(station.pictures / columns)
    width, height = station.size
    return columns, columns * (width + measures.gap) - measures.gap, down * (height + measures.gap) - measures.gap
