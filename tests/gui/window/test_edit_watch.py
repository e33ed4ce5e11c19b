"""Numbers that stay behind an edit: maps are seen at once, and what is said of the maps before is marked so."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from convexplorer.gui.panels.status_panel import COMPUTING
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model import edits
from convexplorer.results.glance import Glance
from convexplorer.results.glancer import Glancer
from convexplorer.results.job import Job
from convexplorer.results.render import render
from tests.gui.conftest import newest_picture
from tests.gui.window.test_frames import NoResults, jobs, show, survey

BEFORE = "before the edit"


@pytest.fixture
def still(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    """Return a window that shows the full picture of a still, as its threads would tell it."""
    window.show_explanation(True)
    newest_picture(window, qtbot)
    bridge = window.bridge
    with monkeypatch.context() as held:
        held.setattr(bridge, "_pictures", NoResults())
        held.setattr(bridge, "_surveys", NoResults())
        show(window, render(jobs(window, 1)[0]).picture)
        yield window
    bridge._deliver_picture()
    bridge._deliver_survey()


def edit(window: MainWindow, weight: float = 7.25) -> Job:
    """Change a kernel, and return what is to be computed of the same frame."""
    window.store.commit(edits.set_weight(window.store.state, 0, 0, None, 1, 1, weight))
    return job_of(window)


def job_of(window: MainWindow) -> Job:
    assert window.bridge.picture is not None
    frame, screen = window.bridge.picture.frame, window._screen_watch.screen
    return Job(frame, window.store.state, window.selection.view, screen=screen)


def glance_of(job: Job) -> Glance:
    glance = Glancer().glance(job)
    assert glance is not None
    return glance


def wait(window: MainWindow) -> None:
    """Let the time pass after which numbers are late, if anything waits for it."""
    waiting = window._edit_watch._waiting
    if waiting.isActive():
        waiting.stop()
        waiting.timeout.emit()


def marks(window: MainWindow) -> set[str]:
    """Return which numbers are marked."""
    panel, status = window.statistics_panel, window.status_panel
    found = {
        "status": status._values.text().startswith(f"{BEFORE}: "),
        "time": status._speed.text() == COMPUTING,
        "shape": status._source.text().endswith("→ …"),
        "explanation": window.explanation_panel._header.place.text().startswith(BEFORE),
        "statistics": all(not one.isEnabled() and one.toolTip().endswith(BEFORE) for one in panel._numbers.values()),
        "histogram": panel._histogram._plot._is_faded,
    }
    return {name for name, is_marked in found.items() if is_marked}


def test_numbers_of_the_settings_before_are_marked_until_those_of_the_maps_are_there(still):
    job = edit(still)
    show(still, glance_of(job))
    assert marks(still) == set()

    wait(still)
    assert marks(still) == {"status", "time", "shape", "explanation", "statistics", "histogram"}

    show(still, render(job).picture)
    assert marks(still) == set()


def test_numbers_that_come_soon_are_never_marked(still):
    told: list[bool] = []
    still._edit_watch.changed.connect(told.append)

    for weight in (1.0, 2.0, 3.0):
        job = edit(still, weight)
        show(still, glance_of(job), render(job).picture)
        wait(still)

    assert told == []


def test_during_a_drag_each_number_of_a_moment_ago_begins_the_wait_anew(still, monkeypatch):
    begun: list[str] = []
    waiting = still._edit_watch._waiting
    monkeypatch.setattr(waiting, "start", lambda: begun.append("wait"))

    first, second = (edit(still, weight) for weight in (1.0, 2.0))
    show(still, glance_of(second))
    survey(still, render(first).picture)
    assert begun == ["wait", "wait"]

    still._edit_watch._on_late()
    survey(still, render(first).picture)
    assert begun == ["wait", "wait"]
    assert "statistics" in marks(still)  # and the mark does not come and go


def test_settings_that_come_back_have_their_numbers(still):
    show(still, glance_of(edit(still)))
    wait(still)
    assert marks(still)

    still.store.undo()
    show(still, glance_of(job_of(still)))

    assert marks(still) == set()


def test_an_edit_of_colours_leaves_the_numbers_as_they_are(still):
    still.store.commit(edits.set_display(still.store.state, palette="gray"))
    show(still, glance_of(job_of(still)))
    wait(still)

    assert marks(still) == set()
