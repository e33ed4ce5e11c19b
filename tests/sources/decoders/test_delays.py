"""Animations whose frames last unequally long: each carries its own time, in every format."""

import numpy as np
import pytest
from PIL import Image

from convexplorer.sources import Source, open_reader

DURATIONS_MS = (100, 300, 50, 1000, 20, 700)
STARTS_S = (0.0, 0.1, 0.4, 0.45, 1.45, 1.47)
LEVELS = [40 * i for i in range(len(DURATIONS_MS))]
SUFFIXES = ("gif", "png", "webp", "avif")


def write(path, durations_ms=DURATIONS_MS):
    first, *others = (Image.fromarray(np.full((8, 8, 3), level, np.uint8)) for level in LEVELS)
    first.save(path, save_all=True, append_images=others, duration=list(durations_ms), quality=100)
    return path


def open_animation(path):
    return open_reader(Source("image", str(path)))


def read_all(path):
    reader = open_animation(path)
    frames = list(iter(reader.read, None))
    reader.close()
    return frames


def level_of(frame):
    return round(float(frame.image[0].mean()) * 255)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_each_frame_has_the_time_and_duration_of_the_file(tmp_path, suffix):
    frames = read_all(write(tmp_path / f"film.{suffix}"))

    assert [frame.time_s for frame in frames] == pytest.approx(STARTS_S)
    assert [frame.duration_s * 1000 for frame in frames] == pytest.approx(DURATIONS_MS)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("indices", [(4, 1, 5, 0, 3), (2, 1, 2), (5, 4, 3, 2, 1, 0)], ids=str)
def test_after_a_jump_frame_and_time_are_those_of_reading_in_order(tmp_path, suffix, indices):
    reader = open_animation(write(tmp_path / f"film.{suffix}"))

    for index in indices:
        reader.seek(index)
        frame = reader.read()

        assert (frame.index, frame.time_s) == (index, pytest.approx(STARTS_S[index]))
        assert level_of(frame) == pytest.approx(LEVELS[index], abs=3)
    reader.close()


def test_a_frame_without_a_duration_lasts_as_long_as_in_browsers(tmp_path):
    frames = read_all(write(tmp_path / "film.gif", (0, 200, 0, 0, 200, 0)))

    assert [frame.duration_s for frame in frames] == pytest.approx([0.1, 0.2, 0.1, 0.1, 0.2, 0.1])


def test_times_tell_which_frame_is_on_screen(tmp_path):
    reader = open_animation(write(tmp_path / "film.gif"))
    list(iter(reader.read, None))
    reader.close()

    assert [reader.index_at(time_s) for time_s in (0.0, 0.09, 0.2, 0.46, 1.4, 1.46, 1.5, 9.0)] == [
        0,
        0,
        1,
        3,
        3,
        4,
        5,
        5,
    ]


def test_pages_without_time_have_none(tmp_path):
    first, other = (Image.new("L", (4, 4), level) for level in (0, 9))
    first.save(tmp_path / "stack.tif", save_all=True, append_images=[other])

    frames = read_all(tmp_path / "stack.tif")

    assert [(frame.time_s, frame.duration_s) for frame in frames] == [(0.0, 0.0), (0.0, 0.0)]
