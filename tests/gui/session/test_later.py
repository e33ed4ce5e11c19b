"""What the first frame does not need is done after it, step by step."""

from PySide6.QtCore import QObject, QTimer

from convexplorer.gui.session.later import Later


def test_steps_wait_until_they_may_begin_and_run_in_order(qtbot):
    parent = QObject()
    later, done = Later(parent), []
    later.add([lambda: done.append(1), lambda: done.append(2)])
    later.add([lambda: done.append(3)])
    assert done == []

    later.begin()
    later.begin()

    qtbot.waitUntil(lambda: later.is_done)
    assert done == [1, 2, 3]


def test_between_two_steps_the_event_loop_has_its_turn(qtbot):
    parent = QObject()
    later, done = Later(parent), []

    def step() -> None:
        done.append("step")
        QTimer.singleShot(0, parent, lambda: done.append("event"))

    later.add([step, step, step])
    later.begin()

    qtbot.waitUntil(lambda: done.count("event") == 3)
    assert done != ["step"] * 3 + ["event"] * 3
    assert "event" in done[: done.index("step", 2)] or done[1] == "event"


def test_what_is_about_to_be_seen_is_finished_at_once():
    parent = QObject()
    later, done = Later(parent), []
    later.add([lambda: done.append(1), lambda: done.append(2)])

    later.finish()

    assert done == [1, 2]
    assert later.is_done


def test_what_comes_after_all_that_is_done_at_once():
    parent = QObject()
    later, done = Later(parent), []
    later.finish()

    later.add([lambda: done.append(1)])

    assert done == [1]


def test_nothing_is_done_after_the_end(qtbot):
    parent = QObject()
    later, done = Later(parent), []
    later.add([lambda: done.append(1)])
    later.begin()

    later.close()
    later.finish()

    assert done == []
