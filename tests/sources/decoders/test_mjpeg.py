"""Motion JPEG without a container: a bar at column 2·n tells which of the 75 pictures of `cam.mjpeg` is shown."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convexplorer._cv import cv2
from convexplorer.sources import Source, SourceError, from_paths, limits, open_reader
from tests.sources.test_video_times import CASES, number_of, read_all, show

CAMERA = CASES / "cam.mjpeg"


def jpeg(level: int, size: tuple[int, int] = (16, 24), comment: bytes = b"") -> bytes:
    _, data = cv2.imencode(".jpg", np.full((*size, 3), level, np.uint8))
    head = b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment if comment else b""
    return b"\xff\xd8" + head + data.tobytes()[2:]


def open_motion(path: Path):
    return open_reader(from_paths([str(path)]))


def test_all_pictures_are_read_in_order():
    reader = open_motion(CAMERA)

    frames = read_all(reader)

    assert [number_of(frame) for frame in frames] == list(range(75))
    assert [frame.time_s for frame in frames] == pytest.approx(np.arange(75) / 25)
    assert (reader.info.frame_count, reader.info.rate_hz) == (75, 25)
    assert frames[0].note == "Its pictures have no times; they are shown at 25 per second."


def test_every_picture_can_be_jumped_to():
    reader = open_motion(CAMERA)

    numbers = [number_of(show(reader, index)) for index in (50, 3, 74, 0, 10)]
    behind = show(reader, 75)
    reader.close()

    assert numbers == [50, 3, 74, 0, 10]
    assert behind is None


def test_a_single_picture_of_this_name_is_a_picture(tmp_path):
    (tmp_path / "photo.mjpg").write_bytes(jpeg(200))

    reader = open_motion(tmp_path / "photo.mjpg")
    reader.close()

    assert (reader.info.frame_count, reader.info.rate_hz) == (1, None)


def test_pictures_within_pictures_and_bytes_between_them_are_no_frames(tmp_path):
    path = tmp_path / "cam.mjpeg"
    path.write_bytes(b"".join(jpeg(level, comment=jpeg(0)) + b"\r\n--next\r\n" for level in (50, 100, 150)))

    frames = read_all(open_motion(path))

    assert [round(float(frame.image.mean()) * 255) for frame in frames] == [50, 100, 150]


def test_progressive_pictures_are_whole(tmp_path):
    path = tmp_path / "cam.mjpeg"
    image = Image.effect_noise((64, 48), 90)
    image.save(tmp_path / "one.jpg", progressive=True)
    path.write_bytes((tmp_path / "one.jpg").read_bytes() * 3)

    assert len(read_all(open_motion(path))) == 3


def test_a_cut_file_plays_what_is_there_and_then_says_so(tmp_path):
    path = tmp_path / "cam.mjpeg"
    path.write_bytes(CAMERA.read_bytes()[:30_000])
    reader = open_motion(path)
    count = reader.info.frame_count

    frames = [reader.read() for _ in range(count - 1)]
    with pytest.raises(
        SourceError, match=rf"^cam\.mjpeg is damaged or cut short: it breaks off after frame {count - 1}"
    ):
        reader.read()
    reader.close()

    assert [number_of(frame) for frame in frames] == list(range(count - 1))


def test_a_picture_too_large_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "cam.mjpeg"
    path.write_bytes(jpeg(9) + jpeg(9, (64, 64)))
    monkeypatch.setattr(limits, "MAX_PIXELS", 64 * 64 - 1)
    reader = open_motion(path)
    reader.read()

    with pytest.raises(SourceError, match=r"^cam\.mjpeg is too large: its header says 64 × 64 pixels"):
        reader.read()
    reader.close()


@pytest.mark.parametrize("size", [200, 2000, 20_000])
def test_noise_ends_in_sentences(tmp_path, size):
    path = tmp_path / "cam.mjpeg"
    path.write_bytes(jpeg(5) + b"\xff\xd8\xff" + np.random.default_rng(size).bytes(size) + jpeg(7))
    reader = open_reader(Source("video", str(path)))

    sentences = []
    for _ in range(reader.info.frame_count):
        try:
            reader.read()
        except SourceError as error:
            sentences.append(str(error))
    reader.close()

    assert all(sentence.startswith("cam.mjpeg is ") for sentence in sentences)
