"""A recording on a server: an end, times and jumps as in a file, over a server that sends parts of it."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from convexplorer.sources import Source, SourceError, open_reader
from tests.sources.test_video_times import CASES, SLIDE_TIMES_S, number_of, open_case, read_all, show

PATIENT = {"timeout_s": 20}


class Server:
    """Serves the cases; only the first `most` bytes of a file if told so, as a server that dies."""

    def __init__(self) -> None:
        self.most: int | None = None
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:  # the name that http.server asks for
                data = (CASES / self.path.lstrip("/")).read_bytes()
                wanted = re.match(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
                first = int(wanted[1]) if wanted else 0
                self.send_response(206)
                self.send_header("Content-Range", f"bytes {first}-{len(data) - 1}/{len(data)}")
                self.send_header("Accept-Ranges", "bytes")
                self.send_header("Content-Length", str(len(data) - first))
                self.end_headers()
                self.wfile.write(data[first : server.most])

            def log_message(self, *_: Any) -> None:
                """Keep the terminal clean."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="recordings")
        self._thread.start()

    def open(self, name: str):
        return open_reader(Source("stream", f"http://127.0.0.1:{self._server.server_port}/{name}", PATIENT))

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.stop()


@pytest.mark.parametrize("name", ["numbered.mp4", "numbered.ts", "numbered.mpg"])
def test_a_recording_plays_to_its_end(server, name):
    reader = server.open(name)

    frames = list(iter(reader.read, None))
    reader.close()

    assert not reader.info.is_live
    assert [number_of(frame) for frame in frames] == list(range(100))
    assert [frame.time_s for frame in frames] == pytest.approx([number / 25 for number in range(100)])
    assert reader.info.frame_count == 100


@pytest.mark.parametrize("name", ["slides.mp4", "slides.mkv"])
def test_a_recording_keeps_a_variable_frame_rate(server, name):
    reader = server.open(name)

    times = [frame.time_s for frame in iter(reader.read, None)]
    reader.close()

    assert times == pytest.approx(SLIDE_TIMES_S, abs=0.002)


@pytest.mark.parametrize("name", ["numbered.mp4", "numbered.ts"])
def test_a_jump_in_a_recording_is_exact(server, name):
    reader = server.open(name)

    shown = [(frame.index, number_of(frame)) for frame in (show(reader, index) for index in (50, 3, 98, 10, 0))]
    reader.close()

    assert shown == [(index, index) for index in (50, 3, 98, 10, 0)]


def test_a_recording_in_av1_plays_and_is_jumped_in(server):
    reader = server.open("av1.mp4")

    shown = [(frame.index, number_of(frame)) for frame in (show(reader, index) for index in (50, 3, 98, 0))]
    rest = [number_of(frame) for frame in iter(reader.read, None)]
    reader.close()

    assert shown == [(index, index) for index in (50, 3, 98, 0)]
    assert rest == list(range(1, 100))
    assert reader.info.frame_count == 100


@pytest.mark.parametrize("name", ["interlaced.mp4", "interlaced.mpg"])
def test_an_interlaced_recording_is_that_of_the_file(server, name):
    expected = read_all(open_case(name))
    reader = server.open(name)

    frames = list(iter(reader.read, None))
    reader.close()

    assert [frame.note for frame in frames] == [frame.note for frame in expected]
    assert [frame.time_s for frame in frames] == pytest.approx([frame.time_s for frame in expected])
    np.testing.assert_array_equal([frame.image for frame in frames], [frame.image for frame in expected])


def test_a_server_that_dies_in_the_middle_becomes_a_sentence(server):
    server.most = 1_500
    reader = server.open("slides.mkv")

    with pytest.raises(SourceError, match=r"^127\.0\.0\.1:\d+ has ended the stream\.$"):
        list(iter(reader.read, None))
    reader.close()
