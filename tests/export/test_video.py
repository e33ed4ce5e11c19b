import os
from pathlib import Path

import numpy as np
import pytest

from convexplorer._cv import cv2
from convexplorer.export.files import ExportError
from convexplorer.export.video import CODECS, Recorder


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


@pytest.mark.parametrize("suffix", CODECS)
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


def test_frames_that_did_not_arrive_are_an_error(tmp_path: Path):
    recorder = Recorder(tmp_path / "film.mp4", 25.0)
    recorder.write(gradient(0))
    recorder.frame_count += 5

    with pytest.raises(ExportError, match="only 1 of 6 frames"):
        recorder.close()

    assert os.listdir(tmp_path) == []


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
