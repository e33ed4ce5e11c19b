"""Every command of the table does the same by mouse, by key, by menu and by palette, and says the same if it cannot."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QInputDialog, QLineEdit, QToolButton, QWidget

from convexplorer.gui.commands.finding import entries
from convexplorer.gui.widgets.command_palette import CommandPalette
from convexplorer.gui.widgets.message_bar import MessageBar
from convexplorer.gui.widgets.preset_picker import PresetPicker
from convexplorer.gui.widgets.sentence_popup import SentencePopup
from convexplorer.gui.window.actions import ACTIONS
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.gui.window.qactions import refresh_actions
from convexplorer.model import edits
from convexplorer.sources import Source
from tests.gui.conftest import message_of, newest_picture
from tests.gui.shared_window import put_back
from tests.gui.traces import differences, plain

PLAYER_CALLS = ("open", "toggle", "step", "set_loop")
KEYS_OF_MAPS = {"next-filter", "previous-filter"}  # where these move the cursor
AWAY = {"quit"}  # it takes the window away
CAMERA = {"camera", "mirror"}  # they want a camera
BECAUSE = "It is impossible because the test says so."


def buttons_of(window: MainWindow, name: str) -> list[QToolButton]:
    """Return the buttons that are a command."""
    action = window.actions_by_name[name]
    return [button for button in window.findChildren(QToolButton) if button.defaultAction() is action]


def outcome(window: MainWindow, calls: list[tuple[object, ...]]) -> dict[str, object]:
    """Return what a person would notice of a command."""
    focused = QApplication.focusWidget()
    return {
        "project": plain(window.store.state),
        "undo": (window.store.can_undo, window.store.can_redo),
        "view": plain(window.selection.view),
        "pin": window.selection.pin,
        "overlays": window.selection.overlays,
        "crop": window.selection.crop,
        "explanation": (window.explanation_panel.isVisible(), type(window.explanation_panel.page).__name__),
        "film": (window.explanation_panel.film.is_playing, window.explanation_panel.film.position),
        "large": type(window.large_view()).__name__,
        "zoom": window.viewport.zoom,
        "said": message_of(window),
        "clipboard": QGuiApplication.clipboard().text(),
        "player": list(calls),
        "typing": type(focused).__name__ if focused is not None and focused.inputMethodHints() else "",
        "switches": {name for name, action in window.actions_by_name.items() if action.isChecked()},
    }


def arrange(window: MainWindow, qtbot) -> None:
    """Put something into every pane that a command could change: a kernel of planes, a pinned value, copied numbers."""
    state = edits.split_planes(window.store.state, 0, 1, 3)
    window.store.commit(edits.set_weight(state, 0, 1, 2, 0, 1, 2.5))
    window.store.undo()
    window.store.redo()
    window.select_filter(1)
    window.show_explanation(True)
    window.selection.select(filter=1)
    window.selection.hold((5.5, 7.5))
    window.explanation_panel.film.set_loop(True)
    window.maps_panel.take_focus()
    QGuiApplication.clipboard().setText("1\t2\t3\n4\t5\t6\n7\t8\t9.5")
    newest_picture(window, qtbot)


@pytest.fixture
def compare(window, qtbot, monkeypatch):
    """Return a function that gives a command in two ways to a window in the same state and tells the differences."""
    project, calls = window.store.state, []
    for name, answer in (
        ("getOpenFileName", ("", "")),
        ("getOpenFileNames", ([], "")),
        ("getSaveFileName", ("", "")),
        ("getExistingDirectory", ""),
    ):
        monkeypatch.setattr(QFileDialog, name, staticmethod(lambda *_, answer=answer, **__: answer))
    monkeypatch.setattr(QInputDialog, "getText", staticmethod(lambda *_, **__: ("", False)))

    def run(*ways: Callable[[], None]) -> dict[str, tuple[object, object]]:
        outcomes = []
        for way in ways:
            put_back(window, project, qtbot)
            arrange(window, qtbot)
            calls.clear()
            with monkeypatch.context() as patch:
                for name in PLAYER_CALLS:
                    patch.setattr(window.bridge.player, name, lambda *given, name=name: calls.append((name, *given)))
                way()
                outcomes.append(outcome(window, calls))
            window.explanation_panel.close_film()
        return differences(*outcomes)

    return run


def press(window: MainWindow, name: str) -> None:
    if name in KEYS_OF_MAPS:
        window.setFocus()
    focused = QApplication.focusWidget()
    combination = QKeySequence(ACTIONS[name].shortcuts[0])[0]
    QTest.keyClick(window if focused is None else focused, combination.key(), combination.keyboardModifiers())


def click(window: MainWindow, name: str, index: int) -> None:
    buttons_of(window, name)[index].click()


def pick(window: MainWindow, name: str) -> None:
    """Find a command in the palette by its title, and take it."""
    CommandPalette.recent.clear()
    window.actions_by_name["palette"].trigger()
    palette = next(one for one in window.findChildren(CommandPalette) if one.isVisible())
    field = palette.findChild(QLineEdit)
    field.setText(ACTIONS[name].title)
    assert palette.shown_titles()[0] == ACTIONS[name].title
    QTest.keyClick(field, Qt.Key.Key_Return)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def ways(window: MainWindow, name: str) -> dict[str, Callable[[], None]]:
    """Return all ways in which a person can give a command."""
    found: dict[str, Callable[[], None]] = {"menu": window.actions_by_name[name].trigger}
    if ACTIONS[name].shortcuts:
        found["key"] = partial(press, window, name)
    for i in range(len(buttons_of(window, name))):
        found[f"button {i}"] = partial(click, window, name, i)
    if name != "palette":
        found["palette"] = partial(pick, window, name)
    return found


@pytest.mark.own_window
def test_every_way_to_give_a_command_gives_this_command_once(window, qtbot, monkeypatch):
    """Over the table: a new command is driven by its menu entry, its key, its buttons and the palette."""
    arrange(window, qtbot)
    given: list[object] = []
    apart = {}

    def note(window: MainWindow, command: Callable[..., None]) -> None:
        given.append(command)
        if command is ACTIONS["palette"].run:
            command(window)

    monkeypatch.setattr(MainWindow, "run", note)
    assert len({command.run for command in ACTIONS.values()}) == len(ACTIONS)  # they tell the commands apart

    for name, command in ACTIONS.items():
        if command.why_not is not None:
            window.actions_by_name[name].set_reason("")
            monkeypatch.setitem(ACTIONS, name, replace(command, why_not=None))
        for way, give in ways(window, name).items():
            window.maps_panel.take_focus()
            given.clear()
            give()
            for palette in window.findChildren(CommandPalette):
                palette.close()
            expected = [ACTIONS["palette"].run, command.run] if way == "palette" else [command.run]
            if given != expected:
                apart[f"{name} by {way}"] = given.copy()

    assert apart == {}


@pytest.mark.own_window
def test_every_way_to_give_an_impossible_command_says_the_same_reason(window, qtbot, monkeypatch):
    arrange(window, qtbot)
    apart = []
    for name, command in ACTIONS.items():
        if command.why_not is None:
            continue
        action = window.actions_by_name[name]
        with monkeypatch.context() as patch:
            patch.setitem(ACTIONS, name, replace(command, why_not=lambda _window: BECAUSE))
            refresh_actions(window, window.actions_by_name)
            before = window.store.state
            is_disabled = not action.isEnabled() and BECAUSE in action.toolTip()
            buttons = [not one.isEnabled() and one.toolTip() == action.toolTip() for one in buttons_of(window, name)]
            entry = next(one for one in entries(window) if one.title == command.title)
            is_told = not entry.is_enabled and entry.tip == action.toolTip()
            for give in [action.give, *([partial(press, window, name)] if command.shortcuts else [])]:
                window.maps_panel.take_focus()
                for bar in window.findChildren(MessageBar):
                    bar.clear()
                give()
                is_told = is_told and message_of(window) == BECAUSE
            if not (is_disabled and all(buttons) and is_told and window.store.state is before):
                apart.append(name)
        refresh_actions(window, window.actions_by_name)

    assert apart == []


@pytest.mark.own_window
def test_a_key_and_a_button_leave_the_same_behind(window, qtbot, compare):
    """What a person notices of a command that has both: project, selection, clipboard, message, focus."""
    arrange(window, qtbot)
    possible = [name for name in ACTIONS.keys() - AWAY - CAMERA if window.actions_by_name[name].isEnabled()]
    apart, count = {}, 0
    for name in possible:
        every = ways(window, name)
        first = every.pop("key", every.pop("menu"))
        for way, give in every.items():
            if not way.startswith("button"):
                continue
            count += 1
            if found := compare(first, give):
                apart[f"{name} by {way}"] = found

    assert not apart, {name: sorted(found) for name, found in apart.items()}
    assert count >= 25


@pytest.mark.own_window
def test_the_camera_is_mirrored_by_key_and_by_button(window, monkeypatch):
    monkeypatch.setattr(window.bridge.player, "open", lambda _source: None)
    window.store.commit(edits.set_source(window.store.state, Source("camera", "0")))
    (button,) = buttons_of(window, "mirror")

    window.maps_panel.take_focus()
    press(window, "mirror")
    by_key = window.store.state
    window.store.undo()
    button.click()

    assert by_key.source.options == {"mirror": True}
    assert window.store.state.source == by_key.source


def test_a_button_names_a_key_only_of_a_command(window):
    known = {QKeySequence(text).toString() for command in ACTIONS.values() for text in command.shortcuts}
    named = {
        button.toolTip().rpartition("(")[2].rstrip(")").strip()
        for button in window.findChildren(QAbstractButton)
        if button.toolTip().endswith(")")
    }
    keys = {text for text in named if not QKeySequence(text).isEmpty() and QKeySequence(text).toString() == text}

    assert keys - {"Esc"} <= known
    assert np.size(list(keys)) > 10


def open_sentences(window) -> QWidget:
    QTest.keyClick(window.filter_panel._facts, Qt.Key.Key_Return)
    return window.findChild(SentencePopup)


def open_presets(window) -> QWidget:
    window.filter_panel.choose_preset()
    return window.findChild(PresetPicker).findChild(QLineEdit)


@pytest.mark.parametrize("open_popup", [open_sentences, open_presets])
@pytest.mark.parametrize(
    ("key", "name"), [(Qt.Key.Key_O, "open"), (Qt.Key.Key_S, "save"), (Qt.Key.Key_N, "new")], ids=["O", "S", "N"]
)
def test_a_shortcut_closes_an_open_popup_and_acts(window, monkeypatch, open_popup, key, name):
    ran = []
    monkeypatch.setattr(window, "run", ran.append)
    popup = open_popup(window)
    assert popup.isVisible()

    QTest.keyClick(popup, key, Qt.KeyboardModifier.ControlModifier)

    assert ran == [ACTIONS[name].run]
    assert not popup.isVisible()


def test_undo_closes_the_sentences_and_acts(window):
    window.store.commit(edits.rename_filter(window.store.state, 0, 0, "mine"))
    popup = open_sentences(window)

    QTest.keyClick(popup, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)

    assert not popup.isVisible()
    assert window.store.state.layers[0].filters[0].name != "mine"
