"""A recording plays as fast as life, whatever the pace of the pictures."""

import os
import re
import shutil
import threading
from pathlib import Path
from types import SimpleNamespace

import av
import numpy as np
import pytest

from convexplorer.export.files import ExportError
from convexplorer.export.interrupted import Journal
from convexplorer.export.video import SUFFIXES
from convexplorer.gui.session.recording import RATE_HZ, RESERVE_BYTES, Recording
from tests.export.test_video import fill_the_disk_of


class Clock:
    """Time that passes when the test says so, in steps without rounding."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


class Scene:
    """A recording, and pictures of one brightness shown to it one after another."""

    def __init__(self, path: Path, journal: Journal | None = None) -> None:
        self.clock = Clock()
        self.recording = Recording(path, self.clock, journal=journal)
        self._is_handled = threading.Semaphore(0)
        write = self.recording._worker._work

        def write_and_tell(value: object) -> None:
            try:
                write(value)
            finally:
                self._is_handled.release()

        self.recording._worker._work = write_and_tell

    def show(self, brightness: int, for_s: float) -> None:
        """Show a picture, wait until it was written, and let time pass."""
        self.recording.put(lambda: grey(brightness))
        assert self._is_handled.acquire(timeout=10)
        self.clock.now_s += for_s

    def beat(self, for_s: float) -> None:
        """Let time pass, and wait until a beat was taken."""
        self.clock.now_s += for_s
        self.recording.beat()
        assert self._is_handled.acquire(timeout=10)

    def wait_for_the_end(self) -> None:
        """Wait until the recording has ended by itself."""
        self.recording._worker._thread.join(10)
        assert not self.recording._worker._thread.is_alive()


def grey(brightness: int) -> np.ndarray:
    return np.full((48, 64, 3), brightness, np.uint8)


def brightness_of(path: Path) -> list[tuple[float, int]]:
    """Read a video back, as the time and the mean brightness of each picture."""
    with av.open(str(path)) as container:
        return [
            (round(float(frame.time), 3), round(float(frame.to_ndarray(format="rgb24").mean())))
            for frame in container.decode(video=0)
        ]


def duration_of(path: Path) -> float:
    with av.open(str(path)) as container:
        assert container.duration is not None
        return container.duration / av.time_base


def test_each_picture_lasts_until_the_next_one(tmp_path):
    scene = Scene(tmp_path / "film.mkv")

    scene.show(50, for_s=1.0)
    scene.show(200, for_s=2.0)
    sentence = scene.recording.close()

    shown = brightness_of(tmp_path / "film.mkv")
    assert shown[:2] == [(0.0, 50), (1.0, 200)]
    assert {brightness for _, brightness in shown[2:]} == {200}
    assert duration_of(tmp_path / "film.mkv") == pytest.approx(3.0, abs=1 / RATE_HZ)
    assert "3.0 s" in sentence
    assert str(tmp_path / "film.mkv") in sentence


def test_fast_pictures_do_not_make_it_longer(tmp_path):
    scene = Scene(tmp_path / "film.mkv")

    for i in range(128):
        scene.show(i, for_s=1 / 128)
    scene.recording.close()

    shown = brightness_of(tmp_path / "film.mkv")
    assert [brightness for _, brightness in shown] == list(range(128))
    assert duration_of(tmp_path / "film.mkv") == pytest.approx(1.0, abs=2 / RATE_HZ)


def test_a_still_picture_is_written_now_and_then(tmp_path):
    scene = Scene(tmp_path / "film.mkv")
    scene.show(50, for_s=0.1)

    for _ in range(4):
        scene.beat(for_s=1.0)
    scene.recording.close()

    assert [time_s for time_s, _ in brightness_of(tmp_path / "film.mkv")[:4]] == pytest.approx([0.0, 1.1, 2.1, 3.1])
    assert duration_of(tmp_path / "film.mkv") == pytest.approx(4.1, abs=1 / RATE_HZ)


def test_a_moment_is_still_a_video(tmp_path):
    scene = Scene(tmp_path / "film.mkv")

    scene.show(80, for_s=0.0)
    scene.recording.close()

    assert brightness_of(tmp_path / "film.mkv") == [(0.0, 80)]


class SlowScene(Scene):
    """A recording whose encoder waits for a word with every picture."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.begun, self.go_on = threading.Event(), threading.Event()
        write = self.recording._recorder.write

        def wait_and_write(rgb: np.ndarray, time_s: float | None = None) -> None:
            self.begun.set()
            assert self.go_on.wait(10)
            write(rgb, time_s)

        self.recording._recorder.write = wait_and_write  # type: ignore[method-assign]


