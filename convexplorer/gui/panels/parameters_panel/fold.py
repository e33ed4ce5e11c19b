"""A part of a form that is there only when it is needed, and comes without a jump."""

from PySide6.QtCore import QPropertyAnimation
from PySide6.QtWidgets import QWidget

_UNFOLD_MS = 120
_NO_LIMIT = 16_777_215  # Qt's QWIDGETSIZE_MAX, which the bindings do not name


class Fold(QWidget):
    """Hidden until it is opened; what lies below glides instead of jumping."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unfolding = QPropertyAnimation(self, b"maximumHeight", self)
        self._unfolding.setDuration(_UNFOLD_MS)
        # At the end the height is free again: another interface scale asks for another one.
        self._unfolding.finished.connect(lambda: self.setMaximumHeight(_NO_LIMIT))
        self.setVisible(False)

    def set_open(self, is_open: bool) -> None:
        """Show or hide the content."""
        if is_open != self.isHidden():
            return
        self.setVisible(is_open)
        if is_open and self.isVisible():
            self._unfolding.setStartValue(0)
            self._unfolding.setEndValue(self.sizeHint().height())
            self._unfolding.start()
