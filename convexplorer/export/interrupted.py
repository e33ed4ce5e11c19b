"""Recordings that a kill interrupted: noted while they run, found at the next start, finished or discarded there."""

import json
import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from convexplorer._dataclass import dataclass
from convexplorer.export.container import copy_pictures
from convexplorer.export.files import ExportError, Part, free_path, reason_of
from convexplorer.export.video import SUFFIXES
from convexplorer.model.storage.locks import Claims

_PREFIX = "recording-"


@dataclass(frozen=True)
class Interrupted:
    """A recording that a program could not finish.

    Attributes
    ----------
    target : the file that was wished.
    part : the unfinished file.
    began_at : the time of its first picture, in UTC.
    note : of the journal.
    """

    target: Path
    part: Path
    began_at: datetime
    note: Path


class Journal:
    """Notes of running recordings in a folder, each locked while its program runs.

    Parameters
    ----------
    folder : created on first use; several programs may share the folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._claims = Claims()

    def begin(self, target: Path, part: Path) -> Path:
        """Note a recording, and return the path of the note; `ExportError` if the folder cannot be written."""
        note = self.folder / f"{_PREFIX}{os.getpid()}-{os.urandom(4).hex()}.json"
        content = {"target": str(target.absolute()), "part": str(part), "began_at": datetime.now(UTC).isoformat()}
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._claims.take(note)
            note.write_text(json.dumps(content), encoding="utf-8")
        except OSError as error:
            self.end(note)
            raise ExportError(f"The recording could not be noted in {self.folder}: {reason_of(error)}.") from error
        return note

    def end(self, note: Path) -> None:
        """Delete a note."""
        with suppress(OSError):
            note.unlink(missing_ok=True)
        self._claims.release(note)

    def leave(self, note: Path) -> None:
        """Leave a recording that could not be finished to the next start."""
        self._claims.release(note)

    def find(self) -> list[Interrupted]:
        """Return the interrupted recordings, the newest first, and reserve them for this program; never raises.

        A recording on a disk that is not there now is left for another start; notes of files that are gone are deleted.
        """
        try:
            notes = [note for note in self.folder.glob(f"{_PREFIX}*.json") if self._claims.take(note)]
        except OSError:
            return []
        found = [one for note in notes if (one := self._read(note)) is not None]
        return sorted(found, key=lambda one: one.began_at, reverse=True)

    def keep(self, found: Interrupted) -> Path:
        """Finish a recording under its name, or the next free one, and return its path.

        Raises
        ------
        ExportError : it could not be finished; it is offered again at the next start.
        """
        from av import FFmpegError

        part = Part(free_path(found.target), SUFFIXES)
        try:
            if copy_pictures(found.part, part.path) == 0:
                raise ExportError(f"{found.target.name} cannot be finished: there is no picture in it.")
            part.finish()
        except OSError:
            # No room for a second file: the first one plays as well, although it does not know its length.
            part.discard()
            self._rename(found, part.target)
        except (ValueError, FFmpegError) as error:
            if isinstance(error, ExportError):
                raise
            raise ExportError(f"{found.target.name} cannot be finished: it is damaged.") from error
        finally:
            part.discard()
        self.discard(found)
        return part.target

    def discard(self, found: Interrupted) -> None:
        """Delete a recording and its note."""
        with suppress(OSError):
            found.part.unlink(missing_ok=True)
        self.end(found.note)

    def close(self) -> None:
        """Release all locks; recordings that are neither kept nor discarded are found at the next start."""
        self._claims.close()

    def _rename(self, found: Interrupted, target: Path) -> None:
        try:
            os.replace(found.part, target)
        except OSError as error:
            raise ExportError(f"{found.target.name} cannot be finished: {reason_of(error)}.") from error

    def _read(self, note: Path) -> Interrupted | None:
        try:
            content = json.loads(note.read_text(encoding="utf-8"))
            began_at = datetime.fromisoformat(content["began_at"])
            found = Interrupted(Path(content["target"]), Path(content["part"]), began_at, note)
            if found.part.parent.is_dir() and not (found.part.exists() and found.part.stat().st_size):
                self.discard(found)  # it ended before its first picture, or the user has removed it
                return None
            if found.part.exists():
                return found
        except (OSError, ValueError, KeyError, TypeError):
            pass  # damaged or written by a newer version: neither offered nor deleted
        self._claims.release(note)
        return None
