"""The two plots beside a computation: the activation around the value, and how the sum grew."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPolygonF

from convexplorer.core.explain.trace import Trace
from convexplorer.gui.canvas.explanation.computation_layout import LABEL
from convexplorer.gui.canvas.explanation.reading import digits_font
from convexplorer.gui.canvas.pictures.painting import write
from convexplorer.gui.look.colors import Colors
from convexplorer.results.trace_words import Course
from convexplorer.words import compact_number, number

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


def paint_course(
    painter: QPainter, area: QRectF, course: Course, colors: Colors, *, marked: int | None, scale: float
) -> None:
    """Draw how a value grew, number by number; many numbers share a bar from their lowest to their highest.

    Parameters
    ----------
    marked : which number stands out, or None.
    scale : pixels per pixel of the design.
    """
    steps = course.steps
    low, high = float(min(steps.min(), 0.0)), float(max(steps.max(), 0.0))
    if high <= low:
        high = low + 1.0
    inner = area.adjusted(4 * scale, LABEL * scale, -56 * scale, -4 * scale)
    _write_title(painter, area, inner, course.title, colors, scale)

    def y(value: float) -> float:
        return inner.bottom() - (value - low) / (high - low) * inner.height()

    painter.setPen(QPen(colors.outline, 1))
    painter.drawLine(QPointF(inner.left(), y(0.0)), QPointF(inner.right(), y(0.0)))
    count = len(steps) - 1
    bars = _bars(steps, max(int(inner.width()), 1))
    width = inner.width() / len(bars)
    gap = 1.0 if width >= 5 else 0.0
    shown = None if marked is None or marked >= count else marked * len(bars) // count
    for i, (before, after, least, most) in enumerate(bars):
        color = colors.positive if after >= before else colors.negative
        if course.has_bias and len(bars) == count and i == count - 1:
            color = colors.muted
        top, bottom = y(most), y(least)
        bar = QRectF(inner.left() + i * width, top, max(width - gap, 0.5), max(bottom - top, 1.0))
        painter.fillRect(bar, colors.cursor if i == shown else color)
        if i == shown:
            painter.setPen(QPen(colors.cursor, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(bar.left() - 1, inner.top(), bar.width() + 2, inner.height()))
    _write_end(painter, inner, float(steps[-1]), y(float(steps[-1])), colors, scale)


def paint_shares(
    painter: QPainter, area: QRectF, shares: np.ndarray, own: int, name: str, colors: Colors, scale: float
) -> None:
    """Draw the values (n,) of all channels in one place as bars, the own one in the accent colour."""
    inner = area.adjusted(4 * scale, LABEL * scale, -56 * scale, -4 * scale)
    title = f"{name} of all {len(shares)}, the largest {number(float(shares.max()))}"
    _write_title(painter, area, inner, title, colors, scale)
    low, high = float(min(shares.min(), 0.0)), float(max(shares.max(), 0.0))
    if not np.isfinite(shares).all() or high <= low:
        return

    def y(value: float) -> float:
        return inner.bottom() - (value - low) / (high - low) * inner.height()

    bars = _bars(np.concatenate([[0.0], shares]), max(int(inner.width()), 1), is_course=False)
    width = inner.width() / len(bars)
    shown = own * len(bars) // len(shares)
    for i, (_, _, least, most) in enumerate(bars):
        top, bottom = y(max(most, 0.0)), y(min(least, 0.0))
        bar = QRectF(inner.left() + i * width, top, max(width - (1.0 if width >= 5 else 0.0), 0.5), bottom - top)
        painter.fillRect(bar, colors.accent if i == shown else colors.outline)
    painter.setPen(QPen(colors.outline, 1))
    painter.drawLine(QPointF(inner.left(), y(0.0)), QPointF(inner.right(), y(0.0)))
    _write_end(painter, inner, float(shares[own]), y(float(shares[own])), colors, scale)


def _bars(steps: np.ndarray, most: int, *, is_course: bool = True) -> list[tuple[float, float, float, float]]:
    """Return (before, after, lowest, highest) of each bar: one a step, or of as many steps as there is no room for."""
    after, before = steps[1:], steps[:-1]
    count = len(after)
    bars = min(count, most)
    first = np.arange(bars) * count // max(bars, 1)
    last = np.append(first[1:], count) - 1
    lowest = np.minimum(before, after) if is_course else after
    highest = np.maximum(before, after) if is_course else after
    columns = (before[first], after[last], np.minimum.reduceat(lowest, first), np.maximum.reduceat(highest, first))
    return [(float(a), float(b), float(c), float(d)) for a, b, c, d in zip(*columns, strict=True)]


def _write_end(painter: QPainter, inner: QRectF, value: float, y: float, colors: Colors, scale: float) -> None:
    """Write the last value right of a plot, at its height but below the title."""
    top = min(max(y - 9 * scale, inner.top()), inner.bottom() - 16 * scale)
    rect = QRectF(inner.right() + 6 * scale, top, 52 * scale, 18 * scale)
    write(painter, rect, compact_number(value), digits_font(11, scale), colors.text, _LEFT)
    painter.setPen(Qt.PenStyle.NoPen)


def _write_title(painter: QPainter, area: QRectF, inner: QRectF, text: str, colors: Colors, scale: float) -> None:
    """Write what a plot shows above it, shortened to the room of both."""
    font = digits_font(11, scale)
    rect = QRectF(inner.left(), area.top(), area.right() - inner.left(), inner.top() - area.top())
    elided = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    write(painter, rect, elided, font, colors.muted, _LEFT)
