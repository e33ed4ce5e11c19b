"""Starting the program: from words to a window with its first result, and pictures of it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QPushButton

from convexplorer.gui.look import theme
from convexplorer.gui.session.settings import Settings
from convexplorer.gui.window import app
from convexplorer.gui.window.app import Screenshot
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.kernels.presets import make_filter
from convexplorer.model.default import default_project
from convexplorer.model.storage.files import save_project
from convexplorer.sources import Source, parse
from tests.gui.conftest import make_photo, message_of, newest_picture

Start = Callable[..., MainWindow]


@pytest.fixture
def start(qapp: QApplication) -> Iterator[Start]:
    """Return `app.open_window`, closing after the test what it opened."""
    Settings().write("hint_seen", True)
    opened: list[MainWindow] = []

    def run(*arguments: object, **options: object) -> MainWindow:
        opened.append(app.open_window(*arguments, **options))
        return opened[-1]

    yield run
    for window in opened:
        window.store.mark_saved()
        window.close()
        window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    theme.apply_theme(qapp, "light", scale=1.0)


def test_a_source_and_kernels_are_shown(start, photo, qtbot):
    window = start(parse(str(photo)), [make_filter("gaussian"), make_filter("laplacian")], size=(1100, 700))

    picture = newest_picture(window, qtbot)

    assert picture.frame.title == "photo.png"
    assert [one.preset for one in window.store.state.layers[0].filters] == ["gaussian", "laplacian"]
    assert (window.width(), window.height()) == (1100, 700)
    assert not window.store.is_modified


def test_without_anything_a_sample_is_shown(start, qtbot):
    window = start()

    assert newest_picture(window, qtbot).frame.image.shape[0] == 3
    assert window.store.state.source.kind == "sample"


def test_a_project_is_opened_with_its_name_in_the_title(start, photo, tmp_path, qtbot):
    path = tmp_path / "mine.json"
    save_project(path, default_project(parse(str(photo)), ("emboss",)))

    window = start(project=path)

    newest_picture(window, qtbot)
    assert window.store.state.layers[0].filters[0].preset == "emboss"
    assert "mine.json" in window.windowTitle()


def test_a_source_replaces_the_one_of_the_project(start, photo, tmp_path, qtbot):
    path = tmp_path / "mine.json"
    save_project(path, default_project(Source("image", str(tmp_path / "gone.png")), ("emboss",)))

    window = start(parse(str(photo)), project=path)

    qtbot.waitUntil(lambda: newest_picture(window, qtbot).frame.title == "photo.png")


def test_a_project_that_cannot_be_read_opens_no_window(qapp, tmp_path):
    path = tmp_path / "mine.json"
    path.write_text("{ no project")
    before = len(QApplication.topLevelWidgets())

    with pytest.raises(ValueError, match=r"mine\.json"):
        app.open_window(project=path)

    assert len(QApplication.topLevelWidgets()) == before


def test_the_theme_of_the_command_line_is_stronger_than_the_remembered_one(start, photo):
    Settings().write("theme", "light")

    start(parse(str(photo)), theme_name="dark")

    assert theme.is_dark()
    assert Settings().read("theme", "") == "light"


def test_theme_and_scale_are_those_of_the_last_time(start, photo):
    Settings().write("theme", "dark")
    Settings().write("scale", 1.3)

    window = start(parse(str(photo)))

    assert theme.is_dark()
    assert theme.scale() == window.scale == 1.3


# Pictures of the window


@pytest.mark.parametrize("theme_name", ["light", "dark"])
def test_a_screenshot_is_as_large_as_the_window_and_shows_the_result(start, photo, qtbot, tmp_path, theme_name):
    window = start(parse(str(photo)), [make_filter("sobel-x")], size=(1100, 720), theme_name=theme_name)

    camera = Screenshot(window, tmp_path / "shot.png")
    qtbot.waitUntil(lambda: (tmp_path / "shot.png").exists() and not window.isVisible(), timeout=20_000)

    assert camera.exit_status == 0
    shot = np.asarray(Image.open(tmp_path / "shot.png").convert("RGB")).astype(int)
    assert shot.shape == (720, 1100, 3)
    assert (shot.mean() < 100) == (theme_name == "dark")
    maps = window.maps_panel
    left = maps.mapTo(window, maps.rect().topLeft()).x()
    assert shot[150:650, left : left + maps.width()].std() > 8  # the map of noise is anything but flat


def test_a_screenshot_changes_nothing_that_the_next_start_remembers(start, photo, qtbot, tmp_path):
    resized = start(parse(str(photo)), size=(1100, 700))
    qtbot.waitUntil(lambda: resized.bridge.picture is not None and not resized._placement._is_settling, timeout=20_000)
    resized.resize(1000, 660)
    resized.close()
    before = Settings().read("geometry", "")

    silent = start(parse(str(photo)), size=(640, 480), is_talkative=False)
    _camera = Screenshot(silent, tmp_path / "shot.png")
    qtbot.waitUntil(lambda: not silent.isVisible(), timeout=20_000)

    assert before
    assert Settings().read("geometry", "") == before


def test_a_screenshot_that_cannot_be_written_says_so(start, photo, qtbot, tmp_path, capsys):
    window = start(parse(str(photo)), size=(800, 600))

    camera = Screenshot(window, tmp_path / "no" / "folder.png")
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=20_000)

    assert camera.exit_status == 1
    assert "folder.png" in capsys.readouterr().err


def test_a_screenshot_of_a_source_that_fails_ends_with_its_sentence(start, qtbot, tmp_path, capsys):
    window = start(Source("image", str(tmp_path / "gone.png")), size=(800, 600))

    camera = Screenshot(window, tmp_path / "shot.png")
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=20_000)

    assert camera.exit_status == 1
    assert "gone.png" in capsys.readouterr().err
    assert not Path(tmp_path / "shot.png").exists()


def test_settings_of_a_wrong_type_cost_no_start(start, photo, qtbot):
    settings = Settings()
    for name in ("geometry", "controls", "divider", "theme", "scale", "recent", "last_folder", "hint_seen"):
        settings.write(name, {"what": ["is", "this"]})
    settings.sync()

    window = start(parse(str(photo)))

    newest_picture(window, qtbot)
    assert window.settings.recent == []


def test_a_first_source_that_fails_is_said_and_leads_to_a_sample(start, qtbot, tmp_path):
    window = start(Source("image", str(tmp_path / "gone.png")))
    qtbot.waitUntil(lambda: "gone.png" in message_of(window), timeout=10_000)

    sample = next(button for button in window.findChildren(QPushButton) if button.text() == "Look at a sample")
    qtbot.mouseClick(sample, Qt.MouseButton.LeftButton)

    assert newest_picture(window, qtbot).project.source.kind == "sample"


def test_a_source_that_failed_is_tried_again_on_demand(start, qtbot, tmp_path):
    window = start(Source("image", str(tmp_path / "late.png")))
    qtbot.waitUntil(lambda: "late.png" in message_of(window), timeout=10_000)
    make_photo(tmp_path / "late.png")

    again = next(button for button in window.findChildren(QPushButton) if button.text() == "Try again")
    qtbot.mouseClick(again, Qt.MouseButton.LeftButton)

    qtbot.waitUntil(lambda: newest_picture(window, qtbot).frame.title == "late.png")


@pytest.mark.parametrize(("name", "value"), [("theme", "purple"), ("scale", float("nan")), ("divider", float("nan"))])
def test_settings_without_sense_cost_no_start(start, photo, qtbot, name, value):
    Settings().write(name, value)

    newest_picture(start(parse(str(photo))), qtbot)


def test_the_hint_of_the_first_start_does_not_hide_why_the_source_failed(start, qtbot, tmp_path):
    Settings().write("hint_seen", False)
    window = start(Source("image", str(tmp_path / "gone.png")))
    window.bridge.player._session.join(0.1)  # it has failed before the window is painted

    qtbot.waitUntil(lambda: bool(message_of(window)))
    for _ in range(5):
        QApplication.processEvents()

    assert "gone.png" in message_of(window)
