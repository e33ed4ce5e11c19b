"""The rule of the wheel among controls: what has no focus leaves the wheel to what scrolls around it.

One filter watches all controls in a part of the window, those that come later too, so that no control needs a rule of
its own: whoever scrolls past a combo box, a kernel or a number changes nothing. Labels and whatever else leaves the
wheel to its parent anyway are not watched: the filter would be asked for everything that is painted.
"""

from functools import cache

from PySide6.QtCore import QChildEvent, QEvent, QObject, Qt, Slot
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QScrollArea,
    QScrollBar,
    QTabBar,
    QWidget,
)

from convexplorer.gui.canvas.pictures.pane import PicturePane
from convexplorer.gui.look import theme
from convexplorer.gui.widgets.thumbnail_strip import ThumbnailStrip

_QT_HANDLES_WHEEL = QAbstractSlider | QAbstractSpinBox | QComboBox | QAbstractScrollArea | QTabBar
_DIRECT = Qt.FindChildOption.FindDirectChildrenOnly


class WheelGuard(QObject):
    """Lets the controls below a widget take the wheel only with the focus.

    Parameters
    ----------
    root : what is guarded, with everything in it. Lists and menus that open from it are windows of their own, and free.
    """

    def __init__(self, root: QWidget) -> None:
        super().__init__(root)
        self._root = root
        self._watch(root)
        # A change of theme brings eight thousand events, and each would wait for the interpreter.
        theme.notifier().changing.connect(self._look_away)
        theme.notifier().changed.connect(self._look_again)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hold the wheel back from a widget without focus, so that it goes on to the parent; watch new children."""
        kind = event.type()
        if kind == QEvent.Type.Wheel and isinstance(event, QWheelEvent) and isinstance(watched, QWidget):
            if watched.window() is self._root.window() and not _may_take(watched, event):
                event.ignore()
                return True
        elif kind == QEvent.Type.ChildPolished and isinstance(event, QChildEvent):
            child = event.child()
            if isinstance(child, QWidget):
                self._watch(child)
        return False

    @Slot()
    def _look_away(self) -> None:
        for part in (self._root, *self._root.findChildren(QWidget)):
            part.removeEventFilter(self)

    @Slot()
    def _look_again(self) -> None:
        self._watch(self._root)

    def _watch(self, widget: QWidget) -> None:
        for part in (widget, *widget.findChildren(QWidget)):
            kind: type = type(part)
            if _handles_wheel(kind) or _may_get_children(part):
                part.installEventFilter(self)  # a second time changes nothing
            if part.focusPolicy() == Qt.FocusPolicy.WheelFocus:  # as Qt's combo and spin boxes have: a turn would
                part.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # give the focus first, and then the wheel


@cache
def _handles_wheel(kind: type) -> bool:
    """Return True if widgets of a class do something when the wheel turns over them."""
    own = (base for base in kind.__mro__ if base.__module__.startswith("convexplorer"))
    return issubclass(kind, _QT_HANDLES_WHEEL) or any("wheelEvent" in vars(base) for base in own)


def _may_get_children(widget: QWidget) -> bool:
    """Return True if parts may be added later, whose wheel is guarded as well."""
    return widget.layout() is not None or bool(widget.findChildren(QWidget, options=_DIRECT))


def _may_take(widget: QWidget, event: QWheelEvent) -> bool:
    """Return True for the focused control and its parts, and for what zooms or scrolls and holds no value."""
    focus = QApplication.focusWidget()
    if focus is not None and (widget is focus or widget.focusProxy() is focus or focus.isAncestorOf(widget)):
        return True
    if isinstance(widget, ThumbnailStrip):
        return not event.angleDelta().y()  # sideways, by which no column scrolls
    return isinstance(widget, PicturePane | QScrollBar) or isinstance(widget.parentWidget(), QScrollArea)
