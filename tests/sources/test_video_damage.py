"""Films with a damaged spot, a missing piece, times of decoding or two beginnings: jumps show what reading shows.

The films are written by the test; the bar of frame n is at column 2·n.
"""

import av
import numpy as np
import pytest

from convexplorer.sources import Source, SourceError, open_reader
from convexplorer.sources.timeline import Timeline
from tests.sources.films import field, write_film
from tests.sources.test_video import write as write_by_opencv
from tests.sources.test_video_times import number_of

COUNT, ERASED_BYTES = 120, 300
B_FRAMES = {"libx264": {"bf": "3", "g": "30"}, "mpeg4": {"bf": "2", "g": "25"}, "mpeg2video": {"bf": "2", "g": "12"}}
#: name, encoder, options: 300 bytes in the middle of the file are erased.
ERASED = {
    "table.mp4": ("libx264", B_FRAMES["libx264"]),
    "keys.mp4": ("libx264", {"g": "1"}),
    "fragments.mp4": ("libx264", B_FRAMES["libx264"]),
    "film.mkv": ("libx264", B_FRAMES["libx264"]),
    "film.flv": ("libx264", B_FRAMES["libx264"]),
    "film.avi": ("mpeg4", B_FRAMES["mpeg4"]),
    "film.mpg": ("mpeg2video", B_FRAMES["mpeg2video"]),
    "film.ts": ("mpeg2video", B_FRAMES["mpeg2video"]),
}


def write(path, encoder, options=None, count=COUNT):
    muxer = {"movflags": "frag_keyframe+empty_moov"} if path.stem == "fragments" else {}
    return write_film(path, [field(2 * n) for n in range(count)], encoder, options or {}, muxer=muxer)


def write_damaged(path):
    """Write the film of `ERASED` with this name, and erase bytes in the middle of its pictures."""
    data = bytearray(write(path, *ERASED[path.name]).read_bytes())
    end = data.find(b"idx1")  # the index of an AVI file is behind its pictures
    middle = (len(data) if end < 0 else end) // 2
    data[middle : middle + ERASED_BYTES] = bytes(ERASED_BYTES)
    path.write_bytes(bytes(data))
    return path


def spoil_picture(path, number, *, kept):
    """Overwrite a packet but for its first bytes, so that only decoding tells that it gives no frame."""
    with av.open(str(path)) as container:
        packets = [bytes(packet) for packet in container.demux(video=0) if packet.size]
    data = path.read_bytes()
    packet = packets[number]
    at = data.index(packet)
    path.write_bytes(data[: at + kept] + b"\xff" * (len(packet) - kept) + data[at + len(packet) :])


def open_film(path):
    return open_reader(Source("video", str(path)))


def number_in(frame):
    """Return the number of a frame; −1 if damage hides its bar."""
    return number_of(frame) if np.ptp(frame.image.mean(axis=(0, 1))) > 0.1 else -1


def read_to_end(reader):
    """Return index, number and time of each frame, and the sentence at the end or ""."""
    seen, said = [], ""
    try:
        seen.extend((f.index, number_in(f), round(f.time_s, 4)) for f in iter(reader.read, None))
    except SourceError as error:
        said = str(error)
    assert reader.read() is None
    return seen, said


def read_in_order(path):
    reader = open_film(path)
    seen, said = read_to_end(reader)
    reader.close()
    assert [index for index, _, _ in seen] == list(range(len(seen)))
    return seen, said


