import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from convexplorer._cv import cv2
from convexplorer.export.container import copy_pictures
from convexplorer.export.files import ExportError
from convexplorer.export.video import SUFFIXES, Recorder


def gradient(shift: int, height: int = 48, width: int = 64) -> np.ndarray:
    rgb = np.zeros((height, width, 3), np.uint8)
    rgb[..., 0] = np.linspace(0, 200, width, dtype=np.uint8)
    rgb[..., 1] = 20 * shift
    return rgb


def read_all(path: Path) -> list[np.ndarray]:
    capture = cv2.VideoCapture(str(path))
    frames = []
    while (result := capture.read())[0]:
        frames.append(cv2.cvtColor(result[1], cv2.COLOR_BGR2RGB))
    capture.release()
    return frames


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_was_recorded_can_be_watched(tmp_path: Path, suffix: str):
    path = tmp_path / f"film{suffix}"
    recorder = Recorder(path, 25.0)
    for i in range(8):
        recorder.write(gradient(i))

    assert recorder.close() == 8

    frames = read_all(path)
    assert len(frames) == 8
    assert np.abs(frames[5].astype(int) - gradient(5)).mean() < 8
    assert os.listdir(tmp_path) == [path.name]


def test_ffv1_loses_nothing(tmp_path: Path):
    with Recorder(tmp_path / "film.mkv", 25.0) as recorder:
        recorder.write(gradient(3))

    np.testing.assert_array_equal(read_all(tmp_path / "film.mkv")[0], gradient(3))


def test_odd_sizes_become_even_without_losing_a_pixel(tmp_path: Path):
    with Recorder(tmp_path / "film.mkv", 25.0) as recorder:
        recorder.write(gradient(1, 47, 63))

    (frame,) = read_all(tmp_path / "film.mkv")
    assert frame.shape == (48, 64, 3)
    np.testing.assert_array_equal(frame[:47, :63], gradient(1, 47, 63))


@pytest.mark.parametrize(("height", "width"), [(96, 128), (20, 20), (300, 10), (1, 1)])
def test_later_sizes_are_fitted_into_the_first(tmp_path: Path, height: int, width: int):
    with Recorder(tmp_path / "film.mkv", 25.0) as recorder:
        recorder.write(gradient(1))
        recorder.write(gradient(12, height, width))

    frames = read_all(tmp_path / "film.mkv")
    assert [frame.shape for frame in frames] == [(48, 64, 3)] * 2
    assert frames[1].max() >= 240 - 20


def test_nothing_appears_before_it_is_finished(tmp_path: Path):
    path = tmp_path / "film.mp4"
    with Recorder(path, 25.0) as recorder:
        recorder.write(gradient(0))
        was_there = path.exists()

    assert not was_there
    assert path.exists()


def test_an_error_throws_the_recording_away(tmp_path: Path):
    def fail_midway() -> None:
        with Recorder(tmp_path / "film.mp4", 25.0) as recorder:
            recorder.write(gradient(0))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_midway()

    assert os.listdir(tmp_path) == []


def test_a_recording_of_nothing_is_an_error(tmp_path: Path):
    recorder = Recorder(tmp_path / "film.mp4", 25.0)

    with pytest.raises(ExportError, match="there was no frame"):
        recorder.close()

    assert os.listdir(tmp_path) == []


UNEQUAL_S = [0.0, 0.04, 0.08, 1.0, 1.04, 2.5, 2.56, 4.0]


def times_of(path: Path) -> tuple[list[float], float]:
    """Return the time of each picture of a video, and how long the video lasts."""
    with av.open(str(path)) as container:
        assert container.duration is not None
        return [frame.time for frame in container.decode(video=0)], container.duration / av.time_base


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("rate_hz", [25.0, 1.1])
def test_each_picture_has_its_own_time(tmp_path: Path, suffix: str, rate_hz: float):
    path = tmp_path / f"film{suffix}"
    with Recorder(path, rate_hz) as recorder:
        for i, time_s in enumerate(UNEQUAL_S):
            recorder.write(gradient(i), time_s)

    times, duration_s = times_of(path)
    step = 0.001 if suffix != ".avi" else 1 / 20
    assert times == pytest.approx(UNEQUAL_S, abs=step)
    assert 4.0 + 0.04 - step <= duration_s <= 4.0 + 1 / rate_hz + step


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_last_picture_stays_until_the_end(tmp_path: Path, suffix: str):
    recorder = Recorder(tmp_path / f"film{suffix}", 25.0)
    recorder.write(gradient(0), 0.0)
    recorder.write(gradient(1), 0.4)
    recorder.close(end_s=3.0)

    _, duration_s = times_of(tmp_path / f"film{suffix}")
    assert duration_s == pytest.approx(3.0, abs=0.041)


def test_times_that_do_not_increase_follow_the_rate(tmp_path: Path):
    with Recorder(tmp_path / "film.mkv", 25.0) as recorder:
        for time_s in (0.0, 0.0, 5.0, 1.0, float("nan")):
            recorder.write(gradient(0), time_s)

    times, _ = times_of(tmp_path / "film.mkv")
    assert times == pytest.approx([0.0, 0.001, 5.0, 5.04, 5.08])


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("rate_hz", [24000 / 1001, 25.0, 30.0, 30000 / 1001, 60.0])
def test_a_usual_rate_is_read_back(tmp_path: Path, suffix: str, rate_hz: float):
    with Recorder(tmp_path / f"film{suffix}", rate_hz) as recorder:
        for i in range(30):
            recorder.write(gradient(i % 8))

    capture = cv2.VideoCapture(str(tmp_path / f"film{suffix}"))
    assert capture.get(cv2.CAP_PROP_FPS) == pytest.approx(rate_hz, rel=1e-3)
    assert capture.get(cv2.CAP_PROP_FRAME_COUNT) == pytest.approx(30, abs=1)
    capture.release()


