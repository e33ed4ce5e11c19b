"""The whole window on a small picture, without a screen, and the means to wait for it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convexplorer.gui.look import theme
from convexplorer.gui.session.settings import Settings
from convexplorer.gui.widgets.message_bar import MessageBar
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model.default import default_project
from convexplorer.model.project import Project
from convexplorer.results.picture import Picture
from convexplorer.sources import parse

ROWS, COLUMNS = 24, 36
SIZE = (1280, 800)
KERNELS = ("sobel-x", "laplacian", "sharpen")
OpenWindow = Callable[..., MainWindow]


def make_photo(path: Path, seed: int = 3, rows: int = ROWS, columns: int = COLUMNS) -> Path:
    """Write a noisy colour picture."""
    pixels = np.random.default_rng(seed).integers(0, 256, (rows, columns, 3), np.uint8)
    Image.fromarray(pixels).save(path)
    return path


def message_of(window: MainWindow) -> str:
    """Return the sentence that floats over the window."""
    bar = window.findChild(MessageBar)
    assert bar is not None
    return bar.text


def is_up_to_date(window: MainWindow) -> bool:
    """Tell whether what is shown was computed from what is set, for what is looked at."""
    picture = window.bridge.picture
    return picture is not None and picture.project is window.store.state and picture.view == window.selection.view


def newest_picture(window: MainWindow, qtbot: QtBot) -> Picture:
    """Wait until the window shows the result of everything that was asked for, and return it."""
    qtbot.waitUntil(lambda: is_up_to_date(window), timeout=20_000)
    picture = window.bridge.picture
    assert picture is not None
    return picture


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return make_photo(tmp_path / "photo.png")


@pytest.fixture
def open_window(qapp: QApplication, qtbot: QtBot) -> Iterator[OpenWindow]:
    """Return a function that opens a window and waits for its first result; all are closed at the end."""
    theme.apply_theme(qapp, "light", scale=1.0)
    Settings().write("hint_seen", True)
    opened: list[MainWindow] = []

    def run(
        project: Project, path: Path | None = None, size: tuple[int, int] = SIZE, *, waits: bool = True
    ) -> MainWindow:
        window = MainWindow(project, path)
        opened.append(window)
        window.resize(*size)
        window.show()
        window.start()
        if waits:
            newest_picture(window, qtbot)
        return window

    yield run
    for window in opened:
        window.store.mark_saved()  # what is unsaved would be kept for a next start
        window.close()
        window.deleteLater()
    # What waits for its end would be dressed and told of changes by all tests to come.
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def window(open_window: OpenWindow, photo: Path) -> MainWindow:
    """Return a window with three filters on a small colour picture."""
    return open_window(default_project(parse(str(photo)), KERNELS))


@pytest.fixture
def data_folder(_own_settings: Path) -> Path:
    """Return where the program keeps what must survive a crash."""
    return _own_settings / "xdg_data_home" / "convexplorer"
