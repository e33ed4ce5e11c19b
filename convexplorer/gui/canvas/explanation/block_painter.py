"""Paints the grids of cells of a computation: with their numbers, or as one picture where numbers have no room."""

from functools import lru_cache

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen

from convexplorer.gui.canvas.explanation.computation import Computation, Tap
from convexplorer.gui.canvas.explanation.computation_layout import LABEL, Block, ComputationLayout, Part
from convexplorer.gui.canvas.explanation.reading import SMALLEST, digits_font
from convexplorer.gui.canvas.pictures.painting import contrasting
from convexplorer.gui.canvas.pictures.tile import to_qimage
from convexplorer.gui.look import theme
from convexplorer.gui.look.colors import Colors
from convexplorer.words import MINUS, aligned_number, short_number, whole_characters

# As numbers: to join two flags of Qt takes Python as long as to paint a cell.
_LEFT = int(Qt.AlignmentFlag.AlignLeft) | int(Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextSingleLine)
_IN_CELL = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextSingleLine)
_NARROW, _MOST_CHARACTERS = 4, 7
_SMALLEST_DIGITS, _LARGEST_DIGITS = 9.0, 17.0
# A digit of Inter is so much of its font's size wide.
_DIGIT = 0.62
# Contrast from which on text is easy to read (WCAG 2.2, 1.4.3).
_READABLE = 4.5
# Of more pieces than this a hatching is one grey: the lines would take longer than all else.
_MOST_HATCHED = 400
_LEAST_MARK = 7
_TINY = 0.001


