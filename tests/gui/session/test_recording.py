"""A recording plays as fast as life, whatever the pace of the pictures."""

import threading
from pathlib import Path

import numpy as np
import pytest

from convexplorer._cv import cv2
from convexplorer.export.files import ExportError
from convexplorer.gui.session.recording import RATE_HZ, Recording


class Clock:
    """Time that passes when the test says so, in steps without rounding."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


class Scene:
    """A recording, and pictures of one brightness shown to it one after another."""

    def __init__(self, path: Path) -> None:
        self.clock = Clock()
        self.recording = Recording(path, self.clock)

    def show(self, brightness: int, for_s: float) -> None:
        """Show a picture, wait until it was taken, and let time pass."""
        taken = threading.Event()

        def draw() -> np.ndarray:
            taken.set()
            return np.full((48, 64, 3), brightness, np.uint8)

        self.recording.put(draw)
        assert taken.wait(10)
        self.clock.now_s += for_s


def brightness_of(path: Path) -> list[int]:
    """Read a video back, as the mean brightness of each frame."""
    capture = cv2.VideoCapture(str(path))
    assert capture.isOpened()
    assert capture.get(cv2.CAP_PROP_FPS) == pytest.approx(RATE_HZ)
    found = []
    while True:
        is_read, image = capture.read()
        if not is_read:
            break
        found.append(round(float(image.mean())))
    capture.release()
    return found


def test_each_picture_lasts_until_the_next_one(tmp_path):
    scene = Scene(tmp_path / "film.mkv")

    scene.show(50, for_s=1.0)
    scene.show(200, for_s=2.0)
    sentence = scene.recording.close()

    assert brightness_of(tmp_path / "film.mkv") == [50] * 25 + [200] * 50
    assert "3.0 s" in sentence
    assert str(tmp_path / "film.mkv") in sentence


def test_pictures_faster_than_the_video_do_not_make_it_longer(tmp_path):
    scene = Scene(tmp_path / "film.mkv")

    for i in range(128):
        scene.show(i, for_s=1 / 128)
    scene.recording.close()

    frames = brightness_of(tmp_path / "film.mkv")
    assert len(frames) == 25
    assert frames == sorted(frames)
    assert frames[0] == 0


def test_a_moment_is_still_a_video(tmp_path):
    scene = Scene(tmp_path / "film.mkv")

    scene.show(80, for_s=0.0)
    scene.recording.close()

    assert brightness_of(tmp_path / "film.mkv") == [80]


@pytest.mark.parametrize("suffix", [".mp4", ".avi", ".webm", ".mkv"])
def test_every_format_that_is_offered_can_be_written(tmp_path, suffix):
    path = tmp_path / f"film{suffix}"
    scene = Scene(path)

    scene.show(120, for_s=1.0)
    scene.recording.close()

    assert scene.recording.failure is None
    assert len(brightness_of(path)) == 25


def test_nothing_shown_leaves_no_file_and_a_sentence(tmp_path):
    recording = Recording(tmp_path / "film.mp4", Clock())

    sentence = recording.close()

    assert sentence.startswith("film.mp4 was not recorded")
    assert list(tmp_path.iterdir()) == []


def test_a_picture_that_cannot_be_drawn_ends_the_recording_and_is_said(tmp_path):
    recording = Recording(tmp_path / "film.mp4", Clock())

    def fail() -> np.ndarray:
        raise MemoryError("no room for it")

    recording.put(fail)

    assert "no room for it" in recording.close()
    assert isinstance(recording.failure, MemoryError)


def test_a_format_that_is_not_known_is_refused_at_once(tmp_path):
    with pytest.raises(ExportError, match=r"film\.gif"):
        Recording(tmp_path / "film.gif", Clock())


def test_the_duration_is_right_whatever_the_time_of_the_clock(tmp_path):
    from tests.gui.session.test_recording import Scene, brightness_of

    scene = Scene(tmp_path / "film.mkv")
    scene.clock.now_s = 100.0
    scene.show(80, for_s=1.4)
    scene.recording.close()

    assert len(brightness_of(tmp_path / "film.mkv")) == 35
