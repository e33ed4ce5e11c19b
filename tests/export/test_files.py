import os
from pathlib import Path

import pytest

from convexplorer.export.files import ExportError, replacing


def test_the_file_appears_whole(tmp_path: Path):
    target = tmp_path / "map.png"
    with replacing(target, (".png",)) as part:
        part.write_bytes(b"half")
        was_there = target.exists()
        part.write_bytes(b"whole")

    assert not was_there
    assert target.read_bytes() == b"whole"
    assert os.listdir(tmp_path) == ["map.png"]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path):
    target = tmp_path / "map.png"
    target.write_bytes(b"old")

    def fail_midway() -> None:
        with replacing(target, (".png",)) as part:
            part.write_bytes(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_midway()

    assert target.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["map.png"]


@pytest.mark.parametrize("name", ["map.gif", "map", "map.png.bak"])
def test_an_unknown_suffix_is_refused_with_the_known_ones(tmp_path: Path, name: str):
    with (
        pytest.raises(ExportError, match=r"must end with \.png or \.jpg"),
        replacing(tmp_path / name, (".png", ".jpg")),
    ):
        pass

    assert os.listdir(tmp_path) == []


def test_capitals_are_the_same_suffix(tmp_path: Path):
    with replacing(tmp_path / "MAP.PNG", (".png",)) as part:
        part.write_bytes(b"x")

    assert os.listdir(tmp_path) == ["MAP.PNG"]


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path):
    with (
        pytest.raises(ExportError, match=r"map\.png could not be written: no such file or directory"),
        replacing(tmp_path / "nowhere" / "map.png", (".png",)),
    ):
        pass


def test_a_target_that_is_a_folder_is_a_sentence(tmp_path: Path):
    (tmp_path / "map.png").mkdir()

    with pytest.raises(ExportError, match="is a directory"), replacing(tmp_path / "map.png", (".png",)):
        pass

    assert os.listdir(tmp_path) == ["map.png"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the administrator may write anywhere")
def test_no_permission_is_a_sentence(tmp_path: Path):
    tmp_path.chmod(0o500)

    with pytest.raises(ExportError, match="permission denied"), replacing(tmp_path / "map.png", (".png",)):
        pass
