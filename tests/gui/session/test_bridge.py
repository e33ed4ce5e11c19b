"""What passes between the threads and the window: the newest of each kind, and nothing after the end."""

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QThread
from PySide6.QtWidgets import QApplication

from convexplorer.gui.session.bridge import Bridge
from convexplorer.gui.session.selection import Selection
from convexplorer.model import edits
from convexplorer.model.default import default_project
from convexplorer.model.store import Store
from convexplorer.results.glance import Glance
from convexplorer.results.glancer import Glancer
from convexplorer.results.job import Job
from convexplorer.results.render import render
from convexplorer.sources import Source, parse
from tests.gui.conftest import make_photo


@pytest.fixture
def bridge(qapp: QApplication, tmp_path) -> Iterator[Bridge]:
    store = Store(default_project(parse(str(make_photo(tmp_path / "photo.png"))), ("sobel-x",)))
    selection = Selection()
    bridge = Bridge(store, selection)
    bridge.test_parts = store, selection  # kept: the bridge is told of changes as long as they live
    yield bridge
    bridge.close()


def test_nothing_is_read_or_computed_before_the_start(bridge, qtbot):
    with qtbot.assertNotEmitted(bridge.picture_ready, wait=50):
        pass

    assert bridge.picture is None
    assert not {thread.name for thread in threading.enumerate()} & {"engine", "player image"}


def test_the_first_result_comes_in_the_thread_of_the_window(bridge, qtbot, qapp):
    threads = []
    bridge.picture_ready.connect(lambda _: threads.append(QThread.currentThread()))

    with qtbot.waitSignal(bridge.picture_ready, timeout=10_000) as ready:
        bridge.start()

    assert ready.args[0] is bridge.picture
    assert ready.args[0].project is bridge.test_parts[0].state
    assert threads == [qapp.thread()]


def test_a_commit_and_a_view_each_lead_to_a_picture_of_their_own(bridge, qtbot):
    store, selection = bridge.test_parts
    with qtbot.waitSignal(bridge.picture_ready, timeout=10_000):
        bridge.start()

    with qtbot.waitSignal(bridge.picture_ready, timeout=10_000) as ready:
        store.commit(edits.duplicate_filter(store.state, 0, 0))
    assert len(ready.args[0].tiles) == 2

    with qtbot.waitSignal(bridge.picture_ready, timeout=10_000) as ready:
        selection.select(mode="channels")
    assert ready.args[0].view.mode == "channels"


def test_while_the_window_is_busy_only_the_newest_result_waits_for_it(bridge, qtbot):
    store, _ = bridge.test_parts
    with qtbot.waitSignal(bridge.picture_ready, timeout=10_000):
        bridge.start()
    shown = []
    bridge.picture_ready.connect(shown.append)
    computed = threading.Event()
    take, put = bridge._pictures.take, bridge._pictures.put

    def note(picture: object) -> None:
        put(picture)
        if picture.project is store.state:
            computed.set()

    bridge._pictures.put = note
    for _ in range(20):
        computed.clear()
        store.commit(edits.transform_filter(store.state, 0, 0, "negate"))
        assert computed.wait(10)  # the event loop stands still all the while

    qtbot.waitUntil(lambda: bool(shown))
    QApplication.processEvents()

    assert [picture.project is store.state for picture in shown] == [True]
    assert take() is None


def test_another_source_is_opened_and_the_same_one_again_on_demand(bridge, qtbot, tmp_path):
    store, _ = bridge.test_parts
    with qtbot.waitSignal(bridge.picture_ready, timeout=10_000):
        bridge.start()
    other = make_photo(tmp_path / "other.png", seed=9)

    with qtbot.waitSignal(bridge.picture_ready, timeout=10_000, check_params_cb=lambda p: p.frame.title == "other.png"):
        store.commit(edits.set_source(store.state, parse(str(other))))
    before = bridge.picture.frame.image

    make_photo(other, seed=10)
    with qtbot.waitSignal(
        bridge.picture_ready, timeout=10_000, check_params_cb=lambda p: not np.array_equal(p.frame.image, before)
    ):
        bridge.reopen()


def test_the_states_of_the_player_arrive_in_the_window(bridge, qtbot):
    store, _ = bridge.test_parts
    with qtbot.waitSignal(
        bridge.status_changed, timeout=10_000, check_params_cb=lambda status: status.state == "paused"
    ):
        bridge.start()

    with qtbot.waitSignal(
        bridge.status_changed, timeout=10_000, check_params_cb=lambda status: status.state == "failed"
    ) as failed:
        store.commit(edits.set_source(store.state, Source("image", "/nowhere/at-all.png")))

    assert "at-all.png" in failed.args[0].message


def test_after_the_end_nothing_arrives(bridge, qtbot):
    store, _ = bridge.test_parts
    with qtbot.waitSignal(bridge.picture_ready, timeout=10_000):
        bridge.start()
    QApplication.processEvents()

    bridge.close()
    bridge.close()

    with qtbot.assertNotEmitted(bridge.picture_ready, wait=50):
        store.commit(edits.transform_filter(store.state, 0, 0, "negate"))
    assert not {thread.name for thread in threading.enumerate()} & {"engine", "player image"}


def glance_of(bridge: Bridge) -> Glance:
    """Return a glance of the present frame with the maps of other filters."""
    picture = bridge.picture
    assert picture is not None
    job = Job(picture.frame, default_project(picture.project.source, ("laplacian-8",)), picture.view, number=10**6)
    glance = Glancer().glance(job)
    assert glance is not None
    return glance


@pytest.fixture
def glanced(bridge, qtbot) -> Glance:
    """Return the glance that is on screen, over an older picture."""
    with qtbot.waitSignal(bridge.picture_ready, timeout=10_000):
        bridge.start()
    glance = glance_of(bridge)
    with qtbot.waitSignal(bridge.glance_ready) as ready, qtbot.assertNotEmitted(bridge.picture_ready):
        bridge._pictures.put(glance)
    assert ready.args == [glance]
    return glance


def test_a_glance_shows_pixels_and_leaves_the_numbers(bridge, glanced):
    assert bridge.glance is glanced
    assert bridge.picture.project is bridge.test_parts[0].state


def test_the_exact_picture_is_that_of_the_glance_on_screen(bridge, qtbot, glanced):
    with qtbot.waitSignal(bridge.picture_ready) as ready:
        picture = bridge.exact_picture()

    assert ready.args == [picture]
    assert bridge.picture is picture
    assert bridge.glance is None
    np.testing.assert_array_equal(picture.tiles[0].values, render(glanced.job).picture.tiles[0].values)
    assert bridge.exact_picture() is picture


def test_a_survey_is_told_and_takes_no_glance_from_the_screen(bridge, qtbot, glanced):
    survey = render(glanced.job).picture

    with qtbot.waitSignal(bridge.survey_ready) as ready, qtbot.assertNotEmitted(bridge.picture_ready):
        bridge._surveys.put(survey)

    assert ready.args == [survey]
    assert bridge.picture is survey
    assert bridge.glance is glanced


def test_a_survey_that_waits_is_not_told_after_the_exact_picture_of_a_newer_glance(bridge, qtbot, glanced):
    bridge._surveys.put(render(glanced.job).picture)
    exact = bridge.exact_picture()

    with qtbot.assertNotEmitted(bridge.survey_ready, wait=50):
        pass

    assert bridge.picture is exact
