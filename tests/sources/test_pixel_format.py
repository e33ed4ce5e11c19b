"""Videos of more than 8 bits, with alpha, and of unusual shape: read as they are, or with a note on what is lost."""

import numpy as np
import pytest

from convexplorer._cv import cv2
from convexplorer.sources import Source, open_reader
from convexplorer.sources.frame import Samples
from convexplorer.sources.pixel_format import PixelFormat, pixel_format
from tests.sources.test_video import write
from tests.sources.test_video_times import CASES, open_case, read_all

BYTES = Samples("uint8", 8, 255.0)
RAMP = np.linspace(0, 1, 64)


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("h264_10.mp4", "Read with 8 of its 10 bits."),
        ("hevc_12.mp4", "Read with 8 of its 12 bits."),
        ("png_rgb48.mov", "Read with 8 of its 16 bits."),
        ("prores_4444.mov", "Read with 8 of its 12 bits. Its transparency was left out."),
        ("vp9_alpha.webm", "Its transparency was left out."),
        ("ffv1_gbrap16.mkv", "Read with 8 of its 16 bits. Its transparency was left out."),
        ("sar.mp4", "Its pixels are 1.33 times as wide as high; they are shown as squares."),
        ("av1_turned.mp4", "Read with 8 of its 10 bits."),
        ("av1.webm", ""),
        ("numbered.mp4", ""),
        ("numbered.mpg", ""),
        ("browser.webm", ""),
    ],
)
def test_what_a_frame_lacks_is_said_at_the_frame(name, note):
    frames = read_all(open_case(name))

    assert {frame.note for frame in frames} == {note}
    assert {frame.samples for frame in frames} == {BYTES}
    assert frames[0].channels == ("R", "G", "B")


def test_grey_of_sixteen_bits_keeps_them(tmp_path):
    path = tmp_path / "microscope.mkv"
    pixels = np.arange(48 * 64, dtype=np.uint16).reshape(48, 64) * 21
    deep = [cv2.VIDEOWRITER_PROP_DEPTH, cv2.CV_16U, cv2.VIDEOWRITER_PROP_IS_COLOR, 0]
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*"FFV1"), 25, (64, 48), deep)
    for number in range(5):
        writer.write(pixels + number)
    writer.release()
    reader = open_reader(Source("video", str(path)))

    frames = list(iter(reader.read, None))
    reader.seek(2)
    again = reader.read()
    reader.close()

    for number, frame in enumerate(frames):
        np.testing.assert_array_equal(np.rint(frame.image[0] * 65535), pixels + number)
    np.testing.assert_array_equal(again.image, frames[2].image)
    assert (frames[0].channels, frames[0].note) == (("Y",), "")
    assert frames[0].samples == Samples("uint16", 16, 65535.0)


def test_alpha_of_eight_bits_is_a_channel():
    frames = read_all(open_case("ffv1_bgra.mkv"))

    assert len(frames) == 5
    assert (frames[2].channels, frames[2].note) == (("R", "G", "B", "A"), "")
    np.testing.assert_allclose(frames[2].image[0, 10], RAMP, atol=0.01)
    np.testing.assert_allclose(frames[2].image[1].mean(), 2 * 4000 / 65535, atol=0.01)
    np.testing.assert_allclose(frames[2].image[3, :, 5], np.linspace(1, 0, 48), atol=0.01)


def test_a_fourth_channel_that_is_the_same_everywhere_is_no_alpha(tmp_path):
    path = tmp_path / "clip.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"FFV1"), 25, (64, 48))
    writer.write(np.full((48, 64, 3), (10, 20, 250), np.uint8))  # OpenCV adds alpha of 255
    writer.release()

    frame = read_all(open_reader(Source("video", str(path))))[0]

    assert (frame.channels, frame.note) == (("R", "G", "B"), "Its transparency was left out.")
    np.testing.assert_allclose(frame.image.mean(axis=(1, 2)) * 255, [250, 20, 10], atol=2)


@pytest.mark.parametrize(("name", "shape"), [("turned.mp4", (3, 64, 48)), ("av1_turned.mp4", (3, 96, 64))])
def test_a_turned_video_is_upright(name, shape):
    frame = read_all(open_case(name))[0]

    assert frame.image.shape == shape
    assert frame.image[:, :, -8:].mean() > 0.9  # the white rows are at the right
    assert frame.image[0, -8:, :32].mean() > frame.image[0, :8, :32].mean() + 0.5


def test_a_video_of_odd_size_is_whole():
    frame = read_all(open_case("odd.mp4"))[0]

    assert frame.image.shape == (3, 47, 63)
    np.testing.assert_allclose(frame.image[0, -1], np.linspace(0, 1, 63), atol=0.05)


def test_a_video_that_changes_its_size_keeps_that_of_its_first_frame():
    frames = read_all(open_case("smaller.ts"))

    assert len(frames) > 15
    assert {frame.image.shape for frame in frames} == {(3, 96, 128)}
    np.testing.assert_allclose(frames[-1].image[0, 60], np.linspace(0, 1, 128), atol=0.1)


@pytest.mark.parametrize(
    ("tag", "bits", "has_alpha"),
    [
        ("I420", 8, False),
        ("Y3\x0b\x0a", 10, False),
        ("Y3\x0a\x0c", 12, False),
        ("\x10\x0b3Y", 16, False),
        ("Y1\x00\x10", 16, False),
        ("Y2\x00\x08", 8, True),
        ("Y4\x0b\x0a", 10, True),
        ("G4\x00\x10", 16, True),
        ("G3\x00\x0e", 14, False),
        ("RGB0", 16, False),
        ("@RBA", 16, True),
        ("ARGB", 8, True),
        ("YV12", 8, False),
        ("Y800", 8, False),
        ("YUY2", 8, False),
        ("", 8, False),
    ],
)
def test_a_tag_tells_bits_and_alpha(tag, bits, has_alpha):
    stored = pixel_format(tag)

    assert (stored.bits, stored.has_alpha) == (bits, has_alpha)


def test_alpha_beside_the_picture_is_found_in_webm_only():
    with (CASES / "vp9_alpha.webm").open("rb") as file:
        head = file.read(4096)

    assert pixel_format("I420", head) == PixelFormat(8, has_alpha=True)
    assert pixel_format("I420", b"RIFF" + head) == PixelFormat()


def test_a_usual_video_has_nothing_to_note(tmp_path):
    reader = open_reader(Source("video", str(write(tmp_path / "clip.mp4", "mp4v", count=2))))
    frame = reader.read()
    reader.close()

    assert (frame.note, frame.samples) == ("", BYTES)
