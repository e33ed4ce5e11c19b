"""The gallery of ready networks: never an empty card, found by typing, opened in one step of undo."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from convexplorer.gui.commands import finding, ready
from convexplorer.gui.widgets.gallery import Gallery
from convexplorer.gui.widgets.overlay import Overlay
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model.ready.table import READY
from convexplorer.sources import parse
from tests.gui.conftest import message_of, newest_picture

KEY, LEFT, CONTROL = Qt.Key, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def gallery(window) -> Gallery:
    window.actions_by_name["ready-networks"].trigger()
    (found,) = window.findChildren(Gallery)
    return found


def type_into(gallery: Gallery, text: str) -> None:
    QTest.keyClicks(gallery._field, text)


def is_open(window: MainWindow) -> bool:
    return any(one.isVisible() for one in window.findChildren(Gallery))


def test_no_card_is_ever_empty(gallery, qtbot):
    view, first = gallery._list, gallery._list.grab().toImage()

    for row in range(view.count()):
        rect = view.visualItemRect(view.item(row)).intersected(view.viewport().rect())
        rect.moveTo(view.viewport().mapTo(view, rect.topLeft()))
        colors = {
            first.pixel(x, y) for x in range(rect.left(), rect.right(), 3) for y in range(rect.top(), rect.bottom(), 3)
        }
        assert not rect.height() > 40 or len(colors) > 4
    qtbot.waitUntil(lambda: set(gallery.facts) == set(READY), timeout=20_000)
    assert all(len(gallery.pictures[name]) == 1 + len(row.shown) for name, row in READY.items())
    assert gallery.facts["lenet-5"] == "9 layers · 61,706 parameters"


def test_cards_that_are_known_are_there_at_once(window, gallery, qtbot):
    qtbot.waitUntil(lambda: set(gallery.facts) == set(READY), timeout=20_000)
    gallery.close()

    ready.show_gallery(window)

    again = next(one for one in window.findChildren(Gallery) if one is not gallery)
    assert set(again.facts) == set(READY)


def test_all_cards_have_the_same_size_and_fill_the_lines(gallery, qtbot):
    view = gallery._list

    rects = [view.visualItemRect(view.item(row)) for row in range(view.count())]

    columns = gallery._columns
    assert len({rect.size().toTuple() for rect in rects}) == 1
    assert [rect.top() for rect in rects] == sorted(rect.top() for rect in rects)
    assert len({rect.left() for rect in rects}) == columns
    assert view.viewport().width() - columns * rects[0].width() < 20


def test_a_word_of_the_title_or_of_the_sentence_finds_a_network(gallery):
    type_into(gallery, "corner")
    assert gallery.listed()[0] == "corners"

    gallery._field.clear()
    type_into(gallery, "conway")
    assert gallery.listed() == ["life"]
    gallery._field.clear()
    type_into(gallery, "qqq")
    assert gallery.listed() == []
    assert gallery._none.text() == "No network matches “qqq”."
    QTest.keyClick(gallery._field, KEY.Key_Return)
    assert gallery.isVisible()


def test_enter_opens_on_the_same_source_and_undo_leads_back(window, gallery, qtbot):
    before = window.store.state
    type_into(gallery, "edge energy")

    QTest.keyClick(gallery._field, KEY.Key_Return)
    picture = newest_picture(window, qtbot)

    assert not is_open(window)
    assert picture.project.source == before.source
    assert [layer.id for layer in picture.project.layers] == ["slopes", "energy"]
    assert window.selection.view.layer == "energy"
    assert message_of(window) == READY["edge-energy"].explanation
    assert not window.store.is_modified
    window.store.undo()
    assert window.store.state is before


def test_control_enter_opens_the_picture_of_the_card_as_well(window, gallery):
    type_into(gallery, "edge energy")

    QTest.keyClick(gallery._field, KEY.Key_Return, CONTROL)

    assert window.store.state.source == parse(READY["edge-energy"].source)


def test_arrows_walk_over_the_cards_and_a_double_click_opens_one(window, gallery, qtbot):
    view, columns = gallery._list, gallery._columns
    for key, row in ((KEY.Key_Right, 1), (KEY.Key_Down, 1 + columns), (KEY.Key_Left, columns), (KEY.Key_Up, 0)):
        QTest.keyClick(gallery._field, key)
        assert view.currentRow() == row
    QTest.keyClick(gallery._field, KEY.Key_Up)
    assert view.currentRow() == 0

    place = view.visualItemRect(view.item(1)).center()
    QTest.mouseClick(view.viewport(), LEFT, pos=place)
    QTest.mouseDClick(view.viewport(), LEFT, pos=place)

    assert not is_open(window)
    assert window.store.state.ids[-1] == "corners"


def test_the_buttons_open_and_escape_closes_without_a_change(window, gallery):
    before = window.store.state
    QTest.keyClick(gallery._field, KEY.Key_Escape)
    assert not is_open(window)
    assert window.store.state is before

    window.actions_by_name["ready-networks"].trigger()
    again = next(one for one in window.findChildren(Gallery) if one.isVisible())
    type_into(again, "digit")
    button = next(one for one in again.findChildren(QPushButton) if one.text() == "Open")
    QTest.mouseClick(button, LEFT)

    assert window.store.state.source.kind == "pad"
    assert window.store.state.class_names == tuple("0123456789")
    assert window.pad_panel.is_drawing


@pytest.mark.parametrize("name", READY)
def test_every_network_runs_on_the_picture_that_is_there(window, qtbot, name):
    row = READY[name]
    ready.open_ready(window, name)

    qtbot.waitUntil(lambda: is_shown(window), timeout=20_000)
    picture = newest_picture(window, qtbot)

    assert [one.error for one in picture.layers] == [""] * len(picture.layers)
    size = row.preprocessing.size if row.preprocessing is not None else None
    assert picture.input.shape[1:] == (size or picture.frame.spatial)


def is_shown(window: MainWindow) -> bool:
    """Tell whether the picture on screen is of the project's source, not of the one before."""
    picture = window.bridge.picture
    shown = window.bridge.player.status.source
    return picture is not None and picture.project is window.store.state and shown == window.store.state.source


