"""The painter of the kernel's cells: colours by sign and magnitude, and numbers if there is room."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPolygonF

from convexplorer.core.display.coloring import Levels, to_indexed
from convexplorer.gui.canvas.cell_grid import CellGrid
from convexplorer.gui.canvas.pictures.painting import contrasting, device_pixels, snapped
from convexplorer.gui.look import theme
from convexplorer.words import short_number

MARKS_FROM_PX = 12
_SMALLEST_NUMBER_PX, _EASY_NUMBER_PX, _LARGEST_NUMBER_PX = 9.0, 11.0, 32.0
# Whole weights need a sign and two digits; others three decimals, "−0.667", or two, or only those behind the point.
_WHOLE, _SAMPLES = ("−10", 5), (("−0.000", 6), ("−1e−5", 5), ("−.00", 4))
_OF_WIDTH, _OF_HEIGHT = 0.88, 0.62  # how much of a cell a number may fill
_NOT_FINITE, _ZERO, _LARGEST = 255, 127, 254
_CENTER = Qt.AlignmentFlag.AlignCenter


class KernelPainter:
    """A painter that computes the colours of planes once and paints their cells.

    Parameters
    ----------
    planes : (P, rows, columns), the shown planes: one, or all if edited together.
    strongest : the |weight| of the full colour.
    table : (256, 3) uint8 weight colours; None for blends of the theme's text colour.
    levels : the numbers of the first and the last colour; None for −`strongest` and `strongest`, as of weights.
    """

    def __init__(
        self,
        planes: np.ndarray,
        strongest: float,
        table: np.ndarray | None,
        levels: tuple[float, float] | None = None,
    ) -> None:
        self._planes = planes
        self._colors = _blends(theme.is_dark()) if table is None else _palette(np.asarray(table, np.uint8).tobytes())
        self._indexes = _indexes(planes, strongest) if levels is None else _between(planes, Levels(*levels))
        self._differs = (planes != planes[:1]).any(axis=0) & ~np.isnan(planes).all(axis=0)

    def paint(self, painter: QPainter, layout: CellGrid, cells: np.ndarray | None = None) -> None:
        """Paint the cells of a mask (rows, columns) anew, all by default."""
        rows, columns = np.nonzero(np.ones((layout.rows, layout.columns), bool) if cells is None else cells)
        places = [(i, j, layout.cell_rect(i, j)) for i, j in zip(rows.tolist(), columns.tolist(), strict=True)]
        if cells is not None:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
            soft = 1 if layout.gap > 1 else 0  # the smooth edge of a round cell reaches into the gap
            for _row, _column, rect in places:
                painter.fillRect(rect.adjusted(-soft, -soft, soft, soft), Qt.GlobalColor.transparent)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, layout.gap > 1)
        if layout.gap > 1:
            for row, column, rect in places:
                self._paint_round_cell(painter, row, column, rect)
        else:
            self._paint_flat_cells(painter, places)
        for row, column, rect in places:
            if self.differs(row, column) and rect.width() >= MARKS_FROM_PX:
                _paint_corner(painter, rect)
        cell = layout.cell_rect(0, 0)
        font_size, characters = self._number_size(cell)
        if font_size >= _SMALLEST_NUMBER_PX:
            self._paint_numbers(painter, places, cell.height(), font_size, characters)

    def changed_since(self, before: "KernelPainter", layout: CellGrid) -> np.ndarray | None:
        """Return which cells look different than before, (rows, columns) bool; None if any may."""
        if self._planes.shape != before._planes.shape or self._colors is not before._colors:
            return None
        cell = layout.cell_rect(0, 0)
        if self._number_size(cell) != before._number_size(cell):
            return None
        is_same = (self._planes == before._planes) | (np.isnan(self._planes) & np.isnan(before._planes))
        changed: np.ndarray = ~(is_same & (self._indexes == before._indexes)).all(axis=0)
        return changed

    def differs(self, row: int, column: int) -> bool:
        """Return True if the shown planes differ in a cell."""
        return bool(self._differs[row, column])

    def _paint_round_cell(self, painter: QPainter, row: int, column: int, rect: QRectF) -> None:
        """Paint one cell with round corners, in stripes if the planes differ."""
        differs = self.differs(row, column)
        indexes = self._indexes[:, row, column] if differs else self._indexes[:1, row, column]
        radius = min(rect.width() * 0.09, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        for stripe, index in zip(_stripes(rect, len(indexes)), indexes, strict=True):
            painter.setBrush(self._colors[index])
            if differs:
                painter.setClipRect(stripe)
            painter.drawRoundedRect(rect, radius, radius)
        painter.setClipping(False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(theme.colors().border)
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)

    def _paint_flat_cells(self, painter: QPainter, places: Sequence[tuple[int, int, QRectF]]) -> None:
        """Paint small cells, edge to edge in device pixels."""
        differs, indexes, colors = self._differs.tolist(), self._indexes.tolist(), self._colors
        with device_pixels(painter) as ratio:
            for row, column, rect in places:
                if not differs[row][column]:
                    painter.fillRect(snapped(rect, ratio), colors[indexes[0][row][column]])
                    continue
                for stripe, plane in zip(_stripes(rect, len(indexes)), indexes, strict=True):
                    painter.fillRect(snapped(stripe, ratio), colors[plane[row][column]])

    def _paint_numbers(
        self,
        painter: QPainter,
        places: Sequence[tuple[int, int, QRectF]],
        height: float,
        font_size: float,
        characters: int,
    ) -> None:
        """Write the weights; one line per plane if they differ and there is room in cells of this height."""
        font, small = _digits(font_size), max(font_size * 0.72, _SMALLEST_NUMBER_PX)
        # Once for all cells, whose own heights differ by rounding.
        has_lines = QFontMetricsF(_digits(small)).height() * len(self._planes) < height
        painter.setFont(font)
        for row, column, rect in places:
            values = self._planes[:, row, column]
            if not self.differs(row, column):
                text = short_number(float(values[0]), characters)
                is_long = "e" in text
                if is_long:
                    painter.setFont(_digits(min(font_size, _fitting_px(rect, text))))
                painter.setPen(contrasting(self._colors[self._indexes[0, row, column]].rgb()))
                painter.drawText(rect, _CENTER, text)
                if is_long:
                    painter.setFont(font)
            elif has_lines:
                painter.setFont(_digits(min(rect.height() / len(values) * 0.62, font_size)))
                self._paint_lines(painter, rect, values, row, column)
                painter.setFont(font)

    def _number_size(self, cell: QRectF) -> tuple[float, int]:
        """Return the font size in pixels that fills a cell, and the number of characters that fit.

        More digits are better than larger ones, from a size on that is easy to read. Sample texts set it, not the
        weights, so that it does not change during painting. A size below the smallest means that none fit.
        """
        is_short = bool(((np.rint(self._planes) == self._planes) & (np.abs(self._planes) < 10)).all())
        samples = (_WHOLE, *_SAMPLES[-1:]) if is_short else _SAMPLES
        fitting = [(_fitting_px(cell, sample), characters) for sample, characters in samples]
        wanted = next((one for one in fitting if one[0] >= _EASY_NUMBER_PX), None)
        return wanted or next((one for one in fitting if one[0] >= _SMALLEST_NUMBER_PX), fitting[-1])

    def _paint_lines(self, painter: QPainter, rect: QRectF, values: np.ndarray, row: int, column: int) -> None:
        """Write one number per plane, each into its stripe."""
        height = rect.height() / len(values)
        for i, value in enumerate(values):
            painter.setPen(contrasting(self._colors[self._indexes[i, row, column]].rgb()))
            line = QRectF(rect.left(), rect.top() + i * height, rect.width(), height)
            painter.drawText(line, _CENTER, short_number(float(value)))


def _fitting_px(cell: QRectF, sample: str) -> float:
    """Return the largest size in pixels at which a text fits into a cell."""
    em = QFontMetricsF(_digits(100)).horizontalAdvance(sample) / 100
    return min(cell.width() * _OF_WIDTH / em, cell.height() * _OF_HEIGHT, _LARGEST_NUMBER_PX * theme.scale())


def _digits(size: float) -> QFont:
    """Return the number font at a size in screen pixels, not scaled: cells already follow the interface scale."""
    return theme.digits_font(size / theme.scale())


def _indexes(planes: np.ndarray, strongest: float) -> np.ndarray:
    """Return palette indices: 0 is the strongest negative weight, 254 the strongest positive one."""
    scale = strongest if strongest > 0 else np.inf  # a divisor: its inverse may be infinite, and 0 times that NaN
    with np.errstate(invalid="ignore", over="ignore"):
        indexes = np.clip(np.rint(planes / scale * _ZERO) + _ZERO, 0, _LARGEST)
    # A nonzero weight must never look like zero.
    indexes = np.where((indexes == _ZERO) & (planes != 0), _ZERO + np.sign(planes), indexes)
    return np.where(np.isfinite(planes), indexes, _NOT_FINITE).astype(np.uint8)


def _between(planes: np.ndarray, levels: Levels) -> np.ndarray:
    """Return palette indices evenly between two levels, as pictures have them."""
    with np.errstate(over="ignore"):
        return np.stack([to_indexed(plane.astype(np.float32), levels) for plane in planes])


@lru_cache(maxsize=8)
def _palette(table: bytes) -> tuple[QColor, ...]:
    """Return the 256 colours of a table, made once: a stroke paints the kernel anew with every cell."""
    return tuple(QColor(*table[i : i + 3]) for i in range(0, len(table), 3))


@lru_cache(maxsize=2)
def _blends(is_dark: bool) -> tuple[QColor, ...]:
    """Return 256 blends with the text colour of a theme, and the colour of an error for what is not finite."""
    colors = theme.colors(is_dark)
    ends = (colors.muted, colors.text)
    blends = (theme.mix(colors.canvas, ends[i > _ZERO], abs(i - _ZERO) / _ZERO * 0.8) for i in range(_NOT_FINITE))
    return (*blends, colors.error)


def _stripes(rect: QRectF, count: int) -> list[QRectF]:
    """Split a cell into horizontal stripes, one per plane."""
    height = rect.height() / count
    return [QRectF(rect.left(), rect.top() + i * height, rect.width(), height) for i in range(count)]


def _paint_corner(painter: QPainter, rect: QRectF) -> None:
    """Mark a cell whose planes differ by a corner."""
    size = min(max(rect.width() * 0.16, 5), 9)
    corner = rect.topRight()
    triangle = [corner, corner - QPointF(size, 0), corner + QPointF(0, size)]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colors().accent)
    painter.drawPolygon(QPolygonF(triangle))
