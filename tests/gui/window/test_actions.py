"""The table of commands: every row can be reached, found, understood and carried out."""

from collections import Counter

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QFileDialog,
    QInputDialog,
    QLineEdit,
    QMenu,
    QWidget,
)

from convexplorer import assets
from convexplorer.gui.canvas.kernel.kernel_grid import KernelGrid
from convexplorer.gui.canvas.pictures.pane import PicturePane
from convexplorer.gui.commands import shortcuts
from convexplorer.gui.panels.explanation_panel.pages import PAGES
from convexplorer.gui.window import menus
from convexplorer.gui.window.actions import ACTIONS
from convexplorer.gui.window.qactions import shortcut_text
from convexplorer.model.default import default_project
from convexplorer.sources import Source, parse
from convexplorer.sources.cameras import Camera
from convexplorer.sources.patterns import PATTERNS
from convexplorer.sources.samples import SAMPLES
from tests.gui.conftest import make_photo, newest_picture


@pytest.fixture
def opened(window, monkeypatch) -> list[Source]:
    """Return the sources that the player of the window was asked for, none of which is opened."""
    asked: list[Source] = []
    monkeypatch.setattr(window.bridge.player, "open", asked.append)
    return asked


@pytest.fixture
def _nobody_answers(monkeypatch) -> None:
    """Let every dialog be closed without an answer."""
    for name, answer in (
        ("getOpenFileName", ("", "")),
        ("getOpenFileNames", ([], "")),
        ("getSaveFileName", ("", "")),
        ("getExistingDirectory", ""),
    ):
        monkeypatch.setattr(QFileDialog, name, staticmethod(lambda *_, answer=answer, **__: answer))
    monkeypatch.setattr(QInputDialog, "getText", staticmethod(lambda *_, **__: ("", False)))


def entries(menu: QMenu) -> list[QAction]:
    """Return the entries of a menu and of all menus in it."""
    found = []
    for action in menu.actions():
        found += entries(action.menu()) if action.menu() is not None else [action]
    return found


def test_no_key_means_two_things():
    keys = Counter(QKeySequence(text).toString() for command in ACTIONS.values() for text in command.shortcuts)

    assert "" not in keys
    assert [key for key, count in keys.items() if count > 1] == []


@pytest.mark.parametrize("name", ACTIONS)
def test_a_command_has_a_name_a_tip_and_an_icon_that_exists(name):
    command = ACTIONS[name]

    assert command.title[0].isupper()
    assert command.tip.endswith(".")
    if command.icon:
        assert assets.path("icons", f"{command.icon}.svg").is_file()


def test_titles_are_told_apart():
    titles = Counter(command.title for command in ACTIONS.values())

    assert max(titles.values()) == 1


def test_the_actions_of_the_window_say_what_the_table_says(window):
    for name, command in ACTIONS.items():
        action = window.actions_by_name[name]
        assert action.text() == command.title
        assert command.look is not None or command.tip in action.toolTip()
        assert shortcut_text(command) in action.toolTip()
        wanted = [text for text in command.shortcuts if text != "Space"]  # the window takes it, after the buttons
        assert [key.toString() for key in action.shortcuts()] == [QKeySequence(text).toString() for text in wanted]
        assert action.isCheckable() == (command.checked is not None)
        assert action.icon().isNull() == (not command.icon)


@pytest.mark.usefixtures("_nobody_answers", "opened")
@pytest.mark.own_window
def test_every_command_can_be_given_to_a_window(window, qtbot):
    for name, action in window.actions_by_name.items():
        if name == "quit":
            continue
        with qtbot.captureExceptions() as exceptions:
            action.trigger()
            QApplication.processEvents()
        assert not exceptions, f"{name}: {exceptions[0][1]!r}"
    newest_picture(window, qtbot)


@pytest.mark.usefixtures("_nobody_answers")
def test_every_command_can_be_given_before_there_is_a_picture(open_window, photo, qtbot, monkeypatch):
    window = open_window(default_project(parse(str(photo))), waits=False)
    window.bridge.player.close()
    monkeypatch.setattr(window.bridge.player, "open", lambda _source: None)
    window.bridge.picture = None

    for name, action in window.actions_by_name.items():
        with qtbot.captureExceptions() as exceptions:
            action.trigger()
        assert not exceptions, f"{name}: {exceptions[0][1]!r}"

    assert not window.isVisible()  # the last one of the File menu closes it


def test_a_key_gives_its_command(window, qtbot):
    window.maps_panel.setFocus()

    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    assert window.selection.view.mode == "compare"

    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert window.selection.view.filter == 1

    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert len(window.store.state.layers[0].filters) == 4

    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(window.store.state.layers[0].filters) == 3


@pytest.mark.parametrize("key", [Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down])
@pytest.mark.parametrize("mode", ["bank", "channels", "compare", "input"])
def test_control_and_arrows_move_the_cursor_in_every_picture(window, qtbot, mode, key):
    if mode != "input":
        window.selection.select(mode=mode)
        newest_picture(window, qtbot)
    panel = window.input_panel if mode == "input" else window.maps_panel
    pane = next(one for one in panel.findChildren(PicturePane) if one.isVisible())
    before = window.selection.view

    qtbot.keyClick(pane, key, Qt.KeyboardModifier.ControlModifier)

    assert window.selection.cursor is not None
    assert window.selection.view == before


