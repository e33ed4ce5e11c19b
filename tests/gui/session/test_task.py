"""A computation beside the window: its newest result arrives, it stops between steps, and its end is told last."""

import threading

import pytest
from PySide6.QtCore import QObject

from convexplorer import _threads
from convexplorer.gui.session.errands import Errands
from convexplorer.gui.session.task import Task


@pytest.fixture
def home(qapp):
    """Return an owner of tasks, and what runs their threads."""
    owner = QObject()
    errands = Errands(owner)
    yield owner, errands
    errands.close()


def started(home, work, **options):
    """Begin a task; return it with the list that its results and its end go to."""
    owner, errands = home
    heard: list[object] = []
    task = Task(work, errands, owner, **options)
    task.told.connect(heard.append)
    task.ended.connect(lambda error: heard.append(("end", error)))
    return task, heard


def is_over(heard: list[object]) -> bool:
    return bool(heard) and isinstance(heard[-1], tuple)


def test_the_last_result_is_told_before_the_end(home, qtbot):
    _, heard = started(home, lambda tell: [tell(i) for i in range(100)])

    qtbot.waitUntil(lambda: is_over(heard), timeout=10_000)

    assert heard[-2:] == [99, ("end", None)]
    assert heard[:-1] == sorted(heard[:-1])


def test_of_results_that_come_while_the_window_is_busy_the_newest_alone_waits(home, qtbot):
    is_told = threading.Event()

    def work(tell):
        for i in range(50):
            tell(i)
        is_told.set()

    _, heard = started(home, work)
    assert is_told.wait(10)  # the main thread has delivered nothing meanwhile
    qtbot.waitUntil(lambda: is_over(heard), timeout=10_000)

    assert heard == [49, ("end", None)]


def test_a_stopped_one_ends_without_an_error_and_what_it_told_stays(home, qtbot):
    began = threading.Event()

    def work(tell):
        tell("some")
        began.set()
        while True:
            _threads.check()

    task, heard = started(home, work)
    assert began.wait(10)
    task.stop()
    qtbot.waitUntil(lambda: is_over(heard), timeout=10_000)

    assert heard == ["some", ("end", None)]


def test_a_failure_is_handed_to_the_end(home, qtbot):
    error = ValueError("no such picture")

    def work(_):
        raise error

    _, heard = started(home, work)
    qtbot.waitUntil(lambda: is_over(heard), timeout=10_000)

    assert heard == [("end", error)]


@pytest.mark.parametrize("is_alone", [True, False])
def test_it_leaves_the_other_cores_to_the_window_unless_it_is_short(home, qtbot, is_alone):
    _, heard = started(home, lambda tell: tell(_threads._is_alone.get()), is_alone=is_alone)

    qtbot.waitUntil(lambda: is_over(heard), timeout=10_000)

    assert heard[0] is is_alone
