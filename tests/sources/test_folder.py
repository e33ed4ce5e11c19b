"""Folders and lists of pictures: their order, and how one bad file does not stop the others."""

import numpy as np
import pytest
from PIL import Image

from convexplorer.sources import Source, SourceError, from_paths, open_reader


@pytest.fixture
def album(tmp_path):
    folder = tmp_path / "album"
    folder.mkdir()
    for number in (10, 2, 1):
        Image.new("L", (4, 3), number).save(folder / f"Picture {number}.png")
    (folder / "notes.txt").write_text("not a picture")
    (folder / "._Picture 1.png").write_bytes(b"left behind by another system")
    (folder / "inner.png").mkdir()
    return folder


def level(frame):
    return round(float(frame.image[0, 0, 0]) * 255)


def test_pictures_come_in_natural_order_and_nothing_else(album):
    reader = open_reader(Source("folder", str(album)))

    frames = list(iter(reader.read, None))

    assert [level(frame) for frame in frames] == [1, 2, 10]
    assert [frame.title for frame in frames] == ["Picture 1.png", "Picture 2.png", "Picture 10.png"]
    assert reader.info.names == ("Picture 1.png", "Picture 2.png", "Picture 10.png")
    assert reader.info.frame_count == 3
    assert reader.info.rate_hz is None
    assert reader.info.title == "album"


def test_stepping_goes_both_ways(album):
    reader = open_reader(Source("folder", str(album)))

    reader.seek(2)
    last = reader.read()
    reader.seek(0)
    first = reader.read()

    assert (level(last), level(first)) == (10, 1)
    assert (last.index, first.index) == (2, 0)


def test_a_bad_file_raises_in_its_turn_and_the_next_one_follows(album):
    (album / "Picture 2.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    reader = open_reader(Source("folder", str(album)))

    first = reader.read()
    with pytest.raises(SourceError, match=r"^Picture 2\.png is damaged"):
        reader.read()
    third = reader.read()

    assert (level(first), level(third)) == (1, 10)


def test_a_file_that_vanished_raises_in_its_turn(album):
    reader = open_reader(Source("folder", str(album)))
    (album / "Picture 1.png").unlink()

    with pytest.raises(SourceError, match=r"^Picture 1\.png is not there"):
        reader.read()

    assert level(reader.read()) == 2


def test_a_folder_without_pictures_says_so(tmp_path):
    (tmp_path / "notes.txt").write_text("nothing to see")

    with pytest.raises(SourceError, match=rf"^The folder {tmp_path.name} holds no pictures\.$"):
        open_reader(Source("folder", str(tmp_path)))


def test_a_missing_folder_says_so(tmp_path):
    with pytest.raises(SourceError, match=r"^gone is not there"):
        open_reader(Source("folder", str(tmp_path / "gone")))


def test_a_file_is_no_folder(album):
    with pytest.raises(SourceError, match=r"^notes\.txt is a file, not a folder\.$"):
        open_reader(Source("folder", str(album / "notes.txt")))


def test_a_stack_in_a_folder_shows_its_first_page(tmp_path):
    pages = [Image.new("L", (4, 3), 50 * i) for i in range(3)]
    pages[0].save(tmp_path / "stack.tif", save_all=True, append_images=pages[1:])

    frame = open_reader(Source("folder", str(tmp_path))).read()

    assert level(frame) == 0
    assert frame.note == "The first of 3 pages."


def test_dropped_files_keep_their_order(album):
    source = from_paths([album / "Picture 10.png", album / "Picture 1.png"])

    reader = open_reader(source)

    assert source.kind == "files"
    assert [level(frame) for frame in iter(reader.read, None)] == [10, 1]
    assert reader.info.title == "2 pictures"


def test_a_dropped_folder_gives_its_pictures(album, tmp_path):
    Image.new("L", (4, 3), 77).save(tmp_path / "single.png")

    reader = open_reader(from_paths([tmp_path / "single.png", album]))

    assert [level(frame) for frame in iter(reader.read, None)] == [77, 1, 2, 10]


def test_one_dropped_file_is_just_that(album):
    source = from_paths([album / "Picture 2.png"])

    assert source.kind == "image"
    assert source.address == str(album / "Picture 2.png")


def test_frames_are_float32(album):
    assert open_reader(Source("folder", str(album))).read().image.dtype == np.float32
