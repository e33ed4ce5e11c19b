"""Paints named bars: name, bar from its zero, and number, each row as wide as all others."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from convexplorer._dataclass import dataclass
from convexplorer.gui.canvas.pictures.painting import write
from convexplorer.gui.look import theme
from convexplorer.results.scores import Scores
from convexplorer.words import MINUS, percent, short_number

TEXT_PX = 13.0
_SMALL_PX = 11.0
_PAD_PX, _GAP_PX = 8, 8
_MOST_OF_NAMES = 0.42  # of the width
_LONGEST_NUMBERS = ("100.0 %", f"{MINUS}0.1234e{MINUS}10"[:9])
_MEASURED = 512  # names: the widest of the first ones is as good as that of all
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
_MIDDLE = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


@dataclass(frozen=True)
class Axis:
    """The scale of all bars: `largest` at the right end, and its opposite at the left one if values are signed."""

    largest: float = 1.0
    is_signed: bool = False

    def bar(self, value: float, room: QRectF) -> QRectF:
        """Return the bar of a value; one that is not finite has none, one beyond the scale ends with it."""
        share = min(max(value / self.largest, -1.0 if self.is_signed else 0.0), 1.0) if value == value else 0.0
        zero, unit = self.zero(room), room.width() / (2 if self.is_signed else 1)
        return QRectF(zero + min(share, 0.0) * unit, room.top(), abs(share) * unit, room.height())

    def zero(self, room: QRectF) -> float:
        """Return where 0 lies."""
        return room.center().x() if self.is_signed else room.left()


@dataclass(frozen=True)
class RowLook:
    """How a row stands out: the mouse is on it, it is selected, or it is pinned."""

    is_hovered: bool = False
    is_selected: bool = False
    is_pinned: bool = False


class ScorePainter:
    """The painter of rows; names are measured once for each set of names and each scale."""

    def __init__(self) -> None:
        self._names: tuple[str, ...] = ()
        self._widest = 0.0
        self.refresh()

    def refresh(self) -> None:
        """Apply fonts and colours of the current theme."""
        self._font, self._bold = theme.text_font(TEXT_PX), theme.text_font(TEXT_PX, is_bold=True)
        self._digits, self._small = theme.digits_font(TEXT_PX), theme.digits_font(_SMALL_PX)
        metrics = QFontMetricsF(self._digits)
        self._number_width = max(metrics.horizontalAdvance(text) for text in _LONGEST_NUMBERS)
        self._elided: dict[tuple[str, bool, int], str] = {}
        self._names, self._widest = (), 0.0

    def measure(self, names: tuple[str, ...]) -> None:
        """Make room for names."""
        if names is not self._names:
            self._names, self._elided = names, {}
            metrics = QFontMetricsF(self._bold)
            self._widest = max((metrics.horizontalAdvance(name) for name in names[:_MEASURED]), default=0.0)

    def columns(self, row: QRectF) -> tuple[QRectF, QRectF, QRectF]:
        """Return where name, bar and number of a row lie."""
        pad, gap = theme.px(_PAD_PX), theme.px(_GAP_PX)
        inner = row.adjusted(pad, 0, -pad, 0)
        name = min(self._widest + 1, inner.width() * _MOST_OF_NAMES)
        number = min(self._number_width, inner.width() / 3)
        left, right = inner.left() + name + gap, inner.right() - number - gap
        thin = row.height() * 0.2
        return (
            QRectF(inner.left(), row.top(), name, row.height()),
            QRectF(left, row.top() + thin, max(right - left, 0.0), row.height() - 2 * thin),
            QRectF(inner.right() - number, row.top(), number, row.height()),
        )

    def paint_row(self, painter: QPainter, row: QRectF, scores: Scores, index: int, axis: Axis, look: RowLook) -> None:
        """Paint one row over its ground."""
        colors, (name, room, digits) = theme.colors(), self.columns(row)
        value = float(scores.values[index])
        if look.is_selected or look.is_hovered:
            painter.fillRect(row, colors.selected if look.is_selected else colors.hovered)
        if look.is_pinned:
            painter.fillRect(QRectF(row.left(), row.top(), theme.px(3), row.height()), colors.cursor)
        painter.fillRect(room, colors.canvas)
        painter.fillRect(axis.bar(value, room), colors.negative if value < 0 else colors.positive)
        zero = round(axis.zero(room))
        painter.fillRect(QRectF(zero, row.top(), 1, row.height()), colors.outline)
        is_bold = look.is_selected or look.is_pinned
        font, ink = self._bold if is_bold else self._font, colors.accent if look.is_selected else colors.text
        write(painter, name, self._fitted(scores.names[index], name.width(), is_bold=is_bold), font, ink, _LEFT)
        write(painter, digits, scores.text(index), self._digits, _ink_of(value), _RIGHT)

    def paint_scale(self, painter: QPainter, row: QRectF, scores: Scores, axis: Axis) -> None:
        """Write what the ends of the bars stand for above them."""
        _, room, _ = self.columns(row)
        high = percent(axis.largest, ".3g") if scores.are_shares else short_number(axis.largest)
        zero = QPointF(axis.zero(room), row.center().y())
        ends = [("0", zero.x(), _MIDDLE if axis.is_signed else _LEFT), (high, room.right(), _RIGHT)]
        if axis.is_signed:
            ends.append((MINUS + high, room.left(), _LEFT))
        wide = room.width()
        for text, x, flags in ends:
            left = x if flags is _LEFT else x - wide if flags is _RIGHT else x - wide / 2
            write(painter, QRectF(left, row.top(), wide, row.height()), text, self._small, theme.colors().muted, flags)

    def is_cut(self, scores: Scores, index: int, row: QRectF) -> bool:
        """Return True if a name has no room."""
        return self._fitted(scores.names[index], self.columns(row)[0].width(), is_bold=False) != scores.names[index]

    def _fitted(self, name: str, width: float, *, is_bold: bool) -> str:
        key = (name, is_bold, int(width))
        if key not in self._elided:
            metrics = QFontMetricsF(self._bold if is_bold else self._font)
            self._elided[key] = metrics.elidedText(name, Qt.TextElideMode.ElideRight, width)
        return self._elided[key]


def _ink_of(value: float) -> QColor:
    return theme.colors().text if value - value == 0 else theme.colors().warning  # what is not finite stands out
