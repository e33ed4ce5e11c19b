"""Paints a shape diagram on any paint device: the strips of cells with their windows, and the table of conventions."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen

from convexplorer._dataclass import dataclass
from convexplorer.gui.canvas.explanation.reading import SMALLEST, digits_font
from convexplorer.gui.canvas.explanation.shape_layout import AxisLayout, InputCell, Stop, arrange_axis
from convexplorer.gui.canvas.pictures.painting import contrasting
from convexplorer.gui.look.colors import Colors, mix
from convexplorer.results.shape_diagram import AxisDiagram, ConventionRow, ShapeDiagram

_CENTER = Qt.AlignmentFlag.AlignCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_SPACE = 18  # between the diagrams and the table
_TABLE_SHARE, _WIDEST_TABLE = 0.45, 600
_LINE = 17
_LABEL_SIZE = 10
_STEPS = (1, 2, 5, 10, 20, 50, 100)
_COLUMNS = (0.27, 0.09, 0.09, 0.15, 0.40)  # shares of the table: name, pads of rows and columns, output, difference
_OF_NUMBERS, _MOST_OF_NAMES = (1, 2, 3), 0.55
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


def arrange_shapes(
    diagram: ShapeDiagram,
    width: float,
    height: float,
    *,
    focus: tuple[int, ...] | None = None,
    scale: float = 1.0,
    is_large: bool = False,
) -> ShapeLayout:
    """Share the room: the axes below each other on the left, the table on the right, or below where there is much room.

    Parameters
    ----------
    focus : the output of each axis around which an extract lies, if it is not the one that is looked at.
    """
    currents = focus or tuple(one.current for one in diagram.axes)
    table = (width if is_large else min(width * _TABLE_SHARE, _WIDEST_TABLE * scale)) if diagram.rows else 0.0
    left = width if is_large else width - table - (_SPACE * scale if table else 0.0)
    below = (_LINE * (len(diagram.rows) + 2) + _SPACE) * scale if is_large and diagram.rows else 0.0
    each = (height - below) / max(len(diagram.axes), 1)
    axes = tuple(
        arrange_axis(one.axis, QRectF(1, i * each, left - 2, each - 5 * scale), current=currents[i], scale=scale)
        for i, one in enumerate(diagram.axes)
    )
    line = min(_LINE * scale, height / (len(diagram.rows) + 2))
    top = height - below + _SPACE * scale if is_large else 0.0
    lines = [QRectF(width - table, top + i * line, table, line) for i in range(len(diagram.rows) + 2)]
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
        is_large: bool = False,
    ) -> None:
        self._diagram = diagram
        self._layout = layout
        self._colors = colors
        self._pointed = pointed
        self._scale = scale
        self._widths_of: dict[float, list[float]] = {}
        self._label_size = SMALLEST if is_large else _LABEL_SIZE
        self._hatch = QBrush(mix(colors.panel, colors.muted, 0.4), Qt.BrushStyle.BDiagPattern)
        self._cross = QPen(mix(colors.panel, colors.warning, 0.4), 1)
        self._outline = QPen(colors.outline, 1)
        self._output_color = mix(colors.panel, colors.accent, 0.22)
        # Of a window and of its taps, for the one that is looked at (True) and for the others.
        self._window_colors = {
            True: mix(colors.panel, colors.cursor, 0.3),
            False: mix(colors.panel, colors.accent, 0.3),
        }
        self._tap_colors = {True: colors.cursor, False: mix(colors.panel, colors.accent, 0.75)}

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
        colors, marked = self._colors, diagram.current if pointed is None else pointed
        self._paint_title(painter, diagram, layout)
        for cell in layout.cells:
            self._paint_cell(painter, cell)
        for gap in layout.gaps:
            self._write(painter, gap.adjusted(-4, -2, 4, -2), "…", 13, colors.muted, _CENTER)
        for stop in layout.stops:
            self._paint_stop(painter, stop, min(3.0, layout.cell / 5), is_marked=stop.output == marked)
        for output in layout.outputs:
            is_marked = output.output == marked
            self._paint_box(painter, output.rect, colors.cursor if is_marked else self._output_color)
        self._label_cells(painter, diagram, layout, marked)

    def _paint_title(self, painter: QPainter, diagram: AxisDiagram, layout: AxisLayout) -> None:
        """Write the axis and its formula on the left, the padding and the rest that is never read after it."""
        left = layout.title.left()
        parts = [(diagram.name, self._colors.text), (diagram.formula, self._colors.muted)]
        parts += list(zip(diagram.notes, (self._colors.muted, self._colors.warning), strict=True))
        metrics = QFontMetricsF(digits_font(11, self._scale))
        for text, color in parts:
            if not text or left >= layout.title.right():
                continue
            room = QRectF(left, layout.title.top(), layout.title.right() - left, layout.title.height())
            self._write(painter, room, metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width()), 11, color)
            left += metrics.horizontalAdvance(text) + 12 * self._scale

    def _paint_cell(self, painter: QPainter, cell: InputCell) -> None:
        """Draw a cell: padding hatched, what no window reads crossed out."""
        if cell.is_padding:
            painter.fillRect(cell.rect, self._hatch)
        elif not cell.is_read:
            painter.setPen(self._cross)
            painter.drawLine(cell.rect.topLeft(), cell.rect.bottomRight())
            painter.drawLine(cell.rect.bottomLeft(), cell.rect.topRight())
        self._paint_box(painter, cell.rect, None if cell.is_padding or not cell.is_read else self._colors.raised)

    def _label_cells(self, painter: QPainter, diagram: AxisDiagram, layout: AxisLayout, marked: int) -> None:
        """Write the numbers of as many cells as find room; padding has that of the cell that it repeats."""
        colors, step = self._colors, self._label_step(diagram, layout.cell)
        for cell in layout.cells:
            if cell.is_padding and step == 1:
                self._label(painter, cell.rect, diagram.filler if cell.source < 0 else str(cell.source), colors.text)
            elif not cell.is_padding and cell.position % step == 0:
                self._label(painter, cell.rect, str(cell.position), colors.text if cell.is_read else colors.warning)
        pitch = layout.cell * diagram.axis.stride
        step = self._label_step(diagram, pitch)
        for output in layout.outputs:
            if output.output == marked:
                self._label(painter, output.rect, str(marked), contrasting(colors.cursor.rgb()))
            elif output.output % step == 0 and abs(output.output - marked) >= self._label_cells_needed(diagram, pitch):
                self._label(painter, output.rect, str(output.output), colors.text)

    def _label_step(self, diagram: AxisDiagram, pitch: float) -> int:
        """Return of how many cells one is labelled, so that the numbers do not touch; a round number."""
        needed = self._label_cells_needed(diagram, pitch)
        return next((step for step in _STEPS if step >= needed), _STEPS[-1])

    def _label_cells_needed(self, diagram: AxisDiagram, pitch: float) -> float:
        """Return how many cells a number is wide."""
        digits = str(max(diagram.axis.n, diagram.axis.output))
        return (
            QFontMetricsF(digits_font(self._label_size, self._scale)).horizontalAdvance(digits) + 3 * self._scale
        ) / pitch

    def _paint_stop(self, painter: QPainter, stop: Stop, inset: float, *, is_marked: bool) -> None:
        """Draw a window as a pale bar with a dark cell at each tap: gaps of dilation stay pale."""
        painter.fillRect(stop.bracket.adjusted(inset / 2, 0, -inset / 2, 0), self._window_colors[is_marked])
        for tap in stop.taps:
            painter.fillRect(tap.adjusted(inset, 1, -inset, -1), self._tap_colors[is_marked])

    def _paint_box(self, painter: QPainter, rect: QRectF, fill: QColor | None) -> None:
        painter.setPen(self._outline)
        painter.setBrush(Qt.BrushStyle.NoBrush if fill is None else fill)
        painter.drawRect(rect)

    def _label(self, painter: QPainter, rect: QRectF, text: str, ink: QColor) -> None:
        """Write a number, which may be wider than its cell."""
        painter.setFont(digits_font(self._label_size, self._scale))
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
        ink = colors.text if row.output else colors.muted
        columns, texts = self._columns(rect), [row.name, *row.pads, row.output, row.difference]
        if not row.output:  # the reason takes the room of the numbers
            room = QRectF(columns[1].left(), rect.top(), rect.right() - columns[1].left(), rect.height())
            columns, texts = [columns[0], room], [row.name, row.difference]
        for i, (column, text) in enumerate(zip(columns, texts, strict=True)):
            align = _ALIGNMENTS[i] if row.output else _LEFT
            self._write(painter, column, text, 12, colors.muted if i and not row.output else ink, align)

    def _columns(self, rect: QRectF) -> list[QRectF]:
        found, left, gap = [], rect.left(), 6 * self._scale
        for width in self._widths(rect.width()):
            found.append(QRectF(left, rect.top(), width - gap, rect.height()))
            left += width
        return found

    def _widths(self, room: float) -> list[float]:
        """Return the widths of the columns: numbers have all of their room, then names; sentences have the rest."""
        if room not in self._widths_of:
            head, body = (QFontMetricsF(digits_font(size, self._scale)) for size in (11, 12))
            widths = [share * room for share in _COLUMNS]
            for i in _OF_NUMBERS:
                texts = [(*row.pads, row.output)[i - 1] for row in self._diagram.rows if row.output]
                needed = max([head.horizontalAdvance(_HEADS[i]), *(body.horizontalAdvance(text) for text in texts)])
                widths[i] = max(widths[i], needed + 12 * self._scale)
            left = max(room - sum(widths[i] for i in _OF_NUMBERS), 0.0)
            needed = max((body.horizontalAdvance(row.name) for row in self._diagram.rows), default=0.0)
            widths[0] = min(max(widths[0], needed + 12 * self._scale), _MOST_OF_NAMES * left)
            widths[4] = left - widths[0]
            self._widths_of[room] = widths
        return self._widths_of[room]

    def _write(
        self,
        painter: QPainter,
        rect: QRectF,
        text: str,
        size: float,
        color: QColor,
        align: Qt.AlignmentFlag = _LEFT,
    ) -> None:
        font = digits_font(size, self._scale)
        painter.setFont(font)
        painter.setPen(color)
        shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width() + 1)
        painter.drawText(rect, align, shown)


_ALIGNMENTS: Sequence[Qt.AlignmentFlag] = (_LEFT, _CENTER, _CENTER, _CENTER, _LEFT)
