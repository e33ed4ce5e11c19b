"""The position of a popup: beside its anchor, and within the screen."""

from PySide6.QtCore import QPoint, QSize
from PySide6.QtWidgets import QWidget

from convexplorer.gui.look import theme


def popup_place(anchor: QWidget, size: QSize) -> QPoint:
    """Return the upper left corner of a popup of this size: below the anchor, or above it if there is no room."""
    screen = anchor.screen().availableGeometry()
    gap = theme.px(4)
    below = anchor.mapToGlobal(QPoint(0, anchor.height() + gap))
    above = anchor.mapToGlobal(QPoint(0, -gap)).y() - size.height()
    fits_below = below.y() + size.height() <= screen.bottom()
    top = below.y() if fits_below else max(above, screen.top())
    return QPoint(min(max(below.x(), screen.left()), screen.right() - size.width()), top)
