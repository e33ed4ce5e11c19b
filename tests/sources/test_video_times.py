"""Videos whose frames cannot be found by number over rate: a bar at column 2·n says which frame is on screen.

The files were made for this, by FFmpeg: 256 × 128 pixels, 25 frames a second. `numbered` has 100 frames in several
containers, `camcorder_start100` begins at 100 s, `trimmed` hides its first 35 frames by an edit list, `slides` shows
three frames 40 ms apart at each full second, `browser` and `raw` say no duration.
"""

from pathlib import Path

import numpy as np
import pytest

from convexplorer.sources import Source, SourceError, open_reader, video
from tests.sources.test_video import number_in, write

CASES = Path(__file__).parents[1] / "cases" / "video"
NUMBERED = ["numbered.mp4", "numbered.ts", "numbered_h264.ts", "camcorder_start100.mts", "numbered.mpg"]
AV1 = ["av1.mp4", "av1.webm"]  # which OpenCV does not decode
SLIDES = ["slides.mp4", "slides.mkv", "slides.webm", "slides.wmv"]
SLIDE_TIMES_S = [number // 3 + number % 3 * 0.04 for number in range(30)]
COUNTS = {
    **dict.fromkeys([*NUMBERED, *AV1], 100),
    **dict.fromkeys(SLIDES, 30),
    "trimmed.mp4": 90,
    "browser.webm": 75,
    "raw.264": 75,
}


def open_case(name):
    return open_reader(Source("video", str(CASES / name)))


def number_of(frame):
    """Read the bar's place; its middle is 3.5 columns behind 2·n."""
    profile = frame.image.mean(axis=(0, 1))
    profile = (profile - np.median(profile)).clip(0)
    profile[profile < profile.max() / 2] = 0
    return round((float((profile * np.arange(len(profile))).sum() / profile.sum()) - 3.5) / 2)


def read_all(reader):
    frames = list(iter(reader.read, None))
    reader.close()
    return frames


def show(reader, index):
    reader.seek(index)
    return reader.read()


@pytest.mark.parametrize("name", [*NUMBERED, *AV1, "browser.webm", "raw.264"])
def test_frames_carry_their_own_times_from_the_first_one_on(name):
    frames = read_all(open_case(name))

    assert [number_of(frame) for frame in frames] == list(range(COUNTS[name]))
    np.testing.assert_allclose([frame.time_s for frame in frames], np.arange(COUNTS[name]) / 25, atol=1e-6)


@pytest.mark.parametrize("name", SLIDES)
def test_a_variable_frame_rate_keeps_its_times(name):
    reader = open_case(name)

    frames = read_all(reader)

    np.testing.assert_allclose([frame.time_s for frame in frames], SLIDE_TIMES_S, atol=0.002)
    assert reader.info.frame_count == 30


@pytest.mark.parametrize("name", COUNTS)
@pytest.mark.parametrize("is_read_before", [False, True], ids=["fresh", "read before"])
def test_after_a_jump_content_and_time_are_those_of_reading_in_order(name, is_read_before):
    in_order = read_all(open_case(name))
    reader = open_case(name)
    if is_read_before:
        list(iter(reader.read, None))

    count = len(in_order)
    for index in (0, 3, 10, 50, 98, 98, 50, 10, 3, 0, count - 1, 7, 29, 20):
        frame = show(reader, min(index, count - 1))

        expected = in_order[min(index, count - 1)]
        assert (frame.index, frame.time_s) == (expected.index, pytest.approx(expected.time_s))
        np.testing.assert_array_equal(frame.image, expected.image)
    assert show(reader, count) is None
    assert show(reader, count + 50) is None
    assert show(reader, 5).index == 5
    assert reader.info.frame_count == count
    reader.close()


@pytest.mark.parametrize("name", COUNTS)
def test_a_video_too_large_for_a_survey_is_jumped_in_exactly(name, monkeypatch):
    monkeypatch.setattr(video, "_MOST_AWAITED_BYTES", 0)
    in_order = read_all(open_case(name))
    reader = open_case(name)

    for index in (25, 3, 29, 0, 10):  # at 25 per second, frame 25 would stand where frame 3 of the slides stands
        frame = show(reader, index)

        assert (frame.index, frame.time_s) == (index, pytest.approx(in_order[index].time_s))
        np.testing.assert_array_equal(frame.image, in_order[index].image)
    reader.close()


@pytest.mark.parametrize("name", COUNTS)
def test_reading_goes_on_at_its_time_behind_a_jump(name):
    in_order = read_all(open_case(name))
    reader = open_case(name)

    reader.seek(20)
    frames = read_all(reader)

    assert [frame.index for frame in frames] == list(range(20, COUNTS[name]))
    np.testing.assert_allclose([frame.time_s for frame in frames], [frame.time_s for frame in in_order[20:]], atol=1e-6)


@pytest.mark.parametrize("name", COUNTS)
def test_a_survey_counts_the_frames(name):
    reader = open_case(name)

    is_finished = reader.survey()
    reader.close()

    assert is_finished
    assert reader.info.frame_count == COUNTS[name]


def test_a_survey_may_be_done_in_parts():
    reader = open_case("slides.mkv")

    parts = iter(lambda: reader.survey(0.0), True)
    unfinished = sum(1 for _ in parts)
    reader.close()

    assert unfinished > 0
    assert reader.info.frame_count == 30


def test_the_count_never_falls_behind_what_is_read():
    reader = open_case("numbered.mpg")

    counts = [(frame.index, reader.info.frame_count) for frame in iter(reader.read, None)]
    reader.close()

    assert all(index < count for index, count in counts)
    assert reader.info.frame_count == 100


@pytest.mark.parametrize("name", ["slides.mp4", "slides.mkv"])
def test_times_tell_which_frame_is_on_screen(name):
    reader = open_case(name)
    reader.survey()

    shown = [reader.index_at(time_s) for time_s in (0.0, 0.05, 0.5, 0.99, 1.0, 5.2, 9.3)]
    reader.close()

    assert shown == [0, 1, 2, 2, 3, 17, 29]


def test_the_last_frame_lasts_as_long_as_the_header_says():
    reader = open_case("slides.mp4")  # its mean rate would give the last frame 0.3 s

    last = show(reader, 29)
    reader.close()

    assert last.time_s + last.duration_s == pytest.approx(9.12, abs=0.01)


def test_two_films_in_one_play_and_are_counted(tmp_path):
    path = tmp_path / "joined.ts"
    path.write_bytes((CASES / "numbered.ts").read_bytes() * 2)
    in_order = read_all(open_reader(Source("video", str(path))))
    reader = open_reader(Source("video", str(path)))

    jumped = show(reader, 150)
    reader.close()

    times = [frame.time_s for frame in in_order]
    assert len(in_order) > 190
    assert np.diff(times).min() > 0
    assert (jumped.index, number_of(jumped)) == (150, number_of(in_order[150]))


# What is broken, and what is not


def test_a_trimmed_video_is_not_called_damaged():
    reader = open_case("trimmed.mp4")

    frames = read_all(reader)

    assert [number_of(frame) for frame in frames] == list(range(35, 125))
    assert reader.info.frame_count == 90


@pytest.mark.parametrize("name", ["numbered.mp4", "slides.mkv", "slides.wmv", "av1.webm"])
def test_a_file_that_ends_too_early_is_called_cut_short(tmp_path, name):
    path = tmp_path / name
    data = (CASES / name).read_bytes()
    path.write_bytes(_with_index_in_front(data)[: len(data) * 2 // 3])
    reader = open_reader(Source("video", str(path)))

    with pytest.raises(
        SourceError, match=rf"^{name} is damaged or cut short: it breaks off after frame \d+( of \d+)?\.$"
    ):
        list(iter(reader.read, None))
    assert reader.read() is None
    reader.close()


def test_packets_that_cannot_be_decoded_are_damage(tmp_path):
    path = write(tmp_path / "clip.avi", "MJPG")
    data = bytearray(path.read_bytes())
    start = data.index(b"movi")
    for number in range(40):  # erase each picture from the twenty-first on
        start = data.index(b"00dc", start) + 8
        length = int.from_bytes(data[start - 4 : start], "little")
        data[start : start + length] = bytes(length) if number >= 20 else data[start : start + length]
    path.write_bytes(bytes(data))

    reader = open_reader(Source("video", str(path)))
    with pytest.raises(SourceError, match=r"^clip\.avi is damaged or cut short: it breaks off after frame 20 of 40\.$"):
        list(iter(reader.read, None))
    reader.close()


def test_frames_behind_damaged_packets_are_read_and_the_damage_is_said(tmp_path):
    path = write(tmp_path / "clip.avi", "MJPG")
    data = bytearray(path.read_bytes())
    start = data.index(b"movi")
    for number in range(40):
        start = data.index(b"00dc", start) + 8
        length = int.from_bytes(data[start - 4 : start], "little")
        data[start : start + length] = bytes(length) if number in (10, 11, 25) else data[start : start + length]
    path.write_bytes(bytes(data))
    reader = open_reader(Source("video", str(path)))

    frames = [reader.read() for _ in range(37)]
    with pytest.raises(
        SourceError, match=r"^clip\.avi is damaged: frames are missing, because they could not be decoded"
    ):
        reader.read()
    behind = reader.read()
    reader.close()

    numbers = [number for number in range(40) if number not in (10, 11, 25)]
    assert [number_in(frame.image) for frame in frames] == numbers
    assert [frame.time_s for frame in frames] == pytest.approx([number / 20 for number in numbers])
    assert [frame.index for frame in frames] == list(range(37))
    assert behind is None


def test_sound_that_lasts_longer_is_no_damage(tmp_path):
    # The header says 30 s, as a longer sound would make it; in a Matroska file this is a double, in milliseconds.
    path = tmp_path / "clip.mkv"
    data = (CASES / "slides.mkv").read_bytes()
    at = data.index(b"\x44\x89\x88") + 3
    path.write_bytes(data[:at] + np.array([30_000.0], ">f8").tobytes() + data[at + 8 :])

    reader = open_reader(Source("video", str(path)))
    frames = read_all(reader)

    assert len(frames) == 30
    assert reader.info.frame_count == 30


def _with_index_in_front(data):
    """Move the box `moov` of an MP4 before its pictures, as “fast start” does; other files stay as they are."""
    at = data.find(b"moov") - 4
    if data[4:8] != b"ftyp":
        return data
    moov = bytearray(data[at : at + int.from_bytes(data[at : at + 4], "big")])
    assert at + len(moov) == len(data)
    front = int.from_bytes(data[:4], "big")
    chunks = moov.index(b"stco") + 8
    for i in range(int.from_bytes(moov[chunks : chunks + 4], "big")):
        place = chunks + 4 + 4 * i
        moved = int.from_bytes(moov[place : place + 4], "big") + len(moov)
        moov[place : place + 4] = moved.to_bytes(4, "big")
    return data[:front] + bytes(moov) + data[front:at]