class BlockPainter:
    """Paints the cells of one computation in one arrangement."""

    def __init__(
        self, computation: Computation, layout: ComputationLayout, colors: Colors, tap: Tap | None, scale: float
    ) -> None:
        self._computation = computation
        self._layout = layout
        self._colors = colors
        self._tap = tap
        self._scale = scale
        self._has_numbers = layout.has_numbers
        trace = computation.trace
        self._paddings: list[list[bool]] = trace.window.is_padding.tolist()
        parts = {"patch": trace.values, "kernel": trace.weights, "products": trace.products}
        # Whole numbers, as of stored values, have no decimals; a cell whose window misses it shows no number.
        self._whole = {
            name: 0 if part is None else whole_characters(part if name == "kernel" else part[trace.counted])
            for name, part in parts.items()
        }
        self._digit_size = _digit_size(layout, scale, max(self._whole.values()))
        self._characters = self._fitting_characters()

    def paint(self, painter: QPainter, block: Block) -> None:
        """Paint a grid with its title and what is marked in it."""
        self._paint_title(painter, block)
        if self._has_numbers:
            self._paint_cells(painter, block)
        else:
            self._paint_image(painter, block)
        self._paint_marks(painter, block)

    def _paint_title(self, painter: QPainter, block: Block) -> None:
        rect, computation = block.rect, self._computation
        if computation.has_columns and block.part != "patch":
            return  # the name of its column is above
        width = (
            self._layout.cell[0] - 4 * self._scale if computation.has_columns else max(rect.width(), 60 * self._scale)
        )
        font = digits_font(11, self._scale)
        text = QFontMetricsF(font).elidedText(self._title(block), Qt.TextElideMode.ElideMiddle, width)
        painter.setFont(font)
        painter.setPen(self._colors.muted)
        title = QRectF(rect.left(), rect.top() - LABEL * self._scale, width, LABEL * self._scale)
        painter.drawText(title, _LEFT, text)

    def _title(self, block: Block) -> str:
        computation = self._computation
        if block.part == "patch":
            return computation.names[block.row]
        if block.part == "products":
            return "products"
        return f"{computation.words.weights}{', flipped 180°' if computation.is_flipped else ''}"

    # Cells with numbers

    def _paint_cells(self, painter: QPainter, block: Block) -> None:
        """Paint the fields of all cells, then their numbers: one font and one pen for as many as possible."""
        colors, values = self._cells(block)
        # One ink for all cells of a block, where it can be read on each: mixed inks look like a meaning.
        common = contrasting(QColor(*(int(part) for part in colors.reshape(-1, 3).mean(axis=0))).rgb()).rgb()
        is_weight, counted = block.part == "kernel", self._computation.trace.counted[block.row].tolist()
        paddings = self._paddings if block.part == "patch" else None
        pixels = self._computation.pixels if block.part == "products" else None
        texts: list[tuple[QRectF, str, QColor]] = []
        radius = min(block.grid.cell_rect(0, 0).width() * 0.09, 5.0)
        # A cell near zero has the colour of the panel: its edge tells that it is there.
        painter.setPen(QPen(self._colors.border, 1))
        for row, shades in enumerate(colors.tolist()):
            for column, (red, green, blue) in enumerate(shades):
                cell, is_missed = block.grid.cell_rect(row, column), not counted[row][column]
                is_outside = paddings is not None and paddings[row][column]
                is_empty = is_outside or (is_missed and not is_weight)
                painter.setBrush(self._colors.raised if is_empty else QColor(red, green, blue))
                painter.drawRoundedRect(cell, radius, radius)
                if is_empty or is_missed:  # a missed weight meets no cell of the input this time
                    self._hatch(painter, cell)
                if pixels is not None and not self._paddings[row][column]:
                    cell = self._paint_stripe(painter, cell, pixels[row, column])
                if is_missed and not is_weight:
                    texts.append((cell, "–", self._colors.muted))
                else:
                    ink = self._colors.text if is_outside else _ink_on(red << 16 | green << 8 | blue, common)
                    texts.append((cell, self._number(block.part, float(values[row, column])), ink))
        painter.setFont(digits_font(self._digit_size, self._scale))
        for cell, text, ink in texts:
            painter.setPen(ink)
            painter.drawText(cell, _IN_CELL, text)

    def _number(self, part: Part, value: float) -> str:
        """Write the number of a cell with as many digits as have room."""
        if self._whole[part]:
            return aligned_number(value, self._characters, are_whole=True)
        # In narrow cells digits count more than decimals below each other.
        is_short = part == "kernel" or self._characters <= _NARROW
        is_tiny = self._computation.has_columns and 0 < abs(value) < _TINY  # would stand there as 0
        return (short_number if is_short or is_tiny else aligned_number)(value, self._characters)

    def _hatch(self, painter: QPainter, cell: QRectF) -> None:
        painter.fillRect(cell, QBrush(self._colors.outline, Qt.BrushStyle.BDiagPattern))

    def _paint_stripe(self, painter: QPainter, cell: QRectF, rgb: np.ndarray) -> QRectF:
        """Show at a product's edge the colour of the pixel it comes from; return the room that is left."""
        width = max(cell.width() * 0.1, 3.0)
        stripe = QRectF(cell.left(), cell.top(), width, cell.height())
        painter.fillRect(stripe, QColor(*(int(part) for part in rgb)))
        return cell.adjusted(width, 0, 0, 0)

    # All cells as one picture

    def _paint_image(self, painter: QPainter, block: Block) -> None:
        colors, _ = self._cells(block)
        trace, rect = self._computation.trace, block.rect
        is_missed = ~trace.counted[block.row]
        is_empty = np.zeros_like(is_missed) if block.part == "kernel" else is_missed
        if block.part == "patch":
            is_empty = is_empty | trace.window.is_padding
        pieces = _runs(is_missed if block.part == "kernel" else is_empty)
        empty = self._colors.raised if len(pieces) <= _MOST_HATCHED else self._colors.outline
        shown = np.where(
            is_empty[..., np.newaxis], np.array([empty.red(), empty.green(), empty.blue()], np.uint8), colors
        )
        has_smaller = min(self._layout.cell) * painter.device().devicePixelRatio() < 1
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, has_smaller)
        painter.drawImage(rect, to_qimage(np.ascontiguousarray(shown), None))
        if len(pieces) <= _MOST_HATCHED:
            for row, first, last in pieces:
                self._hatch(painter, block.grid.cell_rect(row, first).united(block.grid.cell_rect(row, last)))
        if block.grid.gap:
            self._paint_gaps(painter, block)
        painter.setPen(QPen(self._colors.border, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rect)

    def _paint_gaps(self, painter: QPainter, block: Block) -> None:
        grid, rect = block.grid, block.rect
        lines = [grid.cell_rect(row, 0).bottom() + grid.gap / 2 for row in range(grid.rows - 1)]
        drawn = [QLineF(rect.left(), y, rect.right(), y) for y in lines]
        lines = [grid.cell_rect(0, column).right() + grid.gap / 2 for column in range(grid.columns - 1)]
        drawn += [QLineF(x, rect.top(), x, rect.bottom()) for x in lines]
        painter.setPen(QPen(self._colors.panel, grid.gap))
        painter.drawLines(drawn)

    # Marks

    def _paint_marks(self, painter: QPainter, block: Block) -> None:
        """Frame the number that stands out, and the tap under the mouse."""
        computation = self._computation
        if computation.marked is not None and computation.marked[0] == block.row:
            self._frame(painter, block.grid.cell_rect(*computation.marked[1:]), self._colors.accent, 3)
        if self._tap is None or computation.term_of(self._tap) is None:
            return
        if not computation.has_columns or self._tap[0] == block.row:
            self._frame(painter, block.grid.cell_rect(*self._tap[1:]), self._colors.cursor, 2)

    def _frame(self, painter: QPainter, rect: QRectF, color: QColor, width: int) -> None:
        least = _LEAST_MARK * self._scale
        if rect.height() < least:
            middle = rect.center()
            rect = QRectF(QPointF(middle.x() - least / 2, middle.y() - least / 2), QPointF(0, 0))
            rect.setSize(QRectF(0, 0, least, least).size())
        painter.setPen(QPen(color, width * self._scale))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        corner = min(4 * self._scale, rect.height() * 0.2)
        painter.drawRoundedRect(rect, corner, corner)
        painter.setPen(Qt.PenStyle.NoPen)

    def _cells(self, block: Block) -> tuple[np.ndarray, np.ndarray]:
        """Return colours and numbers of a block."""
        computation, trace = self._computation, self._computation.trace
        parts: dict[Part, tuple[np.ndarray | None, np.ndarray | None]] = {
            "patch": (computation.patch, trace.values),
            "kernel": (computation.weights, trace.weights),
            "products": (computation.products, trace.products),
        }
        colors, values = parts[block.part]
        assert colors is not None
        assert values is not None
        return colors[block.row], values[block.row]

    def _fitting_characters(self) -> int:
        """Return how many digits a cell has room for."""
        metrics = QFontMetricsF(digits_font(self._digit_size, self._scale))
        room = self._layout.cell[0] * 0.88 - 7 * self._scale - metrics.horizontalAdvance(f"{MINUS}.")
        most = max(_MOST_CHARACTERS, *self._whole.values())
        return max(4, min(int(room / metrics.horizontalAdvance("0")) + 2, most))


def _digit_size(layout: ComputationLayout, scale: float, longest: int) -> float:
    """Return the size at which "−0.123", or so many digits, fill a cell, within what is readable and what is fine."""
    width, height = (side / scale for side in layout.cell)
    least = SMALLEST if layout.is_large else _SMALLEST_DIGITS
    return min(max(min((width * 0.88 - 8) / max(3.4, longest * _DIGIT), height * 0.5), least), _LARGEST_DIGITS)


@lru_cache(maxsize=4096)
def _ink_on(color: int, ink: int) -> QColor:
    """Return the ink if it can be read on a colour, else the better one of black and white; both as 0xRRGGBB."""
    wanted = QColor.fromRgb(ink)
    return wanted if theme.contrast(QColor.fromRgb(color), wanted) >= _READABLE else contrasting(color)


def _runs(mask: np.ndarray) -> list[tuple[int, int, int]]:
    """Return (row, first, last) of each run of cells that are set."""
    padded = np.zeros((mask.shape[0], mask.shape[1] + 2), np.int8)
    padded[:, 1:-1] = mask
    steps = np.diff(padded, axis=1)
    starts, ends = np.argwhere(steps == 1), np.argwhere(steps == -1)
    return [(int(row), int(first), int(last) - 1) for (row, first), (_, last) in zip(starts, ends, strict=True)]
