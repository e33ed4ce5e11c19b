"""The stream for other programs: the newest picture to each reader, and to this computer alone."""

import socket
import threading
from http.client import HTTPConnection
from urllib.parse import urlsplit

import numpy as np
import pytest

from convexplorer._cv import cv2
from convexplorer.live import stream_server
from convexplorer.live.stream_server import MAX_READERS, PICTURE_PATH, STREAM_PATH, StreamServer
from convexplorer.sources import open_reader, parse
from tests.mjpeg_server import number_in, numbered_frame

PATIENCE_S = 10.0


@pytest.fixture
def server():
    found = StreamServer(port=0)
    yield found
    found.close()


class Viewer:
    """A program that reads the stream part by part, when it is told to."""

    def __init__(self, server: StreamServer, path: str = STREAM_PATH, host: str = "") -> None:
        parts = urlsplit(server.address)
        self.connection = HTTPConnection(parts.hostname, parts.port, timeout=PATIENCE_S)
        self.connection.request("GET", path, headers={"Host": host} if host else {})
        self.answer = self.connection.getresponse()

    def number(self) -> int:
        """Read the next picture, and return the number that it carries."""
        length = 0
        while not (length and self.line == b"\r\n"):
            self.line = self.answer.readline()
            assert self.line, "the stream has ended"
            if self.line.lower().startswith(b"content-length:"):
                length = int(self.line.split(b":")[1])
        picture = cv2.imdecode(np.frombuffer(self.answer.read(length), np.uint8), cv2.IMREAD_COLOR)
        return number_in(picture.transpose(2, 0, 1) / 255)

    def number_from(self, least: int) -> int:
        """Read on to a picture that is not older than this, and return its number."""
        while (number := self.number()) < least:
            pass
        return number

    line = b""

    def close(self) -> None:
        self.answer.close()
        self.connection.close()


@pytest.fixture
def viewers():
    """Viewers that are closed at the end."""
    found: list[Viewer] = []
    yield found
    for viewer in found:
        viewer.close()


def test_every_reader_gets_the_newest_picture(server, viewers):
    server.send(numbered_frame(1))
    viewers += [Viewer(server), Viewer(server)]
    assert [viewer.number() for viewer in viewers] == [1, 1]
    assert server.readers == 2

    for number in (2, 3, 4):
        server.send(numbered_frame(number))
    assert [viewer.number_from(4) for viewer in viewers] == [4, 4]


def test_who_comes_later_does_not_begin_with_old_pictures(server, viewers):
    for number in range(9):
        server.send(numbered_frame(number))

    viewers.append(Viewer(server))

    assert viewers[0].number() == 8


def test_a_reader_that_takes_nothing_delays_nobody(server, viewers):
    rng = np.random.default_rng(5)
    large = rng.integers(0, 256, (600, 800, 3), np.uint8)  # noise: a megabyte as JPEG, more than all buffers hold
    server.send(numbered_frame(0))
    viewers += [Viewer(server), Viewer(server)]
    _stuck, quick = viewers
    quick.number()

    for _ in range(12):
        server.send(large)  # returns although nobody takes it
    server.send(numbered_frame(77))
    seen = [quick.number() for _ in range(1)]
    while seen[-1] != 77:
        seen.append(quick.number())

    assert len(seen) <= 13


def test_a_still_picture_is_sent_again_so_that_no_reader_gives_up(server, viewers, monkeypatch):
    monkeypatch.setattr(stream_server, "REPEAT_S", 0.01)
    server.send(numbered_frame(5))
    viewers.append(Viewer(server))

    assert [viewers[0].number() for _ in range(4)] == [5, 5, 5, 5]


def test_the_program_s_own_stream_source_opens_it(server, monkeypatch):
    monkeypatch.setattr(stream_server, "REPEAT_S", 0.05)
    server.send(numbered_frame(3))

    reader = open_reader(parse(server.address))
    frame = reader.read()
    server.send(numbered_frame(900))
    while (number := number_in(reader.read().image)) == 3:
        pass
    reader.close()

    assert reader.info.is_live
    assert number_in(frame.image) == 3
    assert number == 900


def test_fine_lines_of_colour_survive(server, viewers):
    picture = np.zeros((64, 64, 3), np.uint8)
    picture[:, ::2] = (220, 60, 30)
    picture[:, 1::2] = (30, 80, 220)
    server.send(picture)

    viewers.append(Viewer(server, PICTURE_PATH))
    shown = cv2.imdecode(np.frombuffer(viewers[0].answer.read(), np.uint8), cv2.IMREAD_COLOR)[:, :, ::-1]

    assert np.abs(shown.astype(int) - picture).mean() < 12


def test_it_listens_on_this_computer_only(server):
    host, _port = server._server.server_address[:2]

    assert host == "127.0.0.1"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8765", "192.168.0.2:80", "127.0.0.1.evil.example"])
def test_a_page_that_calls_this_computer_by_another_name_sees_nothing(server, viewers, host):
    server.send(numbered_frame(1))

    viewers.append(Viewer(server, host=host))

    assert viewers[0].answer.status == 403


@pytest.mark.parametrize("host", ["localhost", "localhost:8765", "127.0.0.1:1"])
def test_its_own_names_are_answered(server, viewers, host):
    server.send(numbered_frame(1))

    viewers.append(Viewer(server, host=host))

    assert viewers[0].number() == 1


def test_a_browser_gets_a_page_and_anything_else_is_not_there(server, viewers):
    viewers += [Viewer(server, "/"), Viewer(server, "/etc/passwd")]

    assert STREAM_PATH.encode() in viewers[0].answer.read()
    assert viewers[1].answer.status == 404


def test_too_many_readers_are_refused(server, viewers):
    server.send(numbered_frame(1))
    viewers += [Viewer(server) for _ in range(MAX_READERS + 1)]

    assert [viewer.answer.status for viewer in viewers] == [200] * MAX_READERS + [503]


def test_a_taken_port_is_no_reason_to_give_up():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        server = StreamServer(port)

    assert urlsplit(server.address).port != port
    server.send(numbered_frame(6))
    viewer = Viewer(server)
    assert viewer.number() == 6
    viewer.close()
    server.close()


def test_closing_leaves_no_thread_even_with_stuck_readers():
    before = set(threading.enumerate())
    server = StreamServer(port=0)
    rng = np.random.default_rng(5)
    viewers = [Viewer(server), Viewer(server)]
    with socket.create_connection(urlsplit(server.address).netloc.split(":")) as silent:  # which asks for nothing
        for _ in range(4):
            server.send(rng.integers(0, 256, (600, 800, 3), np.uint8))

        server.close()
        server.close()  # may be called twice

        assert set(threading.enumerate()) == before
        assert silent.recv(1) == b""
    for viewer in viewers:
        viewer.close()


def test_the_first_reader_is_told_of(server, viewers):
    told = threading.Event()
    server.on_reader = told.set
    assert not server.is_wanted

    server.send(numbered_frame(1))
    viewers.append(Viewer(server))
    viewers[0].number()

    assert told.is_set()
    assert server.is_wanted
