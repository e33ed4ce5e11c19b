"""Addresses on the network: one picture is fetched as a whole, and everything else is a stream."""

import io
import os
import tempfile
from base64 import b64encode
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convexplorer.sources import Source, SourceError, network, open_reader, parse
from convexplorer.sources.frame import AddressError
from tests.mjpeg_server import MjpegServer
from tests.picture_server import Answer, PictureServer

PIXELS = np.random.default_rng(1).integers(0, 256, (5, 7, 3), np.uint8)
IMPATIENT = {"timeout_s": 0.4}


@pytest.fixture(autouse=True)
def scratch(tmp_path, monkeypatch) -> Path:
    """Return the folder for temporary files of this test."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def encoded(suffix: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(PIXELS).save(buffer, suffix, **options)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/photo.png", "image/png"),
        ("/photo", "image/png"),
        ("/photo.php?id=3", "application/octet-stream"),
        ("/wrong.jpg", "image/jpeg"),
        ("/photo.txt", "text/plain"),
    ],
)
def test_what_is_a_picture_by_its_contents_is_one_picture(path, kind):
    with PictureServer({path: Answer(encoded(), kind)}) as server:
        reader = open_reader(parse(f"{server.url}{path}"))
        frame, end = reader.read(), reader.read()
        reader.close()

    assert (frame.image * 255).round().astype(np.uint8).tolist() == PIXELS.transpose(2, 0, 1).tolist()
    assert frame.title == reader.info.title == path.partition("?")[0].removeprefix("/")
    assert end is None
    assert not reader.info.is_live
    assert reader.info.frame_count == 1


def test_nothing_is_left_of_a_picture_that_was_closed(scratch):
    with PictureServer({"/a.png": Answer(encoded())}) as server:
        reader = open_reader(parse(f"{server.url}/a.png"))
        assert [path.name for path in scratch.glob("*/*")] == ["a.png"]
        reader.close()
        reader.close()

    assert list(scratch.iterdir()) == []


def test_what_a_killed_run_left_behind_goes_with_the_next_picture(scratch):
    old, young, other = (scratch / name for name in ("convexplorer-fetched-a", "convexplorer-fetched-b", "other"))
    for folder in (old, young, other):
        folder.mkdir()
        (folder / "a.png").write_bytes(b"x")
    for folder in (old, other):
        os.utime(folder, (0, 0))

    with PictureServer({"/a.png": Answer(encoded())}) as server:
        open_reader(parse(f"{server.url}/a.png")).close()

    assert sorted(path.name for path in scratch.iterdir()) == ["convexplorer-fetched-b", "other"]


def test_all_pages_of_an_animation_come(scratch):
    buffer = io.BytesIO()
    pages = [Image.fromarray(PIXELS), Image.fromarray(255 - PIXELS)]
    pages[0].save(buffer, "GIF", save_all=True, append_images=pages[1:], duration=100)
    with PictureServer({"/a.gif": Answer(buffer.getvalue())}) as server:
        reader = open_reader(parse(f"{server.url}/a.gif"))
        count = sum(1 for _ in iter(reader.read, None))
        reader.close()

    assert count == 2


def test_a_picture_behind_another_address_is_followed():
    answers = {"/old.png": Answer(status=302, location="/new.png"), "/new.png": Answer(encoded())}
    with PictureServer(answers) as server:
        reader = open_reader(parse(f"{server.url}/old.png"))
        reader.close()

    assert reader.info.title == "old.png"


def test_a_file_is_not_read_through_an_address(tmp_path):
    (tmp_path / "secret.png").write_bytes(encoded())
    answers = {"/a.png": Answer(status=302, location=(tmp_path / "secret.png").as_uri())}
    with PictureServer(answers) as server, pytest.raises(SourceError):
        open_reader(parse(f"{server.url}/a.png"))


def test_a_picture_behind_a_password_is_fetched_with_it():
    word = b64encode(b"me:s3/cret").decode()
    with PictureServer({"/a.png": Answer(encoded(), password=word)}) as server:
        reader = open_reader(parse(f"{server.url}/a.png".replace("http://", "http://me:s3%2Fcret@")))
        reader.close()

    assert reader.info.title == "a.png"


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (Answer(status=404), r"127\.0\.0\.1:\d+ answers 404, Not Found, for /a\.png\."),
        (Answer(status=500), r"answers 500"),
        (
            Answer(b"<html><img></html>", "text/html"),
            r"sends a web page for /a\.png\. Open the address of the picture itself",
        ),
        (Answer(encoded(), length=10_000), r"a\.png is cut short: \d+ bytes of it did not come"),
        (Answer(encoded()[:20]), r"a\.png"),
        (Answer(b"", "image/png"), "answers, but sends no video"),
        (Answer(trickles=True), "answers, but sends no video"),
    ],
    ids=["missing", "error", "page", "short", "damaged", "empty", "trickle"],
)
def test_what_fails_is_a_sentence_and_leaves_nothing(answer, sentence, scratch):
    with PictureServer({"/a.png": answer}) as server, pytest.raises(SourceError, match=sentence):
        open_reader(Source("stream", f"{server.url}/a.png", IMPATIENT))

    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize("answer", [Answer(status=404), Answer(b"<html></html>", "text/html")], ids=["missing", "page"])
def test_what_will_not_mend_itself_in_a_second_is_not_tried_again(answer, scratch):
    with PictureServer({"/a.png": answer}) as server, pytest.raises(AddressError):
        open_reader(Source("stream", f"{server.url}/a.png", IMPATIENT))


def test_a_picture_that_is_too_large_is_not_fetched(monkeypatch, scratch):
    monkeypatch.setattr(network, "MAX_BYTES", 1000)
    monkeypatch.setattr(network, "_CHUNK_BYTES", 100)
    content = encoded("BMP") + bytes(5000)
    with PictureServer({"/a.bmp": Answer(content)}) as server, pytest.raises(SourceError, match=r"a\.bmp is too large"):
        open_reader(parse(f"{server.url}/a.bmp"))

    assert list(scratch.iterdir()) == []


def test_a_picture_that_takes_too_long_is_left(monkeypatch, scratch):
    monkeypatch.setattr(network, "MAX_FETCH_S", -1.0)
    with PictureServer({"/a.png": Answer(encoded())}) as server, pytest.raises(SourceError, match="takes too long"):
        open_reader(parse(f"{server.url}/a.png"))

    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/a%2Fb/%2e%2e", "picture"),
        ("/", "picture"),
        ("/..%2F..%2Fetc%2Fpasswd", "-..-etc-passwd"),
        ("/x%0A%1B.png", "x �.png"),
        (f"/{'n' * 5000}.png", None),
    ],
)
def test_a_name_cannot_leave_its_folder(path, name, scratch):
    with PictureServer({path: Answer(encoded())}) as server:
        reader = open_reader(parse(f"{server.url}{path}"))
        kept = [one.name for one in scratch.glob("*/*")]
        reader.close()

    assert kept == [reader.info.title]
    assert len(kept[0]) <= 100
    assert name is None or kept == [name]


def test_a_stream_is_still_a_stream():
    with MjpegServer() as server:
        reader = open_reader(parse(server.url))
        frame = reader.read()
        reader.close()

    assert reader.info.is_live
    assert frame is not None
