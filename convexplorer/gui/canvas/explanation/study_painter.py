"""Paints a study: the numbers of a crop, the kernel, the numbers of its output, and which belong together.

Works on any paint device: the widget, a picture, a frame of a film, an SVG or a PDF page.
"""

from functools import partial

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPen

from convexplorer._dataclass import dataclass
from convexplorer.core.explain.rounding import sum_of_products
from convexplorer.gui.canvas.cell_grid import CellGrid
from convexplorer.gui.canvas.explanation.reading import SMALLEST, digits_font
from convexplorer.gui.canvas.explanation.study_sheet import LABEL, OPERATOR, Cell, Part, StudyLayout, StudySheet
from convexplorer.gui.canvas.pictures.painting import contrasting
from convexplorer.gui.look.colors import Colors
from convexplorer.results.trace_words import shows_weights, words_of
from convexplorer.words import MINUS, aligned_number, cell_words, number, short_number, whole_characters

_CENTER = Qt.AlignmentFlag.AlignCenter
_IN_CELL = int(_CENTER | Qt.TextFlag.TextSingleLine)
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_CHARACTERS, _FEWEST = 5, 4
_SMALLEST_DIGITS, _LARGEST_DIGITS = 8.0, 26.0
# A digit of Inter is so much of its font's size wide.
_DIGIT = 0.62
_MOST_TERMS = 9
_FADING = 0.6  # of cells beside the crop: their numbers are read, but are not the subject
_OF_MANY = ("max_pool", "activation")  # kinds of traces whose value is told by how many numbers it is of


@dataclass(frozen=True)
class Look:
    """What is looked at.

    Attributes
    ----------
    cell : the output whose window is marked.
    part, place : the matrix and the cell under the mouse, or "" and any cell.
    reached : outputs after this one, row by row, are covered: the film has not come to them; None covers none.
    """

    cell: Cell = (0, 0)
    part: Part | None = None
    place: Cell = (0, 0)
    reached: int | None = None


