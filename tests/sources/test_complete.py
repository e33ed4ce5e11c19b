"""Flash videos that end too early, by the size in their description or by their last tag."""

import pytest

from convexplorer.sources import Source, SourceError, open_reader
from tests.sources.films import field, write_film

COUNT = 60


@pytest.fixture
def flash(tmp_path):
    return write_film(tmp_path / "film.flv", [field(4 * n) for n in range(COUNT)], "libx264", {"bf": "3", "g": "30"})


def read_to_end(path):
    """Return the number of frames, and the sentence at the end or ""."""
    reader, count = open_reader(Source("video", str(path))), 0
    try:
        while reader.read() is not None:
            count += 1
    except SourceError as error:
        return count, str(error)
    finally:
        reader.close()
    return count, ""


@pytest.mark.parametrize("has_size", [True, False], ids=["with its size", "without"])
def test_a_flash_video_that_ends_too_early_is_called_cut_short(flash, has_size):
    data = flash.read_bytes()
    at = data.index(b"filesize\0") + 9
    said = data[at : at + 8] if has_size else bytes(8)  # 0 is what a live recording says
    flash.write_bytes((data[:at] + said + data[at + 8 :])[: len(data) // 2])

    count, sentence = read_to_end(flash)

    assert 0 < count < COUNT - 10
    assert sentence.startswith(f"film.flv is damaged or cut short: it breaks off after frame {count}")


def test_a_whole_flash_video_is_not_called_damaged(flash):
    assert read_to_end(flash) == (COUNT, "")
