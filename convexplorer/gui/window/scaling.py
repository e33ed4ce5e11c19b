"""The scale of the interface: as large as was asked for, as far as the screen has room."""

from PySide6.QtCore import QSize, QTimer
from PySide6.QtWidgets import QApplication

from convexplorer.gui.commands.shell import Shell
from convexplorer.gui.look import theme


class Scaling:
    """Sets the scale of a window's interface, unless the screen is too narrow for it."""

    def __init__(self, window: Shell) -> None:
        self._window = window
        self._size = QSize()  # of the window, before the scales that are set at once, as by a key held down
        self._settled = QTimer(window, singleShot=True, interval=0)
        self._settled.timeout.connect(self._restore)

    def set(self, scale: float) -> None:
        """Set the scale and remember it, or say that it has no room."""
        # A screen that is too narrow anyway refuses nothing.
        if scale > self._window.scale and self._fits(1.0) and not self._fits(scale):
            self._window.say("A larger interface has no room on this screen.", kind="warning")
            return
        self._apply(scale)
        self._window.settings.write("scale", scale)

    def limit(self) -> None:
        """Take a smaller scale than the remembered one where it has no room, as on a projector; it stays remembered."""
        window = self._window
        if window.scale <= 1 or self._fits(window.scale):
            return
        self._apply(max((scale for scale in theme.SCALE_STEPS if self._fits(scale)), default=1.0))
        self._size = self._size.boundedTo(window.screen().availableSize())
        percent = f"{100 * window.scale:.0f} %"
        window.say(f"The interface is shown at {percent}: a larger one has no room on this screen.")

    def _apply(self, scale: float) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        if not self._settled.isActive():
            self._size = self._window.size()
        self._window.scale = scale
        theme.apply_theme(app, theme.name(), scale=scale)
        self._settled.start()

    def _fits(self, scale: float) -> bool:
        return theme.LEAST_WIDTH * scale <= self._window.screen().availableSize().width()

    def _restore(self) -> None:
        """Give the window its size again, which a larger interface may have enlarged."""
        if not (self._window.isMaximized() or self._window.isFullScreen()):
            self._window.resize(self._size)
