"""All frames of a folder or a film: in order, with their names, past pictures that cannot be read."""

from dataclasses import replace

import numpy as np
import pytest

from convexplorer import _threads
from convexplorer.export.video import Recorder
from convexplorer.results.unit.walking import title_on_screen, walk
from convexplorer.sources import parse
from convexplorer.sources.frame import Source, SourceError
from tests.results.unit.examples import frame, write_pictures


def test_every_picture_of_a_folder_is_used_by_its_name_and_one_that_cannot_be_read_is_noted(tmp_path):
    write_pictures(tmp_path / "photos", 4)
    (tmp_path / "photos" / "picture 1.png").write_bytes(b"no picture")
    used, told = [], []

    walk(parse(str(tmp_path / "photos")), lambda frame, title: used.append((frame.index, title)), told.append)

    assert used == [(0, "picture 0.png"), (2, "picture 2.png"), (3, "picture 3.png")]
    assert [progress.done for progress in told] == [0, 1, 2, 3, 4]
    assert told[-1].total == 4
    assert [name for name, _ in told[-1].failures] == ["picture 1.png"]


def test_a_picture_that_does_not_fit_the_layers_is_noted_and_the_next_one_follows(tmp_path):
    write_pictures(tmp_path / "photos", 3)
    used, told = [], []

    def use(frame, title):
        if title == "picture 1.png":
            raise ValueError("the kernel is larger than the picture")
        used.append(frame.index)

    walk(parse(str(tmp_path / "photos")), use, told.append)

    assert used == [0, 2]
    assert told[-1].failures == (("picture 1.png", "the kernel is larger than the picture"),)


def test_the_frames_of_a_film_are_numbered_from_1(tmp_path):
    with Recorder(tmp_path / "film.mp4", 10.0) as recorder:
        for i in range(3):
            recorder.write(np.full((32, 48, 3), 60 * i, np.uint8), i / 10)
        recorder.close(0.3)
    used = []

    walk(parse(str(tmp_path / "film.mp4")), lambda frame, title: used.append((frame.index, title)), lambda _: None)

    assert used == [(i, f"film.mp4 #{i + 1}") for i in range(3)]


def test_a_single_picture_has_its_own_name(tmp_path):
    path = write_pictures(tmp_path, 1)[0]
    used = []

    walk(parse(str(path)), lambda frame, title: used.append(title), lambda _: None)

    assert used == ["picture 0.png"]


def test_what_never_ends_is_refused():
    with pytest.raises(SourceError, match="never ends"):
        walk(parse("pad:"), lambda *_: None, lambda _: None)


def test_it_stops_between_two_frames(tmp_path):
    write_pictures(tmp_path / "photos", 5)
    used = []

    with pytest.raises(_threads.Stopped), _threads.stoppable(lambda: len(used) == 2):
        walk(parse(str(tmp_path / "photos")), lambda frame, _: used.append(frame.index), lambda _: None)

    assert used == [0, 1]


@pytest.mark.parametrize(
    ("kind", "changes", "expected"),
    [
        ("video", {"index": 5, "duration_s": 0.1}, "film.mp4 #6"),
        ("video", {"index": 0, "duration_s": 0.1}, "film.mp4 #1"),
        ("image", {"index": 2}, "film.mp4 #3"),
        ("image", {}, "film.mp4"),
        ("folder", {"index": 5}, "film.mp4"),
        ("camera", {"index": 5}, "film.mp4"),
    ],
)
def test_a_frame_on_screen_has_the_name_that_a_walk_gives_it(kind, changes, expected):
    shown = replace(frame(title="film.mp4"), **changes)

    assert title_on_screen(shown, Source(kind, "film.mp4")) == expected
