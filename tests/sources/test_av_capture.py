"""The second decoder: pictures and numbers as OpenCV's, sizes checked before memory, damage named, all closed."""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from convexplorer._cv import cv2
from convexplorer.sources import Source, SourceError, limits, open_reader
from convexplorer.sources.av_capture import AvCapture
from convexplorer.sources.capture import Capture
from tests.sources.films import INTERLACED, field, woven, write_film, write_parts
from tests.sources.test_video_times import CASES, COUNTS, number_of, open_case

DECODED = [name for name in COUNTS if not name.startswith("av1")]
COUNT = 20
MOST_TASKS = 4  # of the decoder and the converter together


class Unplugged:
    """A disk that is gone when the film is opened for the second time."""

    @staticmethod
    def open(*_args, **_options):
        raise FileNotFoundError(2, "No such file or directory")


def write_damaged(path, numbers):
    """Write an interlaced film in which the headers of some frames are destroyed."""
    pictures = [woven(number) for number in range(COUNT)]
    data = bytearray(write_film(path, pictures, "prores_ks", INTERLACED["prores_ks"]).read_bytes())
    at = 0
    for number in range(COUNT):
        at = data.index(b"icpf", at) + 4
        if number in numbers:
            data[at : at + 40] = b"\xff" * 40
    path.write_bytes(bytes(data))
    return path


@pytest.mark.parametrize(
    "name", [*DECODED, "h264_10.mp4", "hevc_12.mp4", "turned.mp4", "sar.mp4", "odd.mp4", "smaller.ts"]
)
def test_both_decoders_give_the_same(name):
    one, other = Capture(str(CASES / name), cv2.CAP_FFMPEG), AvCapture(str(CASES / name))

    while (pixels := one.read()) is not None:
        np.testing.assert_allclose(other.read().astype(int), pixels, atol=2)
        assert one.stamp_s in (0.0, pytest.approx(other.stamp_s))
    assert other.read() is None
    assert (other.frame_count, other.bit_rate) == (one.frame_count, one.bit_rate)
    assert other.rate_hz == pytest.approx(one.rate_hz)
    assert other.pixel_aspect == pytest.approx(one.pixel_aspect)
    assert (other.stored().bits, other.stored().has_alpha) == (one.stored().bits, one.stored().has_alpha)
    one.close()
    other.close()


def test_a_film_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(limits, "MAX_PIXELS", 256 * 128 - 1)

    with pytest.raises(SourceError, match=r"^av1\.mp4 is too large: its header says 256 × 128 pixels"):
        open_case("av1.mp4")


def test_frames_that_grow_beyond_the_limit_are_not_decoded(tmp_path, monkeypatch):
    large = [np.kron(woven(number), np.ones((4, 4, 1), np.uint8)) for number in range(8)]
    options = INTERLACED["mpeg2video"]
    path = write_parts(
        tmp_path / "film.ts", [([woven(number) for number in range(8)], options), (large, options)], "mpeg2video"
    )
    monkeypatch.setattr(limits, "MAX_PIXELS", 96 * 256)

    reader = open_reader(Source("video", str(path)))
    shapes = {reader.read().spatial for _ in range(7)}
    with pytest.raises(SourceError, match=r"^film\.ts is damaged"):
        list(iter(reader.read, None))
    reader.close()

    assert shapes == {(96, 256)}


def test_a_film_whose_frames_no_one_decodes_becomes_a_sentence(tmp_path):
    data = bytearray((CASES / "av1.mp4").read_bytes())
    at = data.index(b"mdat") + 4
    end = at - 8 + int.from_bytes(data[at - 8 : at - 4], "big")
    data[at:end] = bytes(end - at)
    path = tmp_path / "film.mp4"
    path.write_bytes(bytes(data))

    with pytest.raises(SourceError, match=r"^film\.mp4 shows no pictures"):
        open_reader(Source("video", str(path)))


