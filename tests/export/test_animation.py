"""Animations are written whole and hold what was given."""

import numpy as np
import pytest
from PIL import Image, ImageSequence

from convexplorer._cv import cv2
from convexplorer.export import animation
from convexplorer.export.animation import SUFFIXES, Animation, film_writer
from convexplorer.export.files import ExportError
from convexplorer.export.table import EXPORTS


def pictures(count: int, rows: int = 24, columns: int = 32) -> list[np.ndarray]:
    """Return pictures with a bar that moves down."""
    found = []
    for i in range(count):
        rgb = np.full((rows, columns, 3), 40, np.uint8)
        rgb[2 * i : 2 * i + 2] = (250, 120, 10)
        found.append(rgb)
    return found


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_animation_holds_its_pictures_in_order(tmp_path, suffix):
    path = tmp_path / f"film{suffix}"
    given = pictures(7)

    with Animation(path, 10) as film:
        for rgb in given:
            film.write(rgb)

    with Image.open(path) as image:
        assert image.n_frames == 7
        read = [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(image)]
    for rgb, back in zip(given, read, strict=True):
        assert np.abs(rgb.astype(int) - back).mean() < 5


@pytest.mark.parametrize(("rate_hz", "expected"), [(10, 100), (24, 40), (1000, 20), (0.5, 2000)])
def test_a_gif_has_its_rate_in_hundredths_of_a_second(tmp_path, rate_hz, expected):
    path = tmp_path / "film.gif"

    with Animation(path, rate_hz) as film:
        for rgb in pictures(3):
            film.write(rgb)

    with Image.open(path) as image:
        image.seek(1)
        assert image.info["duration"] == expected
        assert image.info["loop"] == 0


@pytest.mark.parametrize("suffix", EXPORTS["film"].formats)
def test_a_film_can_be_written_with_every_suffix(tmp_path, suffix):
    path = tmp_path / f"film{suffix}"

    with film_writer(path, 25) as film:
        for rgb in pictures(5):
            film.write(rgb)

    assert film.frame_count == 5
    if suffix not in SUFFIXES:
        capture = cv2.VideoCapture(str(path))
        assert round(capture.get(cv2.CAP_PROP_FRAME_COUNT)) == 5
        capture.release()
    else:
        is_read, found = cv2.imreadanimation(str(path))
        assert is_read
        assert len(found.frames) == 5


def test_nothing_is_left_of_one_that_was_given_up(tmp_path):
    film = Animation(tmp_path / "film.gif", 10)
    film.write(pictures(1)[0])

    film.discard()

    assert list(tmp_path.iterdir()) == []


def test_an_animation_too_large_for_memory_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(animation, "MOST_BYTES", 24 * 32 * 3 * 2)

    film = Animation(tmp_path / "film.webp", 10)
    first, second, third = pictures(3)
    film.write(first)
    film.write(second)

    with pytest.raises(ExportError, match="at most 2 pictures"):
        film.write(third)
    film.discard()


def test_an_animation_without_pictures_is_an_error(tmp_path):
    with pytest.raises(ExportError, match="no picture"), Animation(tmp_path / "film.webp", 10):
        pass


def test_pictures_of_another_size_are_refused(tmp_path):
    film = Animation(tmp_path / "film.gif", 10)
    film.write(pictures(1)[0])

    with pytest.raises(ValueError, match="as large as the first"):
        film.write(pictures(1, rows=30)[0])
    film.discard()


def test_one_that_will_be_too_large_is_refused_at_its_first_picture(tmp_path, monkeypatch):
    monkeypatch.setattr(animation, "MOST_BYTES", 24 * 32 * 2)
    film = Animation(tmp_path / "film.gif", 10, expected=3)

    with pytest.raises(ExportError, match="at most 2 pictures"):
        film.write(pictures(1)[0])
    film.discard()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_pictures_with_times_of_their_own_last_until_the_next_one(tmp_path, suffix):
    path = tmp_path / f"film{suffix}"

    with Animation(path, 10) as film:
        for rgb, time_s in zip(pictures(5), (0.0, 0.1, 1.5, 1.52, 4.0), strict=True):
            film.write(rgb, time_s)

    with Image.open(path) as image:
        durations = [frame.copy().info["duration"] for frame in ImageSequence.Iterator(image)]
    assert durations == [100, 1400, 20, 2480, 100]


def test_rounded_durations_do_not_add_up_to_another_length(tmp_path):
    path = tmp_path / "film.gif"

    with Animation(path, 24) as film:
        for i in range(48):
            film.write(pictures(48, rows=100)[i])

    with Image.open(path) as image:
        assert sum(frame.info["duration"] for frame in ImageSequence.Iterator(image)) == pytest.approx(2000, abs=10)
