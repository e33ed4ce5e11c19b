"""The live pictures as a stream, as a virtual camera and as a recording: what is chosen, as the window shows it."""

import threading
from http.client import HTTPConnection
from urllib.parse import urlsplit

import av
import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from convexplorer._cv import cv2
from convexplorer.gui.commands import exporting, live_drawing, sending
from convexplorer.gui.session.recording import Recording
from convexplorer.gui.widgets.message_bar import MessageBar
from convexplorer.gui.window.sending_note import SendingNote
from convexplorer.live import virtual_camera
from convexplorer.live.stream_server import PICTURE_PATH
from convexplorer.live.virtual_camera import VirtualCameraError
from convexplorer.model import edits
from convexplorer.results.tiles import colored
from convexplorer.sources import open_reader, parse
from tests.gui.conftest import message_of, newest_picture


def give(window, name: str) -> None:
    window.actions_by_name[name].trigger()


def press(window, label: str) -> None:
    """Press a button of the message."""
    bar = window.findChild(MessageBar)
    next(button for button in bar.findChildren(QPushButton) if button.text() == label).click()


def expected(window, picture, what: str) -> np.ndarray:
    if what == "map":
        return colored(window.selected_tile())
    if what == "input":
        return exporting.input_rgb(picture, is_dark=False)
    return exporting.side_by_side(picture, is_dark=False)


def is_finished(window) -> bool:
    return not window.is_finishing and not window.is_opening_camera


@pytest.fixture
def streaming(window, qtbot):
    newest_picture(window, qtbot)
    give(window, "serve")
    yield window
    window.stop_sending(sending.STREAM)
    qtbot.waitUntil(lambda: is_finished(window))


def fetched(address: str) -> np.ndarray:
    """Return the newest picture of a stream, as a browser gets it."""
    parts = urlsplit(address)
    connection = HTTPConnection(parts.hostname, parts.port, timeout=10)
    connection.request("GET", PICTURE_PATH)
    content = connection.getresponse().read()
    connection.close()
    return cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)[:, :, ::-1]


def note_threads(monkeypatch) -> list[str]:
    """Return the list of the threads in which pictures are drawn from now on."""
    drawn: list[str] = []
    draw = live_drawing.side_by_side

    def note_and_draw(picture, **options: object) -> np.ndarray:
        drawn.append(threading.current_thread().name)
        return draw(picture, **options)

    monkeypatch.setattr(live_drawing, "side_by_side", note_and_draw)
    return drawn


# The stream


@pytest.mark.parametrize("what", live_drawing.CONTENTS)
def test_the_stream_shows_what_is_chosen_as_the_window_shows_it(streaming, qtbot, what):
    window = streaming
    window.selection.select(filter=1)
    give(window, f"send-{what}")
    picture = newest_picture(window, qtbot)

    shown = fetched(window.stream_address)

    wanted = expected(window, picture, what)
    assert shown.shape == wanted.shape
    assert np.abs(shown.astype(int) - wanted).mean() < 8
    assert window.actions_by_name[f"send-{what}"].isChecked()
    others = {f"send-{name}" for name in live_drawing.CONTENTS} - {f"send-{what}"}
    assert not any(window.actions_by_name[name].isChecked() for name in others)


def test_what_runs_is_said_for_a_while_and_stands_at_the_top(streaming):
    bar, note = streaming.findChild(MessageBar), streaming.findChild(SendingNote)
    assert streaming.stream_address in bar.text
    assert bar._timer.isActive()

    bar.clear()

    assert streaming.stream_address in note.toolTip()


def test_the_stream_follows_the_edits_and_the_program_can_open_it_itself(streaming, qtbot):
    window = streaming
    give(window, "send-map")
    newest_picture(window, qtbot)
    frames: list[np.ndarray] = []
    is_changed = threading.Event()

    def look() -> None:
        reader = open_reader(parse(window.stream_address))
        frames.append(reader.read().image)
        while np.abs(frames[-1] - frames[0]).mean() < 0.05:
            frames.append(reader.read().image)
        reader.close()
        is_changed.set()

    reader = threading.Thread(target=look)
    reader.start()
    qtbot.waitUntil(lambda: bool(frames), timeout=20_000)
    window.store.commit(edits.transform_filter(window.store.state, 0, 0, "negate"))
    qtbot.waitUntil(is_changed.is_set, timeout=20_000)
    reader.join()


def test_the_address_is_said_and_copied_by_a_button_or_a_command(streaming):
    window = streaming
    assert window.stream_address in message_of(window)

    press(window, "Copy the address")
    assert QGuiApplication.clipboard().text() == window.stream_address
    QGuiApplication.clipboard().clear()
    give(window, "copy-stream-address")
    assert QGuiApplication.clipboard().text() == window.stream_address


def test_a_second_command_ends_the_stream_and_says_how_much_was_sent(streaming, qtbot):
    window, address = streaming, streaming.stream_address
    fetched(address)

    give(window, "serve")

    qtbot.waitUntil(lambda: is_finished(window))
    assert "The stream has ended: 1 picture sent" in message_of(window)
    assert not window.actions_by_name["serve"].isChecked()
    assert window.actions_by_name["copy-stream-address"].reason
    with pytest.raises(ConnectionRefusedError):
        fetched(address)


