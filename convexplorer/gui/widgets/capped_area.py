"""A scroll area that is as high as its content, or of a few rows in a low window."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

from convexplorer.gui.look import theme


class CappedArea(QScrollArea):
    """Shows its content whole where the window is high enough, and scrolls it where others would lose their room.

    Parameters
    ----------
    content : laid out at the width of the area.
    whole_from : height of a window, in design pixels, from which on the content is shown whole.
    height : most of the area in a lower one.
    """

    def __init__(self, content: QWidget, parent: QWidget, *, whole_from: float, height: float) -> None:
        super().__init__(parent)
        self._whole_from, self._height = whole_from, height
        self._content = content
        self._watched: QWidget | None = None
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the size of the content, less high if the cap demands it."""
        return self._capped(self._content.sizeHint())

    def minimumSizeHint(self) -> QSize:
        """Return the least width of the content, and the height of the size hint."""
        return QSize(self._capped(self._content.minimumSizeHint()).width(), self.sizeHint().height())

    def showEvent(self, event: QShowEvent) -> None:
        """Follow the height of the window."""
        super().showEvent(event)
        if self._watched is not self.window():
            self._watched = self.window()
            self._watched.installEventFilter(self)
        self.updateGeometry()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ask for another height when the window or the content has another one."""
        is_resized = watched is self._watched and event.type() == QEvent.Type.Resize
        if is_resized or (watched is self._content and event.type() == QEvent.Type.LayoutRequest):
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def _capped(self, wanted: QSize) -> QSize:
        most = theme.px(self._height)
        if self._content.sizeHint().height() <= most or self.window().height() >= theme.px(self._whole_from):
            return wanted
        return QSize(wanted.width() + self.verticalScrollBar().sizeHint().width(), min(wanted.height(), most))
