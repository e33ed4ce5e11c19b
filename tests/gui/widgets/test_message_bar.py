"""Sentences over the lower edge of the window."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from convexplorer.gui.widgets import message_bar
from convexplorer.gui.widgets.icon_button import IconButton
from convexplorer.gui.widgets.message_bar import MessageBar


@pytest.fixture
def bar(qtbot) -> MessageBar:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 600)
    bar = MessageBar(window)
    window.show()
    bar.window_kept = window  # the window must outlive the test
    return bar


def test_nothing_is_shown_at_first(bar: MessageBar) -> None:
    assert not bar.isVisible()


def test_a_sentence_lies_centred_inside_the_window(bar: MessageBar) -> None:
    bar.show_message("The stream ended; the last picture stays.", kind="warning")

    assert bar.isVisible()
    assert bar.parentWidget().rect().contains(bar.geometry())
    assert abs(bar.geometry().center().x() - 450) <= 1


def test_a_long_sentence_is_wrapped_and_not_cut(bar: MessageBar) -> None:
    bar.parentWidget().resize(320, 400)

    bar.show_message("The file could not be read because it ends in the middle of its third row. " * 3, kind="error")

    label = next(child for child in bar.children() if getattr(child, "wordWrap", lambda: False)())
    assert label.height() >= label.heightForWidth(label.width())
    assert bar.parentWidget().rect().contains(bar.geometry())


def test_an_action_closes_the_bar_and_is_done(qtbot, bar: MessageBar) -> None:
    done: list[str] = []
    bar.show_message("Unsaved work was kept.", actions=[("Restore", lambda: done.append(bar.text))])

    qtbot.mouseClick(next(b for b in bar.findChildren(QPushButton)), Qt.MouseButton.LeftButton)

    assert done == [""]
    assert not bar.isVisible()


def test_an_action_may_say_something_itself(qtbot, bar: MessageBar) -> None:
    bar.show_message("Stopped.", actions=[("Try again", lambda: bar.show_message("Still busy.", kind="error"))])

    qtbot.mouseClick(bar.findChild(QPushButton), Qt.MouseButton.LeftButton)

    assert bar.text == "Still busy."
    assert bar.isVisible()


def test_the_cross_closes_it(qtbot, bar: MessageBar) -> None:
    bar.show_message("No camera.", kind="error")

    with qtbot.waitSignal(bar.closed):
        qtbot.mouseClick(bar.findChild(IconButton), Qt.MouseButton.LeftButton)

    assert bar.text == ""


def test_an_information_goes_by_itself(qtbot, bar: MessageBar) -> None:
    bar._timer.setInterval(1)

    with qtbot.waitSignal(bar.closed):
        bar.show_message("Saved.")


@pytest.mark.parametrize("kind", ["warning", "error"])
def test_what_went_wrong_stays(bar: MessageBar, kind: message_bar.Kind) -> None:
    bar.show_message("The disk is full.", kind=kind)

    assert not bar._timer.isActive()


def test_a_new_sentence_replaces_the_old_one_and_its_buttons(qtbot, bar: MessageBar) -> None:
    bar.show_message("One", actions=[("A", lambda: None), ("B", lambda: None)])

    bar.show_message("Two", actions=[("C", lambda: None)])

    assert [b.text() for b in bar.findChildren(QPushButton) if b.isVisible()] == ["C"]


def test_tab_comes_to_the_buttons_before_the_cross(bar: MessageBar) -> None:
    bar.show_message("The stream ended.", actions=[("Try again", lambda: None), ("Look at a sample", lambda: None)])

    first, second = bar.findChildren(QPushButton)
    stops, widget = [], first
    for _ in range(20):
        if isinstance(widget, QPushButton | IconButton):
            stops.append(widget)
        widget = widget.nextInFocusChain()

    assert stops[:3] == [first, second, bar.findChild(IconButton)]


def test_a_question_comes_back_after_another_sentence(bar) -> None:
    bar.show_message("Unsaved work was kept.", actions=(("Restore it", lambda: None),))

    bar.show_message("Saved a.png")
    assert bar.text == "Saved a.png"
    bar.clear()

    assert bar.text == "Unsaved work was kept."
    bar.clear()
    assert bar.text == ""


def test_a_sentence_of_progress_keeps_its_button_and_does_what_was_said_last(qtbot, bar: MessageBar) -> None:
    done: list[int] = []
    bar.show_message("1 of 2", actions=[("Cancel", lambda: done.append(1))])
    button = bar.findChild(QPushButton)

    bar.show_message("2 of 2", actions=[("Cancel", lambda: done.append(2))])
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    assert done == [2]
    assert not bar.isVisible()
