"""Sources as text, both ways."""

from pathlib import Path

import pytest
from PIL import Image

from convexplorer.sources import Source, SourceError, describe_source, from_paths, parse, to_text
from convexplorer.sources.paths import listed_files


@pytest.mark.parametrize(
    ("text", "kind", "address", "options"),
    [
        ("photo.png", "image", "photo.png", {}),
        ("some folder/Photo.JPEG", "image", "some folder/Photo.JPEG", {}),
        ("values.npy", "image", "values.npy", {}),
        ("clip.mp4", "video", "clip.mp4", {}),
        ("Clip.WebM", "video", "Clip.WebM", {}),
        ("http://host/video?quality=5", "stream", "http://host/video?quality=5", {}),
        ("rtsp://me:secret@host:554/live", "stream", "rtsp://me@host:554/live", {}),
        ("camera:0", "camera", "0", {}),
        ("camera:HD Webcam?size=1280x720&mirror=true", "camera", "HD Webcam", {"size": "1280x720", "mirror": True}),
        ("pattern:zone-plate", "pattern", "zone-plate", {}),
        ("pattern:grating?period=8&angle=22.5", "pattern", "grating", {"period": 8, "angle": 22.5}),
        ("sample:cat", "sample", "cat", {}),
        ("video:clip.bin", "video", "clip.bin", {}),
        ("  photo.png\n", "image", "photo.png", {}),
        ("a.png\nb.png\n", "files", "a.png\nb.png", {}),
    ],
)
def test_every_form_is_understood(text, kind, address, options):
    assert parse(text) == Source(kind, address, options)


@pytest.mark.parametrize(
    "text",
    [
        "photo.png",
        "clip.mp4",
        "a.png\nb.png",
        "video:clip.bin",
        "image:poster.mp4",
        "http://host/video?quality=5",
        "camera:0",
        "camera:HD Webcam?size=1280x720&mirror=true",
        "pattern:grating?period=8&angle=22.5",
        "sample:cat",
    ],
)
def test_text_and_source_are_the_same_thing(text):
    assert to_text(parse(text)) == text


def test_a_folder_is_recognised(tmp_path):
    assert parse(str(tmp_path)) == Source("folder", str(tmp_path))


def test_a_file_without_a_known_ending_is_taken_for_a_picture(tmp_path):
    path = tmp_path / "scan"
    Image.new("L", (2, 2)).save(path, "PNG")

    assert parse(str(path)) == Source("image", str(path))


def test_a_file_address_becomes_a_path(tmp_path):
    path = tmp_path / "über all.png"

    assert parse(path.as_uri()) == Source("image", str(path))


def test_the_home_folder_is_found():
    assert parse("~/photo.png").address == str(Path.home() / "photo.png")


def test_a_file_called_like_a_kind_is_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Image.new("L", (2, 2)).save("sample:cat", "PNG")

    assert parse("sample:cat").kind == "image"


def test_a_camera_may_have_any_name():
    source = Source("camera", "Cam 50% (left?)", {"mirror": True})

    assert parse(to_text(source)) == source


def test_options_given_apart_are_stronger():
    source = parse("camera:0?mirror=false&size=640x480", options={"mirror": True})

    assert source.options == {"mirror": True, "size": "640x480"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "No source is given. A source is a file"),
        ("nothing-of-the-kind", r"There is no file or folder “nothing-of-the-kind”\. A source is a file"),
        ("gopher://host/picture", "Addresses with gopher:// cannot be opened"),
        ("http:///video", "names no host"),
        ("x" * 5000, r"There is no file or folder “x{53}…x{27}”"),
        ("sample:" + "x" * 5000, "no sample picture"),
        ("~nobody-of-this-name/photo", "There is no file or folder"),
        ("a\0b", "There is no file or folder"),
    ],
)
def test_what_is_no_source_becomes_a_sentence(text, words):
    with pytest.raises(SourceError, match=words):
        parse(text)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("some folder/photo.png", "photo.png"),
        ("clip.mp4", "clip.mp4"),
        ("http://me:secret@host:8080/video?key=1", "host:8080/video"),
        ("camera:0", "Camera 0"),
        ("camera:HD Webcam", "HD Webcam"),
        ("pattern:zone-plate", "Zone plate"),
        ("sample:astronaut", "Astronaut"),
        ("a.png\nb.png", "2 pictures"),
        ("http://host/" + "x" * 5000, "host/" + "x" * 127 + "…" + "x" * 67),
        ("camera:one\x1b[2J", "one�[2J"),
    ],
)
def test_titles_are_short_and_keep_secrets(text, title):
    assert describe_source(parse(text)) == title


def test_one_path_is_parsed_and_more_are_a_list():
    assert from_paths([Path("a.png")]) == Source("image", "a.png")
    assert from_paths([Path("a.png"), Path("b.mp4")]) == Source("files", "a.png\nb.mp4")


def test_a_name_with_a_line_break_stays_one_name(tmp_path):
    paths = [tmp_path / "two\nlines.png", tmp_path / "plain.png"]
    for path in paths:
        path.write_bytes(b"x")

    assert from_paths(paths[:1]) == Source("image", str(paths[0]))
    several = from_paths(paths)

    assert several.kind == "files"
    assert describe_source(several) == "2 pictures"
    assert listed_files(several.address) == [str(path) for path in paths]
    assert parse(to_text(several)) == several


@pytest.mark.parametrize("address", ["http://[::1/video", "http://camera:99999/video", "rtsp://me:word@camera:port/"])
def test_an_address_that_can_never_work_is_refused_when_it_is_read(address):
    with pytest.raises(SourceError, match="cannot be understood"):
        parse(address)


@pytest.mark.parametrize("address", ["rtsp://me@camera:554/a", "udp://@239.0.0.1:1234", "http://[::1]:8080/a"])
def test_an_unusual_address_is_taken(address):
    assert parse(address) == Source("stream", address)


def test_a_password_with_a_slash_is_not_said_and_the_way_to_write_it_is():
    with pytest.raises(SourceError, match="%2F") as caught:
        parse("rtsp://me:sec/ret@camera/live")

    assert "sec" not in str(caught.value)
