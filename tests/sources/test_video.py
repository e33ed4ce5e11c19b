"""Video files written by the test: every frame carries its number, so that exactness can be proven."""

import wave

import numpy as np
import pytest
from PIL import Image

from convexplorer._cv import cv2
from convexplorer.sources import Samples, Source, SourceError, limits, open_reader
from tests.mjpeg_server import number_in, numbered_frame

KINDS = [(".mp4", "mp4v"), (".avi", "MJPG"), (".mkv", "FFV1"), (".webm", "VP80")]
COUNT, RATE_HZ = 40, 20


def write(path, codec, *, count=COUNT, rate_hz=RATE_HZ, size=(48, 64)):
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*codec), rate_hz, size[::-1])
    assert writer.isOpened()
    for number in range(count):
        writer.write(numbered_frame(number, *size))
    writer.release()
    return path


def cut(path, share):
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


def open_video(path):
    return open_reader(Source("video", str(path)))


@pytest.mark.parametrize(("suffix", "codec"), KINDS)
def test_frames_come_in_order_and_in_time(tmp_path, suffix, codec):
    reader = open_video(write(tmp_path / f"clip{suffix}", codec))

    frames = list(iter(reader.read, None))
    reader.close()

    assert [number_in(frame.image) for frame in frames] == list(range(COUNT))
    assert [frame.index for frame in frames] == list(range(COUNT))
    np.testing.assert_allclose([frame.time_s for frame in frames], np.arange(COUNT) / RATE_HZ, atol=0.002)
    assert reader.info.frame_count == COUNT
    assert reader.info.rate_hz == pytest.approx(RATE_HZ)
    assert reader.info.is_seekable
    assert not reader.info.is_live
    assert reader.info.title == f"clip{suffix}"


@pytest.mark.parametrize(("suffix", "codec"), KINDS)
def test_seeking_is_exact_in_both_directions(tmp_path, suffix, codec):
    reader = open_video(write(tmp_path / f"clip{suffix}", codec))

    numbers = []
    for index in (30, 3, 5, 39, 38, 37, 0, 20):
        reader.seek(index)
        frame = reader.read()
        numbers.append((frame.index, number_in(frame.image)))
    reader.close()

    assert numbers == [(index, index) for index in (30, 3, 5, 39, 38, 37, 0, 20)]


def test_frames_say_that_they_were_read_with_eight_bits(tmp_path):
    reader = open_video(write(tmp_path / "clip.avi", "MJPG"))

    assert reader.read().samples == Samples("uint8", 8, 255.0)
    reader.close()


def test_reading_goes_on_behind_a_seek(tmp_path):
    reader = open_video(write(tmp_path / "clip.mp4", "mp4v"))

    reader.seek(35)
    rest = [number_in(frame.image) for frame in iter(reader.read, None)]
    reader.close()

    assert rest == [35, 36, 37, 38, 39]


def test_behind_the_end_there_is_no_frame_but_a_way_back(tmp_path):
    reader = open_video(write(tmp_path / "clip.mp4", "mp4v"))

    reader.seek(COUNT + 5)
    behind = reader.read()
    reader.seek(0)
    first = reader.read()
    reader.close()

    assert behind is None
    assert number_in(first.image) == 0


def test_colours_are_not_exchanged(tmp_path):
    path = tmp_path / "red.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"FFV1"), 25, (64, 48))
    writer.write(np.full((48, 64, 3), (10, 20, 250), np.uint8))
    writer.release()

    reader = open_video(path)
    frame = reader.read()
    reader.close()

    assert frame.channels == ("R", "G", "B")
    np.testing.assert_allclose(frame.image.mean(axis=(1, 2)) * 255, [250, 20, 10], atol=2)
    assert frame.image.dtype == np.float32
    assert not frame.image.flags.writeable


def test_a_name_in_any_script_is_found(tmp_path):
    reader = open_video(write(tmp_path / "прогулка 散歩.mp4", "mp4v", count=3))
    frame = reader.read()
    reader.close()

    assert frame.title == "прогулка 散歩.mp4"