class StudyPainter:
    """Paints one study in one arrangement."""

    def __init__(
        self,
        sheet: StudySheet,
        layout: StudyLayout,
        colors: Colors,
        look: Look,
        *,
        scale: float = 1.0,
        is_large: bool = False,
    ) -> None:
        self._sheet = sheet
        self._layout = layout
        self._colors = colors
        self._look = look
        self._scale = scale
        self._smallest = SMALLEST if is_large else _SMALLEST_DIGITS
        self._fonts: dict[int, QFont] = {}
        # Matrices of whole numbers, as of stored values, have no decimals.
        self._whole = {"input": whole_characters(sheet.padded), "output": whole_characters(sheet.output)}

    def paint(self, painter: QPainter) -> None:
        """Paint everything."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, self._layout.cell >= 9 * self._scale)
        self._paint_input(painter)
        self._paint_kernels(painter)
        self._paint_output(painter)
        for rect, symbol in self._layout.operators:
            self._write(painter, rect, symbol, 24, self._colors.muted, _CENTER)
        self._paint_marks(painter)
        self._paint_foot(painter)

    # Matrices

    def _paint_input(self, painter: QPainter) -> None:
        sheet, grid = self._sheet, self._layout.input
        self._title(painter, grid, sheet.titles[0])
        for row in range(grid.rows):
            for column in range(grid.columns):
                values = sheet.padded[:, row, column]
                is_padding = sheet.is_padding((row, column))
                rgb = sheet.padded_colors[row, column]
                rect = grid.cell_rect(row, column)
                if sheet.is_neighbour((row, column)):
                    rgb = self._faded(rgb)
                self._paint_cell(painter, rect, values, rgb, is_hatched=is_padding, whole=self._whole["input"])
        if sheet.has_neighbours:
            first, last = sheet.crop
            around = grid.cell_rect(*first).united(grid.cell_rect(*last))
            self._frame(painter, around.adjusted(-1, -1, 1, 1), self._colors.muted, max(1.5 * self._scale, 1.0))

    def _paint_kernels(self, painter: QPainter) -> None:
        sheet = self._sheet
        for (name, plane), colors, grid in zip(sheet.kernels, sheet.kernel_colors, self._layout.kernels, strict=True):
            self._title(painter, grid, name)
            for row in range(grid.rows):
                for column in range(grid.columns):
                    values = plane[np.newaxis, row, column]
                    self._paint_cell(painter, grid.cell_rect(row, column), values, colors[row, column], is_short=True)

    def _paint_output(self, painter: QPainter) -> None:
        sheet, grid = self._sheet, self._layout.output
        self._title(painter, grid, sheet.titles[1])
        reached = self._look.reached
        for row in range(grid.rows):
            for column in range(grid.columns):
                rect = grid.cell_rect(row, column)
                if reached is not None and row * grid.columns + column > reached:
                    painter.setPen(QPen(self._colors.outline, 1, Qt.PenStyle.DotLine))
                    painter.setBrush(self._colors.raised)
                    painter.drawRoundedRect(rect, *self._corner(rect))
                else:
                    values = sheet.output[np.newaxis, row, column]
                    rgb = sheet.output_colors[row, column]
                    self._paint_cell(painter, rect, values, rgb, whole=self._whole["output"])

    def _paint_cell(
        self,
        painter: QPainter,
        rect: QRectF,
        values: np.ndarray,
        rgb: np.ndarray,
        *,
        is_hatched: bool = False,
        is_short: bool = False,
        whole: int = 0,
    ) -> None:
        """Paint a cell with its numbers; `whole` is the longest of its matrix, if all are whole."""
        color = QColor(*(int(part) for part in rgb))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colors.raised if is_hatched else color)
        painter.drawRoundedRect(rect, *self._corner(rect))
        if is_hatched:
            painter.setBrush(QBrush(self._colors.outline, Qt.BrushStyle.BDiagPattern))
            painter.drawRoundedRect(rect, *self._corner(rect))
        ink = self._colors.text if is_hatched else contrasting(color.rgb())
        if is_hatched and len(values) > 1 and (values == values[0]).all():
            values = values[:1]  # three equal zeros of padding are one
        characters = max(_CHARACTERS, whole)
        size = self._digits_px(rect, len(values), characters)
        for fewer in (_CHARACTERS, _FEWEST):  # the exponent is what still can be read
            if size < self._smallest * self._scale and fewer < characters:
                characters, size = fewer, self._digits_px(rect, len(values), fewer)
        if size < _SMALLEST_DIGITS * self._scale:
            return
        painter.setFont(self._digits(round(size)))
        painter.setPen(ink)
        height = rect.height() / len(values)
        write = short_number if is_short else partial(aligned_number, are_whole=whole > 0)
        for i, value in enumerate(values.tolist()):
            text = "–" if np.isnan(value) and is_hatched else write(value, characters)
            line = QRectF(rect.left(), rect.top() + i * height, rect.width(), height)
            painter.drawText(line, _IN_CELL, text)

    def _faded(self, rgb: np.ndarray) -> np.ndarray:
        """Return a colour nearer to that of the paper; the ink of its number fits to it."""
        panel = self._colors.panel
        paper = np.array([panel.red(), panel.green(), panel.blue()])
        faded: np.ndarray = rgb * (1 - _FADING) + paper * _FADING
        return faded

    def _digits(self, size_px: int) -> QFont:
        """Return the font of digits; made once for all cells of a size."""
        if size_px not in self._fonts:
            self._fonts[size_px] = digits_font(size_px, 1.0)
        return self._fonts[size_px]

    def _digits_px(self, rect: QRectF, lines: int, characters: int) -> float:
        wide = (rect.width() - 4 * self._scale) / (characters * _DIGIT)
        high = rect.height() * (0.56 if lines == 1 else 0.86 / lines)
        return min(wide, high, _LARGEST_DIGITS * self._scale)

    def _corner(self, rect: QRectF) -> tuple[float, float]:
        radius = min(rect.height() * 0.09, 5.0) if rect.height() >= 18 else 0.0
        return radius, radius

    def _title(self, painter: QPainter, grid: CellGrid, text: str) -> None:
        height = LABEL * self._scale
        # It may reach over the sign beside the matrix, which stands lower.
        width = grid.columns * grid.width + OPERATOR * self._scale
        rect = QRectF(grid.left, grid.top - height, width, height)
        self._write(painter, rect, text, 12, self._colors.muted, _LEFT)

    # What belongs together

    def _paint_marks(self, painter: QPainter) -> None:
        look, sheet = self._look, self._sheet
        if look.part == "input":
            self._paint_readers(painter, look.place)
            return
        rows, columns = sheet.window(look.cell)
        grid = self._layout.input
        thin = max(1.5 * self._scale, 1.0)
        if _has_gaps(rows) or _has_gaps(columns):
            for row in rows.tolist():
                for column in columns.tolist():
                    self._frame(painter, grid.cell_rect(row, column), self._colors.cursor, thin)
        if rows.size and columns.size:
            first, last = (int(rows.min()), int(columns.min())), (int(rows.max()), int(columns.max()))
            window = grid.cell_rect(*first).united(grid.cell_rect(*last))
            self._frame(painter, window.adjusted(-1, -1, 1, 1), self._colors.accent, 3 * self._scale)
        self._frame(painter, self._layout.output.cell_rect(*look.cell), self._colors.accent, 3 * self._scale)
        if look.part == "kernel":
            marked = [kernel.cell_rect(*look.place) for kernel in self._layout.kernels]
            marked += [grid.cell_rect(*cell) for cell in sheet.met_by(look.cell, look.place)]
            for rect in marked:
                self._frame(painter, rect, self._colors.cursor, 3 * self._scale)

    def _paint_readers(self, painter: QPainter, place: Cell) -> None:
        """Mark every output that reads an input, and the weights by which they do."""
        width = 3 * self._scale
        self._frame(painter, self._layout.input.cell_rect(*place), self._colors.cursor, width)
        for output, tap in self._sheet.readers(place):
            self._frame(painter, self._layout.output.cell_rect(*output), self._colors.cursor, width)
            for kernel in self._layout.kernels:
                self._frame(painter, kernel.cell_rect(*tap), self._colors.cursor, width)

    def _frame(self, painter: QPainter, rect: QRectF, color: QColor, width: float) -> None:
        painter.setPen(QPen(color, width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect, *self._corner(rect))
        painter.setPen(Qt.PenStyle.NoPen)

    # The sentence

    def _paint_foot(self, painter: QPainter) -> None:
        foot, size = self._layout.foot, min(20.0, max(13.0, self._layout.cell / self._scale * 0.4))
        font = digits_font(size, self._scale)
        painter.setFont(font)
        painter.setPen(self._colors.text)
        metrics = painter.fontMetrics()
        texts = self.sentences()
        text = next((one for one in texts if metrics.horizontalAdvance(one) <= foot.width()), texts[-1])
        painter.drawText(foot, _CENTER | Qt.TextFlag.TextSingleLine, text)

    def sentences(self) -> list[str]:
        """Return what the foot says, the fullest first."""
        look, sheet = self._look, self._sheet
        if look.part == "input":
            readers = sheet.readers(look.place)
            own = (i - before for i, before in zip(look.place, sheet.padding, strict=True))
            row, column = (i + first for i, first in zip(own, sheet.first_input, strict=True))
            kind = "padding" if sheet.is_padding(look.place) else "input"
            count = f"{len(readers)} output{'' if len(readers) == 1 else 's'}"
            return [f"{kind} at {cell_words((row, column))} is read by {count}"]
        trace = sheet.trace(look.cell)
        head = f"output at {cell_words([i + n for i, n in zip(look.cell, sheet.first_output, strict=True)])}"
        end = number(trace.value, 3)
        if not shows_weights(trace) and trace.kind not in _OF_MANY:
            lines = words_of(trace).lines(trace, [f"map {channel + 1}" for channel in trace.channels.tolist()])
            steps = ", ".join(f"{line.text} = {line.value}" if line.value else line.text for line in lines)
            end = f"{number(trace.linear, 3)},  {sheet.activation}: {end}" if sheet.activation else end
            is_told = bool(lines[-1].value) and not sheet.activation
            return [f"{head}: {steps}" if is_told else f"{head}: {steps} = {end}", f"{head} = {end}"]
        if trace.products is None or trace.weights is None:
            word = {"max_pool": "the largest of", "activation": sheet.activation or "of"}.get(trace.kind, "of")
            counted = int(trace.counted.sum())
            return [f"{head} = {word} {counted} value{'' if counted == 1 else 's'} = {end}"]
        if sheet.activation:
            end = f"{number(trace.linear, 3)},  {sheet.activation}: {end}"
        bias = f" {'+' if trace.bias >= 0 else MINUS} {number(abs(trace.bias), 3)}" if trace.bias else ""
        used = trace.counted & (trace.weights != 0)
        pairs = list(zip(trace.values[used].tolist(), trace.weights[used].tolist(), strict=True))
        total = number(sum_of_products(trace), 3)
        middle = f" = {total}{bias}" if bias else ""
        short = f"{head} = Σ of {int(trace.counted.sum())} products{bias}{middle} = {end}"
        if len(pairs) > _MOST_TERMS:
            return [short]
        terms = " + ".join(f"{number(value, 3)} · {_factor(weight)}" for value, weight in pairs)
        return [f"{head} = {terms or '0'}{bias} = {end}", short]

    def _write(
        self, painter: QPainter, rect: QRectF, text: str, size: float, color: QColor, alignment: Qt.AlignmentFlag
    ) -> None:
        painter.setFont(digits_font(size, self._scale))
        painter.setPen(color)
        painter.drawText(rect, alignment | Qt.TextFlag.TextSingleLine, text)
        painter.setPen(Qt.PenStyle.NoPen)


def _has_gaps(places: np.ndarray) -> bool:
    """Tell whether a window leaves out cells between its taps."""
    return bool((np.diff(np.sort(places)) > 1).any())


def _factor(weight: float) -> str:
    text = number(weight, 3)
    return f"({text})" if weight < 0 else text
