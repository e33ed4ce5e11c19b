"""Sentences over the lower edge of the window."""

from itertools import combinations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton, QWidget

from convexplorer.gui.look import theme
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


@pytest.mark.parametrize(("width", "is_below"), [(1200, False), (480, True)])
def test_buttons_stand_below_the_sentence_where_it_would_have_no_room(bar: MessageBar, width: int, is_below: bool):
    bar.parentWidget().resize(width, 400)

    bar.show_message(
        "none.png is not there.", kind="warning", actions=[("Try again", print), ("Back to numbered.mp4", print)]
    )

    bar.grab()  # lays out
    label = next(child for child in bar.children() if getattr(child, "wordWrap", lambda: False)())
    buttons = [one for one in bar.findChildren(QPushButton) if one.isVisible()]
    tops = {one.mapTo(bar, one.rect().topLeft()).y() for one in buttons}
    assert len(tops) == 1
    assert (min(tops) >= label.geometry().bottom()) == is_below
    assert all(bar.rect().contains(one.mapTo(bar, one.rect().bottomRight())) for one in buttons)
    assert label.height() < 2 * label.fontMetrics().lineSpacing() + 8


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("width", [360, 640, 1200])
def test_no_button_is_cut_at_any_scale(qapp: QApplication, bar: MessageBar, scale: float, width: int) -> None:
    theme.apply_theme(qapp, "light", scale=scale)
    bar.parentWidget().resize(width, 900)

    bar.show_message(
        "Work that was not saved has been found.",
        kind="warning",
        actions=[("Restore it", print), ("Discard it", print), ("Show the folder", print)],
    )
    bar.grab()  # lays out
    theme.apply_theme(qapp, "light", scale=1.0)

    buttons = [one for one in bar.findChildren(QPushButton) if one.isVisible()]
    rects = [QRect(one.mapTo(bar, QPoint()), one.size()) for one in buttons]
    assert len(rects) == 3
    assert all(bar.rect().contains(rect) for rect in rects)
    assert not any(one.intersects(other) for one, other in combinations(rects, 2))
    assert bar.parentWidget().rect().contains(bar.geometry())


def test_the_bar_lies_in_front_of_what_covers_the_widget_below_it(qtbot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(800, 600)
    below, cover = QWidget(window), QWidget(window)
    below.setGeometry(100, 50, 600, 500)
    cover.setGeometry(100, 50, 600, 500)
    bar = MessageBar(window, below)
    window.show()

    bar.show_message("Here.", kind="warning", actions=[("Try again", print)])
    below.setGeometry(200, 50, 500, 500)

    button = bar.findChild(QPushButton)
    assert below.geometry().contains(bar.geometry())
    assert window.childAt(button.mapTo(window, button.rect().center())) is button


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


def test_an_information_goes_by_itself(qtbot, bar: MessageBar, monkeypatch) -> None:
    monkeypatch.setattr(message_bar, "INFO_MS", 1)

    with qtbot.waitSignal(bar.closed):
        bar.show_message("Saved.")


def test_an_offer_goes_by_itself_with_its_buttons(qtbot, bar: MessageBar, monkeypatch) -> None:
    monkeypatch.setattr(message_bar, "OFFER_MS", 1)

    with qtbot.waitSignal(bar.closed):
        bar.show_message("The stream is at http://127.0.0.1.", actions=[("Stop", print)], is_offer=True)

    assert not bar.isVisible()


def test_an_offer_stays_while_a_hand_is_on_it(qtbot, bar: MessageBar) -> None:
    bar.show_message("The stream is at http://127.0.0.1.", actions=[("Stop", print)], is_offer=True)
    button = bar.findChild(QPushButton)
    button.setFocus()
    qtbot.waitUntil(button.hasFocus)

    bar._timer.timeout.emit()
    assert bar.isVisible()
    assert bar._timer.isActive()

    button.clearFocus()
    bar.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    bar._timer.timeout.emit()
    assert bar.isVisible()

    bar.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, False)
    bar._timer.timeout.emit()
    assert not bar.isVisible()


def test_a_question_stays_under_an_offer_and_an_offer_does_not_come_back(bar: MessageBar) -> None:
    bar.show_message("Unsaved work was kept.", actions=[("Restore it", print)])

    bar.show_message("The stream is at http://127.0.0.1.", actions=[("Stop", print)], is_offer=True)
    bar.show_message("Copied it.")
    bar.clear()

    assert bar.text == "Unsaved work was kept."
    assert not bar._timer.isActive()


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


# Failures that follow each other


@pytest.fixture
def slow_reader(monkeypatch) -> None:
    """Count nothing as read in the time of a test."""
    monkeypatch.setattr(message_bar, "READ_S", 1000.0)


