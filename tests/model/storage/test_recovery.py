"""Autosaved copies: one a program, found only when that program is gone."""

import subprocess
import sys
import textwrap
from datetime import UTC, datetime

import pytest

from convexplorer.model import edits
from convexplorer.model.storage.documents import ProjectError
from convexplorer.model.storage.files import to_json
from convexplorer.model.storage.recovery import Autosave
from tests.model.examples import bank, drawn


@pytest.fixture
def autosave(tmp_path):
    """Make programs that share a folder; end them all."""
    made = []

    def make():
        made.append(Autosave(tmp_path / "autosave"))
        return made[-1]

    yield make
    for each in made:
        each.close()


def crash(autosave):
    """End a program without its saying good-bye: the system takes its locks."""
    autosave.close()


def test_nothing_is_found_where_nothing_was_left(autosave):
    assert autosave().find() is None


def test_work_of_a_crashed_program_is_found(autosave, tmp_path):
    first = autosave()
    first.write(bank("emboss"), tmp_path / "mine.json")
    crash(first)

    found = autosave().find()

    assert to_json(found.project, folder=tmp_path) == to_json(bank("emboss"), folder=tmp_path)
    assert found.origin == tmp_path / "mine.json"
    assert abs((datetime.now(UTC) - found.saved_at).total_seconds()) < 600


def test_work_without_a_file_of_its_own_is_found(autosave):
    first = autosave()
    first.write(bank())
    crash(first)

    assert autosave().find().origin is None


def test_work_of_a_running_program_is_not_found(autosave):
    autosave_of_other = autosave()
    autosave_of_other.write(bank())

    assert autosave().find() is None


def test_a_program_does_not_find_its_own_copy(autosave):
    mine = autosave()
    mine.write(bank())

    assert mine.find() is None


def test_a_found_copy_is_offered_by_one_program_only(autosave):
    first = autosave()
    first.write(bank())
    crash(first)
    second = autosave()

    assert second.find() is not None
    assert autosave().find() is None


def test_a_found_copy_can_be_found_again_by_the_same_program(autosave):
    first = autosave()
    first.write(bank())
    crash(first)
    second = autosave()

    assert second.find().path == second.find().path


def test_a_found_copy_that_nobody_answered_is_found_at_the_next_start(autosave):
    first = autosave()
    first.write(bank())
    crash(first)
    second = autosave()
    second.find()
    second.discard()
    second.close()

    assert autosave().find() is not None


def test_a_discarded_recovery_is_gone_for_good(autosave, tmp_path):
    first = autosave()
    first.write(bank())
    crash(first)
    second = autosave()
    second.discard(second.find())

    assert second.find() is None
    assert list((tmp_path / "autosave").iterdir()) == []


def test_a_normal_end_leaves_nothing(autosave, tmp_path):
    mine = autosave()
    mine.write(bank())
    mine.write(bank("emboss"))
    mine.discard()

    assert list((tmp_path / "autosave").iterdir()) == []


def test_writing_goes_on_after_discarding(autosave):
    mine = autosave()
    mine.write(bank())
    mine.discard()
    mine.write(bank("emboss"))
    crash(mine)

    assert autosave().find() is not None


def test_two_programs_do_not_disturb_each_other(autosave):
    first, second = autosave(), autosave()
    first.write(bank("emboss"))
    second.write(bank("identity"))
    second.discard()
    crash(first)

    assert autosave().find().project.layers[0].filters[0].name == "emboss"


def test_the_newest_of_several_is_found_first(autosave):
    for name in ("emboss", "identity", "sharpen"):
        program = autosave()
        program.write(bank(name))
        crash(program)
    last = autosave()
    names = []

    while (found := last.find()) is not None:
        names.append(found.project.layers[0].filters[0].name)
        last.discard(found)

    assert names == ["sharpen", "identity", "emboss"]


def test_weights_survive_exactly(autosave):
    project = edits.set_weight(drawn([[0.1, 0.2]]), 0, 0, None, 0, 0, float("nan"))
    first = autosave()
    first.write(project)
    crash(first)

    found = autosave().find()

    assert found.project.layers[0].filters[0].planes.tobytes() == project.layers[0].filters[0].planes.tobytes()


@pytest.mark.parametrize("content", [b"", b"garbage", b"{}", b"\xff", b'{"origin": 3, "saved_at": "x", "project": {}}'])
def test_damaged_copies_are_passed_over(autosave, tmp_path, content):
    (tmp_path / "autosave").mkdir()
    (tmp_path / "autosave" / "unsaved-1-damaged.json").write_bytes(content)
    first = autosave()
    first.write(bank("emboss"))
    crash(first)

    assert autosave().find().project.layers[0].filters[0].name == "emboss"


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(ProjectError, match="cannot be made"):
        Autosave(tmp_path / "file" / "autosave").write(bank())
    assert Autosave(tmp_path / "file" / "autosave").find() is None


def test_a_program_that_is_killed_leaves_its_work(autosave, tmp_path):
    script = """
        import os, sys
        from convexplorer.model.storage.recovery import Autosave
        from tests.model.examples import bank
        autosave = Autosave(sys.argv[1])
        autosave.write(bank("emboss"))
        os._exit(9)
    """
    ended = subprocess.run([sys.executable, "-c", textwrap.dedent(script), str(tmp_path / "autosave")], check=False)

    assert ended.returncode == 9
    assert autosave().find().project.layers[0].filters[0].name == "emboss"
