"""The state of a file, to notice that someone else has changed it."""

import os
import shutil

import pytest

from convexplorer.model.storage.files import load_stamped, save_project
from convexplorer.model.storage.stamp import why_changed
from tests.model.examples import bank


@pytest.fixture
def path(tmp_path):
    return tmp_path / "mine.json"


@pytest.mark.parametrize("way", ["saved", "opened"])
def test_a_file_that_nobody_touched_has_not_changed(path, way):
    stamp = save_project(path, bank())
    if way == "opened":
        stamp = load_stamped(path)[1]

    assert why_changed(path, stamp) == ""


def test_a_file_that_another_program_wrote_has_changed(path):
    stamp = save_project(path, bank("sobel-x"))
    save_project(path, bank("sobel-y"))

    assert why_changed(path, stamp) == "mine.json was changed by another program or window since it was opened."


def test_other_contents_of_the_same_size_and_time_in_the_same_file_are_noticed_by_the_time(path):
    stamp = save_project(path, bank())
    content = path.read_bytes()
    path.write_bytes(content.replace(b"sobel", b"SOBEL"))
    os.utime(path, ns=(stamp.time_ns + 1, stamp.time_ns + 1))

    assert "changed" in why_changed(path, stamp)


def test_a_file_that_was_copied_back_has_not_changed(path, tmp_path):
    stamp = save_project(path, bank())
    shutil.copy(path, tmp_path / "backup.json")
    path.unlink()
    shutil.copy(tmp_path / "backup.json", path)

    assert why_changed(path, stamp) == ""


def test_a_file_that_is_gone_is_said_to_be_gone(path):
    stamp = save_project(path, bank())
    path.unlink()

    assert why_changed(path, stamp) == (
        f"mine.json is no longer in {path.parent}: it was moved or deleted since it was opened."
    )


def test_a_file_that_became_something_else_has_changed(path):
    stamp = save_project(path, bank())
    path.unlink()
    os.mkfifo(path)

    assert "changed" in why_changed(path, stamp)


def test_a_file_of_unknown_state_counts_as_changed(path):
    save_project(path, bank())

    assert why_changed(path, None)
