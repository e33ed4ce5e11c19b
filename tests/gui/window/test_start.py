"""The start of the window: the first frame waits for nothing that it does not show, and nothing is missing."""

import subprocess
import sys

import pytest
from PySide6.QtWidgets import QApplication, QMenu, QToolButton

from convexplorer.gui.commands import finding
from convexplorer.gui.look import theme
from convexplorer.gui.session.settings import Settings
from convexplorer.gui.window.actions import ACTIONS
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.live.player import PlayerStatus
from convexplorer.model.default import default_project
from convexplorer.sources import parse
from convexplorer.sources.frame import SourceInfo
from tests.gui.shared_window import close_and_delete, is_up_to_date

# Opens the window on a sample, and tells at the first painted maps what was loaded until then.
START = """
import sys
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from convexplorer.gui.window import app

class Watched(app.MainWindow):
    def event(self, event):
        is_done = super().event(event)
        if event.type() == QEvent.Type.UpdateRequest and self.maps_panel.pane.tiles and self.isVisible():
            print(*sys.modules, sep="\\n", flush=True)
            self.close()
        return is_done

app.MainWindow = Watched
window = app.open_window(size=(1440, 900), is_talkative=False)
QApplication.exec()
"""
NOT_YET = (
    "PIL",  # decoders of files
    "av",
    "tifffile",
    "imagecodecs",
    "convexplorer.sources.video",
    "convexplorer.sources.decoders.pillow",
    "safetensors",
    "hashlib",
    "convexplorer.gui.widgets.command_palette",  # lists, sheets and pages that open later
    "convexplorer.gui.widgets.shortcut_sheet",
    "convexplorer.gui.widgets.preset_picker",
    "convexplorer.gui.panels.explanation_panel.shapes_page",
    "convexplorer.gui.panels.explanation_panel.study_page",
    "convexplorer.gui.panels.explanation_panel.profile_page",
    "convexplorer.gui.panels.explanation_panel.matrix_page",
    "convexplorer.gui.panels.explanation_panel.shift_page",
    "convexplorer.gui.panels.explanation_panel.picture_scene",
    "convexplorer.gui.film.paper",
    "convexplorer.gui.widgets.reading_choice",
    "convexplorer.gui.canvas.scores.score_bars",
    "convexplorer.gui.canvas.network.network_view",
    "convexplorer.results.overview_artist",
    "convexplorer.results.scores",
    "convexplorer.gui.panels.parameters_panel.preprocessing_form",
    "convexplorer.model.opening.recognise",
    "convexplorer.model.opening.network_file",
    "convexplorer.model.opening.input_size",
    "convexplorer.gui.widgets.weights_sheet",
    "convexplorer.gui.widgets.text_sheet",
    "h5py",
    "convexplorer.gui.film.card",
    "convexplorer.gui.film.export",
    "convexplorer.export.animation",  # writers
    "convexplorer.export.latex",
    "convexplorer.export.kernels",
    "convexplorer.export.table",
    "pyqtgraph",  # what no part of the window needs
    "matplotlib",
    "scipy",
    "unittest",
    "multiprocessing",
    "PySide6.QtNetwork",
    "PySide6.QtOpenGL",
)


def test_nothing_is_loaded_before_the_first_maps_that_they_do_not_need():
    done = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, check=True, timeout=120)
    loaded = set(done.stdout.split())

    assert "convexplorer.gui.window.main_window" in loaded
    assert sorted(loaded & set(NOT_YET)) == []


@pytest.fixture
def new_window(qapp: QApplication, photo):
    """Return a window that has just been built: no event was handled yet."""
    theme.apply_theme(qapp, "light", scale=1.0)
    Settings().write("hint_seen", True)
    window = MainWindow(default_project(parse(str(photo)), ("emboss",)), reads_at_once=True)
    yield window
    close_and_delete(window)


@pytest.mark.own_window
def test_a_new_window_knows_all_commands(new_window):
    for name, command in ACTIONS.items():
        action = new_window.actions_by_name[name]
        assert action.text() == command.title
        assert action.toolTip()
        assert len(action.shortcuts()) == len([keys for keys in command.shortcuts if keys != "Space"])


@pytest.mark.own_window
def test_what_is_opened_at_once_has_its_icons(new_window):
    entries = finding.entries(new_window)

    named = {command.title for command in ACTIONS.values() if command.icon}
    assert named
    assert all(not entry.icon.isNull() for entry in entries if entry.title in named)


@pytest.mark.own_window
def test_a_menu_that_opens_at_once_has_all_its_rows_with_their_icons(new_window):
    button = next(one for one in new_window.findChildren(QToolButton) if one.text() == "Menu")

    button.menu().aboutToShow.emit()

    menus = button.menu().findChildren(QMenu)
    shown = {action for menu in menus for action in menu.actions()}
    assert all(new_window.actions_by_name[name] in shown for name in ACTIONS)
    for name, command in ACTIONS.items():
        assert new_window.actions_by_name[name].icon().isNull() == (not command.icon)


@pytest.mark.own_window
def test_buttons_in_sight_have_their_icons_in_the_first_paint(new_window):
    new_window.show()

    # “Merge” is hidden and keeps its place: measured by its words it would push the controls out of the window.
    for name in ("open", "undo", "record", "copy-kernel", "merge-planes"):
        assert not new_window.actions_by_name[name].icon().isNull()


@pytest.mark.own_window
def test_buttons_that_come_into_sight_have_their_icons_at_once(new_window):
    new_window.show()
    buttons = [one for one in new_window.transport_panel.findChildren(QToolButton) if one.defaultAction()]
    hidden = [one for one in buttons if one.icon().isNull()]
    assert hidden

    film = SourceInfo("clip.mp4", 150, 25.0, is_seekable=True)
    new_window.transport_panel.show_status(PlayerStatus(info=film, state="playing"))

    seen = [one for one in hidden if one.isVisible()]
    assert {one.objectName() for one in seen} >= {"previous", "next", "loop"}
    assert not any(one.icon().isNull() for one in seen)


@pytest.mark.own_window
def test_the_other_icons_come_by_themselves(new_window, qtbot):
    new_window.show()
    new_window.start()

    qtbot.waitUntil(lambda: new_window.later.is_done, timeout=20_000)

    assert all(not new_window.actions_by_name[name].icon().isNull() for name, row in ACTIONS.items() if row.icon)


@pytest.mark.own_window
def test_the_source_is_read_while_the_window_is_built(new_window, qtbot):
    qtbot.waitUntil(lambda: is_up_to_date(new_window), timeout=20_000)  # without `start`

    assert new_window.bridge.picture.tiles


@pytest.mark.own_window
def test_the_study_is_made_when_it_is_asked_for(new_window, qtbot):
    panel = new_window.explanation_panel
    new_window.show()
    new_window.start()
    qtbot.waitUntil(lambda: is_up_to_date(new_window), timeout=20_000)
    assert "study" not in panel._stack.made

    panel.study_here()

    assert panel.page_name == "study"
    assert panel.page.study is not None
