"""Paints a layer as a product of matrices on any device: screen, picture, SVG or PDF."""

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen

from convexplorer.core.display.coloring import (
    PALETTES,
    WEIGHTS_PALETTE,
    Levels,
    largest_magnitude,
    nice_ceiling,
    to_indexed,
)
from convexplorer.gui.canvas.cell_grid import CellGrid
from convexplorer.gui.canvas.explanation.computation import shades
from convexplorer.gui.canvas.explanation.matrix_layout import TITLE, MatrixLayout
from convexplorer.gui.canvas.explanation.reading import digits_font
from convexplorer.gui.canvas.pictures.painting import contrasting
from convexplorer.gui.canvas.pictures.tile import to_qimage
from convexplorer.gui.look import fonts
from convexplorer.gui.look.colors import Colors
from convexplorer.results.matrix_product import MatrixPart, MatrixProduct, sentences
from convexplorer.results.trace_lines import many
from convexplorer.words import MINUS, number, short_number

_CENTER = Qt.AlignmentFlag.AlignCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_DIGIT, _LARGEST = 0.62, 20.0  # width of a digit in sizes of the font; design pixels
_WORDS = 12.0


class MatrixPainter:
    """Paints one product in one arrangement.

    Parameters
    ----------
    tap : of those shown, under the mouse; None for none.
    """

    def __init__(
        self,
        product: MatrixProduct,
        part: MatrixPart,
        layout: MatrixLayout,
        colors: Colors,
        *,
        tap: int | None = None,
        scale: float = 1.0,
    ) -> None:
        self._product = product
        self._part = part
        self._layout = layout
        self._colors = colors
        self._tap = tap
        self._scale = scale
        self._reading = layout.reading
        wide = (layout.patches.width - 3 * scale) / (self._reading.characters * _DIGIT)
        self._digits = min(wide, layout.patches.height * 0.78, _LARGEST * scale)

    def paint(self, painter: QPainter) -> None:
        """Paint everything."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        part, layout = self._part, self._layout
        weights = WEIGHTS_PALETTE.colors(self._colors.is_dark)
        self._paint_cells(painter, layout.kernel, part.kernel, _signed(part.kernel, weights))
        self._paint_cells(painter, layout.patches, part.patches, self._patch_colors(part), part.is_padding)
        signed = PALETTES["signed"].colors(self._colors.is_dark)
        self._paint_cells(painter, layout.maps, part.sums, _signed(part.sums, signed, is_nice=True))
        self._paint_names(painter)
        self._paint_rest(painter)
        for rect, sign in layout.operators:
            self._write(painter, rect, sign, 18, self._colors.muted, _CENTER)
        self._paint_marks(painter)
        self._paint_overview(painter)
        self._paint_words(painter)

    # Matrices

    def _patch_colors(self, part: MatrixPart) -> np.ndarray:
        product = self._product
        if product.levels is None:
            table = PALETTES["signed"].colors(self._colors.is_dark)
            return _signed(part.patches, table, is_nice=True)
        names = tuple(self._channel(tap) for tap in part.taps.tolist())
        return shades(part.patches[:, np.newaxis], names, product.levels)[:, 0]

    def _paint_cells(
        self,
        painter: QPainter,
        grid: CellGrid,
        values: np.ndarray,
        rgb: np.ndarray,
        is_padding: np.ndarray | None = None,
    ) -> None:
        painter.setFont(digits_font(self._digits, 1.0))
        for row in range(grid.rows):
            for column in range(grid.columns):
                rect = grid.cell_rect(row, column)
                color = QColor(*(int(one) for one in rgb[row, column]))
                ink = contrasting(color.rgb())
                painter.fillRect(rect, color)
                if is_padding is not None and is_padding[row, column]:
                    painter.fillRect(rect, self._colors.raised)
                    painter.fillRect(rect, QBrush(self._colors.outline, Qt.BrushStyle.BDiagPattern))
                    ink = self._colors.text
                if self._digits >= self._reading.digits * self._scale:
                    painter.setPen(ink)
                    text = short_number(float(values[row, column]), self._reading.characters)
                    painter.drawText(rect, int(_CENTER | Qt.TextFlag.TextSingleLine), text)

    def _paint_names(self, painter: QPainter) -> None:
        """Write the titles, the filters left of the kernel, taps left of the patches, outputs over their columns."""
        product, part, layout, colors = self._product, self._part, self._layout, self._colors
        rows, inner, columns = product.sizes
        titles = (
            f"kernels  {rows} × {inner}",
            f"patches  {inner} × {many(columns)}",
            f"maps  {rows} × {many(columns)}",
        )
        size = min(11.0, layout.patches.height / self._scale * 0.8)
        gap = 6 * self._scale
        end = layout.overview.left() if layout.overview.top() <= TITLE * self._scale else layout.words.right()
        lefts = (0.0, layout.patches.left - layout.names, layout.maps.left, end)
        for title, left, end in zip(titles, lefts, lefts[1:], strict=False):
            self._write(painter, QRectF(left, 0, end - left - gap, TITLE * self._scale), title, 12, colors.text, _LEFT)
        for i, one in enumerate(part.filters.tolist()):
            rect = QRectF(0, layout.kernel.cell_rect(i, 0).top(), layout.names - 4 * self._scale, layout.kernel.height)
            ink = colors.accent if one == product.filter else colors.muted
            self._write(painter, rect, product.filter_names[one], size, ink, _RIGHT)
        for i, tap in enumerate(part.taps.tolist()):
            cell = layout.patches.cell_rect(i, 0)
            rect = QRectF(cell.left() - layout.names, cell.top(), layout.names - 4 * self._scale, layout.patches.height)
            ink = colors.cursor if i == self._tap else colors.muted
            self._write(painter, rect, product.tap_name(tap), size, ink, _RIGHT)
        top, half = TITLE * self._scale, 1.35 * self._reading.name * self._scale
        for grid in (layout.patches, layout.maps):
            for i, output in enumerate(part.outputs.tolist()):
                cell = grid.cell_rect(0, i)
                ink = colors.accent if output == product.output else colors.muted
                for line, index in enumerate(product.patches.cell_of(output)):  # the row over the column
                    rect = QRectF(cell.left(), top + line * half, grid.width, half)
                    self._write(painter, rect, str(index), self._reading.name, ink, _CENTER)

    def _paint_rest(self, painter: QPainter) -> None:
        """Mark where taps are left out; the numbers over the columns say that outputs go on."""
        if not self._layout.is_cut[1]:
            return
        kernel, patches, muted = self._layout.kernel, self._layout.patches, self._colors.muted
        right, bottom = kernel.left + kernel.columns * kernel.width, patches.top + patches.rows * patches.height
        self._write(
            painter, QRectF(right, kernel.top, kernel.width, kernel.rows * kernel.height), "…", 14, muted, _CENTER
        )
        self._write(
            painter,
            QRectF(patches.left, bottom, patches.columns * patches.width, kernel.height),
            "⋮",
            12,
            muted,
            _CENTER,
        )

    def _paint_marks(self, painter: QPainter) -> None:
        """Frame the row and the column that meet in the value, and the tap under the mouse."""
        layout, part, product = self._layout, self._part, self._product
        row = int(np.flatnonzero(part.filters == product.filter)[0])
        column = int(np.flatnonzero(part.outputs == product.output)[0])
        width = 2 * self._scale
        self._frame(painter, _span(layout.kernel, row, row, 0, layout.kernel.columns - 1), self._colors.accent, width)
        patches = layout.patches
        self._frame(painter, _span(patches, 0, patches.rows - 1, column, column), self._colors.accent, width)
        self._frame(painter, layout.maps.cell_rect(row, column), self._colors.accent, width)
        if self._tap is not None and self._tap < patches.rows:
            for rect in (layout.kernel.cell_rect(row, self._tap), patches.cell_rect(self._tap, column)):
                self._frame(painter, rect, self._colors.cursor, width)

    def _frame(self, painter: QPainter, rect: QRectF, color: QColor, width: float) -> None:
        painter.setPen(QPen(color, width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rect)

    # Beside the matrices

    def _paint_overview(self, painter: QPainter) -> None:
        """Draw the whole patch matrix small, with the column of the value and the part that is shown."""
        product, rect, scale = self._product, self._layout.overview, self._scale
        _, inner, columns = product.sizes
        title = QRectF(rect.left(), rect.top() - TITLE * scale, rect.width(), TITLE * scale)
        self._write(painter, title, f"all patches  {inner} × {many(columns)}", 12, self._colors.text, _LEFT)
        values = product.overview()
        rgb = self._overview_colors(values)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, values.shape[1] > rect.width())
        painter.drawImage(rect, to_qimage(np.ascontiguousarray(rgb)))
        x = rect.left() + (product.output + 0.5) / columns * rect.width()
        painter.setPen(QPen(self._colors.accent, max(1.5 * scale, 1.0)))
        painter.drawLine(round(x), round(rect.top()), round(x), round(rect.bottom()))

    def _overview_colors(self, values: np.ndarray) -> np.ndarray:
        product = self._product
        if product.levels is None:
            return _signed(values, PALETTES["signed"].colors(self._colors.is_dark), is_nice=True)
        rows, shown = product.patches.shape[0], len(values)
        names = tuple(self._channel(i * rows // shown) for i in range(shown))
        return shades(values[:, np.newaxis], names, product.levels)[:, 0]

    def _paint_words(self, painter: QPainter) -> None:
        font = fonts.text_font(_WORDS * self._scale)
        painter.setFont(font)
        line, top, room = QFontMetricsF(font).height(), self._layout.words.top(), self._layout.words
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
        for i, text in enumerate((self.value_words(), *sentences(self._product))):
            rest = QRectF(room.left(), top, room.width(), max(room.bottom() - top, 0.0))
            needed = painter.boundingRect(rest, flags, text)
            if needed.height() > rest.height() + line * 0.2:
                return
            painter.setPen(self._colors.text if i == 0 else self._colors.muted)
            painter.drawText(rest, flags, text)
            top = needed.bottom() + line * 0.3

    def value_words(self) -> str:
        """Return how the explained value comes about of what is shown, and of what is not."""
        product, part = self._product, self._part
        name, cell = product.filter_names[product.filter], product.output_name(product.output)
        bias = 0.0 if product.unrolled.bias is None else float(product.unrolled.bias[product.filter])
        terms = [f"{number(part.shown)} of the shown taps"] if self._layout.is_cut[1] else ["row times column"]
        if self._layout.is_cut[1]:
            terms.append(f"{_signed_text(part.rest)} of the other {product.sizes[1] - len(part.taps)}")
        if bias:
            terms.append(f"{_signed_text(bias)} bias")
        text = f"{name} at ({cell}) = {' '.join(terms)} = {number(product.linear)}"
        return f"{text}, {product.activation}: {number(product.value)}." if product.activation else f"{text}."

    def _channel(self, row: int) -> str:
        channel = self._product.patches.tap_of(row)[0]
        names = self._product.channel_names
        return names[channel] if channel < len(names) else ""

    def _write(
        self, painter: QPainter, rect: QRectF, text: str, size: float, color: QColor, flags: Qt.AlignmentFlag
    ) -> None:
        font: QFont = digits_font(size, self._scale)
        painter.setFont(font)
        painter.setPen(color)
        shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width() + 1)
        painter.drawText(rect, int(flags | Qt.TextFlag.TextSingleLine), shown)


def _span(grid: CellGrid, top: int, bottom: int, left: int, right: int) -> QRectF:
    return grid.cell_rect(top, left).united(grid.cell_rect(bottom, right))


def _signed(values: np.ndarray, table: np.ndarray, *, is_nice: bool = False) -> np.ndarray:
    """Return colours of values around 0, (rows, columns, 3) uint8."""
    largest = largest_magnitude(values) or 1.0
    largest = nice_ceiling(largest) if is_nice else largest
    scaled = np.ascontiguousarray(values / largest, np.float32)
    colors: np.ndarray = table[to_indexed(scaled, Levels(-1.0, 1.0))]
    return colors


def _signed_text(value: float) -> str:
    return f"{'+' if value >= 0 else MINUS} {number(abs(value))}"  # as many digits as the sum has
