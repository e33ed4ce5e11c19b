"""Frames that stay bytes until someone computes with them."""

import threading
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from convexplorer.core.geometry import known
from convexplorer.core.layers import Conv
from convexplorer.export.video import Recorder
from convexplorer.sources import byte_image, open_reader, parse
from convexplorer.sources.av_capture import AvCapture
from convexplorer.sources.byte_image import ByteImage, from_bgr8
from convexplorer.sources.capture import Capture, to_content
from convexplorer.sources.decoders.pixels import from_pixels
from convexplorer.sources.frame import Frame

RNG = np.random.default_rng(67)
PIXELS = RNG.integers(0, 256, (12, 20, 3), np.uint8)


@pytest.fixture
def conversions(monkeypatch):
    """Return the list of all pictures that are converted from now on."""
    done = []

    def counted(pixels):
        done.append(pixels)
        return from_bgr8(pixels)

    monkeypatch.setattr(byte_image, "from_bgr8", counted)
    return done


@pytest.fixture
def film(tmp_path):
    path = tmp_path / "film.mp4"
    with Recorder(path, 25.0) as recorder:
        for i in range(6):
            recorder.write(np.roll(np.kron(PIXELS, np.ones((8, 8, 1), np.uint8)), 16 * i, axis=1))
    return path


def test_the_image_is_that_of_the_pixels_and_always_the_same_array():
    content = ByteImage(PIXELS)

    np.testing.assert_array_equal(content.image, from_pixels(PIXELS, is_bgr=True))
    assert content.image is content.image
    assert content.image.flags.c_contiguous
    assert not content.image.flags.writeable
    assert not content.pixels.flags.writeable


@pytest.mark.parametrize("view", [PIXELS, PIXELS[:, ::-1], PIXELS[::2, 3:]])
@pytest.mark.parametrize("is_made", [False, True])
@pytest.mark.parametrize("channel", range(3))
def test_a_channel_is_that_of_the_image(view: np.ndarray, is_made: bool, channel: int):
    content = ByteImage(view)
    if is_made:
        assert content.image.shape == content.shape

    np.testing.assert_array_equal(content.channel(channel), from_pixels(view, is_bgr=True)[channel : channel + 1])
    assert not content.channel(channel).flags.writeable


def test_a_channel_alone_needs_no_other(conversions):
    Frame(ByteImage(PIXELS), ("R", "G", "B")).channel(1)

    assert not conversions


def test_two_threads_that_ask_at_once_get_one_array(monkeypatch):
    both_compute, found = threading.Barrier(2, timeout=10), []

    def slow(pixels):
        both_compute.wait()
        return from_bgr8(pixels)

    monkeypatch.setattr(byte_image, "from_bgr8", slow)
    content = ByteImage(PIXELS)
    threads = [threading.Thread(target=lambda: found.append(content.image)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found[0] is found[1]


@pytest.mark.parametrize("pixels", [PIXELS[:, :, 0], PIXELS.astype(np.uint16), np.zeros((2, 2, 4), np.uint8)])
def test_other_pixels_are_no_bytes_of_red_green_and_blue(pixels: np.ndarray):
    with pytest.raises(ValueError, match=r"pixels must be \(H, W, 3\) uint8; got"):
        ByteImage(pixels)
    assert isinstance(to_content(pixels)[0], np.ndarray)


def test_what_a_frame_says_of_itself_needs_no_numbers(conversions):
    frame = replace(Frame(ByteImage(PIXELS), ("R", "G", "B")), index=7)

    assert frame.spatial == (12, 20)
    assert len(frame.axes) == 2
    assert frame.pixels is not None
    assert np.shares_memory(frame.pixels, PIXELS)
    assert not conversions
    assert frame.image is replace(frame, index=8).image
    assert len(conversions) == 1


def test_frames_of_a_film_are_converted_when_they_are_looked_at_and_only_these(film, conversions):
    reader = open_reader(parse(str(film)))
    frames = list(iter(reader.read, None))
    reader.close()

    assert len(frames) == 6
    assert not conversions
    assert frames[3].image.shape == (3, 96, 160)
    assert len(conversions) == 1


@pytest.mark.parametrize("capture", [Capture, AvCapture])
def test_bytes_handed_out_are_not_overwritten_by_the_next_frames(film, capture):
    opened = capture(str(film))
    frames = [opened.read() for _ in range(6)]
    copies = [frame.copy() for frame in frames]
    while opened.read() is not None:
        pass
    opened.seek(0)
    again = [opened.read() for _ in range(6)]
    opened.close()

    for frame, copy, later in zip(frames, copies, again, strict=True):
        np.testing.assert_array_equal(frame, copy)
        assert later is None or not np.shares_memory(frame, later)
    assert not any(np.shares_memory(a, b) for a, b in pairwise(frames))


def test_the_terms_of_a_frame_of_bytes_are_bounded_without_a_look_at_its_numbers(monkeypatch: pytest.MonkeyPatch):
    pixels = np.random.default_rng(3).integers(20, 120, (9, 11, 3), np.uint8)
    layer = Conv(np.random.default_rng(4).normal(size=(2, 3, 3, 3)), padding="same")
    expected = layer.magnitudes(np.array(ByteImage(pixels).image))
    image = ByteImage(pixels).image
    monkeypatch.setattr(known, "cv2", None)

    assert layer.magnitudes(image) == expected
