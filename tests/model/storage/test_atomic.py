"""What is replaced keeps its links and permissions, and what killed runs left behind goes away."""

import errno
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from convexplorer.model.storage import atomic
from convexplorer.model.storage.atomic import Replacement, is_part, reason_of, sweep

posix = pytest.mark.skipif(os.name != "posix", reason="links and permissions of POSIX")
LONG_AGO = 1_000_000_000


def replace(target: Path, content: bytes) -> None:
    part = Replacement(target)
    try:
        part.path.write_bytes(content)
        part.finish()
    finally:
        part.discard()


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "map.png"
    path.write_bytes(b"old")
    return path


@posix
def test_permissions_are_kept(old: Path):
    old.chmod(0o640)

    replace(old, b"new")

    assert stat.S_IMODE(old.stat().st_mode) == 0o640
    assert old.read_bytes() == b"new"


@posix
def test_a_new_file_gets_the_usual_permissions(tmp_path: Path):
    usual = tmp_path / "usual"
    usual.write_bytes(b"")

    replace(tmp_path / "map.png", b"new")

    assert (tmp_path / "map.png").stat().st_mode == usual.stat().st_mode


@posix
def test_a_symbolic_link_stays_and_its_file_is_replaced(old: Path):
    (old.parent / "elsewhere").mkdir()
    link = old.parent / "elsewhere" / "link.png"
    link.symlink_to(old)

    replace(link, b"new")

    assert link.is_symlink()
    assert old.read_bytes() == b"new"
    assert os.listdir(link.parent) == ["link.png"]


@posix
def test_a_link_to_a_file_that_is_not_there_makes_that_file(tmp_path: Path):
    (tmp_path / "link.png").symlink_to(tmp_path / "map.png")

    replace(tmp_path / "link.png", b"new")

    assert (tmp_path / "link.png").is_symlink()
    assert (tmp_path / "map.png").read_bytes() == b"new"


@posix
def test_all_names_of_a_file_show_its_new_contents(old: Path):
    second = old.with_name("second.png")
    os.link(old, second)

    replace(old, b"newer and longer")
    replace(old, b"new")

    assert second.read_bytes() == b"new"
    assert second.stat().st_nlink == 2
    assert sorted(os.listdir(old.parent)) == ["map.png", "second.png"]


@posix
def test_a_protected_file_is_not_replaced(old: Path):
    old.chmod(0o444)

    with pytest.raises(PermissionError, match="write-protected"):
        Replacement(old)

    assert os.listdir(old.parent) == ["map.png"]


@posix
def test_a_pipe_is_refused_at_once(tmp_path: Path):
    os.mkfifo(tmp_path / "map.png")

    with pytest.raises(OSError, match="no ordinary file but a pipe"):
        Replacement(tmp_path / "map.png")

    assert stat.S_ISFIFO((tmp_path / "map.png").stat().st_mode)


@posix
def test_links_in_a_circle_are_a_reason(tmp_path: Path):
    (tmp_path / "a.png").symlink_to(tmp_path / "b.png")
    (tmp_path / "b.png").symlink_to(tmp_path / "a.png")

    with pytest.raises(OSError) as caught:
        Replacement(tmp_path / "a.png")

    assert reason_of(caught.value) == "the link leads back to itself"


def test_a_name_that_is_too_long_is_refused_before_any_work(tmp_path: Path):
    with pytest.raises(OSError) as caught:
        Replacement(tmp_path / f"{'n' * 300}.png")

    assert reason_of(caught.value) == "the name is too long"
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("name", ["ä" * 120 + ".png", "日" * 80 + ".png", "two\nlines.png", "no-suffix", ".hidden"])
def test_any_name_that_the_system_takes_is_taken(tmp_path: Path, name: str):
    replace(tmp_path / name, b"new")

    assert os.listdir(tmp_path) == [name]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_is_called_so(code: int):
    assert "the disk is full" in reason_of(OSError(code, os.strerror(code)))


@pytest.mark.parametrize("name", ["map.png", "project.json", "ä\n" * 30 + ".png", "no-suffix"])
def test_a_temporary_file_is_known_by_its_name(tmp_path: Path, name: str):
    part = Replacement(tmp_path / name)

    assert is_part(part.path.name)
    assert not is_part(name)

    part.discard()


def test_what_a_killed_run_left_is_removed_by_a_later_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    program = (
        "import os, signal, sys; from convexplorer.model.storage.atomic import Replacement\n"
        "part = Replacement(sys.argv[1]); part.path.write_bytes(b'half'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    ended = subprocess.run([sys.executable, "-c", program, str(tmp_path / "map.png")], check=False)
    (left,) = tmp_path.iterdir()
    os.utime(left, (LONG_AGO, LONG_AGO))
    monkeypatch.setattr(atomic, "_swept", set())

    replace(tmp_path / "other.png", b"new")

    assert ended.returncode == -signal.SIGKILL
    assert os.listdir(tmp_path) == ["other.png"]


def test_what_is_in_use_or_not_ours_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    ours = Replacement(tmp_path / "map.png")
    foreign = tmp_path / ".notes.part.png"
    foreign.write_bytes(b"of another program")
    fresh = tmp_path / ".fresh-0123abcd.part.png"
    fresh.write_bytes(b"of a program that is about to lock it")
    for path in (ours.path, foreign):
        os.utime(path, (LONG_AGO, LONG_AGO))
    monkeypatch.setattr(atomic, "_swept", set())

    sweep(tmp_path)

    assert sorted(tmp_path.iterdir()) == sorted([ours.path, foreign, fresh])
    ours.discard()


def test_a_disk_that_is_full_at_the_end_leaves_the_old_file(old: Path):
    resource = pytest.importorskip("resource", reason="limits of files exist on POSIX")
    program = (
        "import resource, sys; from pathlib import Path\n"
        "from convexplorer.model.storage.files import write_bytes\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try: write_bytes(Path(sys.argv[1]), bytes(5000))\n"
        "except ValueError as error: print(error)"
    )

    ended = subprocess.run([sys.executable, "-c", program, str(old)], capture_output=True, text=True, check=True)

    assert resource is not None
    assert "map.png cannot be written: the disk is full" in ended.stdout
    assert old.read_bytes() == b"old"
    assert os.listdir(old.parent) == ["map.png"]