def test_undo_brings_the_channels_and_the_size_back(window, qtbot):
    before = newest_picture(window, qtbot).input.shape
    ready.open_ready(window, "lenet-5")
    assert newest_picture(window, qtbot).input.shape == (1, 32, 32)

    window.store.undo()

    assert newest_picture(window, qtbot).input.shape == before


def test_the_palette_opens_a_ready_network(window):
    entry = next(one for one in finding.entries(window) if one.title == "Ready network: Corner detector")

    entry.callback()

    assert window.store.state.ids[-1] == "corners"


@pytest.mark.parametrize(
    ("opened_by", "keys"),
    [
        ("ready-networks", "Ctrl+F"),
        ("palette", "Ctrl+F"),
        ("shortcuts", "F1"),
        ("show-summary", "Ctrl+O"),
        ("find-layer", "Alt+4"),
    ],
)
def test_no_command_of_the_window_acts_behind_a_dialog(window, qtbot, monkeypatch, opened_by, keys):
    newest_picture(window, qtbot)
    window.actions_by_name[opened_by].trigger()
    given: list[object] = []
    monkeypatch.setattr(window, "run", given.append)
    (overlay,) = [one for one in window.findChildren(Overlay) if one.isVisible()]
    assert overlay.isAncestorOf(QApplication.focusWidget())

    combination = QKeySequence(keys)[0]
    QTest.keyClick(QApplication.focusWidget(), combination.key(), combination.keyboardModifiers())

    assert given == []
    assert [one for one in window.findChildren(Overlay) if one.isVisible()] == [overlay]
    QTest.keyClick(QApplication.focusWidget(), KEY.Key_Escape)
    assert not [one for one in window.findChildren(Overlay) if one.isVisible()]
