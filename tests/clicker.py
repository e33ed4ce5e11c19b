"""A hand that clicks anywhere, while Python collects garbage in every thread: `python -m tests.clicker SEED CLICKS`.

The collector runs after every few allocations of any thread, and one thread does nothing else. If anything of Qt were
left to it, the process would end by a signal, as it once did after some hundred clicks.
"""

import gc
import os
import random
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from PySide6.QtCore import QEvent, QEventLoop, QPoint, Qt, QTimer, qInstallMessageHandler
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QInputDialog, QWidget
from shiboken6 import isValid

from convexplorer.gui.window import app
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.sources import Source

CLICKS_OF_WINDOW = 60
THRESHOLDS = (40, 2, 2)
PAUSE_S = 0.004
UNSUITED = {"quit", "record", "open-camera"}
K = Qt.Key
KEYS = (K.Key_Tab, K.Key_Return, K.Key_Escape, K.Key_Up, K.Key_Down, K.Key_Left, K.Key_Right, K.Key_Space, K.Key_Delete)
MENU_AFTER_MS = 60


class Clicker:
    """Gives commands, clicks, asks for menus and presses keys at random; the same seed does the same again."""

    def __init__(self, window: MainWindow, rng: random.Random) -> None:
        self._window = window
        self._rng = rng
        # A field's own menu has an event loop of its own, in which no further click would come.
        self._rescue = QTimer(window, interval=MENU_AFTER_MS)
        self._rescue.timeout.connect(close_popup)

    def click(self) -> None:
        """Do one thing."""
        over = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        self._rescue.start()
        choice = self._rng.random()
        if choice < 0.25 and over is None:
            names = sorted(self._window.actions_by_name.keys() - UNSUITED)
            self._window.actions_by_name[self._rng.choice(names)].trigger()
        elif choice < 0.8:
            self._click_in(over or self._window)
        else:
            QTest.keyClick(over or QApplication.focusWidget() or self._window, self._rng.choice(KEYS))
        self._rescue.stop()

    def _click_in(self, root: QWidget) -> None:
        parts = [one for one in root.findChildren(QWidget) if one.isVisible() and one.isEnabled()] or [root]
        part = self._rng.choice(parts)
        place = QPoint(self._rng.randrange(max(1, part.width())), self._rng.randrange(max(1, part.height())))
        if self._rng.random() < 0.2:
            reason = QContextMenuEvent.Reason.Mouse
            QApplication.sendEvent(part, QContextMenuEvent(reason, place, part.mapToGlobal(place)))
        elif isValid(part):
            QTest.mouseMove(part, place)
            QTest.mouseClick(part, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)


def close_popup() -> None:
    """Close the menu that is open."""
    if (popup := QApplication.activePopupWidget()) is not None:
        popup.close()


def spin(duration_ms: int) -> None:
    """Let events and threads do their work."""
    loop = QEventLoop()
    QTimer.singleShot(duration_ms, loop.quit)
    loop.exec()


@contextmanager
def collecting() -> Iterator[None]:
    """Collect garbage in a thread of its own, and after every few allocations in all others."""
    over = threading.Event()

    def collect() -> None:
        while not over.wait(PAUSE_S):
            gc.collect()

    gc.set_threshold(*THRESHOLDS)
    gc.enable()
    thread = threading.Thread(target=collect, name="collector")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def use_window(rng: random.Random, clicks: int) -> None:
    """Open a window, click in it, close and delete it."""
    source = rng.choice((None, Source("pattern", "zone-plate")))
    window = app.open_window(source, size=(1200, 800), theme_name=rng.choice(("light", "dark")), is_talkative=False)
    clicker = Clicker(window, rng)
    for _ in range(clicks):
        clicker.click()
        spin(rng.choice((0, 1, 5)))
        if not window.isVisible():
            break
    close_popup()
    window.store.mark_saved()
    window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def main() -> None:
    """Click as often as asked for, in one window after the other."""
    seed, clicks = map(int, sys.argv[1:])
    rng = random.Random(seed)
    app.application()
    qInstallMessageHandler(app._log_without_offscreen_notes)
    answers = (("getOpenFileName", ("", "")), ("getOpenFileNames", ([], "")), ("getSaveFileName", ("", "")))
    for name, answer in (*answers, ("getExistingDirectory", "")):
        patch.object(QFileDialog, name, staticmethod(lambda *_, answer=answer, **__: answer)).start()
    patch.object(QInputDialog, "getText", staticmethod(lambda *_, **__: ("", False))).start()
    with tempfile.TemporaryDirectory() as folder:
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
            os.environ[name] = folder
        use_window(rng, 0)
        gc.collect()
        gc.freeze()  # modules and what is kept for all windows: collections are quick then, and many
        with collecting():
            for first in range(0, clicks, CLICKS_OF_WINDOW):
                use_window(rng, min(CLICKS_OF_WINDOW, clicks - first))
    QApplication.clipboard().clear()  # a copy would outlive Python, and Qt would ask it to let go
    sys.stdout.write(f"{clicks} clicks\n")


if __name__ == "__main__":
    main()