@pytest.mark.parametrize("page", PAGES)
def test_no_key_of_a_command_means_something_else_in_a_control(window, qtbot, page):
    """What edits text keeps the keys of text, and a kernel those that begin a number; nothing else takes any."""
    window.show_explanation(True)
    window.explanation_panel.show_page(page)
    newest_picture(window, qtbot)

    taken = [
        (type(part).__name__, key.toString(), name)
        for part in window.findChildren(QWidget)
        if part.isVisible() and part.focusPolicy() and not isinstance(part, QLineEdit | QAbstractSpinBox)
        for name, action in window.actions_by_name.items()
        for key in action.shortcuts()
        if is_taken(part, key)
    ]

    assert [one for one in taken if one[0] != "KernelGrid" or one[1] not in {".", ","}] == []


def is_taken(part: QWidget, key: QKeySequence) -> bool:
    """Tell whether a control keeps a key from the commands of the window."""
    pressed = key[0]
    text = chr(pressed.key()) if pressed.key() < 128 and not pressed.keyboardModifiers() else ""
    event = QKeyEvent(QEvent.Type.ShortcutOverride, pressed.key(), pressed.keyboardModifiers(), text)
    event.ignore()
    QApplication.sendEvent(part, event)
    return event.isAccepted()


def test_a_point_can_be_typed_though_it_is_a_key_of_the_window(window, qtbot):
    window.filter_panel.findChild(KernelGrid).setFocus()

    for key in "-.25":
        qtbot.keyClicks(QApplication.focusWidget(), key)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)

    assert -0.25 in window.store.state.layers[0].filters[0].planes


# Menus


def test_the_main_menu_holds_every_command_once(window):
    held = Counter(action.objectName() for action in entries(menus.build_main_menu(window)) if action.objectName())

    assert held == Counter(ACTIONS.keys())


def test_the_main_menu_offers_every_sample_and_every_pattern(window, opened):
    offered = {action.text(): action for action in entries(menus.build_main_menu(window))}

    for sample in SAMPLES.values():
        assert sample.title in offered
    for name, pattern in PATTERNS.items():
        offered[pattern.label].trigger()
        assert opened[-1] == Source("pattern", name)


def submenu(menu: QMenu, title: str) -> QMenu:
    """Return the menu of a title inside another, filled as a person would find it."""
    found = next(
        action.menu()
        for outer in (menu, *(action.menu() for action in menu.actions() if action.menu() is not None))
        for action in outer.actions()
        if action.menu() is not None and action.text() == title
    )
    found.aboutToShow.emit()
    return found


@pytest.mark.parametrize("build", [menus.build_main_menu, menus.build_open_menu], ids=["menu", "open"])
def test_recent_files_are_offered_newest_first_and_open(window, opened, tmp_path, build):
    older, newer = make_photo(tmp_path / "older.png"), make_photo(tmp_path / "newer.png")
    menu = build(window)
    recent = submenu(menu, "Open recent")
    assert not any(action.isEnabled() for action in recent.actions())

    for path in (older, newer):
        window.settings.add_recent(str(path))
    recent = submenu(menu, "Open recent")
    assert [action.text() for action in recent.actions()] == ["newer.png", "older.png"]

    recent.actions()[1].trigger()
    assert opened == [Source("image", str(older))]
    assert window.settings.recent[0] == str(older)


def test_cameras_are_offered_by_their_names(window, opened, monkeypatch):
    monkeypatch.setattr(menus, "list_cameras", lambda: [Camera(0, "Front"), Camera(2, "Microscope")])

    found = submenu(menus.build_open_menu(window), "Cameras")
    found.actions()[1].trigger()

    assert [action.text() for action in found.actions()] == ["Front", "Microscope"]
    assert opened == [Source("camera", "2")]


def test_the_open_camera_is_marked_in_the_menu(window, opened, monkeypatch):
    monkeypatch.setattr(menus, "list_cameras", lambda: [Camera(0, "Front"), Camera(2, "Microscope")])
    menu = submenu(menus.build_open_menu(window), "Cameras")
    assert not any(action.isChecked() for action in menu.actions())

    menu.actions()[1].trigger()
    menu.aboutToShow.emit()

    assert [action.isChecked() for action in menu.actions()] == [False, True]


def test_without_a_camera_the_menu_says_so(window, monkeypatch):
    monkeypatch.setattr(menus, "list_cameras", list)

    found = submenu(menus.build_open_menu(window), "Cameras")

    assert "No camera" in found.actions()[0].text()
    assert not found.actions()[0].isEnabled()


# The sheet of keys


def test_the_sheet_of_keys_shows_every_key_of_the_table(window):
    parts = shortcuts.sheet_parts(window.actions_by_name.values())
    shown = [row for groups in parts.values() for _, rows in groups for row in rows]

    for command in ACTIONS.values():
        if command.shortcuts and command.shortcuts != ("Space",):
            assert (shortcut_text(command), command.title.rstrip("…")) in shown
    assert any(keys == "Space" for keys, _ in shown)


def test_the_sheet_of_keys_says_what_the_mouse_does(window):
    groups = dict(shortcuts.sheet_parts(window.actions_by_name.values())["Mouse and numbers"])

    assert ("Scroll", "zoom all pictures at the mouse") in groups["Pictures and maps"]
    assert "Kernel" in groups


def test_the_space_key_presses_the_button_that_has_the_focus(window, qtbot):
    box = window.parameters_panel.form.control("is_flipped")
    assert isinstance(box, QCheckBox)
    box.setFocus()

    qtbot.keyClick(box, Qt.Key.Key_Space)

    assert window.store.state.layers[0]["is_flipped"]
