"""The start of the program with a window, and screenshots for the command line."""

import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import get_args

from PySide6.QtCore import QBuffer, QMessageLogContext, QObject, QTimer, QtMsgType, Slot, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from convexplorer.export.files import ExportError, replacing
from convexplorer.gui.look import theme
from convexplorer.gui.session.settings import Settings
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.kernels.filter import Filter
from convexplorer.live.player import PlayerStatus
from convexplorer.model import edits
from convexplorer.model.default import bank_layer, default_project
from convexplorer.model.storage.files import load_project
from convexplorer.sources.frame import Source

SETTLE_MS = 250
PATIENCE_S = 30.0


def run(
    source: Source | None = None,
    filters: Sequence[Filter] = (),
    project: Path | None = None,
    screenshot: Path | None = None,
    size: tuple[int, int] | None = None,
    theme_name: theme.Name | None = None,
) -> int:
    """Open the window and run until it is closed.

    Parameters
    ----------
    source : of the frames; a sample picture by default.
    filters : of the first layer, in place of the default or the project's filters.
    project : a project file to open; `source` replaces its source.
    screenshot : path for a picture of the window with its first result, after which the program ends.
    size : (width, height) of the window in pixels.
    theme_name : overrides the remembered theme.

    Returns
    -------
    int
        Exit status: 0, or 1 if a screenshot of the result could not be made.

    Raises
    ------
    ValueError
        If the project cannot be opened, or there is no screen.
    """
    _find_screen(is_needed=screenshot is None)
    if os.environ.get("QT_QPA_PLATFORM") == "offscreen":
        qInstallMessageHandler(_log_without_offscreen_notes)
    window = open_window(source, filters, project, size, theme_name, is_talkative=screenshot is None)
    if screenshot is None:
        return QApplication.exec()
    camera = Screenshot(window, screenshot)
    QApplication.exec()
    return camera.exit_status


def open_window(
    source: Source | None = None,
    filters: Sequence[Filter] = (),
    project: Path | None = None,
    size: tuple[int, int] | None = None,
    theme_name: theme.Name | None = None,
    *,
    is_talkative: bool = True,
) -> MainWindow:
    """Create the application and a running window; parameters and errors as in `run`.

    `is_talkative` True offers recovered work, shows the hint of the first start, and remembers the window's layout.
    """
    opened = load_project(project) if project else default_project(source)
    if project and source:
        opened = edits.set_source(opened, source)
    if filters:
        opened = replace(opened, layers=(bank_layer(filters), *opened.layers[1:]))
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("ConvExplorer")
    app.setDesktopFileName("convexplorer")
    # Ctrl+C in the terminal ends the program at once; unsaved work remains in the safety copy.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    settings = Settings()
    remembered = settings.read("theme", "system")
    chosen: theme.Name = theme_name or (remembered if remembered in get_args(theme.Name) else "system")
    theme.apply_theme(app, chosen, scale=settings.read_number("scale", 1.0, *theme.SCALES))
    window = MainWindow(opened, project, size)
    window.show()
    window.start(is_talkative=is_talkative)
    return window


class Screenshot(QObject):
    """Waits until the window shows a settled result, saves a picture of the window, and closes it."""

    def __init__(self, window: MainWindow, path: Path) -> None:
        super().__init__(window)
        self.exit_status = 1
        self._window = window
        self._path = path
        self._settled = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settled.timeout.connect(self._take)
        self._patience = QTimer(self, singleShot=True, interval=int(PATIENCE_S * 1000))
        self._patience.timeout.connect(lambda: self._give_up(f"no result within {PATIENCE_S:.0f} s"))
        self._patience.start()
        window.bridge.picture_ready.connect(self._on_picture)
        window.bridge.status_changed.connect(self._on_status)

    @Slot(object)
    def _on_picture(self, _picture: object) -> None:
        # A live source never settles, so the first result starts the timer and later ones do not restart it.
        if not self._settled.isActive():
            self._settled.start()

    @Slot(object)
    def _on_status(self, status: PlayerStatus) -> None:
        if status.state == "failed":
            self._give_up(status.message)

    def _take(self) -> None:
        content = QBuffer()
        content.open(QBuffer.OpenModeFlag.WriteOnly)
        self._window.grab().save(content, "PNG")
        try:
            with replacing(self._path, (".png",)) as part:
                part.write_bytes(content.data().data())
        except ExportError as error:
            self._give_up(str(error))
        else:
            self.exit_status = 0
            self._end()

    def _give_up(self, reason: str) -> None:
        print(f"convexplorer: no screenshot: {reason}", file=sys.stderr)  # noqa: T201 - the command line's answer
        self._end()

    def _end(self) -> None:
        self._settled.stop()
        self._patience.stop()
        self._window.close()


def _find_screen(*, is_needed: bool) -> None:
    """Select Qt's offscreen platform if there is no screen; Qt would abort with a message about a missing library."""
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if not sys.platform.startswith("linux") or any(os.environ.get(name) for name in screens):
        return
    if is_needed:
        raise ValueError("there is no screen (DISPLAY is not set); --screenshot, apply and kernels work without one")
    os.environ["QT_QPA_PLATFORM"] = "offscreen"


def _log_without_offscreen_notes(_kind: QtMsgType, _context: QMessageLogContext, message: str | None) -> None:
    """Write Qt's messages to stderr, except irrelevant ones about the limits of the offscreen platform."""
    if message and not message.startswith("This plugin does not support"):
        sys.stderr.write(f"{message}\n")
