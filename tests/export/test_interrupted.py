"""A recording whose program is killed is found at the next start, and finished under its name."""

import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import av
import pytest

from convexplorer.export import interrupted
from convexplorer.export.files import ExportError
from convexplorer.export.interrupted import Journal
from convexplorer.export.video import SUFFIXES

KILLED = """
import os, signal, sys
from pathlib import Path
import numpy as np
from convexplorer.export.interrupted import Journal
from convexplorer.gui.session.recording import Recording
count = int(sys.argv[3])
recording = Recording(Path(sys.argv[1]), lambda: 0.0, journal=Journal(Path(sys.argv[2])))
recording._began_s = 0.0
for i in range(count):
    recording._write((i / 10, lambda: np.full((48, 64, 3), 6 * i, np.uint8)))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path / "journal")
    yield journal
    journal.close()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    (tmp_path / "films").mkdir()
    return tmp_path / "films" / "film.mp4"


def record_until_killed(target: Path, journal: Journal, count: int = 40) -> None:
    command = [sys.executable, "-c", KILLED, str(target), str(journal.folder), str(count)]
    ended = subprocess.run(command, check=False)
    assert ended.returncode == -signal.SIGKILL


def pictures_of(path: Path) -> int:
    with av.open(str(path)) as container:
        return sum(1 for _ in container.decode(video=0))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_killed_recording_is_kept_under_its_name(target: Path, journal: Journal, suffix: str):
    target = target.with_suffix(suffix)
    began_at = datetime.now(UTC)
    record_until_killed(target, journal)

    (found,) = journal.find()
    kept = journal.keep(found)

    assert kept == found.target == target
    assert abs(found.began_at - began_at) < timedelta(minutes=10)
    assert pictures_of(kept) in (39, 40)
    with av.open(str(kept)) as container:
        assert (container.duration or 0) / av.time_base == pytest.approx(3.9, abs=0.2)
    assert os.listdir(target.parent) == [target.name]
    assert list(journal.folder.iterdir()) == []


def test_a_file_that_has_the_name_by_now_is_not_replaced(target: Path, journal: Journal):
    record_until_killed(target, journal)
    target.write_bytes(b"another film")

    kept = journal.keep(journal.find()[0])

    assert kept.name == "film-2.mp4"
    assert target.read_bytes() == b"another film"


def test_a_discarded_recording_leaves_nothing(target: Path, journal: Journal):
    record_until_killed(target, journal)

    journal.discard(journal.find()[0])

    assert os.listdir(target.parent) == []
    assert list(journal.folder.iterdir()) == []


def test_without_room_for_a_second_file_the_first_one_gets_the_name(
    target: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
):
    record_until_killed(target, journal)

    def fail(source: Path, target: Path) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(interrupted, "copy_pictures", fail)
    kept = journal.keep(journal.find()[0])

    assert pictures_of(kept) in (39, 40)
    assert os.listdir(target.parent) == ["film.mp4"]


def test_a_recording_of_a_running_program_is_not_found(target: Path, journal: Journal):
    part = target.with_name(".film-0123abcd.recording.mp4")
    part.write_bytes(b"pictures")
    running = Journal(journal.folder)
    note = running.begin(target, part)

    assert journal.find() == []

    running.end(note)
    assert list(journal.folder.iterdir()) == []


def test_a_recording_without_a_picture_is_forgotten(target: Path, journal: Journal):
    part = target.with_name(".film-0123abcd.recording.mp4")
    part.touch()
    crashed = Journal(journal.folder)
    crashed.begin(target, part)
    crashed.close()

    assert journal.find() == []
    assert os.listdir(target.parent) == []
    assert list(journal.folder.iterdir()) == []


def test_a_recording_on_a_disk_that_is_not_there_waits(tmp_path: Path, journal: Journal):
    crashed = Journal(journal.folder)
    note = crashed.begin(tmp_path / "stick" / "film.mp4", tmp_path / "stick" / ".film-0123abcd.recording.mp4")
    crashed.close()

    assert journal.find() == []
    assert note.exists()


def test_a_damaged_recording_is_a_sentence_and_is_offered_again(target: Path, journal: Journal):
    part = target.with_name(".film-0123abcd.recording.mp4")
    part.write_bytes(b"no video at all")
    crashed = Journal(journal.folder)
    crashed.begin(target, part)
    crashed.close()
    (found,) = journal.find()

    with pytest.raises(ExportError, match=r"film\.mp4 cannot be finished"):
        journal.keep(found)

    assert journal.find() == [found]
    assert part.exists()


@pytest.mark.parametrize("content", ["", "[]", "{}", json.dumps({"target": 1, "part": 2, "began_at": "never"})])
def test_a_damaged_note_is_neither_offered_nor_deleted(journal: Journal, content: str):
    journal.folder.mkdir()
    note = journal.folder / "recording-1-0123abcd.json"
    note.write_text(content, encoding="utf-8")

    assert journal.find() == []
    assert note.exists()
