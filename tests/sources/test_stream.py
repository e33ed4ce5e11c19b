"""Streams, served by a real server on the loopback that may also stall, die or refuse."""

import threading

import pytest

from convexplorer.sources import Samples, Source, SourceError, open_reader
from tests.mjpeg_server import MjpegServer, number_in, refusing_url

IMPATIENT = {"timeout_s": 0.4}


def test_frames_come_in_order():
    with MjpegServer() as server:
        reader = open_reader(Source("stream", server.url))

        frames = [reader.read() for _ in range(5)]
        reader.close()

    numbers = [number_in(frame.image) for frame in frames]
    assert numbers == list(range(numbers[0], numbers[0] + 5))
    assert [frame.index for frame in frames] == [0, 1, 2, 3, 4]
    assert frames[0].image.shape == (3, 48, 64)
    assert frames[0].channels == ("R", "G", "B")
    assert not frames[0].image.flags.writeable
    assert frames[0].samples == Samples("uint8", 8, 255.0)


def test_a_stream_is_live_and_has_no_end():
    with MjpegServer() as server:
        reader = open_reader(Source("stream", server.url))
        reader.close()

    assert reader.info.is_live
    assert reader.info.frame_count is None
    assert not reader.info.is_seekable


def test_a_stall_becomes_a_sentence_after_the_time_out():
    with MjpegServer() as server:
        reader = open_reader(Source("stream", server.url, IMPATIENT))
        reader.read()
        server.stall()

        with pytest.raises(SourceError, match=r"127\.0\.0\.1:\d+ has sent no picture for 0\.4 s"):
            read_all(reader)
        reader.close()


def test_a_server_that_dies_becomes_a_sentence():
    with MjpegServer() as server:
        reader = open_reader(Source("stream", server.url, IMPATIENT))
        reader.read()
        server.die()

        with pytest.raises(SourceError, match="has ended the stream"):
            read_all(reader)
        reader.close()


def test_a_server_that_never_answers_is_left_after_the_time_out():
    with MjpegServer(is_silent=True) as server, pytest.raises(SourceError, match="answers, but sends no video"):
        open_reader(Source("stream", server.url, IMPATIENT))


def test_a_refused_connection_becomes_a_sentence():
    with pytest.raises(SourceError, match=r"refuses the connection: nothing serves port \d+ there"):
        open_reader(Source("stream", refusing_url(), IMPATIENT))


@pytest.mark.parametrize("address", ["http://127.0.0.1:99999999/video", "http://[broken/video"])
def test_an_impossible_address_becomes_a_sentence(address):
    with pytest.raises(SourceError, match="cannot be understood"):
        open_reader(Source("stream", address, IMPATIENT))


def test_a_password_does_not_appear_in_the_title():
    with MjpegServer() as server:
        reader = open_reader(Source("stream", server.url.replace("http://", "http://me:secret@")))
        reader.close()

    assert "secret" not in reader.info.title
    assert reader.info.title.startswith("127.0.0.1")


@pytest.mark.parametrize("timeout", [0, -1, 1e9, "soon"])
def test_an_impossible_time_out_is_refused(timeout):
    with pytest.raises(SourceError, match="timeout_s must be a number"):
        open_reader(Source("stream", refusing_url(), {"timeout_s": timeout}))


def test_the_server_leaves_no_thread():
    before = threading.active_count()

    with MjpegServer(frames=3) as server:
        reader = open_reader(Source("stream", server.url, IMPATIENT))
        reader.read()
        reader.close()

    assert threading.active_count() == before


def read_all(reader):
    """Read until the source fails; the buffered frames come first."""
    for _ in range(1000):
        reader.read()
