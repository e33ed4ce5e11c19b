"""The two plots beside a computation: the activation around the value, and how the sum grew."""

from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPolygonF

from convexplorer.core.explain.trace import Trace
from convexplorer.gui.canvas.explanation.computation_layout import LABEL
from convexplorer.gui.canvas.pictures.painting import write
from convexplorer.gui.look import theme
from convexplorer.gui.look.colors import Colors
from convexplorer.words import number

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


def paint_activation(painter: QPainter, rect: QRectF, trace: Trace, curve: np.ndarray, colors: Colors) -> None:
    """Draw the activation (2, points) around the value, and the value on it."""
    painter.setPen(QPen(colors.border, 1))
    painter.setBrush(colors.canvas)
    painter.drawRect(rect)
    xs, ys = curve
    low, high = float(min(ys.min(), 0.0)), float(max(ys.max(), 0.0))
    if not (np.isfinite([low, high]).all() and np.isfinite(trace.linear)) or high <= low:
        return

    def at(x: float, y: float) -> QPointF:
        inner = rect.adjusted(4, 4, -4, -4)
        return QPointF(
            inner.left() + (x - xs[0]) / (xs[-1] - xs[0]) * inner.width(),
            inner.bottom() - (y - low) / (high - low) * inner.height(),
        )

    painter.setPen(QPen(colors.outline, 1))
    painter.drawLine(at(xs[0], 0.0), at(xs[-1], 0.0))
    painter.drawLine(at(0.0, low), at(0.0, high))
    painter.setPen(QPen(colors.accent, 1.6))
    painter.drawPolyline(QPolygonF([at(float(x), float(y)) for x, y in zip(xs, ys, strict=True)]))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colors.cursor)
    painter.drawEllipse(at(trace.linear, trace.value), 3.5, 3.5)


def paint_running_sum(
    painter: QPainter, area: QRectF, trace: Trace, colors: Colors, *, marked: int | None, scale: float
) -> None:
    """Draw how the sum grew, product by product, and the bias at the end; nothing where no products are summed.

    Parameters
    ----------
    marked : which product stands out, or None.
    scale : pixels per pixel of the design.
    """
    if trace.products is None or not np.isfinite(trace.running).all():
        return
    steps = np.concatenate([[0.0], trace.running.astype(np.float64), [trace.running[-1] + trace.bias]])
    low, high = float(steps.min()), float(steps.max())
    if high <= low:
        high = low + 1.0
    inner = area.adjusted(4 * scale, LABEL * scale, -56 * scale, -4 * scale)
    title = QRectF(inner.left(), area.top(), area.width(), LABEL * scale)
    text, font = f"running sum of {len(steps) - 2} products, then the bias", theme.digits_font(11)
    if QFontMetricsF(font).horizontalAdvance(text) > title.width():
        text = "running sum"
    write(painter, title, text, font, colors.muted, _LEFT)
    width = inner.width() / (len(steps) - 1)

    def y(value: float) -> float:
        return inner.bottom() - (value - low) / (high - low) * inner.height()

    painter.setPen(QPen(colors.outline, 1))
    painter.drawLine(QPointF(inner.left(), y(0.0)), QPointF(inner.right(), y(0.0)))
    gap = 1.0 if width >= 5 else 0.0
    for i, (before, after) in enumerate(pairwise(steps.tolist())):
        color = colors.positive if after >= before else colors.negative
        if i == len(steps) - 2:
            color = colors.muted
        top, bottom = sorted((y(before), y(after)))
        bar = QRectF(inner.left() + i * width, top, max(width - gap, 0.5), max(bottom - top, 1.0))
        painter.fillRect(bar, colors.cursor if i == marked else color)
        if i == marked:
            painter.setPen(QPen(colors.cursor, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(bar.left() - 1, inner.top(), bar.width() + 2, inner.height()))
    end = QRectF(inner.right() + 6 * scale, y(steps[-1]) - 9, 52 * scale, 18)
    write(painter, end, number(float(steps[-1])), font, colors.text, _LEFT)
    painter.setPen(Qt.PenStyle.NoPen)
