"""Two linked numbers with limits that explain themselves."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSpinBox

from convexplorer.gui.widgets.hint import Hint
from convexplorer.gui.widgets.icon_button import IconButton
from convexplorer.gui.widgets.pair_spin import PairSpin

REASONS = ("the input has 7 rows", "the input has 9 columns")


def make(qtbot, value: tuple[int, int] = (3, 3), maximum: tuple[int, int] = (7, 9)) -> PairSpin:
    pair = PairSpin("Kernel", value=value)
    pair.set_limits(maximum, REASONS)
    qtbot.addWidget(pair)
    pair.show()
    return pair


def spins(pair: PairSpin) -> list[QSpinBox]:
    return pair.findChildren(QSpinBox)


def hints(pair: PairSpin) -> list[str]:
    return [hint.text() for hint in pair.findChildren(Hint) if hint.isVisible()]


def test_linked_numbers_change_together(qtbot) -> None:
    pair = make(qtbot)

    with qtbot.waitSignal(pair.value_changed) as signal:
        spins(pair)[0].stepUp()

    assert signal.args == [4, 4]
    assert pair.value == (4, 4)


def test_unlinked_numbers_change_alone(qtbot) -> None:
    pair = make(qtbot)
    pair.set_linked(False)

    spins(pair)[1].stepUp()

    assert pair.value == (3, 4)


def test_unequal_numbers_undo_the_link(qtbot) -> None:
    pair = make(qtbot)

    pair.set_value(3, 5)

    assert not pair.is_linked
    assert pair.value == (3, 5)


def test_linking_makes_the_numbers_equal(qtbot) -> None:
    pair = make(qtbot, (5, 3))

    with qtbot.waitSignal(pair.value_changed) as signal:
        qtbot.mouseClick(pair.findChild(IconButton), Qt.MouseButton.LeftButton)

    assert signal.args == [5, 5]
    assert pair.is_linked


def test_set_value_is_silent(qtbot) -> None:
    pair = make(qtbot)

    with qtbot.assertNotEmitted(pair.value_changed):
        pair.set_value(5, 5)


def test_stepping_beyond_the_limit_changes_nothing_and_says_why(qtbot) -> None:
    pair = make(qtbot, (7, 7))
    pair.set_linked(False)

    with qtbot.assertNotEmitted(pair.value_changed):
        spins(pair)[0].stepUp()

    assert pair.value == (7, 7)
    assert hints(pair) == ["the input has 7 rows"]


def test_a_page_step_stops_at_the_limit(qtbot) -> None:
    pair = make(qtbot, (5, 5))
    pair.set_linked(False)

    spins(pair)[1].stepBy(10)

    assert pair.value == (5, 9)


def test_a_number_typed_beyond_the_limit_becomes_the_limit_and_says_why(qtbot) -> None:
    pair = make(qtbot)
    pair.set_linked(False)
    rows = spins(pair)[0]
    rows.selectAll()

    qtbot.keyClicks(rows, "64")
    qtbot.keyClick(rows, Qt.Key.Key_Return)

    assert pair.value == (7, 3)
    assert hints(pair) == ["the input has 7 rows"]


def test_a_number_typed_below_the_limit_becomes_the_limit(qtbot) -> None:
    pair = make(qtbot)
    rows = spins(pair)[0]
    rows.selectAll()

    qtbot.keyClicks(rows, "0")
    qtbot.keyClick(rows, Qt.Key.Key_Return)

    assert pair.value == (1, 1)
    assert rows.text() == "1"


def test_typing_counts_when_it_is_finished(qtbot) -> None:
    pair = make(qtbot)
    rows = spins(pair)[0]
    rows.selectAll()

    with qtbot.waitSignal(pair.value_changed) as signal:
        qtbot.keyClicks(rows, "6")
        qtbot.keyClick(rows, Qt.Key.Key_Return)

    assert signal.args == [6, 6]


def test_a_linked_number_stops_at_its_own_limit_and_says_why(qtbot) -> None:
    pair = make(qtbot, (7, 7))

    spins(pair)[1].stepUp()

    assert pair.value == (7, 8)
    assert hints(pair) == ["the input has 7 rows"]


def test_a_number_already_beyond_a_new_limit_stays_and_is_marked(qtbot) -> None:
    pair = make(qtbot, (7, 7))

    pair.set_limits((5, 9), REASONS)

    assert pair.value == (7, 7)
    assert [bool(spin.property("invalid")) for spin in spins(pair)] == [True, False]


def test_the_way_back_from_beyond_the_limit_is_open(qtbot) -> None:
    pair = make(qtbot, (7, 7))
    pair.set_limits((5, 5), REASONS)

    spins(pair)[0].stepDown()

    assert pair.value == (6, 6)


def test_the_wheel_over_a_number_that_one_does_not_edit_changes_nothing(qtbot) -> None:
    from PySide6.QtCore import QPoint, QPointF
    from PySide6.QtGui import QWheelEvent
    from PySide6.QtWidgets import QApplication

    pair = make(qtbot)
    rows = spins(pair)[0]
    rows.clearFocus()
    event = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )

    QApplication.sendEvent(rows, event)

    assert pair.value == (3, 3)


def test_the_tip_names_the_limit_and_its_reason(qtbot) -> None:
    pair = make(qtbot)

    assert "1…7: the input has 7 rows" in spins(pair)[0].toolTip()
