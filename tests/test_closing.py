"""The program ends with its status and without a word, at whatever moment it is closed."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from convexplorer.cli import INTERRUPTED
from convexplorer.export.video import Recorder
from convexplorer.model.storage.recovery import Autosave
from convexplorer.sources import parse
from convexplorer.sources.video import VideoReader
from tests.closing import SITUATIONS
from tests.gui.conftest import make_photo
from tests.mjpeg_server import refusing_url

ROOT = Path(__file__).parent.parent
SIGNALS = [signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
PATIENCE_S = 60  # a process that hangs is killed then
HALF_HEADER = b"HTTP/1.1 200 OK\r\nContent-Ty"
NO_PICTURE = b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=x\r\n\r\n--x\r\n"

pytestmark = pytest.mark.skipif(os.name != "posix", reason="other systems have no such signals")


def start(*words: str, module: str = "tests.closing") -> subprocess.Popen[str]:
    """Start the program in the current folder, with the test's own settings."""
    return subprocess.Popen(
        [sys.executable, "-X", "faulthandler", "-m", module, *words],
        env={**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def end(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Wait for the end, and return status, stdout and stderr."""
    try:
        out, err = process.communicate(timeout=PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        pytest.fail(f"the program did not end within {PATIENCE_S} s")
    return process.returncode, out, err


def make_film(name: str) -> None:
    """Write a short video."""
    with Recorder(name, 20.0) as recorder:
        for i in range(8):
            recorder.write(np.full((480, 640, 3), 20 * i, np.uint8))


@contextmanager
def stalling_server(answer: bytes) -> Iterator[tuple[str, threading.Event]]:
    """Serve an address that accepts a connection, sends `answer` and then nothing; the event says that it was asked."""
    asked, over = threading.Event(), threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(answer)
                asked.set()
                over.wait(PATIENCE_S)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/video", asked
        over.set()
        thread.join()


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def photo(tmp_path: Path) -> str:
    return str(make_photo(tmp_path / "photo.png"))


@pytest.mark.parametrize("situation", ["at-once", "signal-before-loop", "twice", "quit", "loop"])
def test_the_window_may_be_closed_at_any_moment(photo: str, situation: str):
    assert end(start(situation, photo)) == (0, "", "")


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("situation", ["compute", "block", "dialog", "edit"])
def test_a_signal_closes_the_window(photo: str, situation: str, number: signal.Signals):
    process = start(situation, photo)
    assert process.stdout is not None
    word = process.stdout.readline()
    process.send_signal(number)

    status, out, err = end(process)

    assert (status, out, err) == (0, "", "")
    assert word in ("busy\n", "open\n")


@pytest.mark.parametrize("answer", [b"", HALF_HEADER, NO_PICTURE], ids=["silent", "half-a-header", "no-picture"])
def test_a_stream_that_never_answers_does_not_hold_the_program(answer: bytes):
    with stalling_server(answer) as (url, asked):
        process = start("signal", url)
        assert asked.wait(PATIENCE_S)
        process.send_signal(signal.SIGTERM)

        assert end(process) == (0, "open\n", "")


def test_a_stream_that_refuses_does_not_hold_the_program():
    process = start("signal", refusing_url())
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGTERM)

    assert end(process) == (0, "", "")


def test_a_second_signal_changes_nothing(photo: str):
    process = start("block", photo)
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGINT)

    assert end(process) == (0, "", "")


def test_a_playing_video_does_not_hold_the_program():
    make_film("film.mp4")

    assert end(start("quit", "film.mp4")) == (0, "", "")


def test_an_export_is_complete_when_the_program_has_ended(photo: str):
    assert end(start("export", photo)) == (0, "", "")
    assert np.load("maps.npy").shape == (4, 1000, 1000)


def test_a_recording_is_complete_when_the_program_has_ended(photo: str):
    assert end(start("record", photo)) == (0, "", "")

    reader = VideoReader(Path("clip.mp4"))
    assert reader.read() is not None
    reader.close()


def test_the_film_that_was_being_written_leaves_no_part_behind(photo: str):
    assert end(start("film", photo)) == (0, "", "")
    assert os.listdir() == ["photo.png"]


@pytest.mark.parametrize("number", SIGNALS)
def test_unsaved_work_is_kept_when_a_signal_ends_the_program(photo: str, number: signal.Signals):
    process = start("edit", photo)
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(number)
    end(process)

    autosave = Autosave(Path(os.environ["XDG_DATA_HOME"]) / "convexplorer" / "recovery")
    found = autosave.find()
    autosave.close()

    assert found is not None
    assert found.project.source == parse(photo)


@pytest.mark.parametrize("target", ["out.mp4", "out.png", "out.npy"])
def test_an_interrupted_apply_leaves_no_part_behind(target: str):
    make_film("film.mp4")

    process = start("apply", "film.mp4", "-o", target, "--kernel", "gaussian", "--kernel", "sobel-x")

    assert end(process) == (INTERRUPTED, "", "")
    assert not [name for name in os.listdir() if ".part" in name]


def test_a_screenshot_ends_with_its_status(photo: str):
    assert end(start(photo, "--screenshot", "shot.png", module="convexplorer")) == (0, "", "")
    assert Path("shot.png").exists()


def test_a_screenshot_that_a_signal_ends_has_the_status_of_the_signal():
    with stalling_server(b"") as (url, asked):
        process = start("signal", url, "--screenshot", "shot.png")
        assert asked.wait(PATIENCE_S)
        process.send_signal(signal.SIGTERM)

        assert end(process) == (128 + signal.SIGTERM, "open\n", "")


def test_every_situation_is_tried():
    text = Path(__file__).read_text()

    assert not [name for name in SITUATIONS if f'"{name}"' not in text]
