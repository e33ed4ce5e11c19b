"""Paints a computation: the cells with their numbers, the sums, the activation and the value.

Works on any paint device: the widget, a picture, an SVG or a PDF page.
"""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from convexplorer.core.explain.trace import Trace
from convexplorer.gui.canvas.explanation.block_painter import BlockPainter
from convexplorer.gui.canvas.explanation.computation import Computation, Tap
from convexplorer.gui.canvas.explanation.computation_layout import LABEL, ComputationLayout
from convexplorer.gui.canvas.explanation.computation_plots import paint_activation, paint_course, paint_shares
from convexplorer.gui.canvas.explanation.reading import digits_font
from convexplorer.gui.canvas.pictures.painting import contrasting
from convexplorer.gui.look.colors import Colors
from convexplorer.results.trace_lines import Line
from convexplorer.results.trace_words import precision_texts
from convexplorer.words import number

# As numbers: to join two flags of Qt takes Python longer than to write a text.
_LINE_OF_TEXT = int(Qt.TextFlag.TextSingleLine)
_CENTER = int(Qt.AlignmentFlag.AlignCenter) | _LINE_OF_TEXT
_LEFT = int(Qt.AlignmentFlag.AlignLeft) | int(Qt.AlignmentFlag.AlignVCenter) | _LINE_OF_TEXT
_RIGHT = int(Qt.AlignmentFlag.AlignRight) | int(Qt.AlignmentFlag.AlignVCenter) | _LINE_OF_TEXT
_LINE = 18
_PLOT = (76, 58)
_SENTENCE = 13
_WRAPPED = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap)


