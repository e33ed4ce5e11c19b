"""Locks in the studio: found by themselves, previewed, held in every edit, and never untrue."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from convexplorer.kernels.locks import LOCKS, holding
from convexplorer.kernels.presets import make_filter
from convexplorer.kernels.recipes import made_by
from convexplorer.model import edits
from tests.gui.shared_window import is_up_to_date


@pytest.fixture
def studio(window, qtbot):
    window.actions_by_name["studio"].give()
    qtbot.waitUntil(lambda: is_up_to_date(window))
    return window.studio.panel


def use(studio, planes):
    assert studio.work.make(np.array(planes, dtype=float), None)
    studio.work.settle()


def button(studio, key):
    return studio.locks.buttons[key]


def click(studio, key):
    QTest.mouseClick(button(studio, key), Qt.MouseButton.LeftButton)


def point_at(studio, key):
    middle = QPointF(button(studio, key).rect().center())
    QApplication.sendEvent(button(studio, key), QEnterEvent(middle, middle, middle))


def leave(studio, key):
    QApplication.sendEvent(button(studio, key), QEvent(QEvent.Type.Leave))


def paint(studio, row, column):
    QTest.mouseClick(
        studio.stage, Qt.MouseButton.LeftButton, pos=studio.stage.to_screen(row + 0.5, column + 0.5).toPoint()
    )


def test_what_a_kernel_has_is_seen_as_soon_as_it_is_chosen(window, studio):
    window.store.commit(edits.replace_filter(window.store.state, 0, 0, make_filter("gaussian")))
    shown = {key for key in LOCKS if button(studio, key).is_held}

    assert shown == holding(make_filter("gaussian").planes) == {k for k in LOCKS if k.endswith("even")} | {"sum-1"}
    assert not any(one.isChecked() for one in studio.locks.buttons.values()), "found, not locked"
    assert "by itself" in button(studio, "rows-even").toolTip()


def test_a_lock_that_the_kernel_has_changes_nothing(window, studio):
    use(studio, [[1, 2, 1], [0, 0, 0], [-1, -2, -1]])
    before = window.store.state

    click(studio, "rows-odd")

    assert window.store.state is before
    assert studio.work.locks == {"rows-odd"}
    assert studio.locks.note.text() == "Locked: 3 of 9 weights are free"
    assert studio.stage._bound.tolist() == [[False] * 3, [True] * 3, [True] * 3]


def test_what_a_lock_would_change_is_seen_before_it_is_on(window, studio):
    use(studio, [[3, 0, 4], [0, 0, 0], [0, 0, 0]])
    before = window.store.state

    point_at(studio, "columns-even")

    assert studio.locks.note.text() == "The lock would change the kernel by 14.1 %."
    assert studio.stage._ghost[0].tolist() == [3.5, 0, 3.5]
    assert "14.1 %" in button(studio, "columns-even").toolTip()
    assert window.store.state is before
    leave(studio, "columns-even")
    assert studio.stage._ghost is None
    assert studio.locks.note.text() == ""


def test_a_lock_that_would_leave_nothing_says_so_before(studio):
    use(studio, np.ones((3, 3)))

    point_at(studio, "rows-odd")

    assert studio.locks.note.text() == "The lock would leave only zeros of this kernel."


def test_a_lock_is_one_step_and_what_undo_breaks_is_off(window, studio):
    use(studio, [[3, 0, 4], [0, 0, 0], [0, 0, 0]])
    before = studio.work.plane

    click(studio, "columns-even")

    assert studio.work.plane[0].tolist() == [3.5, 0, 3.5]
    assert made_by(studio.work.chosen).steps[-1] == "made symmetric across the columns"
    window.store.undo()
    assert np.array_equal(studio.work.plane, before)
    assert studio.work.locks == frozenset()
    assert not button(studio, "columns-even").isChecked()


def test_painting_one_cell_paints_those_that_it_determines(studio):
    use(studio, np.zeros((3, 3)))
    click(studio, "columns-odd")
    click(studio, "rows-even")

    paint(studio, 0, 2)

    value = studio.work.plane[0, 2]
    assert value != 0
    assert studio.work.plane.tolist() == [[-value, 0, value], [0, 0, 0], [-value, 0, value]]


def test_a_typed_weight_stays_and_the_others_keep_the_sum(studio):
    use(studio, np.zeros((3, 3)))
    click(studio, "sum-0")

    studio.stage.cell_edited.emit(1, 1, 4.0)

    assert studio.work.plane[1, 1] == 4
    assert np.allclose(np.delete(studio.work.plane.ravel(), 4), -0.5)


def test_locks_hold_in_nudges_of_all_planes(studio, window):
    window.store.commit(edits.set_planes(window.store.state, 0, 0, np.random.default_rng(0).normal(size=(3, 3, 3))))
    click(studio, "point-even")

    studio.stage.nudged.emit(0, 0, 0.5)

    assert "point-even" in holding(studio.work.planes)


def test_locks_that_contradict_those_that_are_on_cannot_be_chosen_and_say_why(studio):
    use(studio, [[1, 0, -1]] * 3)
    click(studio, "columns-odd")

    assert not button(studio, "sum-1").isEnabled()
    assert "adds up to 0, never to 1" in button(studio, "sum-1").toolTip()
    assert not button(studio, "columns-even").isEnabled()
    click(studio, "columns-odd")
    assert button(studio, "sum-1").isEnabled()


def test_a_lock_that_cannot_be_reached_says_so_and_stays_off(window, studio):
    use(studio, np.zeros((3, 3)))
    click(studio, "norm-1")

    assert not button(studio, "norm-1").isChecked()
    assert studio.work.locks == frozenset()
    assert "All weights are 0" in window._messages.text


def test_a_kernel_that_is_not_square_has_no_diagonals(studio):
    use(studio, np.arange(15.0).reshape(3, 5))

    assert not button(studio, "falling-even").isEnabled()
    assert "3 × 5" in button(studio, "falling-even").toolTip()
    assert button(studio, "rows-even").isEnabled()


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_no_lock_is_on_for_weights_that_are_not_finite(studio, bad):
    use(studio, [[1.0, 2, 1], [0, 0, 0], [1, 2, 1]])
    click(studio, "rows-even")
    studio.work.locks = frozenset()
    use(studio, [[1.0, bad, 1], [0, 0, 0], [1, 2, 1]])

    assert not any(one.isEnabled() for one in studio.locks.buttons.values())
    assert "not finite" in button(studio, "rows-even").toolTip()


def test_another_kernel_is_not_held_to_what_it_does_not_have(window, studio):
    use(studio, np.ones((3, 3)))
    click(studio, "rows-even")
    window.store.commit(edits.add_filter(window.store.state, 0, make_filter("sobel-y")))
    window.selection.select(filter=len(window.store.state.layers[0].filters) - 1)

    assert studio.work.locks == frozenset()
    assert np.array_equal(studio.work.plane, make_filter("sobel-y").planes[0])


def test_locks_are_switched_by_keys(studio):
    use(studio, np.ones((3, 3)))
    one = button(studio, "columns-even")
    one.setFocus(Qt.FocusReason.TabFocusReason)

    QTest.keyClick(one, Qt.Key.Key_Space)

    assert studio.work.locks == {"columns-even"}
