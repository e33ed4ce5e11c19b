"""The start of the program with a window, and screenshots for the command line."""

import gc
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, get_args

from PySide6.QtCore import (
    QBuffer,
    QCoreApplication,
    QEvent,
    QMessageLogContext,
    QObject,
    QTimer,
    QtMsgType,
    Slot,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from convexplorer.export.files import ExportError, replacing
from convexplorer.gui.commands import networks
from convexplorer.gui.look import theme
from convexplorer.gui.session.camera_memory import as_remembered
from convexplorer.gui.session.network_reading import read_network
from convexplorer.gui.session.settings import Settings
from convexplorer.gui.window import ground
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.gui.window.signals import Signals
from convexplorer.kernels.filter import Filter
from convexplorer.live.player import PlayerStatus
from convexplorer.model import edits
from convexplorer.model.default import bank_layer, default_project
from convexplorer.model.opening.opened import OpenedNetwork, without_layers
from convexplorer.model.project import Project
from convexplorer.model.storage.files import load_stamped
from convexplorer.model.storage.schema import absolute
from convexplorer.model.store import Document
from convexplorer.sources.frame import Source
from convexplorer.words import SENTENCE_LIMIT, as_sentence, plain

if TYPE_CHECKING:
    from convexplorer.model.storage.session import Session

logger = logging.getLogger(__name__)

SETTLE_MS = 250
PATIENCE_S = 30.0
# A thread that waits for the interpreter gets it after so long. By default it is 5 ms, as long as an edit may take: the
# engine waits between any two of its arrays while panels show what has changed.
SWITCH_S = 0.0005


def run(
    source: Source | None = None,
    filters: Sequence[Filter] = (),
    project: "Path | Project | Session | None" = None,
    screenshot: Path | None = None,
    size: tuple[int, int] | None = None,
    theme_name: theme.Name | None = None,
    network: Path | None = None,
) -> int:
    """Open the window and run until it is closed.

    Parameters
    ----------
    source : of the frames; a sample picture by default.
    filters : of the first layer, in place of the default or the project's filters.
    project : a project, its file, or the session of a picture, to open; `source` replaces its source.
    screenshot : path for a picture of the window with its first result, after which the program ends.
    size : (width, height) of the window in pixels.
    theme_name : overrides the remembered theme.
    network : file of a trained network, whose layers replace those of the project.

    Returns
    -------
    int
        Exit status: 0; of a screenshot also 1 if it could not be made, or 128 and the number of the signal that ended
        the program.

    Raises
    ------
    ValueError
        If the project or the network cannot be opened, or there is no screen.
    """
    _find_screen(is_needed=screenshot is None)
    if os.environ.get("QT_QPA_PLATFORM") == "offscreen":
        qInstallMessageHandler(_log_without_offscreen_notes)
    signals, hook = Signals(application()), sys.excepthook
    try:
        window = open_window(
            source, filters, project, size, theme_name, network=network, is_talkative=screenshot is None
        )
        sys.excepthook = partial(_tell_unexpected, window)
        camera = None if screenshot is None else Screenshot(window, screenshot)
        gc.freeze()  # what the start has made lives on: a collection among it would take 100 ms each time
        gc.enable()
        if window.isVisible():  # else the loop would wait for the end of a window that is closed already
            QApplication.exec()
        window.close()  # the loop may have been ended around the window
        window.deleteLater()  # here and now: destroyed at the end of Python, it would outlive the application
        status = 0 if camera is None else camera.exit_status
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        return 128 + signals.received if status and signals.received else status
    finally:
        sys.excepthook = hook
        signals.close()


def open_window(
    source: Source | None = None,
    filters: Sequence[Filter] = (),
    project: "Path | Project | Session | None" = None,
    size: tuple[int, int] | None = None,
    theme_name: theme.Name | None = None,
    *,
    network: Path | None = None,
    is_talkative: bool = True,
) -> MainWindow:
    """Create the application and a running window; parameters and errors as in `run`.

    `is_talkative` True offers recovered work and weights without layers, shows the hint of the first start, and
    remembers the window's layout.
    """
    document, settings = None, Settings()
    source = None if source is None else as_remembered(settings, source)
    opened = default_project(source)
    session = None if project is None or isinstance(project, (Project, Path)) else project
    if session is not None:
        from convexplorer.gui.commands import sessions  # here: hardly a start opens one

        opened, _ = sessions.with_source(session)
        document = Document(saved=opened)
    elif isinstance(project, Project):
        opened = project
        document = Document(saved=opened)
    elif isinstance(project, Path):
        opened, stamp = load_stamped(project)
        document = Document(absolute(project), opened, stamp)
    if project and source:
        opened = edits.set_source(opened, source)
    if filters:
        opened = replace(opened, layers=(bank_layer(filters), *opened.layers[1:]))
    found = None if network is None else read_network(network)
    if not (network is None or is_talkative or isinstance(found, OpenedNetwork)):
        raise ValueError(without_layers(network.name))  # nobody is there to choose what becomes of the weights
    if isinstance(found, OpenedNetwork):
        opened = edits.replace_network(opened, found)
    app = application()
    remembered = settings.read("theme", "system")
    chosen: theme.Name = theme_name or (remembered if remembered in get_args(theme.Name) else "system")
    theme.apply_theme(app, chosen, scale=settings.read_number("scale", 1.0, *theme.SCALES), is_dressed=False)
    window = MainWindow(opened, document, size, reads_at_once=True)
    ground.lay(window)
    window.show()
    window.start(is_talkative=is_talkative)
    if session is not None:
        sessions.restore(window, session)
    if network is not None and isinstance(found, OpenedNetwork):
        networks.show(window, network, found)
    elif network is not None:
        networks.take(window, network, found)
    return window


def application() -> QApplication:
    """Return the application, created at the first call."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    sys.setswitchinterval(SWITCH_S)
    app.setApplicationName("ConvExplorer")
    app.setDesktopFileName("convexplorer")
    return app


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
        if window.bridge.picture is not None:
            self._settled.start()

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
        sentence = plain(reason, SENTENCE_LIMIT)
        print(f"convexplorer: no screenshot: {sentence}", file=sys.stderr)  # noqa: T201 - the command line's answer
        self._end()

    def _end(self) -> None:
        self._settled.stop()
        self._patience.stop()
        self._window.close()


def _tell_unexpected(
    window: MainWindow, kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Log an exception that no command and no slot has answered, and say it in the window."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logger.error("an unexpected failure", exc_info=(kind, error, trace))
    what = next(iter(getattr(error, "__notes__", ())), "Something")
    reason = as_sentence(f"{kind.__name__}: {error}" if str(error) else kind.__name__)
    sentence = f"{what} failed unexpectedly. {reason} The log has the details."
    if isValid(window):
        window.say(sentence, kind="error")


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