KILLED = """
import os, signal, sys
import numpy as np
from convexplorer.export.video import Recorder
recorder = Recorder(sys.argv[1], 25.0, mark="recording")
for i in range(40):
    recorder.write(np.full((48, 64, 3), 5 * i, np.uint8), 0.1 * i)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_kill_costs_at_most_one_picture(tmp_path: Path, suffix: str):
    ended = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / f"film{suffix}")], check=False)
    (left,) = tmp_path.iterdir()
    finished = tmp_path / f"finished{suffix}"
    finished.touch()

    count = copy_pictures(left, finished)

    times, duration_s = times_of(finished)
    assert ended.returncode == -signal.SIGKILL
    assert count == len(times) == len(read_all(finished))
    assert count in (39, 40)
    assert times == pytest.approx([0.1 * i for i in range(count)], abs=0.021 if suffix == ".avi" else 0.001)
    assert duration_s == pytest.approx(0.1 * count, abs=0.1)


FULL = """
import resource, sys
import numpy as np
from convexplorer.export.container import copy_pictures
from convexplorer.export.files import ExportError
from convexplorer.export.video import Recorder
random = np.random.default_rng(0)
recorder = Recorder(sys.argv[1], 25.0)
size, is_rescued = int(sys.argv[2]), sys.argv[3] == "rescue"
written = 0
try:
    for i in range(60):
        if i == 20:
            used = recorder.part.path.stat().st_size
            resource.setrlimit(resource.RLIMIT_FSIZE, (used + size, used + size))
        recorder.write(random.integers(0, 256, (48, 64, 3), np.uint8))
        written += 1
    recorder.close()
except ExportError as error:
    print(error)
    print(written, recorder.rescue() if is_rescued else recorder.discard())
"""


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("room", [0, 20_000])
def test_a_full_disk_is_said_and_what_was_written_can_be_kept(tmp_path: Path, suffix: str, room: int):
    path = tmp_path / f"film{suffix}"
    command = [sys.executable, "-c", FULL, str(path), str(room), "rescue"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert f"film{suffix} could not be written: the disk is full" in said
    written, kept = map(int, said.splitlines()[1].split())
    assert len(read_all(path)) == kept
    assert written - kept in (0, 1)
    assert os.listdir(tmp_path) == [path.name]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_full_disk_leaves_nothing_of_an_export(tmp_path: Path, suffix: str):
    command = [sys.executable, "-c", FULL, str(tmp_path / f"film{suffix}"), "100", "discard"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert "the disk is full" in said
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_disk_without_room_for_the_end_keeps_the_pictures(tmp_path: Path, suffix: str):
    path = tmp_path / f"film{suffix}"
    recorder = Recorder(path, 25.0)
    for i in range(12):
        recorder.write(gradient(i))

    fill_the_disk_of(recorder)
    with pytest.raises(ExportError, match="the disk is full"):
        recorder.complete()
    kept = recorder.rescue()

    assert kept in (11, 12)
    assert len(read_all(path)) == kept


def fill_the_disk_of(recorder: Recorder) -> None:
    """Let the next 10 bytes still arrive, and no more."""
    file = recorder._file
    assert file is not None
    whole, room = file._file, [10]

    class Full:
        def write(self, data: bytes) -> int:
            if not room[0]:
                raise OSError(errno.ENOSPC, "No space left on device")
            size = min(room[0], len(data))
            room[0] -= size
            return whole.write(data[:size])

        def __getattr__(self, name: str) -> object:
            return getattr(whole, name)

    file._file = Full()  # type: ignore[assignment]


def test_closing_twice_is_the_same(tmp_path: Path):
    recorder = Recorder(tmp_path / "film.avi", 25.0)
    recorder.write(gradient(0))

    assert recorder.close() == recorder.close() == 1
    with pytest.raises(ExportError, match="finished"):
        recorder.write(gradient(1))


@pytest.mark.parametrize(
    "bad", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3), np.float32), np.zeros((4, 4, 4), np.uint8)]
)
def test_only_rgb_pictures_are_taken(tmp_path: Path, bad: np.ndarray):
    recorder = Recorder(tmp_path / "film.avi", 25.0)

    with pytest.raises(ValueError, match="rgb must be"):
        recorder.write(bad)

    recorder.discard()


def test_an_unknown_suffix_is_refused_at_once(tmp_path: Path):
    with pytest.raises(ExportError, match=r"\.mp4 or \.webm or \.avi or \.mkv"):
        Recorder(tmp_path / "film.mov", 25.0)


@pytest.mark.parametrize("rate_hz", [0.001, 29.97, 1e9])
def test_any_rate_is_brought_into_range(tmp_path: Path, rate_hz: float):
    with Recorder(tmp_path / "film.mp4", rate_hz) as recorder:
        recorder.write(gradient(0))

    assert len(read_all(tmp_path / "film.mp4")) == 1