def assert_jumps_show_the_same(path, in_order):
    indices = sorted(
        {*range(0, len(in_order), 13), len(in_order) // 2, *range(max(0, len(in_order) - 4), len(in_order))}
    )
    same = open_film(path)
    for index in [*indices[::-2], *indices[::2]]:
        fresh = open_film(path)
        for reader in (fresh, same):
            reader.seek(index)
            frame = reader.read()
            assert (frame.index, number_in(frame), round(frame.time_s, 4)) == in_order[index]
        fresh.close()
    same.close()


def assert_counted(path, count):
    reader = open_film(path)
    is_finished = reader.survey()
    reader.close()

    assert is_finished
    assert reader.info.frame_count == count


@pytest.fixture(scope="module", params=ERASED)
def erased(request, tmp_path_factory):
    return write_damaged(tmp_path_factory.mktemp("films") / request.param)


def test_frames_behind_a_damaged_spot_are_there_after_a_jump(erased):
    in_order, _ = read_in_order(erased)

    assert COUNT // 3 < len(in_order) <= COUNT
    assert_jumps_show_the_same(erased, in_order)


def test_frames_around_a_damaged_spot_are_counted(erased):
    assert_counted(erased, len(read_in_order(erased)[0]))


@pytest.mark.parametrize("name", ["table.mp4", "keys.mp4", "film.avi"])
def test_damage_is_said_once_at_the_end_also_behind_a_jump(tmp_path, name):
    path = write_damaged(tmp_path / name)
    in_order, _ = read_in_order(path)
    reader = open_film(path)

    reader.seek(100)
    seen, said = read_to_end(reader)
    reader.close()

    assert seen == in_order[100:]
    assert said.startswith(f"{name} is damaged: frames are missing")


@pytest.mark.parametrize("lost", [(10, 11, 25), (7,), (1, 2, 3, 4, 5, 37)])
def test_pictures_without_a_beginning_are_not_counted(tmp_path, lost):
    path = write_by_opencv(tmp_path / "clip.avi", "MJPG")
    data = bytearray(path.read_bytes())
    start = data.index(b"movi")
    for number in range(40):
        start = data.index(b"00dc", start) + 8
        if number in lost:
            length = int.from_bytes(data[start - 4 : start], "little")
            data[start : start + length] = bytes(length)
    path.write_bytes(bytes(data))
    there = [number for number in range(40) if number not in lost]

    assert_counted(path, len(there))
    for index in (30, 0, 12, len(there) - 1):
        reader = open_film(path)
        reader.seek(index)
        frame = reader.read()
        reader.close()
        assert (frame.index, frame.time_s) == (index, pytest.approx(there[index] / 20))


def test_a_frame_that_comes_too_late_does_not_move_the_times_behind_it():
    timeline, times = Timeline(25.0), []
    stamps = [0.0, 0.04, 2.0, 2.04, 1.0, 2.08, 2.12]  # the fifth is one that the decoder held back at a damaged spot

    for index, stamp_s in enumerate(stamps):
        times.append(timeline.note(index, stamp_s, times[-1] if times else None))

    assert times[4] == pytest.approx(2.04, abs=0.005)
    assert np.diff(times).min() > 0
    assert times[:4] + times[5:] == pytest.approx([0.0, 0.04, 2.0, 2.04, 2.08, 2.12])
    assert timeline.stamp_of(6) == pytest.approx(2.12)
    assert timeline.stamp_of(4) is None


@pytest.mark.parametrize("suffix", [".mkv", ".mp4", ".avi"])
def test_a_frame_missing_on_the_way_of_a_jump_is_noticed(tmp_path, suffix):
    path = write(tmp_path / f"film{suffix}", "mpeg4", {"g": "250"})
    spoil_picture(path, 60, kept=4)
    in_order, _ = read_in_order(path)
    reader = open_film(path)

    reader.seek(100)
    frame = reader.read()
    reader.survey()
    reader.close()

    assert len(in_order) == COUNT - 1
    assert (frame.index, number_in(frame), round(frame.time_s, 4)) == in_order[100]
    assert reader.info.frame_count == len(in_order)


def test_what_reading_finds_missing_is_counted_anew(tmp_path):
    path = write(tmp_path / "film.mp4", "libx264", {"g": "250", "bf": "0"})
    spoil_picture(path, 60, kept=5)
    in_order, _ = read_in_order(path)
    reader = open_film(path)

    reader.survey()
    for _ in range(80):
        reader.read()
    is_finished = reader.survey()
    reader.seek(100)
    frame = reader.read()
    reader.close()

    assert is_finished
    assert len(in_order) == COUNT - 1
    assert reader.info.frame_count == len(in_order)
    assert (frame.index, number_in(frame), round(frame.time_s, 4)) == in_order[100]


def test_a_piece_cut_out_of_a_broadcast_is_counted(tmp_path):
    path = write(tmp_path / "hole.ts", "libx264", B_FRAMES["libx264"])
    data = path.read_bytes()
    third, half = (len(data) // share // 188 * 188 for share in (3, 2))  # packets of 188 bytes
    path.write_bytes(data[:third] + data[half:])

    in_order, _ = read_in_order(path)

    assert len(in_order) < 110
    assert in_order[-1][1] == COUNT - 1
    assert_counted(path, len(in_order))
    assert_jumps_show_the_same(path, in_order)


# Undamaged, but their packets do not tell the times of frames


@pytest.mark.parametrize("count", [1, 3, COUNT])
@pytest.mark.parametrize("encoder", ["mpeg4", "libx264"])
def test_an_avi_file_with_frames_out_of_order_has_all_of_them(tmp_path, encoder, count):
    path = write(tmp_path / "film.avi", encoder, B_FRAMES[encoder], count)

    in_order, said = read_in_order(path)

    assert [number for _, number, _ in in_order] == list(range(count))
    assert said == ""
    assert_counted(path, count)
    assert_jumps_show_the_same(path, in_order)


def test_an_avi_file_with_one_key_frame_has_all_of_them(tmp_path):
    path = write(tmp_path / "film.avi", "libx264", {"bf": "2", "g": "1000"})

    assert_counted(path, COUNT)
    assert_jumps_show_the_same(path, read_in_order(path)[0])


@pytest.mark.parametrize("name", ["film.mpg", "film.m2v"])
@pytest.mark.parametrize("count", [8, COUNT])
def test_mpeg_without_times_for_each_packet_is_counted(tmp_path, name, count):
    path = write(tmp_path / name, "mpeg2video", B_FRAMES["mpeg2video"], count)

    in_order, said = read_in_order(path)

    assert [number for _, number, _ in in_order] == list(range(count))
    assert said == ""
    assert_counted(path, count)
    assert_jumps_show_the_same(path, in_order)


@pytest.mark.parametrize("name", ["film.ts", "film.mkv", "film.mpg"])
def test_two_films_in_one_file_are_counted_and_timed(tmp_path, name):
    encoder = "mpeg2video" if name == "film.mpg" else "libx264"
    path = write(tmp_path / name, encoder, B_FRAMES[encoder], 60)
    path.write_bytes(path.read_bytes() * 2)
    in_order, _ = read_in_order(path)
    reader = open_film(path)

    reader.survey()
    shown = [reader.index_at(time_s) for _, _, time_s in in_order]
    reader.close()

    assert len(in_order) >= 118
    assert reader.info.frame_count == len(in_order)
    assert shown == list(range(len(in_order)))
    assert_jumps_show_the_same(path, in_order)


def test_counting_by_decoding_may_be_done_in_parts(tmp_path):
    path = write(tmp_path / "film.ts", "libx264", B_FRAMES["libx264"], 60)
    path.write_bytes(path.read_bytes() * 2)
    reader = open_film(path)
    in_order = [reader.read() for _ in range(50)]

    parts = sum(1 for _ in iter(lambda: reader.survey(0.0), True))
    rest = list(iter(reader.read, None))
    reader.close()

    assert parts > 120  # the packets, then the frames
    assert reader.info.frame_count == len(in_order) + len(rest)
    assert np.diff([frame.time_s for frame in [*in_order, *rest]]).min() > 0


def test_a_film_may_be_closed_while_it_is_counted(tmp_path):
    path = write(tmp_path / "film.ts", "libx264", B_FRAMES["libx264"], 60)
    path.write_bytes(path.read_bytes() * 2)
    reader = open_film(path)
    for _ in range(130):
        reader.survey(0.0)

    reader.close()

    assert reader.survey()


@pytest.mark.parametrize("suffix", [".flv", ".avi", ".ts", ".mkv", ".mp4"])
def test_a_whole_film_is_not_called_damaged(tmp_path, suffix):
    path = write(tmp_path / f"film{suffix}", "libx264", B_FRAMES["libx264"])

    in_order, said = read_in_order(path)

    assert len(in_order) == COUNT
    assert said == ""
