"""Paints a layer beside a dense one on any device: a small example as a matrix, the numbers as a table, the words."""

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from convexplorer.core.display.coloring import WEIGHTS_PALETTE, Levels, largest_magnitude, to_indexed
from convexplorer.gui.canvas.cell_grid import CellGrid, gap_between
from convexplorer.gui.canvas.explanation.reading import digits_font
from convexplorer.gui.canvas.pictures.painting import contrasting
from convexplorer.gui.look import fonts
from convexplorer.gui.look.colors import Colors
from convexplorer.results.dense_comparison import DenseExample, DenseSheet, example_title
from convexplorer.words import short_number

_CENTER = Qt.AlignmentFlag.AlignCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
# Design pixels.
_TITLE, _GAP, _LINE, _AXIS = 20, 18, 20, 16
_TEXT, _WORDS = 12, 12
_EXAMPLE_SHARE, _WIDEST_TABLE = 0.5, 720
_DIGIT, _CHARACTERS, _LARGEST_CELL, _LARGEST_DIGITS = 0.62, 4, 40, 16
_COLUMNS = (0.24, 0.28, 0.28, 0.20)


class DensePainter:
    """Paints one comparison in a room.

    Parameters
    ----------
    smallest : size of the numbers in the matrix below which they are left out, in design pixels.
    """

    def __init__(self, sheet: DenseSheet, colors: Colors, *, scale: float = 1.0, smallest: float = 7.0) -> None:
        self._sheet = sheet
        self._colors = colors
        self._scale = scale
        self._smallest = smallest

    def paint(self, painter: QPainter, width: float, height: float) -> None:
        """Paint everything into a room of this size."""
        example, left = self._sheet.example, 0.0
        if example is not None:
            grid = self.grid_for(example, width * _EXAMPLE_SHARE, height)
            self._paint_example(painter, example, grid, width * _EXAMPLE_SHARE)
            title = example_title(example)
            needed = QFontMetricsF(digits_font(_TEXT, self._scale)).horizontalAdvance(title)
            matrix = grid.left + grid.columns * grid.width
            left = min(max(matrix, needed), width * _EXAMPLE_SHARE) + _GAP * self._scale
        right = min(width, left + _WIDEST_TABLE * self._scale)
        below = self._paint_table(painter, QRectF(left, 0, right - left, height))
        self._paint_words(painter, QRectF(left, below, right - left, height - below))

    def grid_for(self, example: DenseExample, width: float, height: float) -> CellGrid:
        """Return where the matrix of the example lies."""
        rows, columns = example.matrix.shape
        left, top = _AXIS * self._scale, (_TITLE + _AXIS) * self._scale
        largest = _LARGEST_CELL * self._scale
        wide = min((width - left) / columns, largest)
        high = min((height - top) / rows, largest, wide)
        return CellGrid(rows, columns, left, top, min(wide, high * 2), high, gap_between(high, self._scale))

    def _paint_example(self, painter: QPainter, example: DenseExample, grid: CellGrid, room: float) -> None:
        colors = self._colors
        table = WEIGHTS_PALETTE.colors(colors.is_dark)
        scaled = np.ascontiguousarray(example.matrix / (largest_magnitude(example.matrix) or 1.0), np.float32)
        rgb = table[to_indexed(scaled, Levels(-1.0, 1.0))]
        texts = [[short_number(value, _CHARACTERS) for value in row] for row in example.matrix.tolist()]
        longest = max(len(text) for row in texts for text in row)
        digits = min(grid.width / ((longest + 0.5) * _DIGIT), grid.height * 0.8, _LARGEST_DIGITS * self._scale)
        painter.setFont(digits_font(digits, 1.0))
        for row in range(grid.rows):
            for column in range(grid.columns):
                rect = grid.cell_rect(row, column)
                if not example.is_connected[row, column]:
                    painter.fillRect(rect, colors.raised)
                    continue
                color = QColor(*(int(one) for one in rgb[row, column]))
                painter.fillRect(rect, color)
                if digits >= self._smallest * self._scale:
                    painter.setPen(contrasting(color.rgb()))
                    painter.drawText(rect, int(_CENTER | Qt.TextFlag.TextSingleLine), texts[row][column])
        self._paint_blocks(painter, example, grid)
        self._write(
            painter, QRectF(0, 0, room, _TITLE * self._scale), example_title(example), _TEXT, colors.text, _LEFT
        )
        axis = _AXIS * self._scale
        over = QRectF(grid.left, grid.top - axis, max(grid.columns * grid.width, 150 * self._scale), axis)
        self._write(painter, over, "→ cells of the input, row by row", 11, colors.muted, _LEFT)
        painter.save()
        painter.translate(0, grid.top + grid.rows * grid.height)
        painter.rotate(-90)
        beside = QRectF(0, 0, max(grid.rows * grid.height, 1), axis)
        self._write(painter, beside, "outputs ←", 11, colors.muted, _RIGHT)
        painter.restore()

    def _paint_blocks(self, painter: QPainter, example: DenseExample, grid: CellGrid) -> None:
        """Draw lines between the rows of the picture: the matrix has a block for each pair of rows."""
        painter.setPen(QPen(self._colors.outline, 1))
        bottom, right = grid.top + grid.rows * grid.height, grid.left + grid.columns * grid.width
        for block in range(1, example.spatial[0]):
            x = round(grid.left + block * example.spatial[1] * grid.width) - 0.5
            painter.drawLine(round(x), round(grid.top), round(x), round(bottom))
        for block in range(1, example.output[0]):
            y = round(grid.top + block * example.output[1] * grid.height) - 0.5
            painter.drawLine(round(grid.left), round(y), round(right), round(y))

    def _paint_table(self, painter: QPainter, room: QRectF) -> float:
        """Write the numbers; return where the table ends."""
        colors, line = self._colors, _LINE * self._scale
        heads = ("", self._sheet.title, "a dense layer", "times as many")
        for column, text in zip(self._columns(room, 0, line), heads, strict=True):
            self._write(painter, column, text, _TEXT, colors.muted, _LEFT if column.left() == room.left() else _RIGHT)
        painter.setPen(QPen(colors.border, 1))
        painter.drawLine(round(room.left()), round(room.top() + line), round(room.right()), round(room.top() + line))
        for i, row in enumerate(self._sheet.rows, 1):
            for column, text in zip(self._columns(room, i, line), row, strict=True):
                is_name = column.left() == room.left()
                ink = colors.muted if is_name else colors.text
                self._write(painter, column, text, _TEXT, ink, _LEFT if is_name else _RIGHT)
        return room.top() + line * (len(self._sheet.rows) + 1.5)

    def _columns(self, room: QRectF, index: int, line: float) -> list[QRectF]:
        found, left = [], room.left()
        for share in _COLUMNS:
            width = share * room.width()
            found.append(QRectF(left, room.top() + index * line, width - 4 * self._scale, line))
            left += width
        return found

    def _paint_words(self, painter: QPainter, room: QRectF) -> None:
        painter.setFont(fonts.text_font(_WORDS * self._scale))
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
        top = room.top()
        for i, text in enumerate(self._sheet.sentences):
            rest = QRectF(room.left(), top, room.width(), max(room.bottom() - top, 0.0))
            needed = painter.boundingRect(rest, flags, text)
            if needed.height() > rest.height() + 2:
                return
            painter.setPen(self._colors.text if i == 0 else self._colors.muted)
            painter.drawText(rest, flags, text)
            top = needed.bottom() + 6 * self._scale

    def _write(
        self, painter: QPainter, rect: QRectF, text: str, size: float, color: QColor, flags: Qt.AlignmentFlag
    ) -> None:
        font = digits_font(size, self._scale)
        painter.setFont(font)
        painter.setPen(color)
        shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width() + 1)
        painter.drawText(rect, int(flags | Qt.TextFlag.TextSingleLine), shown)