def test_a_slow_encoder_leaves_pictures_out_and_never_lags(tmp_path):
    scene = SlowScene(tmp_path / "film.mkv")
    scene.recording.put(lambda: grey(0))
    assert scene.begun.wait(10)

    for i in range(1, 31):
        scene.clock.now_s = i / 10
        scene.recording.put(lambda i=i: grey(8 * i))
    scene.recording.stop()  # returns although the encoder is busy
    scene.clock.now_s = 60.0
    dropped = scene.recording.progress.dropped
    scene.go_on.set()
    sentence = scene.recording.close()

    assert dropped == 29
    assert "left out 29 pictures" in sentence
    assert "Recorded 3.0 s" in sentence
    assert brightness_of(tmp_path / "film.mkv") == [(0.0, 0), (3.0, 240)]
    assert duration_of(tmp_path / "film.mkv") == pytest.approx(3.0, abs=2 / RATE_HZ)


def test_frames_that_were_not_computed_are_said_too(tmp_path):
    recording = Recording(tmp_path / "film.mkv", Clock())

    for dropped_frames in (40, 40, 43, 81):
        recording.put(lambda: grey(9), dropped_frames)
    assert recording.progress.missed == 41

    assert "; 41 frames of the source came faster than they could be computed" in recording.close()


def test_the_progress_is_told(tmp_path):
    scene = Scene(tmp_path / "film.mkv")
    scene.show(50, for_s=2.5)

    progress = scene.recording.progress

    assert progress.seconds == 2.5
    assert progress.dropped == 0
    assert progress.free_bytes is not None
    assert progress.free_bytes > RESERVE_BYTES
    scene.recording.close()