def test_nothing_is_drawn_while_nobody_reads(streaming, qtbot, monkeypatch):
    window = streaming
    drawn = note_threads(monkeypatch)
    for _ in range(3):
        window.store.commit(edits.transform_filter(window.store.state, 0, 0, "negate"))
        newest_picture(window, qtbot)
    assert drawn == []

    fetched(window.stream_address)

    assert drawn == ["sending"], "in its own thread, and only the newest"


# The virtual camera


class FakeCamera:
    """A virtual camera that keeps the last picture."""

    is_wanted = True
    name = "Fake camera"

    def __init__(self) -> None:
        self.pictures: list[np.ndarray] = []
        made.append(self)

    def send(self, rgb: np.ndarray) -> None:
        self.pictures[:] = [rgb]

    def close(self) -> None:
        self.is_wanted = False


made: list[FakeCamera] = []


@pytest.fixture
def device(monkeypatch):
    made.clear()
    monkeypatch.setattr(virtual_camera, "VirtualCamera", FakeCamera)
    return made


def test_the_virtual_camera_gets_all_of_what_is_chosen(window, device, qtbot):
    newest_picture(window, qtbot)
    give(window, "virtual-camera")
    qtbot.waitUntil(lambda: bool(device) and bool(device[0].pictures))

    assert device[0].pictures[0].shape == (*virtual_camera.SIZE, 3)
    assert "Fake camera" in message_of(window)
    assert window.actions_by_name["virtual-camera"].isChecked()

    give(window, "virtual-camera")
    qtbot.waitUntil(lambda: is_finished(window))
    assert not device[0].is_wanted
    assert not window.actions_by_name["virtual-camera"].isChecked()


@pytest.mark.parametrize(
    "sentence", [f"A virtual camera needs the library: {virtual_camera.INSTALL}", "Install OBS Studio."]
)
def test_a_missing_camera_says_what_to_install(window, monkeypatch, qtbot, sentence):
    def refuse() -> None:
        raise VirtualCameraError(sentence)

    monkeypatch.setattr(virtual_camera, "VirtualCamera", refuse)

    give(window, "virtual-camera")

    qtbot.waitUntil(lambda: message_of(window) == sentence)
    assert not window.actions_by_name["virtual-camera"].isChecked()
    if virtual_camera.INSTALL in sentence:
        press(window, "Copy the command")
        assert QGuiApplication.clipboard().text() == virtual_camera.INSTALL


def test_a_camera_that_fails_while_it_runs_is_ended_and_said(window, device, qtbot, monkeypatch):
    newest_picture(window, qtbot)
    give(window, "virtual-camera")
    qtbot.waitUntil(lambda: "virtual camera" in window.sendings)

    def fail(_self: FakeCamera, _rgb: np.ndarray) -> None:
        raise OSError("the device was unplugged")

    monkeypatch.setattr(FakeCamera, "send", fail)
    qtbot.waitUntil(lambda: window.sendings["virtual camera"].failure is not None)
    window.findChild(SendingNote).refresh()

    qtbot.waitUntil(lambda: "the device was unplugged" in message_of(window))
    assert not window.sendings


# What is common to all


def test_the_note_at_the_top_says_what_runs(window, device, qtbot):
    newest_picture(window, qtbot)
    note = window.findChild(SendingNote)
    assert note.isHidden()

    give(window, "serve")
    give(window, "virtual-camera")
    qtbot.waitUntil(lambda: len(window.sendings) == 2)
    note.refresh()
    assert note.text() == "stream, 0 readers · virtual camera"

    for name in tuple(window.sendings):
        window.stop_sending(name)
    qtbot.waitUntil(lambda: is_finished(window))
    assert note.isHidden()


def test_a_recording_shows_what_is_chosen(window, qtbot, tmp_path):
    give(window, "send-map")
    newest_picture(window, qtbot)
    recording = Recording(tmp_path / "film.mkv")
    window.start_recording(recording)
    qtbot.waitUntil(lambda: not recording._worker._values)
    wanted = colored(window.selected_tile())

    window.stop_recording()
    qtbot.waitUntil(lambda: is_finished(window))

    with av.open(str(tmp_path / "film.mkv")) as container:
        image = next(container.decode(video=0)).to_ndarray(format="rgb24")
    assert np.abs(image[: wanted.shape[0], : wanted.shape[1]].astype(int) - wanted).mean() < 1


def test_a_recording_is_drawn_beside_the_window(window, qtbot, tmp_path, monkeypatch):
    drawn = note_threads(monkeypatch)
    newest_picture(window, qtbot)
    window.start_recording(Recording(tmp_path / "film.mkv"))
    for _ in range(3):
        window.store.commit(edits.transform_filter(window.store.state, 0, 0, "negate"))
        newest_picture(window, qtbot)
    window.stop_recording()
    qtbot.waitUntil(lambda: is_finished(window))

    assert set(drawn) == {"worker"}


@pytest.mark.own_window
def test_closing_the_window_ends_all(window, device, qtbot):
    newest_picture(window, qtbot)
    give(window, "serve")
    give(window, "virtual-camera")
    qtbot.waitUntil(lambda: len(window.sendings) == 2)
    address = window.stream_address

    window.close()

    assert not device[0].is_wanted
    with pytest.raises(ConnectionRefusedError):
        fetched(address)


@pytest.mark.own_window
def test_the_choice_survives_a_restart(window, open_window, qtbot):
    give(window, "send-input")
    project = window.store.state
    window.close()

    second = open_window(project)

    assert second.actions_by_name["send-input"].isChecked()
