"""Paints a computation: the cells with their numbers, the sums, the activation and the value.

Works on any paint device: the widget, a picture, an SVG or a PDF page.
"""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen

from convexplorer.gui.canvas.explanation.computation import Computation, Tap
from convexplorer.gui.canvas.explanation.computation_layout import LABEL, NUMBERS_FROM, Block, ComputationLayout, Part
from convexplorer.gui.canvas.explanation.computation_plots import paint_activation, paint_running_sum
from convexplorer.gui.canvas.pictures.painting import contrasting
from convexplorer.gui.look import theme
from convexplorer.gui.look.colors import Colors
from convexplorer.words import MINUS, aligned_number, number, short_number

_CENTER = Qt.AlignmentFlag.AlignCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LINE = 18
_NARROW = 4  # characters
# Contrast from which on large digits are easy to read (WCAG 2.2, 1.4.3).
_READABLE = 3.0
_TITLES: dict[Part, str] = {"patch": "{name}", "kernel": "kernel{flipped}", "products": "products"}
_PLOT = (76, 58)


class ComputationPainter:
    """Paints one computation in one arrangement.

    Parameters
    ----------
    colors : of the theme to paint in; a print has its own.
    tap : the tap under the mouse, marked in every part.
    scale : pixels per pixel of the design.
    is_large : for a room in which all channels are shown.
    """

    def __init__(
        self,
        computation: Computation,
        layout: ComputationLayout,
        colors: Colors,
        *,
        tap: Tap | None = None,
        scale: float = 1.0,
        is_large: bool = False,
    ) -> None:
        self._computation = computation
        self._layout = layout
        self._colors = colors
        self._tap = tap
        self._scale = scale
        self._is_large = is_large
        self._fonts: dict[tuple[float, bool], QFont] = {}

    def paint(self, painter: QPainter) -> None:
        """Paint everything."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, self._layout.cell[1] >= 9 * self._scale)
        for block in self._layout.blocks:
            self._paint_block(painter, block)
        for rect, symbol in self._layout.operators:
            self._write(painter, rect, symbol, 20, self._colors.muted, _CENTER)
        self._paint_sums(painter)
        self._paint_result(painter)
        if self._layout.extract is not None:
            self._paint_extract(painter, self._layout.extract)
        if self._layout.strip is not None:
            marked = None if self._tap is None else self._computation.term_of(self._tap)
            paint_running_sum(
                painter, self._layout.strip, self._computation.trace, self._colors, marked=marked, scale=self._scale
            )

    # Cells

    def _paint_block(self, painter: QPainter, block: Block) -> None:
        colors, values = self._cells(block)
        trace = self._computation.trace
        padding, counted = trace.window.is_padding, trace.counted[block.row]
        rect = block.rect
        title = QRectF(rect.left(), rect.top() - LABEL * self._scale, max(rect.width(), 60.0), LABEL * self._scale)
        flipped = ", flipped 180°" if self._computation.is_flipped else ""
        name = _TITLES[block.part].format(name=self._computation.names[block.row], flipped=flipped)
        self._write(painter, title, name, 11, self._colors.muted, _LEFT)
        rows, columns = self._computation.kernel_size
        has_numbers = self._layout.cell[1] >= NUMBERS_FROM * self._scale
        characters = self._characters()
        # One ink for all cells of a block, where it can be read on each: mixed inks look like a meaning.
        common = contrasting(QColor(*(int(part) for part in colors.reshape(-1, 3).mean(axis=0))).rgb())
        painter.setPen(Qt.PenStyle.NoPen)
        for row in range(rows):
            for column in range(columns):
                cell = block.grid.cell_rect(row, column)
                color = QColor(*(int(part) for part in colors[row, column]))
                is_outside = bool(padding[row, column]) and block.part == "patch"
                is_weight = block.part == "kernel"
                is_missed = not counted[row, column]
                self._paint_cell(painter, cell, color, is_empty=is_outside or (is_missed and not is_weight))
                if is_missed and is_weight:
                    self._hatch(painter, cell)  # a weight that meets no cell of the input this time
                if block.part == "products" and self._computation.pixels is not None and has_numbers:
                    own = self._computation.pixels[row, column]
                    cell = self._paint_stripe(painter, cell, own, is_padding=bool(padding[row, column]))
                if has_numbers:
                    # In narrow cells digits count more than decimals below each other.
                    is_short = block.part == "kernel" or characters <= _NARROW
                    text = (short_number if is_short else aligned_number)(float(values[row, column]), characters)
                    ink = self._colors.muted if is_outside else _readable(color, common)
                    if is_missed and not is_weight:
                        text, ink = "–", self._colors.muted
                    self._write(painter, cell, text, self._digit_px(), ink, _CENTER)
        self._mark_cells(painter, block)

    def _paint_cell(self, painter: QPainter, cell: QRectF, color: QColor, *, is_empty: bool) -> None:
        radius = min(cell.width() * 0.09, 5.0) if cell.width() >= 20 else 0.0
        # A cell near zero has the colour of the panel: its edge tells that it is there.
        painter.setPen(QPen(self._colors.border, 1) if radius else Qt.PenStyle.NoPen)
        painter.setBrush(self._colors.raised if is_empty else color)
        painter.drawRoundedRect(cell, radius, radius)
        if is_empty:
            self._hatch(painter, cell)

    def _hatch(self, painter: QPainter, cell: QRectF) -> None:
        painter.fillRect(cell, QBrush(self._colors.outline, Qt.BrushStyle.BDiagPattern))

    def _paint_stripe(self, painter: QPainter, cell: QRectF, rgb: np.ndarray, *, is_padding: bool) -> QRectF:
        """Show at a product's edge the colour of the pixel it comes from; return the room that is left."""
        width = max(cell.width() * 0.1, 3.0)
        if not is_padding:
            painter.fillRect(
                QRectF(cell.left(), cell.top(), width, cell.height()), QColor(*(int(part) for part in rgb))
            )
        return cell.adjusted(width, 0, 0, 0)

    def _mark_cells(self, painter: QPainter, block: Block) -> None:
        """Frame the tap under the mouse, and the cell that a max pooling took."""
        winner = self._computation.trace.winner
        if winner is not None:
            self._frame(painter, block.grid.cell_rect(*winner[-2:]), self._colors.accent, 3)
        if self._tap is not None:
            row, column = self._tap[1:]
            rows, columns = self._computation.kernel_size
            if row < rows and column < columns:
                self._frame(painter, block.grid.cell_rect(row, column), self._colors.cursor, 2)

    def _frame(self, painter: QPainter, rect: QRectF, color: QColor, width: int) -> None:
        painter.setPen(QPen(color, width * self._scale))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect, 4 * self._scale, 4 * self._scale)
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

    def _digit_px(self) -> float:
        """Return the size at which "−0.123" fills a cell, within what is readable and what is fine."""
        width, height = (side / self._scale for side in self._layout.cell)
        return min(max(min((width * 0.88 - 8) / 3.4, height * 0.5), 9.0), 17.0)

    def _characters(self) -> int:
        """Return how many digits a cell has room for."""
        metrics = QFontMetricsF(theme.digits_font(self._digit_px()))
        room = self._layout.cell[0] * 0.88 - 7 * self._scale - metrics.horizontalAdvance(f"{MINUS}.")
        return max(4, min(int(room / metrics.horizontalAdvance("0")) + 2, 7))

    # Sums and result

    def _paint_sums(self, painter: QPainter) -> None:
        """List each channel's sum, then the bias."""
        computation, trace = self._computation, self._computation.trace
        if trace.products is None:
            self._write(painter, self._layout.sums, self._reason(), 13, self._colors.muted, _LEFT)
            return
        lines = self._sum_lines()
        area, height = self._layout.sums, _LINE * self._scale
        if self._is_large and len(self._layout.rows) == len(trace.sums) > 1:
            self._paint_sums_of_rows(painter, lines)
            return
        room = max(int(area.height() // height), 1)
        rest = len(lines) - room
        if rest > 0:
            kept = lines[: max(room - 2, 1)]
            lines = [*kept, (f"… {len(lines) - len(kept) - 1} more", "", False), lines[-1]][:room]
        top = area.center().y() - len(lines) * height / 2
        for i, (name, text, is_shown) in enumerate(lines):
            line = QRectF(area.left(), top + i * height, area.width(), height)
            color = self._colors.text if is_shown else self._colors.muted
            self._write(painter, line, name, 13, self._colors.muted, _LEFT)
            self._write(painter, line, text, 13, color, _RIGHT, is_bold=is_shown and len(computation.names) > 1)
        if len(trace.sums) + (trace.products is not None) > 1:
            painter.setPen(QPen(self._colors.outline, 1))
            x = area.right() + 7 * self._scale
            painter.drawLine(QPointF(x, top), QPointF(x, top + len(lines) * height))

    def _reason(self) -> str:
        """Say how a value follows from its window, where nothing is multiplied."""
        trace = self._computation.trace
        if trace.kind == "max_pool":
            return f"the largest of {int(trace.counted.sum())}"
        return "passes on" if trace.kind == "identity" else "each value alone"

    def _paint_sums_of_rows(self, painter: QPainter, lines: list[tuple[str, str, bool]]) -> None:
        """Write each channel's sum at the end of its row, and the bias below them."""
        area, scale = self._layout.sums, self._scale
        middles = [block.rect.center().y() for block in self._layout.blocks if block.part == "products"]
        bottom = max(block.rect.bottom() for block in self._layout.blocks)
        height = 24 * scale
        for (name, text, _), middle in zip(lines, [*middles, bottom - height / 2], strict=False):
            line = QRectF(area.left(), middle - height / 2, area.width(), height)
            self._write(painter, line, name, 14, self._colors.muted, _LEFT)
            self._write(painter, line, text, 17, self._colors.text, _RIGHT, is_bold=True)
        painter.setPen(QPen(self._colors.outline, 1))
        x = area.right() + 7 * scale
        top = min(block.rect.top() for block in self._layout.blocks)
        painter.drawLine(QPointF(x, top), QPointF(x, bottom))

    def _sum_lines(self) -> list[tuple[str, str, bool]]:
        trace = self._computation.trace
        shown = self._layout.rows
        lines = [
            (f"Σ {name}" if len(trace.sums) > 1 else "Σ", number(float(total)), i in shown)
            for i, (name, total) in enumerate(zip(self._computation.names, trace.sums, strict=True))
        ]
        return [*lines, ("+ bias", number(trace.bias), False)] if trace.kind != "average_pool" else lines

    def _paint_result(self, painter: QPainter) -> None:
        """Write the sum, the activation with its curve, and the value as large as a headline."""
        computation, trace, area = self._computation, self._computation.trace, self._layout.result
        scale, colors = self._scale, self._colors
        left, middle = area.left() + 4 * scale, area.center().y()
        lines: list[tuple[str, float, QColor]] = []
        if computation.activation:
            lines.append((f"{_before_activation(trace.kind)} {number(trace.linear)}", 14, colors.text))
            lines.append((f"{computation.activation} ↓", 12, colors.muted))
        heights = [22 * scale for _ in lines]
        box = 40 * scale
        total = sum(heights) + box + 20 * scale
        y = middle - total / 2
        for (text, size, color), height in zip(lines, heights, strict=True):
            self._write(painter, QRectF(left, y, 170 * scale, height), text, size, color, _LEFT)
            y += height
        text = f"= {number(trace.value)}"
        font = theme.digits_font(22, is_bold=True)
        width = max(QFontMetricsF(font).horizontalAdvance(text) + 24 * scale, 96 * scale)
        rect = QRectF(left, y, width, box - 6 * scale)
        painter.setPen(QPen(colors.outline, 1))
        painter.setBrush(computation.value_color)
        painter.drawRoundedRect(rect, 6 * scale, 6 * scale)
        painter.setFont(font)
        painter.setPen(contrasting(computation.value_color.rgb()))
        painter.drawText(rect, _CENTER, text)
        exact = QRectF(left, y + box, max(area.width() - 4, 40.0), 16 * scale)
        self._write(painter, exact, f"float64  {number(trace.reference, 10)}", 11, colors.muted, _LEFT)
        if computation.curve is not None:
            plot = QRectF(left + 172 * scale, middle - _PLOT[1] / 2 * scale, _PLOT[0] * scale, _PLOT[1] * scale)
            if plot.right() <= area.left() + area.width():
                paint_activation(painter, plot, trace, computation.curve, colors)

    # Large kernels: what can be read of them

    def _paint_extract(self, painter: QPainter, area: QRectF) -> None:
        """List the tap under the mouse and the largest products: the cells are too small for their numbers."""
        trace, scale = self._computation.trace, self._scale
        if trace.weights is None or trace.products is None:
            return
        title = QRectF(area.left(), area.top(), area.width(), LABEL * scale)
        self._write(painter, title, "largest products (row, column of the kernel)", 11, self._colors.muted, _LEFT)
        height = _LINE * scale
        room = max(int((area.height() - LABEL * scale) // height), 1)
        for i, (channel, row, column) in enumerate(self._largest(room)):
            line = QRectF(area.left(), title.bottom() + i * height, area.width(), height)
            is_marked = self._tap == (channel, row, column)
            color = self._colors.accent if is_marked else self._colors.text
            name = f"{self._computation.names[channel]} ({row}, {column})"
            value, weight = (float(part[channel, row, column]) for part in (trace.values, trace.weights))
            product = number(float(trace.products[channel, row, column]))
            self._write(painter, line, name, 12, self._colors.muted, _LEFT)
            self._write(painter, line, f"{number(value)} × {number(weight)} = {product}", 12, color, _RIGHT)

    def _largest(self, count: int) -> list[Tap]:
        """Return the tap under the mouse, then those with the largest products."""
        products = self._computation.trace.products
        assert products is not None
        sizes = np.where(self._computation.trace.counted, np.nan_to_num(np.abs(products), nan=np.inf), -1.0).ravel()
        count = min(count, sizes.size)
        order = np.argpartition(-sizes, count - 1)[:count]
        places = np.unravel_index(order[np.argsort(-sizes[order], kind="stable")], products.shape)
        taps = [(int(c), int(i), int(j)) for c, i, j in zip(*places, strict=True)]
        if self._tap is not None and self._computation.term_of(self._tap) is not None:
            taps = [self._tap, *(tap for tap in taps if tap != self._tap)][:count]
        return taps

    # Words

    def _font(self, size: float, *, is_bold: bool) -> QFont:
        """Return a font, made once: a computation is written in five, some hundred times."""
        key = (size, is_bold)
        if key not in self._fonts:
            self._fonts[key] = theme.digits_font(size, is_bold=is_bold)
        return self._fonts[key]

    def _write(
        self,
        painter: QPainter,
        rect: QRectF,
        text: str,
        size: float,
        color: QColor,
        alignment: Qt.AlignmentFlag,
        *,
        is_bold: bool = False,
    ) -> None:
        painter.setFont(self._font(size, is_bold=is_bold))
        painter.setPen(color)
        painter.drawText(rect, alignment | Qt.TextFlag.TextSingleLine, text)
        painter.setPen(Qt.PenStyle.NoPen)


def _readable(color: QColor, ink: QColor) -> QColor:
    """Return the ink if it can be read on a colour, else the better one of black and white."""
    return ink if theme.contrast(color, ink) >= _READABLE else contrasting(color.rgb())


def _before_activation(kind: str) -> str:
    return "x =" if kind == "activation" else "Σ ="