@pytest.mark.parametrize(("suffix", "codec"), KINDS[1:])
def test_a_cut_video_plays_what_is_there_and_then_says_so_once(tmp_path, suffix, codec):
    reader = open_video(cut(write(tmp_path / f"clip{suffix}", codec), 0.5))

    with pytest.raises(SourceError, match=rf"^clip\{suffix} is damaged or cut short: it breaks off after frame \d+ of"):
        list(iter(reader.read, None))
    count = reader.info.frame_count
    again = reader.read()
    reader.close()

    assert 0 < count < 35
    assert again is None


def test_a_cut_mp4_lacks_its_table_and_cannot_be_opened(tmp_path):
    path = cut(write(tmp_path / "clip.mp4", "mp4v"), 0.5)

    with pytest.raises(SourceError, match=r"^clip\.mp4 shows no pictures: it is damaged, cut short"):
        open_video(path)


def test_noise_in_the_middle_ends_somewhere(tmp_path):
    path = write(tmp_path / "clip.avi", "MJPG")
    data = bytearray(path.read_bytes())
    data[len(data) // 3 : len(data) // 2] = np.random.default_rng(7).bytes(len(data) // 2 - len(data) // 3)
    path.write_bytes(bytes(data))
    reader = open_video(path)

    ends = 0
    for _ in range(10 * COUNT):
        try:
            ends += reader.read() is None
        except SourceError:
            ends += 1
    reader.close()

    assert ends > 0


def test_sound_alone_is_no_video(tmp_path):
    path = tmp_path / "song.mp4"
    with wave.open(str(path), "wb") as song:
        song.setnchannels(1)
        song.setsampwidth(2)
        song.setframerate(8000)
        song.writeframes(bytes(8000))

    with pytest.raises(SourceError, match=r"^song\.mp4 shows no pictures: .* only sound"):
        open_video(path)


def test_a_picture_with_a_videos_name_opens(tmp_path):
    path = tmp_path / "photo.mp4"
    Image.new("RGB", (8, 8)).save(path, "PNG")

    reader = open_video(path)

    assert reader.info.rate_hz is None
    assert reader.read().image.shape == (3, 8, 8)


def test_a_video_with_a_pictures_name_opens(tmp_path):
    path = write(tmp_path / "clip.mp4", "mp4v").rename(tmp_path / "clip.png")

    reader = open_reader(Source("image", str(path)))
    frame = reader.read()
    reader.close()

    assert reader.info.frame_count == COUNT
    assert number_in(frame.image) == 0


@pytest.mark.parametrize("contents", [b"Dear diary", bytes(1000), b"\x00\x00\x00\x18ftypisom" + bytes(40)])
def test_what_is_no_video_becomes_a_sentence(tmp_path, contents):
    (tmp_path / "clip.mp4").write_bytes(contents)

    with pytest.raises(SourceError, match=r"^clip\.mp4 shows no pictures"):
        open_video(tmp_path / "clip.mp4")


def test_a_missing_or_empty_video_becomes_a_sentence(tmp_path):
    (tmp_path / "empty.mp4").touch()

    with pytest.raises(SourceError, match=r"^empty\.mp4 is empty"):
        open_video(tmp_path / "empty.mp4")
    with pytest.raises(SourceError, match=r"^gone\.mp4 is not there"):
        open_video(tmp_path / "gone.mp4")


def test_a_video_with_frames_too_large_is_refused(tmp_path, monkeypatch):
    path = write(tmp_path / "clip.mp4", "mp4v", count=2)
    monkeypatch.setattr(limits, "MAX_PIXELS", 48 * 64 - 1)

    with pytest.raises(SourceError, match=r"^clip\.mp4 is too large: its header says 64 × 48 pixels"):
        open_video(path)


def test_closing_twice_is_harmless(tmp_path):
    reader = open_video(write(tmp_path / "clip.mp4", "mp4v", count=2))

    reader.close()
    reader.close()
