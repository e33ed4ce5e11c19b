"""Painting before the event loop gets to it, for what a hand waits for."""

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QWidget


def paint_now(widget: QWidget) -> None:
    """Paint all that waits for it in the window of a widget, and give it to the screen."""
    QCoreApplication.sendEvent(widget.window(), QEvent(QEvent.Type.UpdateRequest))
