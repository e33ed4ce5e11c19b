"""A webcam in the player: adjusted while it runs, pulled out, plugged in again."""

import numpy as np
import pytest

from convexplorer.live.player import Player
from convexplorer.sources.frame import Source
from tests.live.fakes import PATIENCE_S, Listener, RecordingInbox
from tests.sources.fake_camera import EXPOSURE, FakeCamera

CHOSEN = Source("camera", "0", {"size": "128x72", "mirror": True, "exposure": 100})


class Scene:
    """A player that looks through a camera."""

    def __init__(self, camera: FakeCamera) -> None:
        self.camera = camera
        self.inbox = RecordingInbox()
        self.listener = Listener()
        self.player = Player(self.inbox, self.listener, retry_waits_s=(0.001, 0.002))
        self.player.start()

    def open(self, source: Source) -> None:
        self.player.open(source)
        self.listener.wait_for(lambda status: status.source == source and status.state == "playing")

    def wait_for_frame(self, is_wanted) -> None:
        """Wait until the newest frame is as wanted; the inbox keeps only that one."""
        seen = self.inbox._condition
        with seen:
            assert seen.wait_for(lambda: self.inbox._frame is not None and is_wanted(self.inbox._frame), PATIENCE_S)


@pytest.fixture
def scene(tmp_path, monkeypatch):
    found = Scene(FakeCamera(tmp_path, monkeypatch))
    yield found
    found.player.close()


def is_mirrored(frame) -> bool:
    return frame.image[0, 0, 0] < frame.image[0, 0, -1]


def test_an_open_camera_takes_a_mirror_and_its_controls_without_being_opened_again(scene):
    scene.open(Source("camera", "0"))

    chosen = Source("camera", "0", {"mirror": True, "exposure": 100})
    scene.player.open(chosen)
    scene.listener.wait_for(
        lambda status: status.source == chosen and status.info is not None and status.info.is_mirrored
    )
    scene.wait_for_frame(is_mirrored)

    assert scene.camera.opened == 1
    assert scene.camera.numbers[EXPOSURE] == 1.0
    assert all(status.state != "opening" for status in scene.listener.statuses if status.source == chosen)


def test_another_size_opens_it_again(scene):
    scene.open(Source("camera", "0"))

    scene.open(Source("camera", "0", {"size": "128x72"}))
    scene.wait_for_frame(lambda frame: frame.spatial == (72, 128))

    assert scene.camera.opened == 2


def test_to_open_the_same_camera_once_more_opens_it_again(scene):
    scene.open(CHOSEN)
    before = scene.listener.count

    scene.player.open(CHOSEN)

    scene.listener.wait_for_state("opening", since=before)
    scene.listener.wait_for_state("playing", since=before)
    assert scene.camera.opened == 2


def test_a_frozen_camera_that_is_mirrored_stays_frozen(scene):
    scene.open(Source("camera", "0"))
    scene.player.pause()
    scene.listener.wait_for_state("paused")
    before = scene.listener.count

    scene.player.open(Source("camera", "0", {"mirror": True}))

    scene.wait_for_frame(is_mirrored)
    scene.listener.wait_for(lambda status: status.info is not None and status.info.is_mirrored, since=before)
    assert {status.state for status in scene.listener.statuses[before:]} == {"paused"}
    assert scene.camera.opened == 1


def test_a_camera_that_was_pulled_out_is_awaited_and_comes_back_as_it_was(scene):
    scene.open(CHOSEN)
    scene.camera.pull()

    told = scene.listener.wait_for_state("waiting")
    assert told.message == "HD Webcam C270 was unplugged. Plug it in again, and it goes on."
    trials = scene.camera.trials
    with scene.camera.tried:  # more often than a server would be asked: nobody knows when it comes back
        assert scene.camera.tried.wait_for(lambda: scene.camera.trials >= trials + 6, PATIENCE_S)
    assert "failed" not in {status.state for status in scene.listener.statuses}

    before = scene.listener.count
    scene.camera.numbers[EXPOSURE] = 0.0  # it forgets what it was told
    scene.camera.size = (48, 64)
    scene.camera.plug(3)
    scene.listener.wait_for_state("playing", since=before)
    scene.wait_for_frame(lambda frame: frame.spatial == (72, 128) and is_mirrored(frame))

    assert scene.camera.numbers[EXPOSURE] == 1.0


def test_the_last_picture_stays_while_a_camera_is_away(scene):
    scene.open(CHOSEN)
    scene.wait_for_frame(is_mirrored)
    scene.camera.pull()
    scene.listener.wait_for_state("waiting")

    assert scene.inbox._frame is not None
    assert np.ptp(scene.inbox._frame.image) > 0.5


def test_a_camera_that_never_was_there_is_not_awaited(scene):
    scene.player.open(Source("camera", "7"))

    told = scene.listener.wait_for_state("failed")

    assert "There is no camera 7" in told.message


def test_a_change_of_a_camera_that_is_away_is_tried_at_once(scene):
    scene.open(CHOSEN)
    scene.camera.pull()
    scene.listener.wait_for_state("waiting")
    scene.camera.plug(0)

    other = Source("camera", "0", {"size": "128x72", "mirror": False})
    scene.open(other)
    scene.wait_for_frame(lambda frame: not is_mirrored(frame))