@pytest.fixture
def quick_reader(monkeypatch) -> None:
    """Count everything as read at once."""
    monkeypatch.setattr(message_bar, "READ_S", 0.0)


def more(bar: MessageBar) -> QToolButton:
    return next(one for one in bar.findChildren(QToolButton) if one.text().endswith("more"))


@pytest.mark.usefixtures("slow_reader")
def test_failures_that_replace_each_other_too_fast_stay_reachable(qtbot, bar: MessageBar) -> None:
    for name in "abc":
        bar.show_message(f"{name}.png is damaged.", kind="warning")

    assert bar.text == "c.png is damaged."
    assert more(bar).isVisible()
    assert more(bar).text() == "2 more"

    seen = []
    for _ in range(3):
        seen.append(bar.text)
        qtbot.mouseClick(more(bar), Qt.MouseButton.LeftButton)

    assert sorted(seen) == ["a.png is damaged.", "b.png is damaged.", "c.png is damaged."]


@pytest.mark.usefixtures("slow_reader")
def test_closing_a_failure_shows_the_unread_one_before(bar: MessageBar) -> None:
    bar.show_message("a.png is damaged.", kind="warning")
    bar.show_message("b.png is damaged.", kind="error")

    bar.clear()
    assert bar.text == "a.png is damaged."
    assert not more(bar).isVisible()
    bar.clear()

    assert bar.text == ""


@pytest.mark.usefixtures("quick_reader")
def test_a_failure_that_was_read_is_replaced(bar: MessageBar) -> None:
    bar.show_message("a.png is damaged.", kind="warning")

    bar.show_message("b.png is damaged.", kind="warning")

    assert not more(bar).isVisible()
    bar.clear()
    assert bar.text == ""


@pytest.mark.usefixtures("slow_reader")
def test_a_success_does_not_hide_an_unread_failure(bar: MessageBar) -> None:
    bar.show_message("a.png was not saved: no space left.", kind="error")

    bar.show_message("Saved b.png", kind="good")
    assert bar.text == "a.png was not saved: no space left."
    bar.clear()

    assert bar.text == "Saved b.png"


def test_a_success_follows_when_the_failure_could_be_read(qtbot, bar: MessageBar, monkeypatch) -> None:
    monkeypatch.setattr(message_bar, "READ_S", 0.05)
    bar.show_message("a.png was not saved: no space left.", kind="error")

    bar.show_message("Saved b.png", kind="good")

    qtbot.waitUntil(lambda: bar.text == "Saved b.png")


def test_a_failure_that_is_no_longer_true_goes_when_it_could_be_read(qtbot, bar: MessageBar, monkeypatch) -> None:
    monkeypatch.setattr(message_bar, "READ_S", 0.05)
    bar.show_message("a.png is damaged.", kind="warning")

    bar.retire("a.png is damaged.")

    qtbot.waitUntil(lambda: bar.text == "")


@pytest.mark.usefixtures("slow_reader")
def test_a_failure_that_is_no_longer_true_is_replaced_without_being_kept(bar: MessageBar) -> None:
    bar.show_message("a.png is damaged.", kind="warning")
    bar.retire("a.png is damaged.")

    bar.show_message("b.png is damaged.", kind="warning")

    assert not more(bar).isVisible()


@pytest.mark.usefixtures("slow_reader")
def test_a_sentence_that_continues_another_replaces_it(bar: MessageBar) -> None:
    bar.show_message("No answer. Trying again in 1 s.", kind="warning")

    bar.show_message("No answer. Trying again in 2 s.", kind="warning", replaces="No answer. Trying again in 1 s.")

    assert not more(bar).isVisible()


@pytest.mark.usefixtures("slow_reader")
def test_the_row_of_unread_failures_is_bounded_and_has_no_doubles(bar: MessageBar) -> None:
    for i in range(100):
        bar.show_message(f"{i % 50}.png is damaged.", kind="warning")

    assert more(bar).text() == f"{message_bar.MOST_UNREAD} more"


@pytest.mark.usefixtures("slow_reader")
def test_a_question_comes_back_after_failures(bar: MessageBar) -> None:
    bar.show_message("Unsaved work was kept.", actions=(("Restore it", lambda: None),))
    bar.show_message("a.png is damaged.", kind="warning")
    bar.show_message("b.png is damaged.", kind="warning")

    seen = []
    while bar.text:
        seen.append(bar.text)
        bar.clear()

    assert seen == ["b.png is damaged.", "a.png is damaged.", "Unsaved work was kept."]


def test_a_question_that_was_continued_does_not_come_back(bar: MessageBar) -> None:
    bar.show_message("Encoding film.gif …", actions=[("Cancel", lambda: None)])
    bar.show_message("Copied the map.")

    bar.show_message("Saved film.gif", kind="good", replaces="Encoding film.gif …")
    bar.clear()

    assert bar.text == ""
