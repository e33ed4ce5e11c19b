"""Films whose packets no jump waits for, as those of many gigabytes: what is an estimate says so, and becomes exact."""

import numpy as np
import pytest

from convexplorer.sources import Source, open_reader, video
from convexplorer.sources.capture import Capture
from tests.sources.films import field, write_film

COUNT = 900
STEPS_S = np.random.default_rng(5).choice([0.04, 0.08, 0.2], COUNT)
TIMES_S = np.cumsum(STEPS_S) - STEPS_S[0]


@pytest.fixture(scope="module", params=["uneven.mkv", "uneven.mp4"])
def film(request, tmp_path_factory):
    pictures = [field(2 * (number % 120)) for number in range(COUNT)]
    path = tmp_path_factory.mktemp("films") / request.param
    return write_film(path, pictures, "libx264", {"bf": "2", "g": "50", "preset": "ultrafast"}, TIMES_S)


@pytest.fixture
def reader(film, monkeypatch):
    monkeypatch.setattr(video, "_MOST_AWAITED_BYTES", 0)
    reader = open_reader(Source("video", str(film)))
    yield reader
    reader.close()


def shown(reader, index):
    reader.seek(index)
    return reader.read()


def number_at(time_s):
    """Return the place of the frame that begins at a time; times of Matroska are whole milliseconds."""
    number = int(np.abs(TIMES_S - time_s).argmin())
    assert TIMES_S[number] == pytest.approx(time_s, abs=0.0011)
    return number


def test_a_jump_decodes_a_part_only_and_says_that_its_place_is_an_estimate(reader, monkeypatch):
    fetched, grab = [], Capture.grab
    monkeypatch.setattr(Capture, "grab", lambda capture: fetched.append(1) or grab(capture))

    frame = shown(reader, 800)

    assert reader.info.is_estimated
    assert (frame.index, frame.is_estimated) == (800, True)
    assert frame.time_s == pytest.approx(800 / reader.info.rate_hz, abs=max(STEPS_S))
    assert len(fetched) < COUNT / 2
    number_at(frame.time_s)


def test_the_count_and_the_places_behind_a_jump_become_exact(reader):
    first = shown(reader, 700)
    parts = sum(1 for _ in iter(lambda: reader.survey(0.0), True))
    following = reader.read()

    assert parts > COUNT / 2
    assert (reader.info.frame_count, reader.info.is_estimated) == (COUNT, False)
    assert reader.index_at(first.time_s) == number_at(first.time_s)
    assert (following.index, following.is_estimated) == (number_at(first.time_s) + 1, False)
    assert number_at(following.time_s) == following.index


def test_a_place_becomes_exact_also_before_it_is_read(reader):
    reader.seek(700)
    reader.survey()
    frame = reader.read()

    assert (frame.index, frame.is_estimated) == (number_at(frame.time_s), False)


def test_steps_from_an_estimated_place_miss_no_frame(reader):
    begin = number_at(shown(reader, 750).time_s)

    back = [number_at(shown(reader, 750 - steps).time_s) for steps in range(1, 8)]
    again = number_at(shown(reader, 743).time_s)
    forward = [number_at(reader.read().time_s) for _ in range(7)]

    assert back == [begin - steps for steps in range(1, 8)]
    assert again == begin - 7
    assert forward == [begin - 7 + steps for steps in range(1, 8)]


def test_behind_the_end_the_last_frame_is_found(reader):
    reader.seek(COUNT + 5000)
    beyond = reader.read()
    last = shown(reader, reader.info.frame_count - 1)

    assert beyond is None
    assert reader.info.is_estimated
    assert number_at(last.time_s) >= COUNT - 4


def test_an_end_reached_behind_a_jump_is_still_an_estimate(reader):
    reader.seek(800)
    frames = list(iter(reader.read, None))
    estimate = reader.info
    reader.survey()

    assert number_at(frames[-1].time_s) == COUNT - 1
    assert (estimate.frame_count, estimate.is_estimated) == (frames[-1].index + 1, True)
    assert (reader.info.frame_count, reader.info.is_estimated) == (COUNT, False)


def test_a_film_read_to_its_end_is_counted(reader):
    count = sum(1 for _ in iter(reader.read, None))

    assert count == COUNT
    assert (reader.info.frame_count, reader.info.is_estimated) == (COUNT, False)


def test_a_long_film_may_be_closed_while_it_is_surveyed(reader):
    for _ in range(100):
        reader.survey(0.0)

    reader.close()

    assert reader.info.is_estimated