def test_a_film_that_cannot_be_opened_again_becomes_a_sentence(monkeypatch):
    monkeypatch.setattr("av.open", Unplugged.open)

    with pytest.raises(SourceError, match=r"^av1\.mp4 shows no pictures"):
        open_case("av1.mp4")


@pytest.mark.parametrize("name", ["av1.mp4", "interlaced.mpg"])
def test_a_closed_film_shows_nothing(name):
    reader = open_case(name)
    reader.read()
    reader.close()

    reader.seek(3)

    with suppress(SourceError):
        assert reader.read() is None


def test_a_change_of_size_is_said(tmp_path):
    large = [np.kron(woven(number), np.ones((2, 2, 1), np.uint8)) for number in range(8, 16)]
    small, options = [woven(number) for number in range(8)], INTERLACED["mpeg2video"]
    path = write_parts(tmp_path / "film.ts", [(small, options), (large, options)], "mpeg2video")

    reader = open_reader(Source("video", str(path)))
    frames = list(iter(reader.read, None))
    reader.close()

    said = "It is stored with 512 × 192 pixels, and scaled to those of the first."
    assert [said in frame.note for frame in (frames[0], frames[-1])] == [False, True]
    assert len(frames) >= 15  # at the change a decoder may lose the frame that it holds back
    assert {frame.spatial for frame in frames} == {(96, 256)}


def test_damaged_packets_are_passed_over_and_said(tmp_path):
    reader = open_reader(Source("video", str(write_damaged(tmp_path / "film.mov", [7, 8, 12]))))

    frames = [reader.read() for _ in range(COUNT - 3)]
    with pytest.raises(SourceError, match=r"^film\.mov is damaged: frames are missing"):
        reader.read()
    behind = reader.read()
    reader.close()

    expected = [number / 25 for number in range(COUNT) if number not in (7, 8, 12)]
    assert [frame.time_s for frame in frames] == pytest.approx(expected)
    assert behind is None


def test_a_film_cut_out_of_a_broadcast_is_not_called_damaged(tmp_path):
    path = write_film(
        tmp_path / "film.ts", [woven(number) for number in range(COUNT)], "mpeg2video", INTERLACED["mpeg2video"]
    )
    data = path.read_bytes()
    path.write_bytes(data[len(data) // 188 // 5 * 188 :])  # packets of 188 bytes; the first key frame is lost

    reader = open_reader(Source("video", str(path)))
    frames = list(iter(reader.read, None))
    reader.close()

    assert 1 < len(frames) < COUNT
    assert frames[0].note.startswith("It is interlaced")


def test_no_thread_is_left():
    tasks = Path("/proc/self/task")
    if not tasks.is_dir():
        pytest.skip("only Linux lists the threads of a library")

    counts = []
    for _ in range(3):
        reader = open_case("av1.mp4")
        number = number_of(reader.read())
        during = len(os.listdir(tasks))
        reader.close()
        reader.close()
        counts.append(len(os.listdir(tasks)))
        assert number == 0
        assert during - counts[-1] <= MOST_TASKS

    assert counts[1] == counts[2]


def test_nothing_is_printed_and_other_films_do_not_load_it(tmp_path):
    still = write_film(tmp_path / "moves.mkv", [field(8 * number) for number in range(4)], "ffv1")
    broken = write_damaged(tmp_path / "film.mov", [7, 8, 12])
    code = (
        "import sys\n"
        "from convexplorer.sources import Source, SourceError, open_reader\n"
        "for path in sys.argv[1:]:\n"
        "    print('av' in sys.modules)\n"
        "    reader = open_reader(Source('video', path))\n"
        "    try:\n"
        "        list(iter(reader.read, None))\n"
        "    except SourceError as error:\n"
        "        print('damaged' in str(error))\n"
        "    reader.close()\n"
    )
    arguments = [sys.executable, "-c", code, str(still), str(broken)]

    done = subprocess.run(arguments, capture_output=True, text=True, check=True, timeout=60)

    assert done.stdout.split() == ["False", "False", "True"]
    assert done.stderr == ""
