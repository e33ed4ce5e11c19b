"""Every common kind of film with spoilt or missing bytes: counts and jumps agree with reading, and every loss is said.

The larger trial is `python -m tests.benchmarks.damaged_films`.
"""

import pytest

from convexplorer.sources.structure import breaks
from tests.sources.damage import COUNT, DAMAGES, KINDS, judge, open_film, read_in_order, spoil, write_kind

SEEDS = (2, 17)  # spots at which counts, jumps or sentences of several kinds were wrong


@pytest.fixture(scope="module", params=KINDS)
def film(request, tmp_path_factory):
    return write_kind(tmp_path_factory.mktemp("films"), request.param)


def breaks_in(path):
    """Run the walk to its end, and return what it found."""
    steps = breaks(path)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def test_a_whole_film_is_found_whole(film):
    verdict = judge(film)

    assert (verdict.shown, verdict.said, verdict.count, verdict.jumps) == (COUNT, "", None, [])
    assert breaks_in(film) == 0


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("how", DAMAGES)
def test_a_damaged_film_is_counted_and_jumped_in_as_it_is_read(film, how, seed):
    verdict = judge(spoil(film, how, seed))

    assert verdict.count is None
    assert verdict.jumps == []
    assert verdict.said or not verdict.lost


def test_a_film_goes_on_behind_a_hole_of_any_length(film):
    path = film.with_name(f"hole_{film.name}")
    data = film.read_bytes()
    start, stop = len(data) // 5, len(data) * 3 // 4
    path.write_bytes(data[:start] + bytes(stop - start) + data[stop:])

    verdict = judge(path)

    assert verdict.shown > (40 if film.stem != "fragments" else 20)
    assert verdict.said
    assert verdict.count is None
    assert verdict.jumps == []


@pytest.mark.parametrize("name", ["mkv", "avi", "flv", "fragments", "ps", "ts"])
def test_bytes_missing_between_frames_are_found(tmp_path, name):
    path = write_kind(tmp_path, name)
    data = path.read_bytes()
    half = len(data) // 2
    path.write_bytes(data[:half] + data[half + 3001 :])

    assert breaks_in(path) >= 1


@pytest.mark.parametrize("name", ["mkv", "avi", "flv", "fragments", "ps", "ts"])
def test_a_film_that_breaks_off_is_not_broken_in_its_middle(tmp_path, name):
    path = write_kind(tmp_path, name)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])

    assert breaks_in(path) == 0


@pytest.mark.parametrize("name", ["mkv", "ps", "ts", "webm"])
def test_films_joined_in_one_file_are_not_broken(tmp_path, name):
    path = write_kind(tmp_path, name)
    path.write_bytes(path.read_bytes() * 2)

    assert breaks_in(path) == 0


def test_until_a_damaged_film_is_decoded_its_count_and_places_are_estimates(tmp_path):
    path = spoil(write_kind(tmp_path, "ts"), "zeros", 0)
    in_order, _ = read_in_order(path)
    reader = open_film(path)

    reader.seek(100)
    jumped, estimate = reader.read(), reader.info
    reader.survey()
    following = reader.read()
    reader.close()

    assert jumped.is_estimated
    assert estimate.is_estimated
    assert not following.is_estimated
    assert following.time_s == pytest.approx(in_order[following.index].time_s)
    assert (reader.info.frame_count, reader.info.is_estimated) == (len(in_order), False)
