"""Passwords of addresses: used to open them, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.sources import Source, describe_source, parse, to_text
from convexplorer.sources.passwords import complete, is_missing, supply, without_password


@pytest.mark.parametrize(
    ("address", "bare"),
    [
        ("rtsp://me:secret@camera:554/live", "rtsp://me@camera:554/live"),
        ("http://me:p@ss:w@camera/video", "http://me@camera/video"),
        ("http://:secret@camera/video", "http://@camera/video"),
        ("http://camera/video?user=me&pwd=secret&rate=5", "http://camera/video?user=me&pwd=&rate=5"),
        ("http://camera/video?Token=secret#top", "http://camera/video?Token=#top"),
        ("rtsp://me:w[rd@camera:554/a", "rtsp://me@camera:554/a"),
        ("http://me@camera/video", "http://me@camera/video"),
        ("http://camera/a@b:c", "http://camera/a@b:c"),
        ("udp://@239.0.0.1:1234", "udp://@239.0.0.1:1234"),
        ("http://[::1]:8080/a", "http://[::1]:8080/a"),
        ("photo:1@2.png", "photo:1@2.png"),
        ("/home/me/photo?pwd=1.png", "/home/me/photo?pwd=1.png"),
    ],
)
def test_an_address_is_kept_without_its_password(address, bare):
    assert without_password(address) == bare
    assert without_password(bare) == bare


@pytest.mark.parametrize(
    "text", ["rtsp://me:secret@camera/a", "stream:rtsp://me:secret@camera/b", "http://camera/c?password=secret"]
)
def test_a_source_has_no_password_and_is_opened_with_it(text):
    source = parse(text)

    assert "secret" not in repr(source) + to_text(source) + describe_source(source)
    assert complete(source.address) == text.removeprefix("stream:")


def test_a_typed_password_is_written_as_an_address_wants_it():
    source = Source("stream", "rtsp://typed@camera/live")
    assert is_missing(source.address)

    supply(source.address, "p/ss@1")

    assert complete(source.address) == "rtsp://typed:p%2Fss%401@camera/live"
    assert not is_missing(source.address)


def test_a_missing_parameter_is_supplied():
    address = "http://camera/typed?user=me&pwd="
    assert is_missing(address)

    supply(address, "secret")

    assert complete(address) == "http://camera/typed?user=me&pwd=secret"


@pytest.mark.parametrize("address", ["http://camera/video", "udp://@239.0.0.1:1234", "http://camera/a?rate=5"])
def test_an_address_without_a_user_misses_nothing(address):
    assert not is_missing(address)


@given(st.text(alphabet=st.characters(exclude_characters="/?#", exclude_categories=("Cs",)), min_size=1))
def test_no_password_stays_in_an_address(password):
    bare = without_password(f"rtsp://user:{password}@camera/live")

    assert bare == "rtsp://user@camera/live"
