"""The whole window on a small picture, without a screen, and the means to wait for it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convexplorer.gui.look import theme
from convexplorer.gui.session.settings import Settings
from convexplorer.gui.widgets.command_palette import CommandPalette
from convexplorer.gui.widgets.message_bar import MessageBar
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model.default import default_project
from convexplorer.model.project import Project
from convexplorer.results.picture import Picture
from convexplorer.sources import parse
from convexplorer.sources.numbers import grid_of
from tests.gui.shared_window import SIZE, SharedWindow, close_and_delete, is_up_to_date, open_and_show

ROWS, COLUMNS = 24, 36
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


def newest_picture(window: MainWindow, qtbot: QtBot) -> Picture:
    """Wait until the window shows the result of everything that was asked for, and return it."""
    qtbot.waitUntil(lambda: is_up_to_date(window), timeout=20_000)
    window.ask_commands()
    for _ in range(2):  # what is laid out for the picture, and then divided, follows in the next turns
        QApplication.processEvents()
    qtbot.waitUntil(lambda: is_up_to_date(window), timeout=20_000)
    picture = window.bridge.picture
    assert picture is not None
    assert window.explanation_panel.page is not None  # explains what it would after the pixels, or unseen never
    return picture


def picture_of_numbers(window: MainWindow, qtbot: QtBot) -> Picture:
    """Wait until the window shows its typed numbers, and return the result.

    A new project may be shown first with the frame of the source before.
    """

    def is_shown() -> bool:
        picture, grid = window.bridge.picture, grid_of(window.store.state.source.address)
        return is_up_to_date(window) and np.array_equal(picture.frame.image, grid.astype(np.float32))

    qtbot.waitUntil(is_shown, timeout=20_000)
    return newest_picture(window, qtbot)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return make_photo(tmp_path / "photo.png")


@pytest.fixture(autouse=True)
def _empty_clipboard() -> Iterator[None]:
    """Leave nothing on the clipboard: neither for the next test, nor for the end, when Qt has no place for it."""
    yield
    if isinstance(QApplication.instance(), QApplication):
        QApplication.clipboard().clear()


@pytest.fixture(autouse=True)
def _nothing_recent() -> Iterator[None]:
    """Leave no command as run lately: all palettes of a program run share them, and these are the tests' own."""
    yield
    CommandPalette.recent.clear()


@pytest.fixture(autouse=True)
def _usual_look(qapp: QApplication) -> None:
    """Begin in the light theme at its own size, whatever the test before has set."""
    if (theme.name(), theme.scale()) != ("light", 1.0):
        theme.apply_theme(qapp, "light", scale=1.0)


@pytest.fixture(scope="module")
def shared_window() -> Iterator[SharedWindow]:
    """Return who lends one window to the tests of a file."""
    shared = SharedWindow()
    yield shared
    shared.close()


@pytest.fixture
def open_window(qapp: QApplication, qtbot: QtBot, shared_window: SharedWindow) -> Iterator[OpenWindow]:
    """Return a function that opens a window and waits for its first result; all are closed at the end."""
    shared_window.close()  # threads, focus and theme are those of the windows of this test
    theme.apply_theme(qapp, "light", scale=1.0)
    Settings().write("hint_seen", True)
    opened: list[MainWindow] = []

    def run(
        project: Project, path: Path | None = None, size: tuple[int, int] = SIZE, *, waits: bool = True
    ) -> MainWindow:
        opened.append(open_and_show(project, qtbot, path, size, waits=waits))
        return opened[-1]

    yield run
    close_and_delete(*opened)


@pytest.fixture
def window(request: pytest.FixtureRequest, qtbot: QtBot, photo: Path) -> Iterator[MainWindow]:
    """Return a window with three filters on a small colour picture.

    Tests of a file take turns with one window. A test whose subject is start, close, theme, size or what is remembered
    is marked `own_window`; one that opens further windows has its own as well.
    """
    project = default_project(parse(str(photo)), KERNELS)
    if request.node.get_closest_marker("own_window") or "open_window" in request.fixturenames:
        yield request.getfixturevalue("open_window")(project)
        return
    shared = request.getfixturevalue("shared_window")
    Settings().write("hint_seen", True)
    yield shared.lend(project, qtbot)
    shared.rest()


@pytest.fixture
def data_folder(_own_settings: Path) -> Path:
    """Return where the program keeps what must survive a crash."""
    return _own_settings / "xdg_data_home" / "convexplorer"
