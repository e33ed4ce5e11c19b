"""A slider that jumps to a click."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QSlider

from convexplorer.gui.look import theme


class JumpSlider(QSlider):
    """A slider that jumps to a click and leaves the wheel to the scroll area around it."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Jump to the position of a click, then drag from there."""
        if event.button() == Qt.MouseButton.LeftButton:
            handle = theme.px(14)
            share = (event.position().x() - handle / 2) / max(1, self.width() - handle)
            steps = self.minimum() + share * (self.maximum() - self.minimum())
            self.setSliderDown(True)
            self.setValue(round(min(max(steps, self.minimum()), self.maximum())))
        super().mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Handle the wheel only with the focus, because scrolling past must not move the slider."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
