"""Measures how much of the window pictures get: the painted area of the input and its maps, by size of the window.

python -m tests.benchmarks.picture_share [PICTURE …]
"""

import os
import sys
import tempfile

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from convexplorer.gui.window.app import application, open_window
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.sources import parse
from tests.gui.picture_share import picture_share

SIZES = ((1024, 768), (1280, 800), (1366, 768), (1440, 900), (1920, 1080))
SOURCES = ("", "resources/images/cat.png")  # "" is what the program begins with
SETTLE_MS = 60


def shown(source: str, size: tuple[int, int], *, is_explained: bool) -> MainWindow:
    """Return a window that shows the maps of a source."""
    window = open_window(parse(source) if source else None, size=size, theme_name="dark", is_talkative=False)
    loop = QEventLoop()
    window.bridge.picture_ready.connect(loop.quit)
    loop.exec()
    window.show_explanation(is_explained)
    QTimer.singleShot(SETTLE_MS, loop.quit)
    loop.exec()
    return window


def main() -> None:
    """Print one line per source and size, with the settings of a first start."""
    home = tempfile.TemporaryDirectory()
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        os.environ[variable] = home.name
    application()
    print(f"{'source':24} {'window':>11}  explained  closed")
    for source in sys.argv[1:] or SOURCES:
        for size in SIZES:
            shares = []
            for is_explained in (True, False):
                window = shown(source, size, is_explained=is_explained)
                actual = window.width(), window.height()
                shares.append(picture_share(window))
                window.close()
                window.deleteLater()
                QApplication.processEvents()
            print(
                f"{source or 'the first picture':24} {actual[0]:5} × {actual[1]:<4} {shares[0]:9.1%} {shares[1]:8.1%}"
            )


if __name__ == "__main__":
    main()