class ComputationPainter:
    """Paints one computation in one arrangement.

    Parameters
    ----------
    colors : of the theme to paint in; a print has its own.
    tap : the tap under the mouse, marked in every part.
    scale : pixels per pixel of the design.
    """

    def __init__(
        self,
        computation: Computation,
        layout: ComputationLayout,
        colors: Colors,
        *,
        tap: Tap | None = None,
        scale: float = 1.0,
    ) -> None:
        self._computation = computation
        self._layout = layout
        self._colors = colors
        self._tap = tap
        self._scale = scale
        self._fonts: dict[tuple[float, bool], tuple[QFont, QFontMetricsF]] = {}

    def paint(self, painter: QPainter) -> None:
        """Paint everything."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, self._layout.cell[1] >= 9 * self._scale)
        blocks = BlockPainter(self._computation, self._layout, self._colors, self._tap, self._scale)
        for block in self._layout.blocks:
            blocks.paint(painter, block)
        for rect, symbol in self._layout.operators:
            self._write(painter, rect, symbol, 20, self._colors.muted, _CENTER)
        self._paint_sums(painter)
        self._paint_result(painter)
        if self._layout.extract is not None:
            self._paint_extract(painter, self._layout.extract)
        if self._layout.strip is not None:
            self._paint_plot(painter, self._layout.strip)

    def _paint_plot(self, painter: QPainter, area: QRectF) -> None:
        """Draw how the value grew, or how it stands among those of the other channels."""
        computation = self._computation
        marked = None if self._tap is None else computation.term_of(self._tap)
        if computation.shares is not None:
            own = computation.trace.place[0]
            paint_shares(painter, area, computation.shares, own, computation.activation, self._colors, self._scale)
        elif computation.course is not None:
            paint_course(painter, area, computation.course, self._colors, marked=marked, scale=self._scale)

    # Steps and result

    def _paint_sums(self, painter: QPainter) -> None:
        """List the steps from the numbers to the value: each channel's sum, then the bias."""
        lines, area, height = self._computation.lines, self._layout.sums, _LINE * self._scale
        sums = [line for line in lines if line.channel is not None]
        if self._layout.is_large and not self._layout.is_stacked and len(self._layout.rows) == len(sums) > 1:
            self._paint_sums_of_rows(painter, lines)
            return
        room = max(int(area.height() // height), 1)
        if len(lines) > room:
            kept = lines[: max(room - 2, 1)]
            lines = [*kept, Line(f"… {len(lines) - len(kept) - 1} more"), lines[-1]][:room]
        top = area.center().y() - len(lines) * height / 2
        for i, line in enumerate(lines):
            rect = QRectF(area.left(), top + i * height, area.width(), height)
            self._write_line(painter, rect, line, is_bold=len(sums) > 1 and line.channel in self._layout.rows)
        if len(lines) > 1:
            painter.setPen(QPen(self._colors.outline, 1))
            x = area.right() + 7 * self._scale
            painter.drawLine(QPointF(x, top), QPointF(x, top + len(lines) * height))

    def _write_line(self, painter: QPainter, rect: QRectF, line: Line, *, is_bold: bool) -> None:
        """Write a step left and its number right; the words give way."""
        colors = self._colors
        has_number = line.value and line.channel in (None, *self._layout.rows)
        ink = colors.text if has_number else colors.muted
        self._write(painter, rect, line.value, 13, ink, _RIGHT, is_bold=is_bold)
        taken = self._metrics(13, is_bold=is_bold).horizontalAdvance(line.value)
        gap = 8 * self._scale if line.value else 0.0
        self._write(painter, rect.adjusted(0, 0, -taken - gap, 0), line.text, 13, colors.muted, _LEFT)

    def _paint_sums_of_rows(self, painter: QPainter, lines: Sequence[Line]) -> None:
        """Write each channel's sum at the end of its row, and the bias below them."""
        area, scale = self._layout.sums, self._scale
        middles = {block.row: block.rect.center().y() for block in self._layout.blocks}
        bottom = max(block.rect.bottom() for block in self._layout.blocks)
        height = 24 * scale
        for line in lines:
            middle = bottom - height / 2 if line.channel is None else middles[line.channel]
            rect = QRectF(area.left(), middle - height / 2, area.width(), height)
            self._write(painter, rect, line.value, 17, self._colors.text, _RIGHT, is_bold=True)
            taken = self._metrics(17, is_bold=True).horizontalAdvance(line.value) + 8 * scale
            self._write(painter, rect.adjusted(0, 0, -taken, 0), line.text, 14, self._colors.muted, _LEFT)
        painter.setPen(QPen(self._colors.outline, 1))
        x = area.right() + 7 * scale
        top = min(block.rect.top() for block in self._layout.blocks)
        painter.drawLine(QPointF(x, top), QPointF(x, bottom))

    def _paint_result(self, painter: QPainter) -> None:
        """Write the sum, the activation with its curve, and the value as large as a headline."""
        computation, trace, area = self._computation, self._computation.trace, self._layout.result
        scale, colors = self._scale, self._colors
        left, middle = area.left() + 4 * scale, area.center().y()
        sentence = self.sentence_rect()
        if sentence is not None:
            painter.setFont(self._font(_SENTENCE, is_bold=False))
            painter.setPen(colors.text)
            painter.drawText(sentence, _WRAPPED, computation.sentence)
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
        font = self._font(22, is_bold=True)
        width = max(self._metrics(22, is_bold=True).horizontalAdvance(text) + 24 * scale, 96 * scale)
        rect = QRectF(left, y, width, box - 6 * scale)
        painter.setPen(QPen(colors.outline, 1))
        painter.setBrush(computation.value_color)
        painter.drawRoundedRect(rect, 6 * scale, 6 * scale)
        painter.setFont(font)
        painter.setPen(contrasting(computation.value_color.rgb()))
        painter.drawText(rect, _CENTER, text)
        exact = QRectF(left, y + box, max(self._right_of_result() - left - 4, 40.0), 16 * scale)
        self._write(painter, exact, self._fitting(precision_texts(trace), 11, exact.width()), 11, colors.muted, _LEFT)
        if computation.curve is not None:
            plot = QRectF(left + 172 * scale, middle - _PLOT[1] / 2 * scale, _PLOT[0] * scale, _PLOT[1] * scale)
            if plot.right() <= area.left() + area.width():
                paint_activation(painter, plot, trace, computation.curve, colors)

    def sentence_rect(self) -> QRectF | None:
        """Return where the sentence stands below the value; None where there is no room for all of it."""
        area, scale = self._layout.result, self._scale
        if not (self._layout.is_large and self._computation.sentence):
            return None
        top = area.center().y() + 70 * scale
        width = self._right_of_result() - area.left() - 12 * scale
        room = QRectF(area.left() + 4 * scale, top, max(width, 1.0), max(area.bottom() - top, 1.0))
        metrics = self._metrics(_SENTENCE, is_bold=False)
        needed = metrics.boundingRect(room, _WRAPPED, self._computation.sentence)
        return room if needed.height() <= room.height() and needed.width() <= room.width() else None

    def _right_of_result(self) -> float:
        """Return where the room of the result ends: at what stands beside it."""
        area = self._layout.result
        beside = (rect.left() for rect in (self._layout.strip, self._layout.extract) if rect is not None)
        return min((left for left in beside if left > area.left()), default=area.right())

    # Large kernels: what can be read of them

    def _paint_extract(self, painter: QPainter, area: QRectF) -> None:
        """List the tap under the mouse and the largest products: the cells are too small for their numbers."""
        computation, scale = self._computation, self._scale
        has_products = len(computation.parts) > 1
        title = QRectF(area.left(), area.top(), area.width(), LABEL * scale)
        self._write(painter, title, _extract_title(computation), 11, self._colors.muted, _LEFT)
        height = _LINE * scale
        room = max(int((area.height() - LABEL * scale) // height), 1)
        for i, tap in enumerate(self._largest(room)):
            rect = QRectF(area.left(), title.bottom() + i * height, area.width(), height)
            color = self._colors.accent if self._tap == tap else self._colors.text
            text = _product_text(computation.trace, tap) if has_products else number(computation.trace.values[tap])
            self._write(painter, rect, text, 12, color, _RIGHT)
            taken = self._metrics(12, is_bold=False).horizontalAdvance(text) + 8 * scale
            self._write(
                painter, rect.adjusted(0, 0, -taken, 0), computation.name_of(tap), 12, self._colors.muted, _LEFT
            )

    def _largest(self, count: int) -> list[Tap]:
        """Return the tap under the mouse, then those with the largest products, or values where nothing is weighted."""
        computation, trace = self._computation, self._computation.trace
        numbers = trace.values if len(computation.parts) == 1 or trace.products is None else np.abs(trace.products)
        sizes = np.where(trace.counted, np.nan_to_num(numbers, nan=np.inf), -np.inf).ravel()
        count = min(count, int(trace.counted.sum()))
        if not count:
            return []
        order = np.argpartition(-sizes, count - 1)[:count]
        places = np.unravel_index(order[np.argsort(-sizes[order], kind="stable")], numbers.shape)
        taps = [(int(c), int(i), int(j)) for c, i, j in zip(*places, strict=True)]
        if self._tap is not None and computation.term_of(self._tap) is not None and trace.counted[self._tap]:
            taps = [self._tap, *(tap for tap in taps if tap != self._tap)][:count]
        return taps

    # Words

    def _font(self, size: float, *, is_bold: bool) -> QFont:
        """Return a font, made once: a computation is written in five, some hundred times."""
        return self._measured(size, is_bold=is_bold)[0]

    def _metrics(self, size: float, *, is_bold: bool) -> QFontMetricsF:
        """Return the measures of a font, made once as well."""
        return self._measured(size, is_bold=is_bold)[1]

    def _measured(self, size: float, *, is_bold: bool) -> tuple[QFont, QFontMetricsF]:
        key = (size, is_bold)
        if key not in self._fonts:
            font = digits_font(size, self._scale, is_bold=is_bold)
            self._fonts[key] = font, QFontMetricsF(font)
        return self._fonts[key]

    def _fitting(self, texts: Sequence[str], size: float, width: float) -> str:
        """Return the first of some texts that fits, else the last."""
        metrics = self._metrics(size, is_bold=False)
        return next((text for text in texts if metrics.horizontalAdvance(text) <= width), texts[-1])

    def _write(
        self,
        painter: QPainter,
        rect: QRectF,
        text: str,
        size: float,
        color: QColor,
        alignment: int,
        *,
        is_bold: bool = False,
    ) -> None:
        font, metrics = self._measured(size, is_bold=is_bold)
        painter.setFont(font)
        painter.setPen(color)
        if alignment == _LEFT:
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, alignment, text)
        painter.setPen(Qt.PenStyle.NoPen)


def _before_activation(kind: str) -> str:
    return "x =" if kind == "activation" else "Σ ="


def _extract_title(computation: Computation) -> str:
    if len(computation.parts) == 1:
        return "largest values (row, column of the input)"
    if computation.cell_name is not None:
        return "largest products"
    return f"largest products (row, column of the {'kernel' if computation.words.weights == 'kernel' else 'window'})"


def _product_text(trace: Trace, tap: Tap) -> str:
    assert trace.weights is not None
    assert trace.products is not None
    value, weight, product = (number(float(part[tap])) for part in (trace.values, trace.weights, trace.products))
    return f"{value} × {weight} = {product}"
