"""A webcam in the window, from its button to its picture: frozen, adjusted, pulled out, held by another program."""

import av
import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from convexplorer.gui.commands import sourcing
from convexplorer.gui.session.recording import Recording
from convexplorer.gui.window.main_window import MainWindow
from tests.gui.conftest import message_of
from tests.sources.fake_camera import EXPOSURE, FakeCamera

pytestmark = pytest.mark.own_window


@pytest.fixture
def camera(tmp_path, monkeypatch) -> FakeCamera:
    folder = tmp_path / "system"
    folder.mkdir()
    return FakeCamera(folder, monkeypatch)


@pytest.fixture
def looking(window: MainWindow, camera: FakeCamera, qtbot: QtBot) -> MainWindow:
    """Return the window once it shows the camera."""
    window.actions_by_name["camera"].trigger()
    qtbot.waitUntil(lambda: window.bridge.player.status.state == "playing")
    qtbot.waitUntil(lambda: shown(window).shape == (3, 48, 64))
    return window


def shown(window: MainWindow) -> np.ndarray:
    picture = window.exact_picture()
    return np.zeros(()) if picture is None else picture.frame.image


def place(window: MainWindow) -> str:
    return window.transport_panel._place.text()


def test_what_the_camera_gives_stands_below_its_picture(looking, qtbot):
    qtbot.waitUntil(lambda: place(looking).endswith("per second · 64 × 48"))


def test_space_freezes_the_picture_and_goes_on_live(looking, camera, qtbot):
    qtbot.keyClick(looking, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: looking.bridge.player.status.state == "paused")
    qtbot.waitUntil(lambda: place(looking).startswith("frozen"))
    # The last frame before may still be on its way to the screen.
    qtbot.waitUntil(lambda: looking.exact_picture().frame is looking.bridge._inbox._frame)
    frozen = looking.exact_picture().frame.index

    before = camera.grabs
    qtbot.waitUntil(lambda: camera.grabs > before + 3)  # it is still read, so that no old frame waits in the driver
    assert looking.exact_picture().frame.index == frozen

    qtbot.keyClick(looking, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: looking.exact_picture().frame.index > frozen + 1)
    assert camera.opened == 1


def test_the_settings_are_shown_and_reach_the_device_at_once(looking, camera, qtbot):
    looking.actions_by_name["camera-settings"].trigger()
    assert looking.camera_panel.isVisible()
    assert looking.actions_by_name["camera-settings"].isChecked()

    looking.camera_panel.row("exposure").slider._slider.setValue(100)
    qtbot.waitUntil(lambda: camera.numbers[EXPOSURE] == 1.0)
    qtbot.waitUntil(lambda: not looking.camera_panel.row("exposure").automatic.isChecked())

    looking.store.undo()
    qtbot.waitUntil(lambda: looking.camera_panel.row("exposure").automatic.isChecked())
    assert camera.opened == 1

    looking.actions_by_name["camera-settings"].trigger()
    assert not looking.camera_panel.isVisible()


def test_without_a_camera_its_settings_say_why(window):
    action = window.actions_by_name["camera-settings"]

    assert action.reason == "There is no camera open."


def test_a_camera_that_is_pulled_out_leaves_its_picture_and_comes_back(looking, camera, qtbot):
    last = shown(looking)
    camera.pull()
    qtbot.waitUntil(lambda: "was unplugged. Plug it in again" in looking.transport_panel._message.text())
    np.testing.assert_array_equal(shown(looking), last)

    camera.plug(1)
    looking.bridge.player.play()  # as a person who does not want to wait for the next look
    qtbot.waitUntil(lambda: looking.bridge.player.status.state == "playing", timeout=20_000)
    qtbot.waitUntil(lambda: not looking.transport_panel._message.text())


def test_a_camera_that_another_program_holds_is_said_with_what_to_do(window, camera, qtbot):
    camera.hold("obs")

    sourcing.open_text(window, "camera:0")

    qtbot.waitUntil(lambda: "is used by obs. Close it there" in message_of(window))
    camera.is_busy = False
    window.bridge.player.play()
    qtbot.waitUntil(lambda: window.bridge.player.status.state == "playing", timeout=20_000)


def test_a_recording_of_a_camera_takes_what_is_seen_and_asks_for_no_full_pictures(looking, camera, qtbot, tmp_path):
    glances: list[int] = []
    looking.bridge.glance_ready.connect(lambda glance: glances.append(glance.job.frame.index))
    qtbot.waitUntil(lambda: bool(glances), timeout=20_000)
    recording = Recording(tmp_path / "film.mkv")
    looking.start_recording(recording)

    glances.clear()
    qtbot.waitUntil(lambda: recording._recorder.frame_count > 5, timeout=20_000)
    assert glances
    assert not looking._screen_watch.screen.wants_numbers
    looking.stop_recording()
    qtbot.waitUntil(lambda: not looking.is_finishing, timeout=20_000)

    with av.open(str(tmp_path / "film.mkv")) as container:
        assert sum(1 for _ in container.decode(video=0)) > 5
