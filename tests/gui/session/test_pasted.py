"""Kept pictures of the clipboard: each has a file of its own, and goes when nothing refers to it."""

import os
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from convexplorer.gui.session import pasted
from convexplorer.gui.session.settings import state_folder
from convexplorer.model.default import default_project
from convexplorer.model.storage.files import save_project
from convexplorer.model.storage.recovery import Autosave
from convexplorer.sources import Source

DAY_S = 24 * 3600.0
NOW_S = 1e9


@pytest.fixture
def copies(tmp_path) -> Path:
    return tmp_path / "recovery"


def image() -> QImage:
    found = QImage(3, 2, QImage.Format.Format_RGB32)
    found.fill(0x336699)
    return found


def kept(age_s: float) -> Path:
    """Keep a picture of a certain age."""
    path = pasted.keep(image())
    os.utime(path, (NOW_S - age_s, NOW_S - age_s))
    return path


def clean(copies: Path, *recent: Path) -> list[str]:
    return pasted.clean(state_folder() / "pasted", [str(one) for one in recent], copies, NOW_S)


def test_each_picture_has_a_file_of_its_own(qapp):
    first, second = pasted.keep(image()), pasted.keep(image())

    assert first != second
    assert QImage(str(first)).size() == image().size()


def test_a_picture_that_cannot_be_written_leaves_no_file(qapp):
    with pytest.raises(OSError, match=r"pasted-1\.png cannot be written"):
        pasted.keep(QImage())

    assert list((state_folder() / "pasted").glob("*.png")) == []


def test_an_old_picture_to_which_nothing_refers_goes(qapp, copies):
    old, young = kept(8 * DAY_S), kept(6 * DAY_S)

    assert clean(copies) == [old.name]

    assert not old.exists()
    assert young.exists()


def test_a_picture_in_the_list_of_recent_sources_stays(qapp, copies):
    old = kept(90 * DAY_S)

    assert clean(copies, old) == []


def test_a_picture_in_a_copy_of_unsaved_work_stays(qapp, copies):
    old = kept(90 * DAY_S)
    autosave = Autosave(copies)
    autosave.write(default_project(Source("image", str(old))))

    assert clean(copies) == []

    autosave.discard()
    assert clean(copies) == [old.name]


def test_a_picture_in_a_saved_project_stays_as_long_as_the_project_names_it(qapp, copies, tmp_path):
    old, project = kept(90 * DAY_S), tmp_path / "mine.json"
    save_project(project, default_project(Source("image", str(old))))
    pasted.note_use(str(old), project)

    assert clean(copies) == []

    save_project(project, default_project())
    assert clean(copies) == [old.name]


def test_a_project_that_was_deleted_keeps_nothing(qapp, copies, tmp_path):
    old = kept(90 * DAY_S)
    pasted.note_use(str(old), tmp_path / "gone.json")

    assert clean(copies) == [old.name]


def test_a_project_among_the_recent_ones_keeps_its_picture(qapp, copies, tmp_path):
    old, project = kept(90 * DAY_S), tmp_path / "mine.json"
    save_project(project, default_project(Source("image", str(old))))

    assert clean(copies, project) == []


def test_very_many_pictures_are_bounded_and_the_newest_stay(qapp, copies, monkeypatch):
    monkeypatch.setattr(pasted, "MOST_FILES", 3)
    paths = [kept(age_s) for age_s in (5 * DAY_S, 4 * DAY_S, 3 * DAY_S, 2 * DAY_S, 60.0)]

    assert clean(copies) == [paths[0].name, paths[1].name]


def test_a_young_picture_stays_however_many_there_are(qapp, copies, monkeypatch):
    monkeypatch.setattr(pasted, "MOST_FILES", 1)
    for _ in range(3):
        kept(60.0)

    assert clean(copies) == []


@pytest.mark.parametrize("damage", ["", "[]", '{"pasted-1.png": 7}', "{"])
def test_a_damaged_list_of_uses_costs_nothing(qapp, copies, damage):
    old = kept(8 * DAY_S)
    (old.parent / "uses.json").write_text(damage)

    assert clean(copies) == [old.name]


def test_a_source_elsewhere_is_not_noted(qapp, tmp_path):
    pasted.note_use(str(tmp_path / "photo.png"), tmp_path / "mine.json")

    assert not (state_folder() / "pasted" / "uses.json").exists()
