import threading

import pytest

from convexplorer.gui.session import safety_copy
from convexplorer.gui.session.safety_copy import SafetyCopy
from convexplorer.model import edits
from convexplorer.model.default import default_project
from convexplorer.model.storage.recovery import Autosave
from convexplorer.model.store import Store


@pytest.fixture
def store() -> Store:
    return Store(default_project())


def _rename(store: Store, name: str) -> None:
    store.commit(edits.rename_filter(store.state, 0, 0, name))


def test_a_hand_that_never_rests_does_not_put_the_copy_off(store, qapp):
    copy = SafetyCopy(store)
    _rename(store, "a")
    begun = copy.timer.timerId()

    _rename(store, "b")

    assert copy.timer.isActive()
    assert copy.timer.timerId() == begun  # a timer that is started anew has another number
    copy.close()


def test_work_taken_back_leaves_no_copy(store, qapp):
    copy = SafetyCopy(store)
    _rename(store, "a")
    copy.write()
    store.undo()
    copy.close()

    assert SafetyCopy(store).find() is None


def test_the_copy_of_a_program_that_ended_is_found(store, qapp):
    copy = SafetyCopy(store)
    _rename(store, "mine")
    copy.close()

    later = SafetyCopy(Store(default_project()))
    found = later.find()

    assert found is not None
    assert found.project.layers[0].filters[0].name == "mine"
    later.discard(found)
    assert later.find() is None
    later.close()


def test_without_a_place_for_copies_the_program_still_works(store, qapp, monkeypatch):
    def refuse() -> None:
        raise PermissionError("no place")

    monkeypatch.setattr(safety_copy, "state_folder", refuse)

    copy = SafetyCopy(store)
    said: list[str] = []
    copy.failed.connect(said.append)
    copy.write()
    assert said == []  # nothing was lost yet
    _rename(store, "a")
    copy.write()
    copy.write()

    assert copy.find() is None
    assert said == ["Unsaved work cannot be kept: no place."]
    copy.close()


class _SlowDisk:
    """A disk that confirms nothing until `answer` is set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.is_asked, self.answer = threading.Event(), threading.Event()
        write = Autosave.write

        def write_slowly(*arguments: object) -> None:
            self.is_asked.set()
            assert self.answer.wait(60), "the writer held up the window"
            write(*arguments)

        monkeypatch.setattr(Autosave, "write", write_slowly)


def test_the_window_does_not_wait_for_the_disk(store, qapp, monkeypatch):
    disk = _SlowDisk(monkeypatch)
    copy = SafetyCopy(store)
    _rename(store, "a")

    copy.timer.timeout.emit()

    assert disk.is_asked.wait(60)
    _rename(store, "b")
    disk.answer.set()
    copy.close()
    later = SafetyCopy(Store(default_project()))
    found = later.find()
    assert found is not None
    assert found.project.layers[0].filters[0].name == "b"
    later.close()


def test_work_taken_back_while_the_disk_is_slow_leaves_no_copy(store, qapp, monkeypatch):
    disk = _SlowDisk(monkeypatch)
    copy = SafetyCopy(store)
    _rename(store, "a")
    copy.timer.timeout.emit()
    assert disk.is_asked.wait(60)
    _rename(store, "b")
    copy.timer.timeout.emit()  # waits for its turn behind the first
    store.undo()
    store.undo()

    disk.answer.set()
    copy.close()

    assert SafetyCopy(store).find() is None


def test_a_disk_that_fails_beside_the_window_is_told(store, qapp, qtbot, monkeypatch):
    def fail(*_arguments: object) -> None:
        raise ValueError("the disk is full")

    copy = SafetyCopy(store)
    monkeypatch.setattr(Autosave, "write", fail)
    _rename(store, "a")

    with qtbot.waitSignal(copy.failed) as told:
        copy.timer.timeout.emit()

    assert told.args == ["Unsaved work cannot be kept: the disk is full"]
    monkeypatch.undo()
    copy.close()