class Disk:
    """A disk with as much room as the test says."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.free = 10 * RESERVE_BYTES
        monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=self.free))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_disk_that_fills_up_ends_the_recording_and_keeps_it(tmp_path, monkeypatch, suffix):
    path, disk = tmp_path / f"film{suffix}", Disk(monkeypatch)
    scene = Scene(path)
    for i in range(12):
        scene.show(10 * i, for_s=0.25)

    disk.free = RESERVE_BYTES - 1
    scene.recording.put(lambda: grey(255))
    scene.wait_for_the_end()

    assert "the disk is full" in str(scene.recording.failure)
    sentence = scene.recording.close()
    assert "The recording ended early: the disk is full" in sentence
    assert f"2.8 s are kept in {path}" in sentence
    assert len(brightness_of(path)) in (11, 12)
    assert os.listdir(tmp_path) == [path.name]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_disk_that_takes_no_more_bytes_ends_the_recording_and_keeps_it(tmp_path, suffix):
    path = tmp_path / f"film{suffix}"
    scene = Scene(path)
    for i in range(8):
        scene.show(10 * i, for_s=0.25)

    fill_the_disk_of(scene.recording._recorder)
    for i in range(3):
        scene.recording.put(lambda i=i: np.random.default_rng(i).integers(0, 256, (48, 64, 3), np.uint8))
        scene.clock.now_s += 0.25
    scene.wait_for_the_end()

    sentence = scene.recording.close()
    assert "could not be written: the disk is full" in sentence
    assert f"are kept in {path}" in sentence
    assert len(brightness_of(path)) in (7, 8, 9)
    assert os.listdir(tmp_path) == [path.name]


def test_a_journal_that_cannot_be_written_does_not_hinder_a_recording(tmp_path):
    (tmp_path / "journal").write_text("no folder")
    scene = Scene(tmp_path / "film.mkv", Journal(tmp_path / "journal"))
    scene.show(50, for_s=1.0)

    assert "Recorded 1.0 s" in scene.recording.close()


def test_a_disk_that_is_full_already_is_said_at_once(tmp_path, monkeypatch):
    Disk(monkeypatch).free = 5 * 1024**2
    said = "the disk is full: a recording leaves 64 MB of it free, and there are 5.2 MB"

    with pytest.raises(ExportError, match=re.escape(said)):
        Recording(tmp_path / "film.mp4", Clock())


@pytest.mark.skipif(os.name != "posix", reason="Windows does not remove a file that is open")
def test_a_folder_that_vanishes_ends_the_recording_and_keeps_it(tmp_path):
    folder = tmp_path / "stick"
    folder.mkdir()
    scene = Scene(folder / "film.mp4")
    scene.show(50, for_s=1.0)
    scene.show(100, for_s=1.0)

    shutil.rmtree(folder)
    scene.recording.put(lambda: grey(150))
    scene.wait_for_the_end()

    sentence = scene.recording.close()
    kept = Path.home() / "film.mp4"
    assert f"its file was removed from {folder}" in sentence
    assert f"1.0 s are kept in {kept}" in sentence
    assert brightness_of(kept)[0][1] == pytest.approx(50, abs=3)


def test_a_target_that_becomes_unwritable_leaves_the_recording_to_the_next_start(tmp_path):
    journal = Journal(tmp_path / "journal")
    path = tmp_path / "film.mp4"
    recording = Recording(path, Clock(), journal=journal)
    recording.put(lambda: grey(50))
    path.mkdir()

    sentence = recording.close()
    journal.close()
    path.rmdir()

    assert "film.mp4 could not be written: is a directory" in sentence
    assert "offered at the next start" in sentence
    later = Journal(tmp_path / "journal")
    (found,) = later.find()
    assert found.target == path
    later.close()


@pytest.mark.parametrize("suffix", [".mp4", ".avi", ".webm", ".mkv"])
def test_every_format_that_is_offered_can_be_written(tmp_path, suffix):
    path = tmp_path / f"film{suffix}"
    scene = Scene(path)

    scene.show(120, for_s=1.0)
    scene.recording.close()

    assert scene.recording.failure is None
    assert duration_of(path) == pytest.approx(1.0, abs=1 / RATE_HZ)


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
    scene = Scene(tmp_path / "film.mkv")
    scene.clock.now_s = 100.0
    scene.show(80, for_s=1.4)
    scene.recording.close()

    assert duration_of(tmp_path / "film.mkv") == pytest.approx(1.4, abs=1 / RATE_HZ)


def test_pictures_of_another_size_are_fitted(tmp_path):
    scene = Scene(tmp_path / "film.mkv")
    scene.show(80, for_s=1.0)
    scene.recording.put(lambda: np.full((20, 300, 3), 90, np.uint8))
    scene.recording.close()

    with av.open(str(tmp_path / "film.mkv")) as container:
        assert {(frame.height, frame.width) for frame in container.decode(video=0)} == {(48, 64)}


def test_a_note_is_in_the_journal_as_long_as_it_records(tmp_path):
    journal = Journal(tmp_path / "journal")
    recording = Recording(tmp_path / "film.mp4", Clock(), journal=journal)
    recording.put(lambda: grey(80))
    noted = list((tmp_path / "journal").glob("*.json"))

    recording.close()

    assert len(noted) == 1
    assert list((tmp_path / "journal").iterdir()) == []
