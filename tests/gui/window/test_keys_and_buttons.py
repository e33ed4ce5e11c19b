"""A command that has a key and a button does the same by both: told by the tip of the button, which names the key."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QLineEdit, QWidget

from convexplorer.gui.widgets.preset_picker import PresetPicker
from convexplorer.gui.widgets.sentence_popup import SentencePopup
from convexplorer.gui.window.actions import ACTIONS
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.gui.window.qactions import shortcut_text
from convexplorer.model import edits
from convexplorer.sources import Source
from tests.gui.conftest import message_of, newest_picture
from tests.gui.shared_window import put_back
from tests.gui.traces import differences, plain

PLAYER_CALLS = ("open", "toggle", "step", "set_loop")
# The button of the filters adds zeros where the key adds an identity, the one beside the kernel copies without a word,
# and the one of the explanation leaves the switch in the menu as it was.
APART = {"add-filter", "copy-kernel", "reads"}
# A button of the top bar is the action itself; what these do takes the window away, or wants a camera.
OWN_ACTION = {"quit", "theme", "camera", "mirror"}


def buttons_of(window: MainWindow, name: str) -> list[QAbstractButton]:
    """Return the buttons whose tip names the first key of a command."""
    keys = shortcut_text(ACTIONS[name])
    return [button for button in window.findChildren(QAbstractButton) if keys and f"({keys})" in button.toolTip()]


def outcome(window: MainWindow, calls: list[tuple[object, ...]]) -> dict[str, object]:
    """Return what a person would notice of a command."""
    focused = QApplication.focusWidget()
    return {
        "project": plain(window.store.state),
        "undo": (window.store.can_undo, window.store.can_redo),
        "view": window.selection.view,
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
    focused = QApplication.focusWidget()
    combination = QKeySequence(ACTIONS[name].shortcuts[0])[0]
    QTest.keyClick(window if focused is None else focused, combination.key(), combination.keyboardModifiers())


def click(window: MainWindow, name: str, index: int) -> None:
    buttons_of(window, name)[index].click()


@pytest.mark.own_window
def test_a_key_and_the_button_that_names_it_do_the_same(window, compare):
    paired = {name: len(buttons_of(window, name)) for name in ACTIONS if name not in APART | OWN_ACTION}
    apart = {}

    for name, count in paired.items():
        for i in range(count):
            found = compare(partial(press, window, name), partial(click, window, name, i))
            if found:
                apart[f"{name} {i}"] = found

    assert not apart, {name: sorted(found) for name, found in apart.items()}
    assert sum(count > 0 for count in paired.values()) > 20


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
