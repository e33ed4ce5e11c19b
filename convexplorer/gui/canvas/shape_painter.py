"""Paints a shape diagram on any paint device: the strips of cells with their windows, and the table of conventions."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen

from convexplorer.gui import theme
from convexplorer.gui.canvas.shape_diagram import AxisDiagram, ConventionRow, ShapeDiagram
from convexplorer.gui.canvas.shape_layout import AxisLayout, InputCell, Stop, arrange_axis
from convexplorer.gui.colors import Colors, mix

_CENTER = Qt.AlignmentFlag.AlignCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_SPACE = 18  # between the diagrams and the table
_TABLE_SHARE, _WIDEST_TABLE = 0.45, 600
_LINE = 17
_STEPS = (1, 2, 5, 10, 20, 50, 100)
_COLUMNS = (0.27, 0.09, 0.09, 0.15, 0.40)  # shares of the table: name, pads of rows and columns, output, difference
_HEADS = ("the same setting in …", "pads ↕", "pads ↔", "output", "difference")


@dataclass(frozen=True)
class ShapeLayout:
    """Where the diagrams of the axes, each line of the table and its caption lie."""

    axes: tuple[AxisLayout, ...]
    head: QRectF
    rows: tuple[QRectF, ...]
    caption: QRectF

    def stop_at(self, position: QPointF) -> tuple[int, int] | None:
        """Return (axis, output) of the window at a position."""
        for number, axis in enumerate(self.axes):
            output = axis.stop_at(position)
            if output is not None:
                return number, output
        return None

    def row_at(self, position: QPointF) -> int | None:
        """Return which line of the table is at a position."""
        return next((i for i, rect in enumerate(self.rows) if rect.contains(position)), None)


def arrange_shapes(diagram: ShapeDiagram, width: float, height: float, *, scale: float = 1.0) -> ShapeLayout:
    """Share the room: the axes below each other on the left, the table on the right."""
    table = min(width * _TABLE_SHARE, _WIDEST_TABLE * scale) if diagram.rows else 0.0
    left = width - table - (_SPACE * scale if table else 0.0)
    each = height / max(len(diagram.axes), 1)
    axes = tuple(
        arrange_axis(one.axis, QRectF(1, i * each, left - 2, each - 5 * scale), current=one.current, scale=scale)
        for i, one in enumerate(diagram.axes)
    )
    line = min(_LINE * scale, height / (len(diagram.rows) + 2))
    lines = [QRectF(width - table, i * line, table, line) for i in range(len(diagram.rows) + 2)]
    return ShapeLayout(axes, lines[0], tuple(lines[1:-1]), lines[-1])


class ShapePainter:
    """Paints one diagram in one arrangement.

    Parameters
    ----------
    pointed : (axis, output) of the window under the mouse.
    """

    def __init__(
        self,
        diagram: ShapeDiagram,
        layout: ShapeLayout,
        colors: Colors,
        *,
        pointed: tuple[int, int] | None = None,
        scale: float = 1.0,
    ) -> None:
        self._diagram = diagram
        self._layout = layout
        self._colors = colors
        self._pointed = pointed
        self._scale = scale

    def paint(self, painter: QPainter) -> None:
        """Paint everything."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        for number, (diagram, layout) in enumerate(zip(self._diagram.axes, self._layout.axes, strict=True)):
            pointed = self._pointed[1] if self._pointed is not None and self._pointed[0] == number else None
            self._paint_axis(painter, diagram, layout, pointed)
        if self._diagram.rows:
            self._paint_table(painter)

    # One axis

    def _paint_axis(self, painter: QPainter, diagram: AxisDiagram, layout: AxisLayout, pointed: int | None) -> None:
        marked = diagram.current if pointed is None else pointed
        self._paint_title(painter, diagram, layout)
        step = self._label_step(layout, diagram)
        for cell in layout.cells:
            self._paint_cell(painter, cell, step)
        for gap in layout.gaps:
            self._write(painter, gap.adjusted(-4, -2, 4, -2), "…", 13, self._colors.muted, _CENTER)
        for stop in layout.stops:
            self._paint_stop(painter, stop, is_marked=stop.output == marked)
        for output in layout.outputs:
            is_marked = output.output == marked
            fill = self._colors.cursor if is_marked else mix(self._colors.panel, self._colors.accent, 0.22)
            is_labelled = is_marked or (output.output * diagram.axis.stride) % step == 0
            text = str(output.output) if is_labelled else ""
            self._paint_box(painter, output.rect, fill, text, QColor("#000000") if is_marked else self._colors.text)

    def _paint_title(self, painter: QPainter, diagram: AxisDiagram, layout: AxisLayout) -> None:
        """Write the axis and its formula on the left, the padding and the rest that is never read after it."""
        left = layout.title.left()
        parts = [(diagram.name, self._colors.text), (diagram.formula, self._colors.muted)]
        parts += list(zip(diagram.notes, (self._colors.muted, self._colors.warning), strict=True))
        metrics = QFontMetricsF(theme.digits_font(11))
        for text, color in parts:
            if not text or left >= layout.title.right():
                continue
            room = QRectF(left, layout.title.top(), layout.title.right() - left, layout.title.height())
            self._write(painter, room, metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width()), 11, color)
            left += metrics.horizontalAdvance(text) + 12 * self._scale

    def _label_step(self, layout: AxisLayout, diagram: AxisDiagram) -> int:
        """Return of how many cells one is labelled, so that the numbers do not touch."""
        widest = QFontMetricsF(theme.digits_font(10)).horizontalAdvance(str(diagram.axis.n)) + 3 * self._scale
        return next((step for step in _STEPS if step * layout.cell >= widest), _STEPS[-1])

    def _paint_cell(self, painter: QPainter, cell: InputCell, step: int) -> None:
        colors = self._colors
        number = str(cell.position) if cell.position % step == 0 else ""
        if cell.is_padding:
            painter.fillRect(cell.rect, colors.canvas)
            painter.fillRect(cell.rect, QBrush(mix(colors.panel, colors.muted, 0.4), Qt.BrushStyle.BDiagPattern))
            source = "0" if cell.source < 0 else str(cell.source)
            self._paint_box(painter, cell.rect, None, source if step == 1 else "", colors.text)
        elif cell.is_read:
            self._paint_box(painter, cell.rect, colors.raised, number, colors.text)
        else:
            painter.setPen(QPen(mix(colors.panel, colors.warning, 0.4), 1))
            painter.drawLine(cell.rect.topLeft(), cell.rect.bottomRight())
            painter.drawLine(cell.rect.bottomLeft(), cell.rect.topRight())
            self._paint_box(painter, cell.rect, None, number, colors.warning)

    def _paint_stop(self, painter: QPainter, stop: Stop, *, is_marked: bool) -> None:
        """Draw a window as a pale bar with a dark cell at each tap: gaps of dilation stay pale."""
        color = self._colors.cursor if is_marked else self._colors.accent
        painter.fillRect(stop.bracket.adjusted(1.5, 0, -1.5, 0), mix(self._colors.panel, color, 0.3))
        for tap in stop.taps:
            painter.fillRect(tap.adjusted(3, 1, -3, -1), mix(self._colors.panel, color, 1.0 if is_marked else 0.75))

    def _paint_box(self, painter: QPainter, rect: QRectF, fill: QColor | None, text: str, ink: QColor) -> None:
        """Draw a cell, and its number, which may be wider than the cell."""
        if fill is not None:
            painter.fillRect(rect, fill)
        painter.setPen(QPen(self._colors.outline, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rect)
        if text:
            painter.setFont(theme.digits_font(10))
            painter.setPen(ink)
            painter.drawText(rect.adjusted(-20, 0, 20, 0), _CENTER, text)

    # The table

    def _paint_table(self, painter: QPainter) -> None:
        colors = self._colors
        for rect, text, align in zip(self._columns(self._layout.head), _HEADS, _ALIGNMENTS, strict=True):
            self._write(painter, rect, text, 11, colors.muted, align)
        painter.setPen(QPen(colors.border, 1))
        painter.drawLine(self._layout.head.bottomLeft(), self._layout.head.bottomRight())
        for rect, row in zip(self._layout.rows, self._diagram.rows, strict=True):
            self._paint_row(painter, rect, row)
        self._write(painter, self._layout.caption, self._diagram.caption, 11, colors.muted, _LEFT)

    def _paint_row(self, painter: QPainter, rect: QRectF, row: ConventionRow) -> None:
        colors = self._colors
        if row.is_current:
            painter.fillRect(rect.adjusted(-3, 0.5, 0, -0.5), colors.selected)
        ink = colors.text if row.output else colors.disabled
        columns, texts = self._columns(rect), [row.name, *row.pads, row.output, row.difference]
        if not row.output:  # the reason takes the room of the numbers
            room = QRectF(columns[1].left(), rect.top(), rect.right() - columns[1].left(), rect.height())
            columns, texts = [columns[0], room], [row.name, row.difference]
        for i, (column, text) in enumerate(zip(columns, texts, strict=True)):
            align = _ALIGNMENTS[i] if row.output else _LEFT
            self._write(painter, column, text, 12, colors.muted if i and not row.output else ink, align)

    def _columns(self, rect: QRectF) -> list[QRectF]:
        found, left = [], rect.left()
        for share in _COLUMNS:
            found.append(QRectF(left, rect.top(), share * rect.width() - 6 * self._scale, rect.height()))
            left += share * rect.width()
        return found

    def _write(
        self,
        painter: QPainter,
        rect: QRectF,
        text: str,
        size: float,
        color: QColor,
        align: Qt.AlignmentFlag = _LEFT,
    ) -> None:
        font = theme.digits_font(size)
        painter.setFont(font)
        painter.setPen(color)
        shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width() + 1)
        painter.drawText(rect, align, shown)


_ALIGNMENTS: Sequence[Qt.AlignmentFlag] = (_LEFT, _CENTER, _CENTER, _CENTER, _LEFT)
