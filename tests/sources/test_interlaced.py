"""Interlaced films, which OpenCV does not convert: fields, times, jumps and counts are those that were written."""

from itertools import pairwise

import numpy as np
import pytest

from convexplorer.sources import Source, open_reader, video
from tests.sources.films import INTERLACED, RATE_HZ, field, places_in, woven, write_film, write_parts
from tests.sources.test_video_times import open_case, read_all, show

COUNT = 40
WOVEN = "It is interlaced: its even and odd lines, taken one after the other, are shown as they are stored."
FILMS = [
    ("libx264", ".mp4"),
    ("libx264", ".mts"),
    ("mpeg2video", ".mpg"),
    ("mpeg2video", ".vob"),
    ("mpeg2video", ".ts"),
    ("mpeg2video", ".mkv"),
    ("mpeg4", ".avi"),
    ("prores_ks", ".mov"),
]
LATE_S = [n // 3 + n % 3 * 0.04 for n in range(COUNT)]


@pytest.fixture(scope="module", params=FILMS, ids=lambda film: "".join(film))
def film(request, tmp_path_factory):
    encoder, suffix = request.param
    path = tmp_path_factory.mktemp("films") / f"film{suffix}"
    return write_film(path, [woven(number) for number in range(COUNT)], encoder, INTERLACED[encoder])


def open_film(path):
    return open_reader(Source("video", str(path)))


def assert_shows(frame, number):
    """Both fields are those of this number: the odd lines are two columns ahead."""
    assert frame.index == number
    assert places_in(frame.image) == pytest.approx((4 * number, 4 * number + 2), abs=0.3)


def test_both_fields_of_each_frame_are_shown_at_its_time(film):
    reader = open_film(film)

    frames = read_all(reader)

    for number, frame in enumerate(frames):
        assert_shows(frame, number)
    assert [frame.time_s for frame in frames] == pytest.approx(np.arange(COUNT) / RATE_HZ, abs=0.001)
    assert all(frame.note.endswith(WOVEN) for frame in frames)
    assert reader.info.frame_count == COUNT


@pytest.mark.parametrize("most_awaited", [0, 10**9], ids=["large", "small"])
def test_jumps_are_exact(film, monkeypatch, most_awaited):
    monkeypatch.setattr(video, "_MOST_AWAITED_BYTES", most_awaited)
    reader = open_film(film)

    for number in (30, 3, 0, 39, 38, 20, 21, 5):
        frame = show(reader, number)

        assert_shows(frame, number)
        assert frame.time_s == pytest.approx(number / RATE_HZ, abs=0.001)
    assert show(reader, COUNT) is None
    assert show(reader, 7).index == 7
    assert reader.info.frame_count == COUNT
    reader.close()


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_unequal_times_are_kept(tmp_path, suffix):
    pictures = [woven(number) for number in range(COUNT)]
    reader = open_film(write_film(tmp_path / f"film{suffix}", pictures, "libx264", INTERLACED["libx264"], LATE_S))

    jumped = show(reader, 31)
    reader.seek(0)
    frames = read_all(reader)

    assert_shows(jumped, 31)
    assert jumped.time_s == pytest.approx(LATE_S[31], abs=0.002)
    assert [frame.time_s for frame in frames] == pytest.approx(LATE_S, abs=0.002)


def test_ten_bits_are_said_beside_the_fields(tmp_path):
    pictures = [woven(number) for number in range(3)]
    reader = open_film(write_film(tmp_path / "film.mov", pictures, "prores_ks", INTERLACED["prores_ks"]))

    frame = reader.read()
    reader.close()

    assert frame.note == f"Read with 8 of its 10 bits. {WOVEN}"


@pytest.mark.parametrize("name", ["interlaced.mp4", "interlaced.mpg"])
def test_a_moving_texture_moves(name):
    frames = read_all(open_case(name))

    assert len(frames) == 6
    assert all(frame.image.std() > 0.1 for frame in frames)
    assert all(np.abs(one.image - two.image).mean() > 0.05 for one, two in pairwise(frames))


@pytest.mark.parametrize("start", [6, 12])
def test_a_film_that_becomes_interlaced_does_not_stand_still(tmp_path, start):
    plain = [field(4 * number) for number in range(start)]
    parts = [(plain, {"b": "4000000"}), ([woven(n) for n in range(start, COUNT)], INTERLACED["mpeg2video"])]
    path = write_parts(tmp_path / "film.ts", parts, "mpeg2video")

    frames = read_all(open_film(path))
    reader = open_film(path)
    jumped = [show(reader, number) for number in (30, 31, 2, 35)]
    reader.close()

    assert [frame.index for frame in frames] == list(range(COUNT))
    for frame in [*frames[start:], jumped[1], jumped[3]]:
        assert_shows(frame, frame.index)
        assert frame.note == WOVEN
    assert [frame.note for frame in frames[:start]] == [""] * start
    assert places_in(jumped[2].image)[0] == pytest.approx(8, abs=0.3)
    assert [frame.time_s for frame in frames] == pytest.approx(np.arange(COUNT) / RATE_HZ, abs=0.001)


def test_a_film_of_stills_is_looked_at_ever_more_rarely(tmp_path, monkeypatch):
    looks = []
    monkeypatch.setattr(video, "is_memory", lambda *_: looks.append(1) or False)
    path = write_film(tmp_path / "film.mkv", [field(8 * (n // 2)) for n in range(COUNT)], "ffv1")

    frames = read_all(open_film(path))

    assert [places_in(frame.image)[0] for frame in frames] == pytest.approx([8 * (n // 2) for n in range(COUNT)])
    assert len(looks) == 5  # of 20 pairs the first, the second, the fourth, the eighth and the sixteenth
