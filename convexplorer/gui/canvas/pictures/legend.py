"""A sentence in a box over a picture: what its overlays mean."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from convexplorer.gui.look import theme


def paint_legend(painter: QPainter, pane: QRectF, text: str, *, is_at_top: bool = False) -> None:
    """Write a sentence at the lower edge of a pane, or at the upper one."""
    font = theme.text_font(12)
    metrics = QFontMetricsF(font)
    room = pane.width() - 28
    bounds = metrics.boundingRect(QRectF(0, 0, room, 1000), Qt.TextFlag.TextWordWrap, text)
    top = pane.top() + 6 if is_at_top else pane.bottom() - bounds.height() - 14
    box = QRectF(pane.left() + 6, top, bounds.width() + 16, bounds.height() + 8)
    painter.setPen(QPen(theme.colors().border, 1))
    painter.setBrush(theme.colors().panel)
    painter.drawRoundedRect(box, 5, 5)
    painter.setPen(theme.colors().text)
    painter.setFont(font)
    painter.drawText(box.adjusted(8, 4, -4, -4), Qt.TextFlag.TextWordWrap, text)
