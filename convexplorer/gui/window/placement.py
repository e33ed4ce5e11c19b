"""Where the window lies: at the remembered place, and always on a screen."""

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow

from convexplorer.gui.session.settings import Settings

USUAL = QSize(1440, 900)
FRAMED_MS = 300


class Placement:
    """The place and size of a window, remembered once the user has changed them.

    Parameters
    ----------
    size : (width, height) in pixels to begin with; the remembered size by default.
    """

    def __init__(self, window: QMainWindow, settings: Settings, size: tuple[int, int] | None = None) -> None:
        self._window = window
        self._automatic: tuple[object, ...] = ()
        geometry = settings.read("geometry", "")
        is_restored = bool(geometry) and window.restoreGeometry(QByteArray.fromBase64(geometry.encode()))
        available = window.screen().availableSize()
        if not is_restored:
            window.resize(USUAL.boundedTo(available))
        elif not _is_large(window):
            window.setGeometry(on_screen(window.geometry(), _screens()))
        self._is_chosen = is_restored or size is not None
        self._given = window.size() if size is None else None
        if size is not None:
            window.resize(*size)
        self._place: object = None
        self._is_settling = False

    def settle(self) -> None:
        """Take the present place and size for those that have come about by themselves."""
        if self._place is None:
            self._take()
            # What the window manager has told meanwhile, such as the size of the frame, is known a moment later.
            self._is_settling = True
            QTimer.singleShot(0, self._window, self._finish)
            # The first picture may be there before the window manager has put a frame around the window.
            QTimer.singleShot(FRAMED_MS, self._window, self._take_frame)

    def _take_frame(self) -> None:
        """Bring the window with its frame onto the screen, unless someone has moved or resized it meanwhile."""
        now = (self._window.size(), _state(self._window)), self._window.pos()
        if now == (self._automatic, self._place):
            self._take()

    def _finish(self) -> None:
        self._take()
        self._is_settling = False

    def _take(self) -> None:
        # Neither a size that was asked for nor one of the user's is changed.
        given = None if self._given is None else self._given.expandedTo(self._window.minimumSizeHint())
        if self._window.size() == given and not _is_large(self._window):
            self._draw_in()
        self._place = self._window.pos()
        if not self._is_chosen:
            self._automatic = (self._window.size(), _state(self._window))

    def remember(self, settings: Settings) -> None:
        """Write place and size, unless they are those that came about by themselves."""
        window = self._window
        is_moved = self._place is not None and window.pos() != self._place
        # A window that is closed before it has settled was resized by nobody.
        is_resized = not self._is_settling and (window.size(), _state(window)) != self._automatic
        if is_moved or is_resized:
            settings.write("geometry", bytes(window.saveGeometry().toBase64().data()).decode())

    def _draw_in(self) -> None:
        """Bring the window with its frame, which is known only once it is shown, onto the screen."""
        frame = self._window.frameGeometry()
        wanted = on_screen(frame, _screens())
        if wanted.size() != frame.size():
            self._window.resize(self._window.size() - (frame.size() - wanted.size()))
        if wanted.topLeft() != frame.topLeft():
            self._window.move(wanted.topLeft())


def on_screen(wanted: QRect, screens: Sequence[QRect]) -> QRect:
    """Return a rectangle as near to the wanted one as lies whole on one screen.

    It is the screen that holds most of it, or else the first one. A rectangle larger than the screen gets its size.

    Parameters
    ----------
    screens : the available rectangle of each, the primary one first.
    """
    if not screens:
        return wanted
    best = max(screens, key=lambda screen: _area(screen.intersected(wanted)))  # the first of several that hold nothing
    size = wanted.size().boundedTo(best.size())
    left = min(max(wanted.left(), best.left()), best.left() + best.width() - size.width())
    top = min(max(wanted.top(), best.top()), best.top() + best.height() - size.height())
    return QRect(left, top, size.width(), size.height())


def _screens() -> list[QRect]:
    primary = QGuiApplication.primaryScreen()
    ordered = sorted(QGuiApplication.screens(), key=lambda screen: screen is not primary)
    return [screen.availableGeometry() for screen in ordered]


def _state(window: QMainWindow) -> Qt.WindowState:
    return window.windowState() & ~Qt.WindowState.WindowActive


def _is_large(window: QMainWindow) -> bool:
    return window.isMaximized() or window.isFullScreen()


def _area(rect: QRect) -> int:
    return max(rect.width(), 0) * max(rect.height(), 0)
