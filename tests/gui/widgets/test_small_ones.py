"""Label, button and hint: the controls with one habit each."""

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from convexplorer.gui.widgets.elided_label import ElidedLabel
from convexplorer.gui.widgets.hint import Hint, show_hint
from convexplorer.gui.widgets.icon_button import ActionButton


def test_a_long_text_is_whole_in_the_tip(qtbot) -> None:
    label = ElidedLabel("a-very-long-name-of-a-picture.png", tip="the source")
    qtbot.addWidget(label)
    label.resize(60, 20)
    label.show()

    assert label.is_elided
    assert label.toolTip() == "a-very-long-name-of-a-picture.png\nthe source"


def test_a_short_text_needs_no_tip(qtbot) -> None:
    label = ElidedLabel("cat.png")
    qtbot.addWidget(label)
    label.resize(300, 20)
    label.show()

    assert not label.is_elided
    assert label.toolTip() == ""


def test_a_label_gives_way_to_its_neighbours(qtbot) -> None:
    label = ElidedLabel("x" * 200)
    qtbot.addWidget(label)

    assert label.minimumSizeHint().width() < 60 < label.sizeHint().width()


def test_a_shorter_word_stands_where_the_text_would_be_cut(qtbot) -> None:
    label = ElidedLabel("Feature maps", may_vanish=True, shorter="Maps")
    qtbot.addWidget(label)
    label.show()
    widths = [label.fontMetrics().horizontalAdvance(text) + 2 for text in ("Feature maps", "Maps")]

    label.resize(widths[0], 20)
    assert (label.shown_text, label.toolTip()) == ("Feature maps", "")

    label.resize(widths[1], 20)
    assert (label.shown_text, label.toolTip()) == ("Maps", "Feature maps")
    assert label.accessibleName() == "Feature maps"
    assert has_ink(label)

    label.resize(6, 20)
    assert not has_ink(label)


def has_ink(label: ElidedLabel) -> bool:
    """Tell whether anything is written on a label."""
    image = label.grab().toImage()
    return len({image.pixel(x, y) for x in range(image.width()) for y in range(image.height())}) > 1


def test_a_button_says_what_it_does_and_its_keys(qtbot) -> None:
    action = QAction("Undo")
    action.setToolTip("Take back the last change  (Ctrl+Z)")
    button = ActionButton(action)
    qtbot.addWidget(button)

    assert button.toolTip() == "Take back the last change  (Ctrl+Z)"
    assert button.accessibleName() == "Undo"

    action.setEnabled(False)
    action.setToolTip("Nothing has been changed.")

    assert not button.isEnabled()
    assert button.toolTip() == "Nothing has been changed."


def test_a_hint_stands_inside_its_window_below_its_control(qtbot) -> None:
    window = QWidget()
    field = QLineEdit(window)
    layout = QVBoxLayout(window)
    layout.addWidget(field)
    layout.addStretch(1)
    qtbot.addWidget(window)
    window.resize(220, 300)
    window.show()

    hint = show_hint(field, "kernel 7 with dilation 3 spans 19, the input has 16 rows")

    assert hint.isVisible()
    assert window.rect().contains(hint.geometry())
    assert hint.geometry().top() >= field.geometry().bottom()
    assert hint.height() >= hint.heightForWidth(hint.width())


def test_a_hint_goes_when_its_control_loses_the_focus(qtbot) -> None:
    window = QWidget()
    first, second = QLineEdit(window), QLineEdit(window)
    qtbot.addWidget(window)
    window.resize(300, 200)
    window.show()
    window.activateWindow()
    first.setFocus()
    qtbot.waitUntil(first.hasFocus)
    hint = show_hint(first, "no")

    second.setFocus()

    assert not hint.isVisible()


def test_a_hint_outlives_the_control_it_stood_at(qtbot) -> None:
    window = QWidget()
    first, second = QLineEdit(window), QLineEdit(window)
    qtbot.addWidget(window)
    show_hint(first, "one")
    with qtbot.waitSignal(first.destroyed):
        first.deleteLater()

    show_hint(second, "two")

    assert window.findChild(Hint).text() == "two"


def test_a_window_shows_one_hint_at_a_time(qtbot) -> None:
    window = QWidget()
    first, second = QLineEdit(window), QLineEdit(window)
    qtbot.addWidget(window)
    window.show()

    show_hint(first, "one")
    show_hint(second, "two")

    assert [hint.text() for hint in window.findChildren(Hint)] == ["two"]
