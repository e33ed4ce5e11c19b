import threading

from PySide6.QtWidgets import QApplication

from convexplorer.gui.session import errands as module
from convexplorer.gui.session.errands import Errands


def test_the_end_of_an_errand_is_told_in_the_main_thread(qtbot):
    errands, told = Errands(), []

    errands.run(lambda: None, lambda error: told.append((error, threading.current_thread())))

    qtbot.waitUntil(lambda: bool(told))
    assert told == [(None, threading.main_thread())]


def test_what_went_wrong_is_told(qtbot):
    errands, told = Errands(), []

    def fail() -> None:
        raise OSError("disk full")

    errands.run(fail, told.append)

    qtbot.waitUntil(lambda: bool(told))
    assert str(told[0]) == "disk full"


def test_closing_waits_for_what_is_under_way(qtbot):
    errands, done, go_on = Errands(), [], threading.Event()
    errands.run(lambda: (go_on.wait(10), done.append(True)), lambda error: None)

    go_on.set()
    errands.close()

    assert done == [True]


def test_what_takes_too_long_reports_to_nobody(qtbot, monkeypatch):
    monkeypatch.setattr(module, "CLOSE_S", 0.0)
    errands, told, go_on = Errands(), [], threading.Event()
    errands.run(lambda: go_on.wait(10), told.append)

    errands.close()
    go_on.set()
    for thread in errands._threads:
        thread.join()
    QApplication.processEvents()

    assert told == []
